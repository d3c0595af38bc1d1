#include "mock-writers/sqlite/ledger.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <random>

#include "mock-writers/sqlite/image_vfs.h"

namespace vsslab::mock::sqlite {

namespace {

constexpr std::int64_t kLines = 6;  // of each transaction, on more pages than the cache has

struct Transaction {
  std::int64_t debit, credit, amount;
  std::array<std::string, kLines> notes;
};

Transaction transaction(std::uint64_t seed, std::int64_t n) {
  constexpr std::size_t kNoteBytesMin = 1100, kNoteBytesMax = 2600;
  std::mt19937_64 chance(seed ^ (0x9E3779B97F4A7C15ULL * static_cast<std::uint64_t>(n)));
  const auto below = [&](std::uint64_t limit) {
    return static_cast<std::int64_t>(chance() % limit);
  };
  Transaction made;
  made.debit = 1 + below(kAccounts);
  made.credit = 1 + (made.debit + below(kAccounts - 1)) % kAccounts;
  made.amount = 1 + below(200);
  for (std::string& note : made.notes) {
    note.resize(kNoteBytesMin + chance() % (kNoteBytesMax - kNoteBytesMin));
    for (std::size_t i = 0; i < note.size(); i += sizeof(std::uint64_t)) {
      const std::uint64_t word = chance();
      std::memcpy(note.data() + i, &word, std::min(sizeof word, note.size() - i));
    }
  }
  return made;
}

using Balances = std::array<std::int64_t, kAccounts + 1>;

bool lines_are_right(Database& books, std::int64_t n, const Transaction& wanted) {
  std::size_t next = 0;
  bool right = true;
  const bool read = books.run(
      "SELECT k, note FROM line WHERE n = ? ORDER BY k", {{n}, {}}, [&](sqlite3_stmt& row) {
        const auto* const note = static_cast<const char*>(sqlite3_column_blob(&row, 1));
        const auto bytes = static_cast<std::size_t>(sqlite3_column_bytes(&row, 1));
        right = right && next < wanted.notes.size() &&
                sqlite3_column_int64(&row, 0) == static_cast<std::int64_t>(next) &&
                std::string_view(note == nullptr ? "" : note, bytes) == wanted.notes[next];
        ++next;
      });
  return read && right && next == wanted.notes.size();
}

// Each row is what it has to be, in an unbroken sequence, and the balances are their sums.
bool holds_exactly(Database& books, std::int64_t transactions) {
  const auto seed = books.number("SELECT seed FROM books");
  if (!seed) return false;
  Balances balances;
  balances.fill(kOpeningBalance);
  std::int64_t next = 1;
  bool right = true;
  const bool read =
      books.run("SELECT n, debit, credit, amount FROM ledger ORDER BY n", [&](sqlite3_stmt& row) {
        const Transaction wanted = transaction(static_cast<std::uint64_t>(*seed), next);
        right = right && sqlite3_column_int64(&row, 0) == next &&
                sqlite3_column_int64(&row, 1) == wanted.debit &&
                sqlite3_column_int64(&row, 2) == wanted.credit &&
                sqlite3_column_int64(&row, 3) == wanted.amount &&
                lines_are_right(books, next, wanted);
        balances[static_cast<std::size_t>(wanted.debit)] -= wanted.amount;
        balances[static_cast<std::size_t>(wanted.credit)] += wanted.amount;
        ++next;
      });
  if (!read || !right || next != transactions + 1) return false;
  if (books.number("SELECT count(*) FROM line") != transactions * kLines) return false;
  std::int64_t accounts = 0;
  const bool summed = books.run("SELECT id, balance FROM account", [&](sqlite3_stmt& row) {
    const std::int64_t id = sqlite3_column_int64(&row, 0);
    right = right && id >= 1 && id <= kAccounts &&
            balances[static_cast<std::size_t>(id)] == sqlite3_column_int64(&row, 1);
    ++accounts;
  });
  return summed && right && accounts == kAccounts;
}

}  // namespace

bool make_books(Database& books, std::uint64_t seed) {
  // SQLite's numbers are signed.
  const auto number = static_cast<std::int64_t>(seed);
  constexpr const char* kTables[] = {
      "BEGIN IMMEDIATE",
      "CREATE TABLE books(seed INTEGER)",
      "CREATE TABLE account(id INTEGER PRIMARY KEY, balance INTEGER)",
      "CREATE TABLE ledger(n INTEGER PRIMARY KEY, debit INTEGER, credit INTEGER, amount INTEGER)",
      "CREATE TABLE line(n INTEGER, k INTEGER, note BLOB)",
      "CREATE INDEX line_of ON line(n, k)",
  };
  bool made = true;
  for (const char* const sql : kTables) made = made && books.run(sql);
  made = made && books.run("INSERT INTO books VALUES(?)", {{number}, {}});
  for (std::int64_t id = 1; made && id <= kAccounts; ++id) {
    made = books.run("INSERT INTO account VALUES(?, ?)", {{id, kOpeningBalance}, {}});
  }
  return made && books.run("COMMIT");
}

bool add_transaction(Database& books, std::uint64_t seed, std::int64_t n,
                     const std::function<void()>& between) {
  const Transaction made = transaction(seed, n);
  const auto step = [&](const char* sql, const Database::Values& values) {
    if (!books.run(sql, values)) return false;
    between();
    return true;
  };
  bool done = step("BEGIN IMMEDIATE", {}) &&
              step("UPDATE account SET balance = balance - ? WHERE id = ?",
                   {{made.amount, made.debit}, {}}) &&
              step("INSERT INTO ledger VALUES(?, ?, ?, ?)",
                   {{n, made.debit, made.credit, made.amount}, {}});
  for (std::size_t k = 0; done && k < made.notes.size(); ++k) {
    done = step("INSERT INTO line VALUES(?, ?, ?)",
                {{n, static_cast<std::int64_t>(k)}, made.notes[k]});
  }
  done = done &&
         step("UPDATE account SET balance = balance + ? WHERE id = ?",
              {{made.amount, made.credit}, {}}) &&
         books.run("COMMIT");
  if (!done) books.roll_back();
  return done;
}

Examination examine(const std::string& path) {
  Examination found;
  ImageVfs vfs;
  Database books;
  if (!books.open(path, vfs, false)) {
    found.integrity = "cannot be opened: " + books.error();
    return found;
  }
  const auto integrity = books.text("PRAGMA integrity_check(1)");
  found.integrity = integrity ? *integrity : books.error();
  const ImageVfs::Image* const main = vfs.find(path);
  const ImageVfs::Image* const log = vfs.find(path + "-wal");
  found.recovered = (main != nullptr && main->written) || (log != nullptr && !log->content.empty());
  found.transactions = books.number("SELECT max(n) FROM ledger").value_or(0);
  found.complete = found.integrity == "ok" && holds_exactly(books, found.transactions);
  return found;
}

}  // namespace vsslab::mock::sqlite

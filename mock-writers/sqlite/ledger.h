// The books that the application keeps: accounts, and numbered transactions between them.
// Transaction n is a function of the books' seed and of n, so that whoever has the database can
// tell whether it holds exactly the first n.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "mock-writers/sqlite/database.h"
#include "mock-writers/sqlite/vfs.h"

namespace vsslab::mock::sqlite {

inline constexpr std::int64_t kAccounts = 16;
inline constexpr std::int64_t kOpeningBalance = 1000;

// Tables, accounts and seed, in one transaction.
bool make_books(Database& books, std::uint64_t seed);

// Transaction `n`, from BEGIN to COMMIT, in a few statements with `between` called between them.
bool add_transaction(Database& books, std::uint64_t seed, std::int64_t n,
                     const std::function<void()>& between);

// What a look at a database says.
struct Examination {
  std::string integrity;          // "ok", or the first thing that is wrong
  std::int64_t transactions = 0;  // the highest number
  bool complete = false;          // it holds exactly the transactions 1 to that, and their sums
  bool recovered = false;         // SQLite had to roll back or replay when it was opened
};
// Opens the database where nothing may be written. As any program of the machine.
Examination examine(const std::string& path);

}  // namespace vsslab::mock::sqlite

#include "mock-writers/sqlite/database.h"

namespace vsslab::mock::sqlite {

bool Database::failed() {
  error_ = connection_ == nullptr ? "out of memory" : sqlite3_errmsg(connection_);
  return false;
}

bool Database::open(const std::string& path, const Vfs& vfs, bool create) {
  close();
  const int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
  if (sqlite3_open_v2(path.c_str(), &connection_, flags, vfs.name()) == SQLITE_OK) {
    // Nobody else has it open; a write-ahead log needs no shared memory then.
    return run("PRAGMA locking_mode=EXCLUSIVE") && run("PRAGMA temp_store=MEMORY");
  }
  failed();
  close();
  return false;
}

void Database::close() {
  sqlite3_close_v2(connection_);
  connection_ = nullptr;
}

bool Database::run(const char* sql, const Values& values, const Row& row) {
  if (connection_ == nullptr) {
    error_ = "the database is not open";
    return false;
  }
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection_, sql, -1, &statement, nullptr) != SQLITE_OK) return failed();
  int index = 0;
  for (const std::int64_t number : values.numbers) sqlite3_bind_int64(statement, ++index, number);
  if (values.blob) {
    sqlite3_bind_blob(statement, ++index, values.blob->data(),
                      static_cast<int>(values.blob->size()), SQLITE_TRANSIENT);
  }
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
    if (row) row(*statement);
  }
  if (code != SQLITE_DONE) failed();
  sqlite3_finalize(statement);
  return code == SQLITE_DONE;
}

void Database::roll_back() {
  const std::string why = error_;
  if (connection_ != nullptr && sqlite3_get_autocommit(connection_) == 0) run("ROLLBACK");
  // After an error of the disk SQLite rolls back when it next reads.
  number("SELECT count(*) FROM sqlite_master");
  error_ = why;
}

std::optional<std::int64_t> Database::number(const char* sql) {
  std::optional<std::int64_t> found;
  const bool done = run(sql, [&](sqlite3_stmt& row) {
    if (!found) found = sqlite3_column_int64(&row, 0);
  });
  return done ? found : std::nullopt;
}

std::optional<std::string> Database::text(const char* sql) {
  std::optional<std::string> found;
  const bool done = run(sql, [&](sqlite3_stmt& row) {
    const unsigned char* const column = sqlite3_column_text(&row, 0);
    if (!found && column != nullptr) found = reinterpret_cast<const char*>(column);
  });
  return done ? found : std::nullopt;
}

}  // namespace vsslab::mock::sqlite

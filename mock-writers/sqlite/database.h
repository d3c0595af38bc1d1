// A connection to SQLite that closes itself, and statements in one line.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "mock-writers/sqlite/vfs.h"

namespace vsslab::mock::sqlite {

class Database {
 public:
  Database() = default;
  ~Database() { close(); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // False: see error().
  bool open(const std::string& path, const Vfs& vfs, bool create);
  void close();
  bool is_open() const { return connection_ != nullptr; }

  // Calls `row` for each row of the statement, whose parameters are numbers and, last, one blob.
  using Row = std::function<void(sqlite3_stmt&)>;
  struct Values {
    std::initializer_list<std::int64_t> numbers{};
    std::optional<std::string> blob{};
  };
  bool run(const char* sql, const Values& values, const Row& row = {});
  bool run(const char* sql, const Row& row = {}) { return run(sql, {}, row); }
  // The transaction under way, if SQLite has not done so itself; error() stays.
  void roll_back();
  // The first column of the first row.
  std::optional<std::int64_t> number(const char* sql);
  std::optional<std::string> text(const char* sql);

  // Of the last call that failed.
  const std::string& error() const { return error_; }

 private:
  bool failed();
  sqlite3* connection_ = nullptr;
  std::string error_;
};

}  // namespace vsslab::mock::sqlite

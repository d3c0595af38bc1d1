// The application: it has its database open and commits one transaction after the other, in a
// thread of its own, until it is told to hold still.
#pragma once

#include <windows.h>

#include <cstdint>
#include <memory>
#include <string>

#include "mock-writers/sqlite/database.h"
#include "mock-writers/sqlite/file_vfs.h"
#include "plan/plan.h"

namespace vsslab::mock::sqlite {

class Application {
 public:
  Application(const plan::SqliteConfig& config, std::uint64_t seed);
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // Opens the database, makes it when it is not there, and begins to work. False: see error().
  bool start();
  void stop();

  // The transaction under way comes to its end and nothing is written until resume(). What SQLite
  // can hold back in a log is in the database then.
  void hold();
  void resume();
  // hold(), and the files are let go of, so that they can be replaced; what belongs to the old
  // content alone goes away.
  void give_files_up();
  // Opens what is there now. False: it is no database of ours.
  bool take_files_back();

  std::int64_t committed() const { return committed_; }
  const std::string& error() const { return error_; }
  std::wstring folder() const;
  std::wstring file_name() const;

 private:
  static DWORD WINAPI thread_main(LPVOID self);
  void work();
  bool one_transaction();
  bool open(bool create);
  bool failed(const std::string& what);

  plan::SqliteConfig config_;
  std::uint64_t seed_;
  FileVfs vfs_;
  Database books_;
  CRITICAL_SECTION lock_;  // held from BEGIN to COMMIT, and by whoever looks at what follows
  HANDLE may_write_;       // an event: nobody asked to hold still
  HANDLE stopped_;         // an event
  HANDLE thread_ = nullptr;
  bool broken_ = false;  // no transaction is tried until files come back
  std::int64_t committed_ = 0;
  std::string error_;
};

}  // namespace vsslab::mock::sqlite

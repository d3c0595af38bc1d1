#include "mock-writers/sqlite/application.h"

#include "mock-writers/files.h"
#include "mock-writers/sqlite/ledger.h"
#include "mock-writers/text.h"

namespace vsslab::mock::sqlite {

namespace {

DWORD milliseconds(Duration duration) {
  return static_cast<DWORD>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

class Locked {
 public:
  explicit Locked(CRITICAL_SECTION& section) : section_(section) {
    EnterCriticalSection(&section_);
  }
  ~Locked() { LeaveCriticalSection(&section_); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  CRITICAL_SECTION& section_;
};

}  // namespace

Application::Application(const plan::SqliteConfig& config, std::uint64_t seed)
    : config_(config),
      seed_(seed),
      vfs_({.seed = seed, .any_order = config.any_order}),
      may_write_(CreateEventW(nullptr, TRUE, TRUE, nullptr)),
      stopped_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {
  InitializeCriticalSection(&lock_);
}

Application::~Application() {
  stop();
  CloseHandle(may_write_);
  CloseHandle(stopped_);
  DeleteCriticalSection(&lock_);
}

std::wstring Application::folder() const {
  return wide(config_.database.substr(0, config_.database.rfind('\\')));
}

std::wstring Application::file_name() const {
  return wide(config_.database.substr(config_.database.rfind('\\') + 1));
}

bool Application::failed(const std::string& what) {
  error_ = what + ": " + books_.error();
  return false;
}

bool Application::open(bool create) {
  // Small pages and a cache of few of them: a transaction writes before it commits.
  const std::string journal = "PRAGMA journal_mode=" + config_.journal_mode;
  // In the exclusive mode, which a write-ahead log needs here, SQLite keeps its journal.
  const char* const locking = config_.journal_mode == "WAL" ? "PRAGMA locking_mode=EXCLUSIVE"
                                                            : "PRAGMA locking_mode=NORMAL";
  const std::string synchronous = "PRAGMA synchronous=" + config_.synchronous;
  if (!books_.open(config_.database, vfs_, create) || !books_.run("PRAGMA page_size=1024") ||
      !books_.run(locking) || !books_.run(journal.c_str()) || !books_.run(synchronous.c_str()) ||
      !books_.run("PRAGMA cache_size=8")) {
    return failed("opening " + config_.database);
  }
  const auto tables = books_.number("SELECT count(*) FROM sqlite_master WHERE type='table'");
  if (!tables) return failed("reading " + config_.database);
  if (*tables == 0 && (!create || !make_books(books_, seed_))) {
    return failed("making the tables of " + config_.database);
  }
  const auto last = books_.number("SELECT ifnull(max(n), 0) FROM ledger");
  if (!last) return failed("reading " + config_.database);
  committed_ = *last;
  return true;
}

bool Application::start() {
  make_folder(folder());
  if (!open(true)) return false;
  thread_ = CreateThread(nullptr, 0, &Application::thread_main, this, 0, nullptr);
  return thread_ != nullptr;
}

void Application::stop() {
  if (thread_ == nullptr) return;
  SetEvent(stopped_);
  SetEvent(may_write_);
  WaitForSingleObject(thread_, INFINITE);
  CloseHandle(thread_);
  thread_ = nullptr;
  books_.close();
}

DWORD WINAPI Application::thread_main(LPVOID self) {
  static_cast<Application*>(self)->work();
  return 0;
}

void Application::work() {
  while (WaitForSingleObject(stopped_, milliseconds(config_.every)) == WAIT_TIMEOUT) {
    WaitForSingleObject(may_write_, INFINITE);
    if (one_transaction()) continue;
    log_error("Ledger", error_);
    broken_ = true;
  }
}

bool Application::one_transaction() {
  const Locked locked(lock_);
  // Somebody may have asked to hold still between the wait and here.
  if (WaitForSingleObject(may_write_, 0) != WAIT_OBJECT_0 || broken_) return true;
  const std::int64_t next = committed_ + 1;
  if (!add_transaction(books_, seed_, next, [this] { Sleep(milliseconds(config_.work)); })) {
    return failed("transaction " + std::to_string(next));
  }
  committed_ = next;
  return true;
}

void Application::hold() {
  ResetEvent(may_write_);
  const Locked locked(lock_);
  if (config_.journal_mode == "WAL" && books_.is_open()) {
    books_.run("PRAGMA wal_checkpoint(TRUNCATE)");
  }
}

void Application::resume() { SetEvent(may_write_); }

void Application::give_files_up() {
  hold();
  const Locked locked(lock_);
  broken_ = true;
  books_.close();
  for (const char* const beside : {"-journal", "-wal"}) {
    DeleteFileW(wide(config_.database + beside).c_str());
  }
}

bool Application::take_files_back() {
  const Locked locked(lock_);
  broken_ = !open(false);
  return !broken_;
}

}  // namespace vsslab::mock::sqlite

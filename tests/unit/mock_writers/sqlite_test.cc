// SQLite on a lab volume: its VFS, the disk that loses and reorders, the application and the look
// at its database.

#include <windows.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/scheduler.h"
#include "mock-writers/sqlite/application.h"
#include "mock-writers/sqlite/image_vfs.h"
#include "mock-writers/sqlite/ledger.h"
#include "mock-writers/sqlite/write_cache.h"
#include "volume/volume_set.h"
#include "win32/lab.h"
#include "win32/process.h"

namespace vsslab::mock::sqlite {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// A machine with one volume, on which one process does what the test says.
class Machine {
 public:
  Machine() : scheduler_(make_virtual_scheduler()), lab_(*scheduler_), volumes_(scheduler_.get()) {
    lab_.volumes = &volumes_;
    volume = *volumes_.add({.root = "D:\\", .guid = {1, 1, 1, {}}});
  }
  void run(const std::function<void()>& body) {
    spawn_process(lab_, "application", [&] {
      body();
      return 0;
    });
    scheduler_->run({});
  }
  std::string file(std::string_view path) const { return volume->read_file(path).value_or(""); }

  Volume* volume = nullptr;

  // A volume's files beside a database, by name.
  using Files = std::map<std::string, std::string>;
  Files files_of(std::string_view folder) const {
    Files files;
    for (const FileInfo& info : volume->list(folder).value_or(std::vector<FileInfo>{})) {
      files[info.name] = file(info.path);
    }
    return files;
  }
  // What a power failure at each change would have left.
  std::vector<Files> moments;
  void keep_moments(std::string folder) {
    volumes_.set_observer([this, folder = std::move(folder)](const VolumeChange&) {
      moments.push_back(files_of(folder));
    });
  }
  void keep_no_more() { volumes_.set_observer({}); }

 private:
  std::unique_ptr<Scheduler> scheduler_;
  Lab lab_;
  VolumeSet volumes_;
};

plan::SqliteConfig ledger(const std::string& journal_mode = "DELETE") {
  plan::SqliteConfig config;
  config.database = "D:\\ledger\\ledger.db";
  config.journal_mode = journal_mode;
  return config;
}

// ---- the disk that loses and reorders ----------------------------------------------------------

struct Disk {
  std::string content = std::string(4096, '.');
  WriteCache::Sink sink() {
    return [this](std::uint64_t offset, const char* data, std::size_t bytes) {
      content.replace(offset, bytes, data, bytes);
      return SQLITE_OK;
    };
  }
};

TEST(WriteCache, IsReadThroughAndWritesAllInOrderAtSync) {
  std::mt19937_64 chance(1);
  Disk disk;
  WriteCache cache(chance, disk.sink());
  const std::string first(1024, 'a'), second(1024, 'b');
  cache.write(0, first.data(), first.size());
  cache.write(512, second.data(), second.size());
  std::string seen(2048, '.');
  cache.overlay(0, seen.data(), seen.size());
  EXPECT_EQ(seen, std::string(512, 'a') + std::string(1024, 'b') + std::string(512, '.'));
  EXPECT_EQ(cache.end(), 1536u);
  EXPECT_EQ(cache.sync(), SQLITE_OK);
  EXPECT_EQ(disk.content.substr(0, 2048), seen);
  EXPECT_TRUE(cache.empty());
}

TEST(WriteCache, LosesTearsAndReordersBySeedAndNeverInvents) {
  bool lost = false, torn = false, reordered = false;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    std::mt19937_64 chance(seed);
    Disk disk;
    WriteCache cache(chance, disk.sink());
    const std::string old(1024, 'a'), fresh(1024, 'b'), last(1024, 'c');
    cache.write(0, old.data(), old.size());
    cache.write(1024, fresh.data(), fresh.size());
    cache.write(2048, last.data(), last.size());
    for (std::size_t page = 0; page < 3; ++page) {
      const std::string on_disk = disk.content.substr(page * 1024, 1024);
      const char own = static_cast<char>('a' + page);
      for (const char c : on_disk) ASSERT_TRUE(c == '.' || c == own);
      lost = lost || on_disk == std::string(1024, '.');
      torn = torn || (on_disk.find('.') != std::string::npos && on_disk.find(own) < 1024);
    }
    reordered = reordered || (disk.content[0] == '.' && disk.content[2048] == 'c');
  }
  EXPECT_TRUE(lost);
  EXPECT_TRUE(torn);
  EXPECT_TRUE(reordered);
}

TEST(WriteCache, WritesNothingBehindATruncatedEnd) {
  std::mt19937_64 chance(3);
  Disk disk;
  WriteCache cache(chance, disk.sink());
  const std::string data(2048, 'a');
  cache.write(0, data.data(), data.size());
  disk.content = std::string(4096, '.');
  cache.truncate(700);
  cache.sync();
  EXPECT_EQ(disk.content, std::string(700, 'a') + std::string(4096 - 700, '.'));
}

// ---- the VFS -----------------------------------------------------------------------------------

TEST(FileVfs, ADatabaseLiesOnTheLabsVolume) {
  Machine machine;
  machine.run([] {
    FileVfs vfs({});
    Database books;
    ASSERT_TRUE(books.open("D:\\a.db", vfs, true)) << books.error();
    ASSERT_TRUE(make_books(books, 7));
    ASSERT_TRUE(add_transaction(books, 7, 1, [] {}));
    books.close();
    ASSERT_TRUE(books.open("D:\\a.db", vfs, false)) << books.error();
    EXPECT_EQ(books.number("SELECT max(n) FROM ledger"), 1);
    EXPECT_FALSE(books.open("D:\\none.db", vfs, false));
    EXPECT_THAT(books.error(), HasSubstr("unable to open"));
  });
  EXPECT_THAT(machine.file("a.db"), StartsWith("SQLite format 3"));
}

// The journal begins with a number of SQLite's own generator.
std::string journal_of(std::uint64_t seed) {
  Machine machine;
  std::string journal;
  machine.run([&] {
    FileVfs vfs({.seed = seed, .any_order = false});
    Database books;
    ASSERT_TRUE(books.open("D:\\a.db", vfs, true));
    ASSERT_TRUE(make_books(books, 7));
    ASSERT_TRUE(books.run("PRAGMA cache_size=1"));
    add_transaction(books, 7, 1, [&] { journal = machine.file("a.db-journal"); });
  });
  return journal;
}

TEST(FileVfs, SqlitesChanceIsTheSeedsWhateverTheProcessDidBefore) {
  const std::string first = journal_of(1);
  char used[3];
  sqlite3_randomness(sizeof used, used);
  ASSERT_THAT(first, Not(IsEmpty()));
  EXPECT_EQ(journal_of(1), first);
  EXPECT_NE(journal_of(2), first);
}

// ---- a look at a database ----------------------------------------------------------------------

TEST(Examine, SaysWhatIsThereAndChangesNothing) {
  Machine machine;
  machine.run([&] {
    {
      FileVfs vfs({});
      Database books;
      ASSERT_TRUE(books.open("D:\\a.db", vfs, true));
      ASSERT_TRUE(make_books(books, 7));
      for (int n = 1; n <= 3; ++n) ASSERT_TRUE(add_transaction(books, 7, n, [] {}));
    }
    machine.volume->set_read_only(true);
    const std::string before = machine.file("a.db");
    const Examination found = examine("D:\\a.db");
    EXPECT_EQ(found.integrity, "ok");
    EXPECT_EQ(found.transactions, 3);
    EXPECT_TRUE(found.complete);
    EXPECT_FALSE(found.recovered);
    EXPECT_EQ(machine.file("a.db"), before);
  });
}

TEST(Examine, TellsWhatIsNoDatabaseAndWhatHasBeenTamperedWith) {
  Machine machine;
  machine.run([&] {
    EXPECT_THAT(examine("D:\\none.db").integrity, HasSubstr("unable to open"));
    ASSERT_TRUE(machine.volume->write_file("junk.db", std::string(4096, 'x')));
    EXPECT_THAT(examine("D:\\junk.db").integrity, HasSubstr("not a database"));
    FileVfs vfs({});
    for (const char* const harm :
         {"DELETE FROM ledger WHERE n = 2", "UPDATE account SET balance = balance + 1 WHERE id = 3",
          "UPDATE line SET note = x'00' WHERE n = 1 AND k = 5", "DELETE FROM line WHERE n = 3",
          "INSERT INTO line VALUES(9, 0, x'00')", "DELETE FROM account WHERE id = 16"}) {
      Database books;
      ASSERT_TRUE(books.open(std::string("D:\\") + harm[0] + ".db", vfs, true));
      for (const char* const table : {"books", "account", "ledger", "line"}) {
        ASSERT_TRUE(books.run(("DROP TABLE IF EXISTS " + std::string(table)).c_str()));
      }
      ASSERT_TRUE(make_books(books, 7));
      for (int n = 1; n <= 3; ++n) ASSERT_TRUE(add_transaction(books, 7, n, [] {}));
      ASSERT_TRUE(books.run(harm)) << books.error();
      books.close();
      const Examination found = examine(std::string("D:\\") + harm[0] + ".db");
      EXPECT_EQ(found.integrity, "ok") << harm;
      EXPECT_FALSE(found.complete) << harm;
    }
  });
}

// ---- power failures ----------------------------------------------------------------------------

struct Failures {
  int moments = 0, recovered = 0, damaged = 0, incomplete = 0;
};

// Transactions, with a power failure after each change of the volume; every database that it leaves
// is looked at. `durable`: none may lack a transaction that was committed before.
Failures fail_everywhere(const std::string& journal_mode, const char* synchronous, bool any_order,
                         std::uint64_t seed) {
  Failures result;
  Machine machine;
  std::vector<std::int64_t> committed;  // at each moment
  machine.run([&] {
    FileVfs vfs({.seed = seed, .any_order = any_order});
    Database books;
    ASSERT_TRUE(machine.volume->create_directory("work"));
    ASSERT_TRUE(books.open("D:\\work\\a.db", vfs, true)) << books.error();
    ASSERT_TRUE(books.run("PRAGMA page_size=1024"));
    ASSERT_TRUE(books.run(("PRAGMA journal_mode=" + journal_mode).c_str()));
    ASSERT_TRUE(books.run((std::string("PRAGMA synchronous=") + synchronous).c_str()));
    ASSERT_TRUE(books.run("PRAGMA cache_size=8"));
    ASSERT_TRUE(make_books(books, seed));
    machine.keep_moments("work");
    for (int n = 1; n <= 3; ++n) {
      ASSERT_TRUE(add_transaction(books, seed, n, [] {})) << books.error();
      committed.resize(machine.moments.size(), n - 1);
    }
    machine.keep_no_more();
    for (std::size_t i = 0; i < machine.moments.size(); ++i) {
      const std::string folder = "m" + std::to_string(i);
      for (const auto& [name, content] : machine.moments[i]) {
        ASSERT_TRUE(machine.volume->write_file(folder + "\\" + name, content));
      }
      const Examination found = examine("D:\\" + folder + "\\a.db");
      ++result.moments;
      result.recovered += found.recovered ? 1 : 0;
      result.damaged += found.integrity == "ok" ? 0 : 1;
      // The transaction under way may be in or out, nothing else.
      const bool exact = found.complete && (found.transactions == committed[i] ||
                                            found.transactions == committed[i] + 1);
      result.incomplete += exact ? 0 : 1;
    }
  });
  return result;
}

TEST(PowerFailure, LeavesNothingButWholeTransactionsWhereSqliteSyncs) {
  for (const char* const mode : {"DELETE", "TRUNCATE", "PERSIST", "WAL"}) {
    for (const bool any_order : {false, true}) {
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const Failures found = fail_everywhere(mode, "FULL", any_order, seed);
        EXPECT_GT(found.moments, 50) << mode;
        EXPECT_GT(found.recovered, 0) << mode;
        EXPECT_EQ(found.damaged, 0) << mode << (any_order ? " any order " : " in order ") << seed;
        EXPECT_EQ(found.incomplete, 0)
            << mode << (any_order ? " any order " : " in order ") << seed;
      }
    }
  }
}

TEST(PowerFailure, DamagesWhatWasNotSynced) {
  const Failures found = fail_everywhere("DELETE", "OFF", true, 1);
  EXPECT_GT(found.damaged, 0);
  EXPECT_GT(found.incomplete, 0);
}

// ---- the application ---------------------------------------------------------------------------

TEST(Application, WritesNothingFromHoldToResume) {
  for (const char* const mode : {"DELETE", "WAL"}) {
    Machine machine;
    machine.run([&] {
      Application application(ledger(mode), 1);
      ASSERT_TRUE(application.start()) << application.error();
      Sleep(3000);
      application.hold();
      const std::int64_t committed = application.committed();
      EXPECT_GT(committed, 0);
      machine.keep_moments("ledger");
      Sleep(10'000);
      EXPECT_THAT(machine.moments, IsEmpty()) << mode;
      const Examination held = examine("D:\\ledger\\ledger.db");
      EXPECT_EQ(held.transactions, committed);
      EXPECT_TRUE(held.complete);
      EXPECT_FALSE(held.recovered) << mode;
      application.resume();
      Sleep(3000);
      EXPECT_THAT(machine.moments, Not(IsEmpty()));
      EXPECT_GT(application.committed(), committed);
      application.stop();
    });
  }
}

TEST(Application, LetsItsFilesBeReplacedAndWorksOnWithThem) {
  Machine machine;
  machine.run([&] {
    Application application(ledger(), 1);
    ASSERT_TRUE(application.start()) << application.error();
    Sleep(2000);
    application.hold();
    const std::int64_t saved = application.committed();
    const std::string copy = machine.file("ledger\\ledger.db");
    application.resume();
    Sleep(2000);
    application.give_files_up();
    EXPECT_GT(application.committed(), saved);
    ASSERT_TRUE(machine.volume->write_file("ledger\\ledger.db", copy));
    ASSERT_TRUE(application.take_files_back()) << application.error();
    EXPECT_EQ(application.committed(), saved);
    application.resume();
    Sleep(2000);
    EXPECT_GT(application.committed(), saved);
    application.stop();
    EXPECT_TRUE(examine("D:\\ledger\\ledger.db").complete);
  });
}

TEST(Application, RefusesWhatIsNoDatabaseOfItsOwn) {
  Machine machine;
  machine.run([&] {
    Application application(ledger(), 1);
    ASSERT_TRUE(application.start());
    application.give_files_up();
    ASSERT_TRUE(machine.volume->write_file("ledger\\ledger.db", std::string(2048, 'x')));
    EXPECT_FALSE(application.take_files_back());
    EXPECT_THAT(application.error(), HasSubstr("not a database"));
    application.stop();
  });
}

}  // namespace
}  // namespace vsslab::mock::sqlite

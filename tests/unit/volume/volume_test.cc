#include "volume/volume.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/limits.h"
#include "core/prng.h"
#include "volume/path.h"
#include "volume/volume_set.h"

namespace vsslab {
namespace {

std::string names(const FileResult<std::vector<FileInfo>>& files) {
  if (!files) return std::string(describe(files.error()));
  std::string text;
  for (const FileInfo& file : *files) text += file.path + " ";
  return text;
}

TEST(Path, NamesCompareWithoutCase) {
  EXPECT_TRUE(same_name("Readme.TXT", "README.txt"));
  EXPECT_TRUE(same_name("Größe", "GRÖßE"));
  EXPECT_TRUE(same_name("Čeština", "čeština"));
  EXPECT_TRUE(same_name("Журнал", "ЖУРНАЛ"));
  EXPECT_FALSE(same_name("a", "b"));
  EXPECT_EQ(fold_case("\xff\xc3"), "\xff\xc3");  // no UTF-8: kept
}

TEST(Path, Wildcards) {
  EXPECT_TRUE(matches_wildcard("*.*", "noextension"));
  EXPECT_TRUE(matches_wildcard("*", ""));
  EXPECT_TRUE(matches_wildcard("*.MDF", "orders.mdf"));
  EXPECT_TRUE(matches_wildcard("a*b*c", "aXbXbYc"));
  EXPECT_TRUE(matches_wildcard("gr?ße", "Größe"));
  EXPECT_FALSE(matches_wildcard("a?c", "ac"));
  EXPECT_FALSE(matches_wildcard("*.mdf", "orders.mdf.bak"));
  // Does not run away on hostile patterns.
  EXPECT_FALSE(matches_wildcard(std::string(200, '*') + "b", std::string(20'000, 'a')));
}

TEST(Path, WildcardsAreThoseOfWindows) {
  const struct {
    const char* pattern;
    const char* name;
    bool matches;
  } kCases[] = {
      {"*.", "readme", true},
      {"*.", "readme.txt", false},
      {"*.", "a.b.c", false},
      {"a??", "a", true},
      {"a??", "abc", true},
      {"a??", "abcd", false},
      {"*.???", "x.c", true},
      {"*.???", "x", true},
      {"x.???", "x.html", false},
      {"a?.txt", "a.txt", true},
      {"a?.txt", "ab.txt", true},
      {"a?.txt", "abc.txt", false},
      {"a.*", "a", true},
      {"a.*", "a.b.c", true},
      {"a.*", "ab", false},
      {"*.tar.*", "x.tar.gz", true},
      {"*.tar.*", "x.gz", false},
      {"*a.txt", "ba.txt", true},
      {"report", "REPORT", true},
      {"report", "report.1", false},
      {"?", "", true},
      {"?", "ab", false},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(matches_wildcard(c.pattern, c.name), c.matches) << c.pattern << " " << c.name;
  }
}

TEST(Path, Splitting) {
  EXPECT_EQ(split_path("a\\.\\b/../c\\\\d."), (std::vector<std::string>{"a", "c", "d"}));
  EXPECT_EQ(split_path(""), std::vector<std::string>{});
  for (const char* bad : {"..", "a\\..\\..", "a:b", "a\\*", "x\x01", "a\\...\\b"}) {
    EXPECT_EQ(split_path(bad), std::nullopt) << bad;
  }
  std::string deep;
  for (std::size_t i = 0; i <= limits::kPathDepthMax; ++i) deep += "d\\";
  EXPECT_EQ(split_path(deep), std::nullopt);
  EXPECT_EQ(split_path(std::string(limits::kFileNameBytesMax + 1, 'n')), std::nullopt);
}

class VolumeTest : public testing::Test {
 protected:
  Volume volume{{.root = "C:\\", .size = 1ULL << 40}};
};

TEST_F(VolumeTest, FilesKeepTheirContentAndCase) {
  ASSERT_TRUE(volume.write_file("Data\\Orders.MDF", "hello"));
  ASSERT_TRUE(volume.append("data\\orders.mdf", " world"));
  EXPECT_EQ(volume.read_file("DATA\\ORDERS.mdf"), "hello world");
  EXPECT_EQ(volume.stat("data\\orders.mdf")->path, "data\\orders.mdf");
  EXPECT_EQ(volume.list("data")->front().path, "data\\Orders.MDF");
  EXPECT_EQ(volume.stat("data\\orders.mdf")->name, "Orders.MDF");
  EXPECT_TRUE(volume.stat("Data")->directory);
}

TEST_F(VolumeTest, ErrorsAreThoseOfWindows) {
  ASSERT_TRUE(volume.write_file("d\\f", "x"));
  EXPECT_EQ(volume.read_file("d\\g").error(), FileError::file_not_found);
  EXPECT_EQ(volume.read_file("e\\g").error(), FileError::path_not_found);
  EXPECT_EQ(volume.read_file("d").error(), FileError::access_denied);
  EXPECT_EQ(volume.create_file("d\\F", false).error(), FileError::file_exists);
  EXPECT_EQ(volume.create_file("e\\F", false).error(), FileError::path_not_found);
  EXPECT_EQ(volume.create_directory("D").error(), FileError::already_exists);
  EXPECT_EQ(volume.create_directories("d\\f\\g").error(), FileError::directory);
  EXPECT_EQ(volume.remove_directory("d").error(), FileError::dir_not_empty);
  EXPECT_EQ(volume.remove_directory("d\\f").error(), FileError::directory);
  EXPECT_EQ(volume.remove("d").error(), FileError::access_denied);
  EXPECT_EQ(volume.write_file("a|b", "").error(), FileError::invalid_name);
  EXPECT_EQ(volume.list("d\\f").error(), FileError::directory);
  EXPECT_EQ(volume.resize("d\\f", 1ULL << 41).error(), FileError::disk_full);
  ASSERT_TRUE(volume.remove("d\\f"));
  EXPECT_TRUE(volume.remove_directory("d"));
  volume.set_read_only(true);
  EXPECT_EQ(volume.write_file("x", "").error(), FileError::write_protect);
}

TEST_F(VolumeTest, FindTakesWildcardsAndGoesDown) {
  for (const char* path : {"a\\1.log", "a\\2.txt", "a\\b\\3.log", "a\\c\\d\\4.LOG", "5.log"}) {
    ASSERT_TRUE(volume.write_file(path, path));
  }
  EXPECT_EQ(names(volume.find("a", "*.log", false)), "a\\1.log ");
  EXPECT_EQ(names(volume.find("A", "*.log", true)), "A\\1.log A\\b\\3.log A\\c\\d\\4.LOG ");
  EXPECT_EQ(names(volume.list("a")), "a\\1.log a\\2.txt a\\b a\\c ");
  EXPECT_EQ(volume.find("nowhere", "*", true).error(), FileError::path_not_found);
}

TEST_F(VolumeTest, GapsAndGrownFilesReadAsZeros) {
  ASSERT_TRUE(volume.write_file("f", std::string(20'000, 'x')));
  ASSERT_TRUE(volume.resize("f", 10));
  ASSERT_TRUE(volume.resize("f", 40'000));
  EXPECT_EQ(volume.read_file("f"), std::string(10, 'x') + std::string(39'990, '\0'));
  ASSERT_TRUE(volume.write_at("f", 50'000, "end"));
  EXPECT_EQ(volume.read_file("f")->substr(40'000), std::string(10'000, '\0') + "end");
}

TEST_F(VolumeTest, RemovedFilesGiveTheirRoomBack) {
  const std::uint64_t before = volume.free_bytes();
  ASSERT_TRUE(volume.write_file("a", std::string(100'000, 'a')));
  ASSERT_TRUE(volume.write_file("b", std::string(100'000, 'b')));
  EXPECT_LT(volume.free_bytes(), before - 200'000);
  ASSERT_TRUE(volume.remove("a"));
  ASSERT_TRUE(volume.write_file("c", std::string(150'000, 'c')));  // in two extents
  EXPECT_EQ(volume.read_file("b"), std::string(100'000, 'b'));
  EXPECT_EQ(volume.read_file("c"), std::string(150'000, 'c'));
  ASSERT_TRUE(volume.remove("b"));
  ASSERT_TRUE(volume.remove("c"));
  EXPECT_EQ(volume.free_bytes(), before);
  EXPECT_EQ(volume.blocks().pages_in_use(), 0U);
}

TEST_F(VolumeTest, RenameMovesReplacesAndRefuses) {
  ASSERT_TRUE(volume.write_file("a\\f", "one"));
  ASSERT_TRUE(volume.write_file("b\\g", "two"));
  EXPECT_EQ(volume.rename("a\\f", "b\\g", false).error(), FileError::already_exists);
  ASSERT_TRUE(volume.rename("a\\f", "b\\g", true));
  EXPECT_EQ(volume.read_file("b\\g"), "one");
  EXPECT_EQ(volume.stat("a\\f").error(), FileError::file_not_found);
  EXPECT_EQ(volume.rename("b", "b\\inside", false).error(), FileError::access_denied);
  ASSERT_TRUE(volume.rename("b", "B", false));  // only the case changes
  EXPECT_EQ(names(volume.list("")), "a B ");
  ASSERT_TRUE(volume.rename("b", "a\\deep", false));
  EXPECT_EQ(volume.read_file("a\\deep\\g"), "one");
}

// The volume against a plain map of strings, with a state kept on the way.
TEST_F(VolumeTest, RandomWritesAgreeWithAModel) {
  Prng prng(11);
  std::map<std::string, std::string> model;
  for (int round = 0; round < 3000; ++round) {
    const std::string path = "d\\" + std::to_string(prng.below(6));
    std::string& content = model[path];
    if (content.empty() || !volume.stat(path)) {
      ASSERT_TRUE(volume.write_file(path, content));
    }
    const std::uint64_t at = prng.below(70'000);
    const std::string bytes(prng.below(30'000), static_cast<char>('a' + round % 26));
    switch (prng.below(5)) {
      case 0:
        content.resize(at, '\0');
        ASSERT_TRUE(volume.resize(path, at));
        break;
      case 1:
        content.clear();
        ASSERT_TRUE(volume.remove(path));
        break;
      default:
        if (content.size() < at + bytes.size()) content.resize(at + bytes.size(), '\0');
        content.replace(at, bytes.size(), bytes);
        ASSERT_TRUE(volume.write_at(path, at, bytes));
    }
    if (round % 50 != 0) continue;
    for (const auto& [name, text] : model) {
      if (text.empty()) continue;
      ASSERT_EQ(volume.read_file(name), text) << round;
    }
  }
}

// Keeps the old content of every block that is written, as the simplest provider would.
struct KeepAll : WriteHook {
  void preserve(std::uint64_t block, const BlockImage& old) override {
    ++calls;
    kept.emplace(block, old);
  }
  std::map<std::uint64_t, BlockImage> kept;
  int calls = 0;
};

struct AsOf : BlockSource {
  AsOf(const KeepAll& hook, const BlockStore& live) : hook(hook), live(live) {}
  void read(std::uint64_t offset, std::span<std::byte> out) const override {
    while (!out.empty()) {
      const std::size_t within = offset % kBlockBytes;
      const std::size_t bytes = std::min(out.size(), kBlockBytes - within);
      const auto old = hook.kept.find(offset / kBlockBytes);
      if (old != hook.kept.end()) {
        read_image(old->second, within, out.first(bytes));
      } else {
        live.read(offset, out.first(bytes));
      }
      offset += bytes;
      out = out.subspan(bytes);
    }
  }
  const KeepAll& hook;
  const BlockStore& live;
};

TEST_F(VolumeTest, AKeptStateWithItsOldBlocksIsTheVolumeOfThatMoment) {
  Prng prng(5);
  std::map<std::string, std::string> then;
  for (int i = 0; i < 30; ++i) {
    const std::string path = "dir\\file" + std::to_string(i);
    then[path] = std::string(1 + prng.below(60'000), static_cast<char>('A' + i));
    ASSERT_TRUE(volume.write_file(path, then[path]));
  }
  KeepAll hook;
  volume.blocks().add_hook(hook);
  volume.blocks().mark();
  Volume copy({.root = "", .size = volume.options().size}, "\\\\?\\GLOBALROOT\\Device\\Copy1",
              volume.state(), std::make_shared<AsOf>(hook, volume.blocks()), nullptr);
  for (int i = 0; i < 300; ++i) {
    const std::string path = "dir\\file" + std::to_string(prng.below(40));
    switch (prng.below(3)) {
      case 0:
        static_cast<void>(volume.remove(path));
        break;
      case 1:
        ASSERT_TRUE(volume.write_file(path, std::string(prng.below(50'000), 'n')));
        break;
      default:
        static_cast<void>(volume.write_at(path, prng.below(90'000), "new"));
        break;
    }
  }
  for (const auto& [path, content] : then) ASSERT_EQ(copy.read_file(path), content) << path;
  EXPECT_EQ(copy.list("dir")->size(), then.size());
  EXPECT_EQ(static_cast<std::size_t>(hook.calls), hook.kept.size());  // each block once

  // The copy may be written without the volume seeing it.
  const auto live = volume.read_file("dir\\file3");
  ASSERT_TRUE(copy.write_file("dir\\file3", "recovered"));
  ASSERT_TRUE(copy.write_file("dir\\log", "new"));
  ASSERT_TRUE(copy.write_at("dir\\file4", 5, "!"));
  EXPECT_EQ(copy.read_file("dir\\file3"), "recovered");
  std::string patched = then["dir\\file4"];
  if (patched.size() < 6) patched.resize(6, '\0');
  EXPECT_EQ(copy.read_file("dir\\file4"), patched.replace(5, 1, "!"));
  EXPECT_EQ(volume.read_file("dir\\file3"), live);
  EXPECT_FALSE(volume.stat("dir\\log"));
  volume.blocks().remove_hook(hook);
}

TEST_F(VolumeTest, SharedContentIsEqualAndApart) {
  Volume other({.root = "D:\\", .guid = {2, 2, 2, {}}});
  std::string content(3 * kBlockBytes + 777, 'x');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 31 >> 3);
  ASSERT_TRUE(volume.write_file("a", content));
  ASSERT_TRUE(
      volume.resize("a", content.size() + 9 * kPageBytes));  // pages that were never written
  content.resize(content.size() + 9 * kPageBytes, '\0');
  ASSERT_TRUE(other.create_file("b", true));
  std::string saw;
  const auto look = [&](std::string_view bytes) { saw += bytes; };
  std::uint64_t at = 0;
  for (;;) {
    const auto shared = other.share("b", volume, "a", at, 4 * kPageBytes, look);
    ASSERT_TRUE(shared.has_value() && shared->has_value());
    if (**shared == 0) break;
    at += **shared;
  }
  EXPECT_EQ(saw, content);
  EXPECT_EQ(other.read_file("b"), content);
  // Writing one leaves the other as it is.
  ASSERT_TRUE(other.write_at("b", 5000, "other"));
  ASSERT_TRUE(volume.write_at("a", 9000, "here"));
  EXPECT_EQ(volume.read_file("a")->substr(5000, 5), content.substr(5000, 5));
  EXPECT_EQ(other.read_file("b")->substr(9000, 4), content.substr(9000, 4));
  EXPECT_EQ(other.read_file("b")->substr(5000, 5), "other");
  // What lies behind a file's end does not come back when it grows.
  ASSERT_TRUE(volume.write_file("short", "abc"));
  ASSERT_TRUE(other.create_file("short", true));
  ASSERT_TRUE(other.share("short", volume, "short", 0, 100, look).has_value());
  ASSERT_TRUE(other.resize("short", 10));
  EXPECT_EQ(other.read_file("short"), std::string("abc") + std::string(7, '\0'));
}

TEST_F(VolumeTest, SharingIsRefusedWhereItTakesACopy) {
  ASSERT_TRUE(volume.write_file("a", "one"));
  const auto look = [](std::string_view) {};
  EXPECT_FALSE(volume.share("a", volume, "a", 3, 10, look).has_value());        // itself
  EXPECT_FALSE(volume.share("a", volume, "nothing", 3, 10, look).has_value());  // not there
  ASSERT_TRUE(volume.write_file("b", "two"));
  EXPECT_FALSE(volume.share("b", volume, "a", 0, 10, look).has_value());  // not at its end
  volume.set_read_only(true);
  const auto refused = volume.share("b", volume, "a", 3, 10, look);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->error(), FileError::write_protect);
}

TEST(BlockStore, HooksSeeEachBlockOncePerMark) {
  BlockStore store(1ULL << 40);
  KeepAll hook;
  const std::string text(kBlockBytes * 2, 'x');
  const auto data = std::as_bytes(std::span(text));
  store.write(0, data);
  store.add_hook(hook);
  store.write(0, data);
  EXPECT_EQ(hook.calls, 0);  // no mark yet
  store.mark();
  store.write(100, data.first(10));
  store.write(200, data.first(10));
  EXPECT_EQ(hook.calls, 1);
  store.write(kBlockBytes - 1, data.first(2));
  EXPECT_EQ(hook.calls, 2);
  store.write((1ULL << 40) - 5, data.first(5));  // far away, never written before
  EXPECT_EQ(hook.calls, 3);
  std::vector<std::byte> old(10);
  read_image(hook.kept.at(0), 95, old);
  EXPECT_EQ(old, std::vector<std::byte>(10, std::byte{'x'}));
  store.remove_hook(hook);
}

TEST(HeldWrites, WritersWaitInTheirTaskUntilTheRelease) {
  const auto scheduler = make_virtual_scheduler();
  VolumeSet set(scheduler.get());
  Volume* const volume = *set.add({.root = "C:\\", .guid = {1, 2, 3, {}}});
  std::string log;
  int owner = 0;
  set.set_observer([&](const VolumeChange& change) {
    if (change.kind == VolumeChange::Kind::blocked) {
      log += "blocked:" + change.path + " ";
      EXPECT_EQ(change.who.owner, change.task == 0 ? nullptr : &owner);
    }
    if (change.kind == VolumeChange::Kind::write) {
      log += "write@" + seconds(scheduler->now()) + " ";
      EXPECT_EQ(change.length, 4U);
    }
  });
  scheduler->spawn("holder", {}, [&] {
    volume->flush();
    volume->hold_writes();
    scheduler->sleep_for(std::chrono::seconds(3));
    volume->release_writes();
  });
  scheduler->spawn("writer", {&owner}, [&] {
    scheduler->sleep_for(std::chrono::seconds(1));
    EXPECT_TRUE(volume->writes_held());
    EXPECT_TRUE(volume->write_file("f", "data"));
    EXPECT_EQ(volume->stat("f")->modified, std::chrono::seconds(3));
  });
  EXPECT_EQ(scheduler->run({}), RunEnd::quiet);
  EXPECT_EQ(log, "blocked:C:\\f write@3.000 s ");
  volume->hold_writes();
  EXPECT_EQ(volume->write_file("f", "data").error(), FileError::not_ready);  // nobody could wait
}

TEST(VolumeSet, FindsVolumesByAllTheirNames) {
  VolumeSet set;
  const Guid guid = *Guid::parse("12345678-0000-0000-0000-00000000abcd");
  Volume* const c = *set.add({.root = "C:\\", .guid = guid});
  Volume* const d =
      *set.add({.root = "D:\\", .guid = *Guid::parse("{00000000-0000-0000-0000-000000000001}")});
  EXPECT_EQ(c->guid_path(), "\\\\?\\Volume{12345678-0000-0000-0000-00000000abcd}\\");
  for (const char* name : {"C:", "c:\\", "\\\\?\\C:\\",
                           "\\\\.\\c:", "\\\\?\\Volume{12345678-0000-0000-0000-00000000ABCD}\\",
                           "\\\\?\\volume{12345678-0000-0000-0000-00000000abcd}"}) {
    EXPECT_EQ(set.find_volume(name), c) << name;
  }
  EXPECT_EQ(set.find_volume("D:\\"), d);
  for (const char* name : {"", "E:\\", "C:\\dir", "\\\\?\\Volume{}\\", "C", "C:dir"}) {
    EXPECT_EQ(set.find_volume(name), nullptr) << name;
  }
  EXPECT_EQ(set.resolve("d:\\a\\b")->path, "a\\b");
  EXPECT_EQ(set.resolve("\\\\?\\Volume{12345678-0000-0000-0000-00000000abcd}\\x\\y")->path, "x\\y");
  EXPECT_FALSE(set.add({.root = "c:\\", .guid = {9, 9, 9, {}}}));
  EXPECT_FALSE(set.add({.root = "E:\\", .guid = guid}));
  EXPECT_FALSE(set.add({.root = "E:", .guid = {9, 9, 9, {}}}));
}

TEST(VolumeSet, MountedFoldersLeadOn) {
  VolumeSet set;
  Volume* const c = *set.add({.root = "C:\\", .guid = {1, 1, 1, {}}});
  Volume* const d = *set.add({.root = "D:\\", .guid = {2, 2, 2, {}}});
  ASSERT_TRUE(c->create_directories("mnt\\data"));
  ASSERT_TRUE(d->write_file("sub\\f", "x"));
  ASSERT_TRUE(set.mount(*d, "C:\\mnt\\data"));
  EXPECT_EQ(c->stat("mnt\\data")->attributes, 0x400U);
  const auto f = set.resolve("c:\\MNT\\data\\sub\\f");
  ASSERT_TRUE(f);
  EXPECT_EQ(f->volume, d);
  EXPECT_EQ(f->path, "sub\\f");
  EXPECT_EQ(set.resolve("C:\\mnt\\data")->volume, d);
  EXPECT_EQ(set.resolve("C:\\mnt\\data", false)->volume, c);
  EXPECT_EQ(set.find_volume("C:\\mnt\\data\\"), d);
  EXPECT_EQ(set.mount_path_of("C:\\mnt\\data\\sub\\f"), "C:\\mnt\\data\\");
  EXPECT_EQ(set.mount_path_of("C:\\mnt"), "C:\\");
  EXPECT_EQ(set.paths_of(*d), (std::vector<std::string>{"D:\\", "C:\\mnt\\data\\"}));
  // Folders that lead in a circle lead nowhere.
  ASSERT_TRUE(d->create_directories("back"));
  ASSERT_TRUE(set.mount(*d, "D:\\back"));
  EXPECT_EQ(set.resolve("D:\\back\\back\\sub\\f")->path, "sub\\f");
  std::string deep = "D:\\";
  for (int i = 0; i < 40; ++i) deep += "back\\";
  EXPECT_EQ(set.resolve(deep), std::nullopt);
  // A plain folder again.
  ASSERT_TRUE(c->set_mounted("mnt\\data", ""));
  EXPECT_EQ(set.resolve("C:\\mnt\\data\\sub")->volume, c);
  EXPECT_EQ(set.paths_of(*d).front(), "D:\\");
  EXPECT_FALSE(set.mount(*d, "C:\\none"));
}

TEST(VolumeSet, DevicesAreFoundByPath) {
  VolumeSet set;
  Volume* const c = *set.add({.root = "C:\\", .guid = {1, 1, 1, {}}});
  ASSERT_TRUE(c->write_file("dir\\f", "x"));
  const std::string device = "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1";
  EXPECT_EQ(set.next_device_number(), 1U);
  set.add_device(
      std::make_shared<Volume>(Volume::Options{.root = ""}, device, c->state(), nullptr, nullptr));
  const auto found = set.resolve("\\\\?\\GlobalRoot\\Device\\harddiskvolumeshadowcopy1\\dir\\f");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->path, "dir\\f");
  EXPECT_TRUE(found->volume->stat(found->path));
  EXPECT_EQ(set.find_volume(device), nullptr);
  EXPECT_EQ(set.resolve("\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy12\\x"), std::nullopt);
  set.remove_device(device + "\\");
  EXPECT_EQ(set.find_device(device), nullptr);
}

TEST(VolumeSet, CopiesAreSeenInFoldersAndShares) {
  VolumeSet set;
  Volume* const c = *set.add({.root = "C:\\", .guid = {1, 1, 1, {}}});
  ASSERT_TRUE(c->write_file("dir\\f", "x"));
  const std::string device = "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1";
  set.add_device(
      std::make_shared<Volume>(Volume::Options{.root = ""}, device, c->state(), nullptr, nullptr));
  Volume* const copy = set.find_device(device);
  ASSERT_TRUE(c->create_directories("mnt"));
  ASSERT_TRUE(set.mount(*copy, "C:\\mnt\\"));
  EXPECT_EQ(set.resolve("C:\\mnt\\dir\\f")->volume, copy);
  EXPECT_EQ(set.mount_path_of("C:\\mnt\\dir\\f"), "C:\\mnt\\");
  EXPECT_FALSE(set.mount(*copy, "C:\\dir"));  // not empty
  EXPECT_TRUE(set.define_share("\\\\LAB\\Data", device, "dir"));
  EXPECT_FALSE(set.define_share("\\\\lab\\data", device, ""));
  EXPECT_FALSE(set.define_share("\\\\LAB\\None", device + "9", ""));
  EXPECT_EQ(set.resolve("\\\\lab\\DATA\\f")->path, "dir\\f");
  EXPECT_EQ(set.resolve("\\\\LAB\\Data")->path, "dir");
  EXPECT_EQ(set.resolve("\\\\LAB\\Dat\\f"), std::nullopt);
  EXPECT_TRUE(set.remove_share("\\\\LAB\\DATA"));
  EXPECT_EQ(set.resolve("\\\\LAB\\Data\\f"), std::nullopt);
  // While writes are held the folder stays as it is and leads nowhere once the copy is gone.
  c->hold_writes();
  set.unmount("C:\\mnt");
  EXPECT_EQ(set.resolve("C:\\mnt\\dir")->volume, copy);
  c->release_writes();
  set.unmount("C:\\mnt");
  EXPECT_EQ(set.resolve("C:\\mnt\\dir")->volume, c);
  ASSERT_TRUE(set.mount(*copy, "C:\\mnt"));
  set.remove_device(device);
  EXPECT_EQ(set.resolve("C:\\mnt\\dir"), std::nullopt);
}

}  // namespace
}  // namespace vsslab

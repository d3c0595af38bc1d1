#include "rules/file_overlap.h"

#include <gtest/gtest.h>

#include <string>

namespace vsslab::rules {
namespace {

metadata::FileSet files(std::string path, std::string spec, bool recursive = false) {
  metadata::FileSet set;
  set.path = std::move(path);
  set.filespec = std::move(spec);
  set.recursive = recursive;
  return set;
}

metadata::WriterMetadata document(std::vector<std::vector<metadata::FileSet>> components) {
  metadata::WriterMetadata result;
  for (auto& sets : components) {
    metadata::Component component;
    component.name = "c" + std::to_string(result.components.size());
    component.files = std::move(sets);
    result.components.push_back(std::move(component));
  }
  return result;
}

std::size_t overlaps(std::vector<metadata::FileSet> sets) {
  return find_file_overlaps(document({std::move(sets)})).found.size();
}

TEST(PatternsMeet, KnowsStarsAndQuestionMarks) {
  EXPECT_TRUE(patterns_meet("a.dat", "A.DAT"));
  EXPECT_FALSE(patterns_meet("a.dat", "b.dat"));
  EXPECT_TRUE(patterns_meet("*.dat", "a.*"));
  EXPECT_FALSE(patterns_meet("*.dat", "*.log"));
  EXPECT_TRUE(patterns_meet("a*b", "ab"));
  EXPECT_FALSE(patterns_meet("a?b", "ab"));
  EXPECT_TRUE(patterns_meet("Perfc???.dat", "perfc009.dat"));
  EXPECT_FALSE(patterns_meet("Perfc???.dat", "Perfd???.dat"));
  EXPECT_TRUE(patterns_meet("*.*", "no-extension"));
  EXPECT_TRUE(patterns_meet("", ""));
  EXPECT_FALSE(patterns_meet("", "a"));
}

// Against every name of up to three letters of a small alphabet.
TEST(PatternsMeet, AgreesWithTryingNames) {
  const auto matches = [](auto&& self, std::string_view p, std::string_view name) -> bool {
    if (p.empty()) return name.empty();
    if (p[0] == '*') {
      return self(self, p.substr(1), name) || (!name.empty() && self(self, p, name.substr(1)));
    }
    return !name.empty() && (p[0] == '?' || p[0] == name[0]) &&
           self(self, p.substr(1), name.substr(1));
  };
  std::vector<std::string> names{""}, patterns{""};
  const auto grow = [](std::vector<std::string>& words, std::string_view letters,
                       std::size_t most) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i].size() == most) continue;
      for (const char letter : letters) words.push_back(words[i] + letter);
    }
  };
  grow(names, "ab", 6);
  grow(patterns, "ab*?", 3);
  for (const std::string& a : patterns) {
    for (const std::string& b : patterns) {
      bool meet = false;
      for (const std::string& name : names) {
        meet |= matches(matches, a, name) && matches(matches, b, name);
      }
      ASSERT_EQ(patterns_meet(a, b), meet) << a << " and " << b;
    }
  }
}

TEST(FileOverlap, FindsTheSameSetInAnotherSpelling) {
  EXPECT_EQ(overlaps({files("C:\\Data", "a.dat"), files("c:\\DATA\\", "A.dat")}), 1U);
  EXPECT_EQ(overlaps({files("%WinDir%\\Tasks", "*"), files("C:\\Windows\\Tasks", "*.job")}), 1U);
  EXPECT_EQ(overlaps({files("C:\\Data", "a.dat"), files("C:\\Data", "b.dat")}), 0U);
  EXPECT_EQ(overlaps({files("C:\\Data", "a.dat"), files("C:\\Data2", "a.dat")}), 0U);
}

TEST(FileOverlap, ComparesWildcardsInOneDirectoryOnce) {
  EXPECT_EQ(overlaps({files("C:\\Data", "*.dat"), files("C:\\Data", "a.*")}), 1U);
  EXPECT_EQ(overlaps({files("C:\\Data", "a.dat"), files("C:\\Data", "*")}), 1U);
  EXPECT_EQ(overlaps({files("C:\\Data", "*"), files("C:\\Data", "*")}), 1U);
  EXPECT_EQ(overlaps({files("C:\\Data", "*"), files("C:\\Data\\sub", "*")}), 0U);
}

TEST(FileOverlap, RecursionReachesWideSetsBelow) {
  EXPECT_EQ(overlaps({files("C:\\Data", "*", true), files("C:\\Data\\sub\\deep", "*.log")}), 1U);
  EXPECT_EQ(overlaps({files("C:\\Data\\sub", "*", true), files("C:\\Data", "*", true)}), 1U);
  EXPECT_EQ(overlaps({files("C:\\Data", "*", true), files("C:\\Database", "*")}), 0U);
  // Windows' System Writer has single files below a recursive set.
  EXPECT_EQ(overlaps({files("C:\\Data", "*", true), files("C:\\Data\\sub", "a.dat")}), 0U);
}

TEST(FileOverlap, TellsComponentsApart) {
  const auto found =
      find_file_overlaps(document({{files("C:\\Data", "a.dat")}, {files("C:\\Data", "*")}})).found;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].same_component());
}

// 20,000 wildcards in one directory would be 200 million comparisons: it gives up and says so.
TEST(FileOverlap, GivesUpByItsLimit) {
  std::vector<metadata::FileSet> sets;
  for (int i = 0; i < 20000; ++i) sets.push_back(files("C:\\Data", "x" + std::to_string(i) + "?"));
  EXPECT_FALSE(find_file_overlaps(document({std::move(sets)})).complete);
}

}  // namespace
}  // namespace vsslab::rules

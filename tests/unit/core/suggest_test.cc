#include "core/suggest.h"

#include <gtest/gtest.h>

#include <string>

namespace vsslab {
namespace {

TEST(Suggest, DistanceCountsSlips) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("Freeze", "freeze"), 0U);
  EXPECT_EQ(edit_distance("Freze", "Freeze"), 1U);
  EXPECT_EQ(edit_distance("Feeeze", "Freeze"), 1U);
  EXPECT_EQ(edit_distance("Ferzee", "Freeze"), 2U);  // two swaps
  EXPECT_EQ(edit_distance("", "Thaw"), 4U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), edit_distance("sitting", "kitten"));
}

TEST(Suggest, NearestIsTheLikelySlip) {
  EXPECT_EQ(nearest("Freze", {"Thaw", "Freeze", "PrepareForFreeze"}), "Freeze");
  EXPECT_EQ(nearest("seeed", {"spread", "seed"}), "seed");
  EXPECT_EQ(nearest("aab", {"aaa", "aac"}), "aaa") << "the first of equally near ones";
  EXPECT_EQ(nearest("Backup", {"Thaw", "Freeze"}), "");
  EXPECT_EQ(nearest("", {"Thaw"}), "");
  EXPECT_EQ(nearest(std::string(100, 'a'), {"Thaw"}), "") << "suggest_word_bytes_max";
}

TEST(Suggest, HintNamesOneOrListsAFew) {
  EXPECT_EQ(did_you_mean("Freze", {"Thaw", "Freeze"}), "did you mean 'Freeze'?");
  EXPECT_EQ(did_you_mean("Backup", {"Thaw", "Freeze"}), "valid: Thaw, Freeze");
  EXPECT_EQ(did_you_mean("Backup", {"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "b1",
                                    "b2", "b3", "b4"}),
            "")
      << "a long list helps nobody";
}

}  // namespace
}  // namespace vsslab

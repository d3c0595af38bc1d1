#include "core/digest.h"

#include <gtest/gtest.h>

#include <string>

namespace vsslab {
namespace {

TEST(Digest, KnownValues) {
  // The published check values of XXH3 for no bytes.
  EXPECT_EQ(hex64(digest64("")), "2d06800538d394c2");
  EXPECT_EQ(digest128("").hex(), "99aa06d3014798d86001c324468d497f");
}

TEST(Digest, PiecesGiveTheSameAsTheWhole) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += static_cast<char>(i * 7 + i / 256);
  for (const std::size_t piece : {1U, 3U, 64U, 255U, 1024U, 4999U}) {
    DigestStream stream;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      stream.update(std::string_view(text).substr(at, piece));
    }
    EXPECT_EQ(stream.value64(), digest64(text)) << piece;
    EXPECT_EQ(stream.value128(), digest128(text)) << piece;
  }
}

TEST(Digest, OneBitChangesIt) {
  EXPECT_NE(digest128("abc"), digest128("abb"));
  EXPECT_NE(digest64("abc"), digest64("abb"));
}

}  // namespace
}  // namespace vsslab

#include "xml/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/limits.h"

namespace vsslab::xml {
namespace {

using ::testing::HasSubstr;
using namespace std::string_literals;

// ASCII as UTF-16.
std::string utf16(std::string_view text, bool big_endian = false) {
  std::string out;
  for (const char c : text) {
    if (big_endian) out += '\0';
    out += c;
    if (!big_endian) out += '\0';
  }
  return out;
}

std::string text_of(const std::string& bytes) {
  const Result<Decoded> decoded = decode(bytes, "f.xml");
  return decoded ? std::string(decoded->text(bytes)) : "error: " + decoded.error().message;
}

TEST(Decode, KnowsTheEncodings) {
  struct Case {
    const char* what;
    std::string bytes;
    Encoding encoding;
    bool mark, nul;
  };
  const Case cases[] = {
      {"UTF-8", "<a/>", Encoding::utf8, false, false},
      {"UTF-8 with a mark", "\xEF\xBB\xBF<a/>", Encoding::utf8, true, false},
      {"UTF-8 with a trailing NUL", "<a/>\0"s, Encoding::utf8, false, true},
      {"UTF-16LE with a mark", "\xFF\xFE" + utf16("<a/>"), Encoding::utf16_le, true, false},
      {"UTF-16BE with a mark", "\xFE\xFF" + utf16("<a/>", true), Encoding::utf16_be, true, false},
      {"as VShadow writes: no mark, one NUL", utf16("<a/>\0"s), Encoding::utf16_le, false, true},
      {"UTF-16BE without a mark", utf16("<a/>", true), Encoding::utf16_be, false, false},
      {"UTF-16BE with mark and NUL", "\xFE\xFF" + utf16("<a/>\0"s, true), Encoding::utf16_be, true,
       true},
  };
  for (const Case& c : cases) {
    const Result<Decoded> decoded = decode(c.bytes, "f.xml");
    ASSERT_TRUE(decoded) << c.what;
    EXPECT_EQ(decoded->text(c.bytes), "<a/>") << c.what;
    EXPECT_EQ(decoded->encoding, c.encoding) << c.what;
    EXPECT_EQ(decoded->byte_order_mark, c.mark) << c.what;
    EXPECT_EQ(decoded->trailing_nul, c.nul) << c.what;
  }
}

TEST(Decode, KeepsCharactersBeyondAscii) {
  EXPECT_EQ(text_of(utf16("\r\n <a/>")), "\r\n <a/>") << "white space first";
  EXPECT_EQ(text_of("<a b='\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80'/>"),
            "<a b='\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80'/>");
  // ä, €, 😀 in UTF-16LE.
  EXPECT_EQ(text_of("<\0\xE4\0\xAC\x20\x3D\xD8\x00\xDE"s), "<\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
}

TEST(Decode, RefusesWhatIsNoText) {
  struct Case {
    std::string bytes;
    const char* message;
  };
  const Case cases[] = {
      {"", "empty"},
      {"\xEF\xBB\xBF", "empty"},
      {"\0"s, "empty"},
      {"\xFF\xFE", "empty"},
      {"<a>\xFF</a>", "0xFF"},
      {"<a>\xC3</a>", "0xC3"},
      {"<a>\xC0\xAF</a>", "0xC0"},          // overlong
      {"<a>\xED\xA0\x80</a>", "0xED"},      // a surrogate as UTF-8
      {"<a>\xF4\x90\x80\x80</a>", "0xF4"},  // beyond U+10FFFF
      {"<a>\xEF\xBF\xBE</a>", "U+FFFE"},
      {"<a>\xE4</a>", "0xE4"},  // windows-1252
      {"<a>x\x01y</a>", "U+0001"},
      {"<a>\x1B</a>", "U+001B"},
      {"<a\0/>"s, "NUL"},
      {"<a/>\0\0"s, "NUL"},
      {utf16("<a>\x02</a>"), "U+0002"},
      {utf16("<a/>\0\0"s), "NUL"},
      {"<\0\x00\xD8>\0"s, "U+D800"},
      {"<\0\x00\xDC>\0"s, "U+DC00"},
      {"<\0\x3D\xD8"s, "U+D83D"},
      {"<\0a"s, "odd number"},
      {"\xFF\xFE\0\0<\0\0\0"s, "UTF-32"},
  };
  for (const Case& c : cases) {
    const Result<Decoded> decoded = decode(c.bytes, "f.xml");
    ASSERT_FALSE(decoded) << c.message;
    EXPECT_THAT(decoded.error().message, HasSubstr(c.message));
    EXPECT_EQ(decoded.error().file, "f.xml");
  }
}

TEST(Decode, ErrorsNameTheLine) {
  const Result<Decoded> decoded = decode("<a>\n<b/>\n  <c d='\x01'/>\n</a>", "f.xml");
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().line, 3);
  EXPECT_EQ(decoded.error().source_line, "<c d='\xEF\xBF\xBD'/>");
  const Result<Decoded> wide = decode(utf16("<a>\n\n\x01</a>"), "f.xml");
  ASSERT_FALSE(wide);
  EXPECT_EQ(wide.error().line, 3);
}

TEST(Decode, LimitsTheSizeByName) {
  const std::string bytes(limits::kInputBytesMax + 1, ' ');
  const Result<Decoded> decoded = decode(bytes, "f.xml");
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().message, HasSubstr("input_bytes_max"));
}

TEST(Decode, ExcerptShowsTheFaultOfALongLine) {
  std::string text = "short\n" + std::string(500, 'a') + "FAULT" + std::string(500, 'b') + "\nend";
  const std::string shown = excerpt(text, 6 + 500);
  EXPECT_EQ(shown, "…" + std::string(40, 'a') + "FAULT" + std::string(55, 'b') + "…");
  EXPECT_EQ(excerpt(text, 2), "short");
  EXPECT_EQ(excerpt("", 5), "");
  EXPECT_EQ(excerpt("one", 500), "one");
  // A character of several bytes is never cut.
  std::string wide;
  for (int i = 0; i < 200; ++i) wide += "\xE2\x82\xAC";
  for (std::size_t at = 250; at < 260; ++at) EXPECT_TRUE(is_clean_text(excerpt(wide, at))) << at;
}

}  // namespace
}  // namespace vsslab::xml

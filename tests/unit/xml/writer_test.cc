#include "xml/writer.h"

#include <gtest/gtest.h>

#include <string>

#include "xml/document.h"
#include "xml/tree.h"

namespace vsslab::xml {
namespace {

using namespace std::string_literals;

TEST(Writer, WritesOneLine) {
  Writer writer;
  writer.declaration();
  writer.open("a");
  writer.attribute("b", "1");
  writer.open("c");
  writer.close();
  writer.open("d");
  writer.text("x");
  writer.close();
  writer.comment(" e ");
  writer.close();
  EXPECT_EQ(std::move(writer).take(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a b=\"1\"><c/><d>x</d><!-- e --></a>");
}

TEST(Writer, IndentsForPeopleButNeverInsideText) {
  Writer writer(Layout::indented);
  writer.open("a");
  writer.open("b");
  writer.open("c");
  writer.close();
  writer.close();
  writer.open("d");
  writer.text("x");
  writer.open("e");
  writer.open("f");
  writer.close();
  writer.close();
  writer.close();
  writer.close();
  EXPECT_EQ(std::move(writer).take(),
            "<a>\n  <b>\n    <c/>\n  </b>\n  <d>x<e><f/></e></d>\n</a>\n");
}

TEST(Writer, EveryCharacterComesBack) {
  const std::string value = "&<>\"' \t\n\r]]>\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80&amp;";
  Writer writer;
  writer.open("a");
  writer.attribute("b", value);
  writer.text("x" + value);
  writer.close();
  EXPECT_EQ(writer.scrubbed(), 0U);
  const std::string text = std::move(writer).take();
  EXPECT_EQ(text.find('\n'), text.rfind('\n')) << "only the text keeps a raw line break";
  const Result<Document> document = parse(text, "written");
  ASSERT_TRUE(document) << document.error().to_text();
  EXPECT_EQ(document->root().attribute("b"), value);
  EXPECT_EQ(document->root().text(), "x" + value);
}

TEST(Writer, ScrubsWhatXmlCannotHold) {
  Writer writer;
  writer.open("a");
  writer.attribute("b",
                   "1\0"
                   "2\x1B"
                   "3\xFF"
                   "4\xED\xA0\x80"
                   "5\xEF\xBF\xBE"
                   "6"s);
  writer.close();
  EXPECT_EQ(writer.scrubbed(), 7U);  // the surrogate is three stray bytes
  const std::string text = std::move(writer).take();
  const Result<Document> document = parse(text, "written");
  ASSERT_TRUE(document) << document.error().to_text();
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(document->root().attribute("b"),
            "1" + mark + "2" + mark + "3" + mark + "4" + mark + mark + mark + "5" + mark + "6");
}

TEST(Writer, CommentsStayComments) {
  for (const std::string value : {"--", "a--b---", "-", "--->", "x\x01y", "\xFF", ""}) {
    Writer writer;
    writer.open("a");
    writer.comment(value);
    writer.close();
    const std::string text = std::move(writer).take();
    EXPECT_TRUE(parse(text, "written")) << text;
  }
}

TEST(Writer, NamesAreChecked) {
  EXPECT_TRUE(is_name("a"));
  EXPECT_TRUE(is_name("v:a-b.c_1"));
  EXPECT_FALSE(is_name(""));
  EXPECT_FALSE(is_name("1a"));
  EXPECT_FALSE(is_name("a b"));
  EXPECT_DEATH(
      {
        Writer writer;
        writer.open("a b");
      },
      "is_name");
}

TEST(Tree, CopiesAndWritesBack) {
  const std::string text =
      "<a b='1' xmlns:v=\"u\"><!-- c --><v:d>x<e/>y<![CDATA[<z>]]></v:d> <f></f></a>";
  const Result<Document> document = parse(text, "f");
  ASSERT_TRUE(document);
  const Tree tree = copy_of(document->root());
  EXPECT_EQ(tree.children.size(), 3U) << "white space between elements is no content";
  EXPECT_EQ(tree.attribute_or("b", ""), "1");
  Writer writer;
  write(writer, tree);
  const std::string written = std::move(writer).take();
  EXPECT_EQ(written, "<a b=\"1\" xmlns:v=\"u\"><!-- c --><v:d>x<e/>y&lt;z&gt;</v:d><f/></a>");
  EXPECT_TRUE(same_infoset(text, written));
}

TEST(Tree, SameInfosetIgnoresOnlySpelling) {
  EXPECT_TRUE(
      same_infoset("<a b='1' c='2'/>", "<?xml version='1.0'?>\n<a c=\"2\"\n b=\"1\"></a>\n"));
  EXPECT_TRUE(same_infoset("<a>\n\t<b/>\n</a>", "<a><b/></a>"));
  EXPECT_TRUE(same_infoset("<a><![CDATA[x]]>y</a>", "<a>xy</a>"));
  EXPECT_TRUE(same_infoset("<a b='x\ny'/>", "<a b='x y'/>"));
  EXPECT_FALSE(same_infoset("<a b='x&#10;y'/>", "<a b='x y'/>"));
  EXPECT_FALSE(same_infoset("<a/>", "<b/>"));
  EXPECT_FALSE(same_infoset("<a b='1'/>", "<a b='2'/>"));
  EXPECT_FALSE(same_infoset("<a b=''/>", "<a/>"));
  EXPECT_FALSE(same_infoset("<a/>", "<a b=''/>"));
  EXPECT_FALSE(same_infoset("<a><b/><c/></a>", "<a><c/><b/></a>"));
  EXPECT_FALSE(same_infoset("<a><b/></a>", "<a><b/><b/></a>"));
  EXPECT_FALSE(same_infoset("<a>x</a>", "<a>y</a>"));
  EXPECT_FALSE(same_infoset("<a><!--x--></a>", "<a/>"));
  EXPECT_FALSE(same_infoset("<a xmlns='u'/>", "<a/>"));
  EXPECT_FALSE(same_infoset("<a", "<a")) << "what does not parse is the same as nothing";
}

TEST(Tree, DifferenceNamesThePlace) {
  const auto difference = infoset_difference("<a><b/><c d='1'/></a>", "<a><b/><c d='2'/></a>");
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->value(), "/a[2]/c: attribute 'd' is '1' and '2'");
  const auto longer = infoset_difference("<a><b/></a>", "<a><b/>x</a>");
  ASSERT_TRUE(longer);
  EXPECT_EQ(longer->value(), "/a: text 'x' only in the second");
}

}  // namespace
}  // namespace vsslab::xml

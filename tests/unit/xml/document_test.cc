#include "xml/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace vsslab::xml {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Document parsed(std::string text) {
  Result<Document> document = parse(std::move(text), "f.xml");
  EXPECT_TRUE(document) << document.error().to_text();
  if (!document) return *parse("<failed/>", "f.xml");
  return std::move(*document);
}

std::vector<std::string> child_names(const Element& element) {
  std::vector<std::string> names;
  for (const Element child : element.children()) names.emplace_back(child.name());
  return names;
}

TEST(Document, ReadsElementsAttributesAndText) {
  const Document document = parsed(
      "<?xml version='1.0' encoding=\"UTF-8\" standalone='yes'?>\n<!-- What this shows. -->\n"
      "<v:a xmlns:v='u' b=\"1\" c='&lt;&amp;&#65;&#x20AC;'>\n"
      "  <d/>x<!-- --><![CDATA[<y>]]>\n  <e f='2'/><d g='3'/></v:a>\n");
  const Element root = document.root();
  EXPECT_EQ(root.name(), "v:a");
  EXPECT_EQ(root.local_name(), "a");
  EXPECT_EQ(root.line(), 3);
  EXPECT_EQ(root.attribute("b"), "1");
  EXPECT_EQ(root.attribute("c"), "<&A\xE2\x82\xAC");
  EXPECT_EQ(root.attribute("d"), std::nullopt);
  EXPECT_EQ(root.attribute_or("d", "otherwise"), "otherwise");
  std::vector<std::string> names;
  for (const Attribute& attribute : root.attributes()) names.emplace_back(attribute.name);
  EXPECT_THAT(names, ElementsAre("xmlns:v", "b", "c"));
  EXPECT_THAT(child_names(root), ElementsAre("d", "e", "d"));
  EXPECT_EQ(root.child("e").line(), 5);
  EXPECT_EQ(root.child("d").next_sibling("d").attribute("g"), "3");
  EXPECT_FALSE(root.child("d").next_sibling("d").next_sibling("d"));
  EXPECT_FALSE(root.child("nothing"));
  EXPECT_EQ(root.child("e").parent(), root);
  EXPECT_FALSE(root.parent());
  EXPECT_TRUE(root.has_text());
  EXPECT_EQ(root.text(), "x<y>");
  EXPECT_FALSE(root.child("d").has_text());
  EXPECT_EQ(document.first_comment(), "What this shows.");
  EXPECT_EQ(document.file_name(), "f.xml");
}

TEST(Document, FirstCommentMayStandInsideTheRoot) {
  EXPECT_EQ(parsed("<a><!-- in --></a>").first_comment(), "in");
  EXPECT_EQ(parsed("<!-- before --><a><!-- in --></a>").first_comment(), "before");
  EXPECT_EQ(parsed("<a/><!-- after -->").first_comment(), "");
}

TEST(Document, MovesWithItsHandles) {
  Document first = parsed("<a b='1'/>");
  const Element root = first.root();
  const Document second = std::move(first);
  EXPECT_EQ(root.attribute("b"), "1");
  EXPECT_EQ(second.root(), root);
  EXPECT_EQ(second.error(root, "m").source_line, "<a b='1'/>");
}

TEST(Document, AttributeWhiteSpaceIsThatOfTheInfoset) {
  const Document document =
      parsed("<a b='1\n2\t3\r\n4' c='&#10;&#9;&#xD;&#32;'><d/>\n<e f='\n'/></a>");
  EXPECT_EQ(document.root().attribute("b"), "1 2 3 4");
  EXPECT_EQ(document.root().attribute("c"), "\n\t\r ");
  EXPECT_EQ(document.root().child("d").line(), 3) << "lines count the raw breaks";
  EXPECT_EQ(document.root().child("e").attribute("f"), " ");
}

TEST(Document, TextKeepsItsLineBreaks) {
  EXPECT_EQ(parsed("<a> x\r\ny&#10;</a>").root().text(), " x\ny\n");
}

struct Bad {
  const char* text;
  const char* message;
  int line;
};

TEST(Document, RefusesWhatTinyXmlWouldTake) {
  const Bad cases[] = {
      {"just text", "text before the root", 1},
      {"<a/>\ntail", "text after the root", 2},
      {"<a/>\n<b/>", "second root element 'b'", 2},
      {"<!DOCTYPE a><a/>", "DOCTYPE", 1},
      {"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "DOCTYPE", 1},
      {"<a>\n<!ELEMENT b ANY></a>", "malformed markup", 2},
      {"<a>\n&nbsp;</a>", "undeclared entity '&nbsp;'", 2},
      {"<a b='&x;'/>", "undeclared entity '&x;'", 1},
      {"<a b='a&b'/>", "'&' without an entity", 1},
      {"<a>a & b</a>", "'&' without an entity", 1},
      {"<a>&#0;</a>", "'&#0;'", 1},
      {"<a>&#x1F;</a>", "'&#x1F;'", 1},
      {"<a b='&#xD800;'/>", "'&#xD800;'", 1},
      {"<a>&#x110000;</a>", "'&#x110000;'", 1},
      {"<a>&#99999999999;</a>", "'&#99999999999;'", 1},
      {"<a>&#;</a>", "'&#;'", 1},
      {"<a>&#x;</a>", "'&#x;'", 1},
      {"<a>&#1a;</a>", "'&#1a;'", 1},
      {"<a>&;</a>", "'&;'", 1},
      {"<a>]]></a>", "']]>' in text", 1},
      {"<a b='<'/>", "'<' in the value of 'b'", 1},
      {"<a b='1' b='2'/>", "attribute 'b' twice in 'a'", 1},
      {"<a>\n<c b='1'\nd='' b='2'/></a>", "attribute 'b' twice in 'c'", 3},
      {"<a b=1/>", "attribute 'b' without quotes", 1},
      {"<a b/>", "attribute 'b' without a value", 1},
      {"<a b='1'c='2'/>", "no white space before an attribute", 1},
      {"<a 1b='1'/>", "malformed start tag of 'a'", 1},
      {"<a>\n  <b>\n</a>", "'</a>' where '</b>' should close the element of line 2", 3},
      {"</a>", "closes nothing", 1},
      {"<a></a ", "malformed end tag", 1},
      {"<a>\n<b>", "'b' of line 2 is never closed", 2},
      {"<a", "cut off", 1},
      {"<a b='", "does not end", 1},
      {"<a/", "'/' without '>'", 1},
      {"<", "ends after '<'", 1},
      {"<a>\n< b/></a>", "begins no element", 2},
      {"<a><!-- -- --></a>", "'--' inside a comment", 1},
      {"<a><!-- </a>", "comment that does not end", 1},
      {"<a><![CDATA[ ]]</a>", "CDATA section that does not end", 1},
      {"<![CDATA[x]]><a/>", "outside the root", 1},
      {"<a><?php x ?></a>", "processing instruction", 1},
      {"<?xml-stylesheet href='x'?><a/>", "processing instruction", 1},
      {"\n<?xml version='1.0'?><a/>", "not at the very beginning", 2},
      {"<?xml version='1.0'", "does not end", 1},
      {"<?xml version=1.0?><a/>", "malformed", 1},
      {"<?xml version='1.1'?><a/>", "XML version '1.1'", 1},
      {"<?xml version='1.0' encodin='x'?><a/>", "unknown 'encodin'", 1},
      {"<?xml version='1.0' encoding='windows-1252'?><a/>", "'windows-1252'", 1},
      {"<!-- only -->", "no element", 1},
      {"   ", "no element", 1},
  };
  for (const Bad& bad : cases) {
    const Result<Document> document = parse(bad.text, "f.xml");
    ASSERT_FALSE(document) << bad.text;
    EXPECT_THAT(document.error().message, HasSubstr(bad.message)) << bad.text;
    EXPECT_EQ(document.error().line, bad.line) << bad.text;
    EXPECT_EQ(document.error().file, "f.xml");
  }
}

TEST(Document, TakesADeclarationOfUtf16OnReencodedText) {
  for (const char* name : {"utf-8", "UTF-8", "UTF-16", "utf-16LE", "US-ASCII"}) {
    const std::string text = std::string("<?xml version='1.0' encoding='") + name + "'?><a/>";
    EXPECT_TRUE(parse(text, "f.xml")) << name;
  }
}

TEST(Document, ErrorSaysWhereAndWhatWouldBeRight) {
  const Result<Document> document = parse("<a>\n  <b c='x & y'/>\n</a>", "dir/f.xml");
  ASSERT_FALSE(document);
  EXPECT_EQ(
      document.error().to_text(),
      "dir/f.xml:2: error: '&' without an entity\n    <b c='x & y'/>\n    write &amp; for the "
      "character itself");
}

TEST(Document, LimitsHaveNames) {
  Limits limits;
  limits.depth_max = 3;
  limits.attributes_max = 2;
  limits.nodes_max = 5;
  limits.bytes_max = 100;
  limits.bytes_max_name = "scenario_bytes_max";
  const auto message = [&](const char* text) {
    const Result<Document> document = parse(text, "f.xml", limits);
    return document ? "" : document.error().message;
  };
  EXPECT_EQ(message("<a><b><c/></b></a>"), "");
  EXPECT_THAT(message("<a><b><c><d/></c></b></a>"), HasSubstr("xml_depth_max (3)"));
  EXPECT_EQ(message("<a b='' c=''/>"), "");
  EXPECT_THAT(message("<a b='' c='' d=''/>"), HasSubstr("xml_attributes_max (2)"));
  EXPECT_EQ(message("<a><b/><b/><b/><b/></a>"), "");
  // Whatever becomes a node of the tree counts: elements, attributes, texts, CDATA, comments.
  for (const char* many :
       {"<a><b/><b/><b/><b/><b/></a>", "<a b='' c=''><f b='' c=''/></a>", "<a>1<b/>2<b/>3</a>",
        "<a>1<!---->2<!---->3</a>", "<a><![CDATA[1]]><b/><![CDATA[2]]><b/><![CDATA[3]]></a>",
        "<!----><!----><!----><!----><!----><a/>"}) {
    EXPECT_THAT(message(many), HasSubstr("xml_nodes_max (5)")) << many;
  }
  for (const char* enough : {"<a><b/><b/><b/><b/></a>", "<a b='' c=''><f b=''/></a>",
                             "<a> <b/> <b>1</b> <!----> </a>"}) {
    EXPECT_EQ(message(enough), "") << enough;
  }
  EXPECT_THAT(message(("<a>" + std::string(100, ' ') + "</a>").c_str()),
              HasSubstr("scenario_bytes_max (100)"));
}

TEST(Document, DeepNestingIsRefusedBeforeAnythingRecurses) {
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "<a>";
  const Result<Document> document = parse(text, "f.xml");
  ASSERT_FALSE(document);
  EXPECT_THAT(document.error().message, HasSubstr("xml_depth_max (64)"));
}

TEST(Document, TruncationAtEveryByteIsAnError) {
  const std::string whole =
      "<?xml version=\"1.0\"?><!-- c --><a b=\"x&amp;\"><c/>t&#65;<![CDATA[d]]></a>";
  ASSERT_TRUE(parse(whole, "f.xml"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse(whole.substr(0, size), "f.xml")) << size;
  }
}

TEST(Document, UnknownNamesAreErrorsWithASuggestion) {
  const Document document = parsed("<a>\n  <Freze x='1'\n   recursiv='no'/>\n</a>");
  const Element child = document.root().child("Freze");
  const std::vector<std::string_view> elements = {"Freeze", "Thaw"};
  const std::vector<std::string_view> attributes = {"x", "recursive"};
  const std::optional<Error> element_error = unknown_child(document, document.root(), elements);
  ASSERT_TRUE(element_error);
  EXPECT_EQ(element_error->to_text(),
            "f.xml:2: error: unknown element 'Freze' in 'a'\n    <Freze x='1'\n    did you mean "
            "'Freeze'?");
  const std::optional<Error> attribute_error = unknown_attribute(document, child, attributes);
  ASSERT_TRUE(attribute_error);
  EXPECT_EQ(attribute_error->to_text(),
            "f.xml:3: error: unknown attribute 'recursiv' of 'Freze'\n    recursiv='no'/>\n    did "
            "you mean 'recursive'?");
  EXPECT_FALSE(unknown_attribute(document, document.root(), attributes));
}

TEST(Document, ReadsFilesAndSaysWhyNot) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / "vsslab_document_test";
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "a.xml").string();
  { std::ofstream(path, std::ios::binary).write("\xFF\xFE<\0a\0/\0>\0", 10); }
  const Result<Document> document = parse_file(path);
  ASSERT_TRUE(document) << document.error().to_text();
  EXPECT_EQ(document->encoding(), Encoding::utf16_le);
  EXPECT_EQ(document->root().name(), "a");
  const Result<Document> missing = parse_file((folder / "missing.xml").string());
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("No such file"));
  EXPECT_FALSE(parse_file(folder.string())) << "a folder is no file";
  const Result<std::string> large = read_file(path, 9, "journal_bytes_max");
  ASSERT_FALSE(large);
  EXPECT_THAT(large.error().message, HasSubstr("journal_bytes_max (9)"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace vsslab::xml

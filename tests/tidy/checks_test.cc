// The house checks themselves: each is seen to complain and to keep quiet.
#include "tidy/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vsslab::tidy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kTable =
    "# Layout\n\n| folder | may include |\n|---|---|\n| api | nothing of ours |\n"
    "| core | nothing of ours |\n| xml | core |\n| cli | everything |\n\nMore.\n";

TEST(Layers, ReadsTheTable) {
  const auto layers = read_layers(kTable);
  EXPECT_THAT(layers, SizeIs(4));
  EXPECT_THAT(layers.at("core"), IsEmpty());
  EXPECT_THAT(layers.at("xml"), ElementsAre("core"));
  EXPECT_THAT(layers.at("cli"), ElementsAre("everything"));
}

TEST(Layers, ComplainsAboutAForbiddenInclude) {
  const auto complaints = check_layers(
      read_layers(kTable),
      {{"harness/core/a.cc", "#include \"core/a.h\"\n#include <vector>\n#include \"xml/b.h\"\n"},
       {"harness/xml/b.cc", "#include \"xml/b.h\"\n#include \"core/a.h\"\n"},
       {"harness/cli/c.cc", "#include \"xml/b.h\"\n"}},
      {});
  ASSERT_THAT(complaints, SizeIs(1));
  EXPECT_EQ(complaints[0].path, "harness/core/a.cc");
  EXPECT_EQ(complaints[0].line, 3);
}

TEST(Layers, KnowsPublishedHeadersByName) {
  EXPECT_THAT(
      check_layers(read_layers(kTable), {{"harness/core/a.cc", "#include <vss.h>\n"}}, {"vss.h"}),
      SizeIs(1));
}

TEST(Layers, ComplainsAboutRingsAndUnknownFolders) {
  const std::string ring =
      "| folder | may include |\n|---|---|\n| a | b |\n| b | a |\n| c | nowhere |\n";
  EXPECT_THAT(check_layers(read_layers(ring), {{"harness/d/x.cc", ""}}, {}), SizeIs(4));
}

TEST(Banned, ComplainsAboutClocksAndChance) {
  const SourceFile file{"harness/run/x.cc",
                        "auto a = std::chrono::steady_clock::now();\n"
                        "std::this_thread::sleep_for(a);\n"
                        "std::random_device d;\n"
                        "std::uniform_int_distribution<int> u;\n"
                        "int r = rand();\n"
                        "std::map<Thing*, int> m;\n"
                        "#include <unistd.h>\n"
                        "#include <tinyxml2.h>\n"
                        "std::unordered_map<int, int> table;\n"
                        "for (auto& pair : table) {}\n"};
  EXPECT_THAT(check_banned(file), SizeIs(9));
}

TEST(Banned, LeavesWordsInTextAlone) {
  const SourceFile file{"harness/run/x.cc",
                        "// steady_clock::now is banned\nauto a = \"rand()\";\nint operand(int);\n"
                        "std::map<std::string, Thing*> m;\n"};
  EXPECT_THAT(check_banned(file), IsEmpty());
  const SourceFile core{"harness/core/x.cc", "auto a = std::chrono::steady_clock::now();\n"};
  EXPECT_THAT(check_banned(core), IsEmpty());
}

TEST(Columns, CountsCharactersNotBytes) {
  EXPECT_THAT(check_columns({"x", std::string(100, 'x') + "\n"}, 100), IsEmpty());
  EXPECT_THAT(check_columns({"x", std::string(101, 'x') + "\n"}, 100), SizeIs(1));
  std::string marks;
  for (int i = 0; i < 100; ++i) marks += "✓";
  EXPECT_THAT(check_columns({"x", marks}, 100), IsEmpty());
}

TEST(Functions, MeasuresBodiesAndNothingElse) {
  std::string lines;
  for (int i = 0; i < 8; ++i) lines += "  x();\n";
  const std::string body = "{\n" + lines + "}\n";
  EXPECT_THAT(check_function_lengths({"x", "int f() " + body}, 9), SizeIs(1));
  EXPECT_THAT(check_function_lengths({"x", "int f() " + body}, 10), IsEmpty());
  EXPECT_THAT(check_function_lengths({"x", "int C::f(int a) const noexcept " + body}, 9),
              SizeIs(1));
  EXPECT_THAT(check_function_lengths({"x", "auto f() -> int " + body}, 9), SizeIs(1));
  EXPECT_THAT(check_function_lengths({"x", "namespace a " + body}, 9), IsEmpty());
  EXPECT_THAT(check_function_lengths({"x", "struct A " + body}, 9), IsEmpty());
  EXPECT_THAT(check_function_lengths({"x", "const char* a = R\"(f() " + body + ")\";"}, 9),
              IsEmpty());
}

TEST(Leftovers, FindsThem) {
  EXPECT_THAT(check_leftovers({"x", std::string("// TO") + "DO: later\n"}), SizeIs(1));
  EXPECT_THAT(check_leftovers({"x", "// nothing to do\n"}), IsEmpty());
}

TEST(References, NamesWhatNobodyMentions) {
  EXPECT_THAT(unreferenced({"a.xml", "b.xml"}, {{"suite.txt", "a.xml\n"}}), ElementsAre("b.xml"));
}

TEST(Pages, FollowsLinks) {
  EXPECT_THAT(unreachable_pages({{"README.md", "see [one](docs/one.md)"},
                                 {"docs/one.md", "see [two](two.md#part)"},
                                 {"docs/two.md", ""},
                                 {"docs/three.md", ""}}),
              ElementsAre("docs/three.md"));
}

}  // namespace
}  // namespace vsslab::tidy

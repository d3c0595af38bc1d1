#include "journal/journal.h"

#include <gtest/gtest.h>

#include <fstream>

#include "journal/digest.h"
#include "journal/json.h"
#include "journal/reader.h"
#include "journal/text.h"
#include "journal/words.h"

namespace vsslab {
namespace {

// One of everything that can be written.
Journal full_journal() {
  Journal journal;
  JournalMeta& meta = journal.meta;
  meta.toolkit = "0.1.0";
  meta.scenario = "timing/freeze hang";
  meta.scenario_file = "scenarios/timing/freeze-hang.xml";
  meta.inputs_digest = "0123456789abcdef0123456789abcdef";
  meta.inputs = "timing-freeze-hang.inputs";
  meta.settings = {"delay=75s", "text=a \"b\" c"};
  meta.redacted = true;
  meta.clock = "virtual";
  meta.profile = "ws2022";
  meta.seed = 42;
  meta.ties = "seeded";
  meta.decisions = {0x00, 0x7f, 0xff};
  meta.ended = "quiet";
  const ActorId requester = journal.actor(ActorKind::requester, "betest");
  const ActorId writer = journal.actor(ActorKind::writer, "System Writer");
  const ActorId service = journal.actor(ActorKind::service, "vss");
  const std::int32_t document =
      journal.add_document(DocumentKind::writer_metadata,
                           "<WRITER_METADATA a=\"\xC3\xA4\">\n#1 no event\n</WRITER_METADATA>");
  journal.add_document(DocumentKind::backup_components, "");
  const Seq call = journal.append({Time(1), 1, requester, "DoSnapshotSet", Phase::enter, {}, 0, 1});
  const Seq freeze =
      journal.append({Time(1'500'000'000), 1, writer, "Freeze", Phase::enter, {}, call, 5},
                     {{"set", "4ad2e8b1-0000-4000-8000-000000000001"}, {"limit", "20.000000000"}});
  journal.append({Time(2'000'000'000), 1, writer, "Freeze", Phase::leave, {}, freeze, 5},
                 {{"ret", "true"}});
  journal.append({Time(2'000'000'001), 0, writer, "EventLog", Phase::instant, hr::ok},
                 {{"text", "a \"quoted\" line\\ with\ttab\r\nand \x01, \xE2\x82\xAC"},
                  {"empty", ""},
                  {"path", "C:\\x\\y=z"}});
  journal.append(
      {Time(2'000'000'002), 1, service, "WriterMetadata", Phase::instant, {}, 0, 0, document},
      {{"accepted", "yes"}});
  journal.append({Time(3'000'000'000), 1, requester, "DoSnapshotSet", Phase::leave,
                  static_cast<Hr>(0x80071234), call, 1});
  journal.append(
      {Time(3'000'000'000), 1, requester, "Wait", Phase::instant, hr::writererror_timeout});
  return journal;
}

void expect_equal(const Journal& a, const Journal& b) {
  EXPECT_EQ(write_text(a), write_text(b));
  ASSERT_EQ(a.events().size(), b.events().size());
  for (std::size_t i = 0; i < a.events().size(); ++i) {
    const Event &x = a.events()[i], &y = b.events()[i];
    EXPECT_EQ(x.t, y.t);
    EXPECT_EQ(x.has_hr, y.has_hr);
    EXPECT_EQ(x.hr, y.hr);
    EXPECT_EQ(x.cause, y.cause);
    EXPECT_EQ(a.actor(x.actor), b.actor(y.actor));
    ASSERT_EQ(x.args_count, y.args_count);
    for (std::size_t k = 0; k < x.args_count; ++k) {
      EXPECT_EQ(a.args(x)[k].key, b.args(y)[k].key);
      EXPECT_EQ(a.args(x)[k].value, b.args(y)[k].value);
    }
  }
  ASSERT_EQ(a.documents().size(), b.documents().size());
  for (std::size_t i = 0; i < a.documents().size(); ++i) {
    EXPECT_EQ(a.documents()[i].text, b.documents()[i].text);
    EXPECT_EQ(a.documents()[i].kind, b.documents()[i].kind);
  }
  EXPECT_EQ(a.meta.seed, b.meta.seed);
  EXPECT_EQ(a.meta.decisions, b.meta.decisions);
  EXPECT_EQ(a.meta.toolkit, b.meta.toolkit);
  EXPECT_EQ(a.meta.ended, b.meta.ended);
}

TEST(Journal, InternsNamesAndKeysByContent) {
  Journal journal;
  const ActorId actor = journal.actor(ActorKind::writer, "a");
  std::string name = "Freeze";
  journal.append({Time(0), 0, actor, name}, {{"key", "one"}});
  name = "Thawed";  // the same address and length with other content
  journal.append({Time(0), 0, actor, name}, {{"key", "two"}});
  EXPECT_EQ(journal.event(1).name, "Freeze");
  EXPECT_EQ(journal.event(2).name, "Thawed");
  EXPECT_EQ(journal.args(journal.event(1))[0].key.data(),
            journal.args(journal.event(2))[0].key.data());
  EXPECT_EQ(journal.arg(journal.event(2), "key"), "two");
  EXPECT_EQ(journal.arg(journal.event(2), "other"), std::nullopt);
}

TEST(Journal, ViewsOutliveGrowthAndMoves) {
  Journal first;
  const ActorId actor = first.actor(ActorKind::writer, "a");
  first.append({Time(0), 0, actor, "Freeze"}, {{"long", std::string(200'000, 'x')}});
  const std::string_view name = first.event(1).name;
  for (int i = 0; i < 10'000; ++i) {
    first.append({Time(i), 0, actor, "Write"}, {{"path", std::to_string(i)}});
  }
  const Journal second = std::move(first);
  EXPECT_EQ(name, "Freeze");
  EXPECT_EQ(second.arg(second.event(5001), "path"), "4999");
  EXPECT_EQ(second.arg(second.event(1), "long")->size(), 200'000u);
}

TEST(Journal, OneActorPerKindAndName) {
  Journal journal;
  const ActorId writer = journal.actor(ActorKind::writer, "x");
  EXPECT_EQ(journal.actor(ActorKind::writer, "x"), writer);
  EXPECT_NE(journal.actor(ActorKind::provider, "x"), writer);
  EXPECT_EQ(journal.actor(writer).to_string(), "writer:x");
  EXPECT_EQ((Actor{ActorKind::writer, "System Writer"}.to_string()), "writer:\"System Writer\"");
}

TEST(Text, RoundTrips) {
  const Journal journal = full_journal();
  const auto read = parse_text(write_text(journal));
  ASSERT_TRUE(read) << read.error().to_text();
  expect_equal(journal, *read);
}

// The name of a file may be any bytes but a slash; the journal stays text.
TEST(Text, AFilesNameNeedNotBeUtf8) {
  for (const char* const file :
       {"a\xff.xml", "\xff", "\xc3", "a \xe2\x82\"\\xff\n.xml", "\xf0\x9f\x98"}) {
    Journal journal;
    journal.meta.scenario_file = file;
    const std::string text = write_text(journal);
    EXPECT_EQ(find_invalid_utf8(text), std::string_view::npos) << text;
    const auto again = parse_text(text);
    ASSERT_TRUE(again) << again.error().to_text();
    EXPECT_EQ(again->meta.scenario_file, file);
  }
}

TEST(Json, RoundTrips) {
  const Journal journal = full_journal();
  const auto read = parse_json(write_json(journal));
  ASSERT_TRUE(read) << read.error().to_text();
  expect_equal(journal, *read);
}

TEST(Text, WritesTheLineOfTheManual) {
  Journal journal;
  const ActorId writer = journal.actor(ActorKind::writer, "orders-db");
  for (int i = 0; i < 30; ++i) journal.append({Time(0), 0, writer, "Write"});
  journal.append({std::chrono::seconds(12), 1, writer, "Freeze", Phase::enter, {}, 29, 5},
                 {{"set", "4ad2e8b1"}, {"limit", "20.000000000"}});
  EXPECT_EQ(event_line(journal, journal.event(31)),
            "#31 12.000000000 s1 writer:orders-db Freeze enter ^29 @5 set=4ad2e8b1 "
            "limit=20.000000000");
}

TEST(Text, ReadsTheShortForm) {
  const auto journal = parse_text(
      "#7 0.5 W1 Freeze enter @3  61 W1 Freeze leave ^7 ret=false\n"
      "61.000000001 s2 C WriterState writer=\"System  Writer\" hr=VSS_E_BAD_STATE\n"
      "62 L Volume root=C:\\  62 requester:\"a b\" Query doc=\"<BACKUP_COMPONENTS/>\"");
  ASSERT_TRUE(journal) << journal.error().to_text();
  ASSERT_EQ(journal->events().size(), 5u);
  EXPECT_EQ(journal->event(1).t, std::chrono::milliseconds(500));
  EXPECT_EQ(journal->event(1).session, 1u);
  EXPECT_EQ(journal->event(1).thread, 3u);
  EXPECT_EQ(journal->event(2).cause, 1u);
  EXPECT_EQ(journal->event(2).phase, Phase::leave);
  EXPECT_EQ(journal->event(3).session, 2u);
  EXPECT_EQ(journal->event(3).hr, hr::bad_state);
  EXPECT_EQ(journal->actor(journal->event(3).actor), (Actor{ActorKind::service, "vss"}));
  EXPECT_EQ(journal->arg(journal->event(3), "writer"), "System  Writer");
  EXPECT_EQ(journal->event(4).session, 0u);
  EXPECT_EQ(journal->arg(journal->event(4), "root"), "C:\\");
  EXPECT_EQ(journal->actor(journal->event(5).actor).name, "a b");
  ASSERT_EQ(journal->event(5).document, 0);
  EXPECT_EQ(journal->documents()[0].kind, DocumentKind::backup_components);
  EXPECT_EQ(journal->meta.ended, "quiet");
}

struct BadText {
  const char* text;
  const char* message;
  int line;
};

TEST(Text, SaysWhatIsWrongAndWhere) {
  const std::string head = "vsslab-journal 1\n";
  const BadText cases[] = {
      {"vsslab-journal 2\n", "format 2 is not known", 1},
      {"vsslab-journal x\n", "format number", 1},
      {"vsslab-journal 1\n! colour=red\n", "unknown header key 'colour'", 2},
      {"vsslab-journal 1\n! seed=-1\n", "'-1' is no seed", 2},
      {"vsslab-journal 1\n! decisions=0g\n", "hexadecimal", 2},
      {"vsslab-journal 1\n#2 0 s0 writer:a Freeze -\n", "out of sequence", 2},
      {"vsslab-journal 1\n0 s0 writer:a Freeze -\n", "sequence number", 2},
      {"vsslab-journal 1\n#1 x s0 writer:a Freeze -\n", "'x' is no time", 2},
      {"vsslab-journal 1\n#1 -1 s0 writer:a Freeze -\n", "is no time", 2},
      {"vsslab-journal 1\n#1 0.0000000001 s0 writer:a Freeze -\n", "is no time", 2},
      {"vsslab-journal 1\n#1 99999999999 s0 writer:a Freeze -\n", "is no time", 2},
      {"vsslab-journal 1\n#1 0 writer:a Freeze -\n", "session is missing", 2},
      {"vsslab-journal 1\n#1 0 s0 wirter:a Freeze -\n", "is no actor", 2},
      {"vsslab-journal 1\n#1 0 s0 W1 Freeze -\n", "is no actor", 2},
      {"vsslab-journal 1\n#1 0 s0 writer:a\n", "ends where", 2},
      {"vsslab-journal 1\n#1 0 s0 writer:a Freeze set=x\n", "phase is missing", 2},
      {"vsslab-journal 1\n#1 0 s0 writer:a Freeze - ^1\n", "no earlier event", 2},
      {"vsslab-journal 1\n#1 0 s0 writer:a Freeze - @4294967296\n", "too large", 2},
      {"vsslab-journal 1\n#1 0 s0 writer:a Freeze - hr=VSS_E_BAD\n", "is no HRESULT", 2},
      {"vsslab-journal 1\n#1 0 s0 writer:a Freeze - set=x set=y\n", "stands twice", 2},
      {"vsslab-journal 1\n#1 0 s0 writer:a Freeze - 9=x\n", "not understood", 2},
      {"vsslab-journal 1\n#1 0 s0 writer:a Freeze - set=\"x\n", "does not end", 2},
      {"vsslab-journal 1\n#1 0 s0 writer:a Freeze - set=\"x\"y\n", "closing quote", 2},
      {"vsslab-journal 1\n#1 0 s0 writer:a Freeze - set=\"\\xff\"\n", "unknown escape", 2},
      {"vsslab-journal 1\n#1 0 s0 writer:a Freeze - doc=0\n", "has 0", 2},
      {"vsslab-journal 1\ndocument 1 WriterMetadata 0\n\n", "out of order", 2},
      {"vsslab-journal 1\ndocument 0 Metadata 0\n\n", "unknown kind", 2},
      {"vsslab-journal 1\ndocument 0 WriterMetadata 9\nabc\n", "the file ends within", 2},
      {"vsslab-journal 1\ndocument 0 WriterMetadata 1\nabc\n", "not followed by a line break", 2},
      {"0 W1 Freeze\n0 W1 Fre\xC3ze\n", "not UTF-8", 2},
      {"#1 0 W1 Freeze  #1 0 W1 Thaw", "#1 stands twice", 1},
  };
  for (const BadText& bad : cases) {
    const auto journal = parse_text(bad.text, "x.journal");
    ASSERT_FALSE(journal) << bad.text;
    EXPECT_NE(journal.error().message.find(bad.message), std::string::npos)
        << bad.text << "\n"
        << journal.error().to_text();
    EXPECT_EQ(journal.error().line, bad.line) << bad.text;
    EXPECT_EQ(journal.error().file, "x.journal");
  }
}

TEST(Text, NamesItsLimits) {
  const std::string line = "0 W1 Freeze text=\"" + std::string(1'100'000, 'x') + "\"";
  const auto journal = parse_text(line);
  ASSERT_FALSE(journal);
  EXPECT_NE(journal.error().message.find("journal_line_bytes_max"), std::string::npos);

  std::string args = "0 W1 Freeze";
  for (int i = 0; i < 300; ++i) args += " a" + std::to_string(i) + "=1";
  const auto many = parse_text(args);
  ASSERT_FALSE(many);
  EXPECT_NE(many.error().message.find("journal_args_max"), std::string::npos);
}

TEST(Json, SaysWhatIsWrongAndWhere) {
  const BadText cases[] = {
      {"{\"vsslab-journal\":2}\n", "format 2", 1},
      {"{\"seq\":1}\n", "no journal header", 1},
      {"{\"vsslab-journal\":1,\"x\":1}\n", "unknown member 'x'", 1},
      {"{\"vsslab-journal\":1}\n[1]\n", "no JSON object", 2},
      {"{\"vsslab-journal\":1}\n{\"seq\":\n", "no JSON object", 2},
      {"{\"vsslab-journal\":1}\n{\"seq\":2}\n", "out of sequence", 2},
      {"{\"vsslab-journal\":1}\n{\"seq\":1,\"t_ns\":-5}\n", "t_ns", 2},
      {"{\"vsslab-journal\":1}\n{\"seq\":1,\"t_ns\":5.5}\n", "t_ns", 2},
      {"{\"vsslab-journal\":1}\n{\"seq\":1,\"t_ns\":0,\"session\":0,\"actor\":\"writer\"}\n",
       "no actor", 2},
      {"{\"vsslab-journal\":1}\n{\"seq\":1,\"t_ns\":0,\"session\":0,\"actor\":\"writer:a\","
       "\"event\":\"Freeze\",\"phase\":\"begin\"}\n",
       "'phase'", 2},
      {"{\"vsslab-journal\":1}\n{\"seq\":1,\"t_ns\":0,\"session\":0,\"actor\":\"writer:a\","
       "\"event\":\"Freeze\",\"phase\":\"enter\",\"args\":{\"hr\":\"1\"}}\n",
       "'hr' is no name", 2},
      {"{\"vsslab-journal\":1}\n{\"seq\":1,\"t_ns\":0,\"session\":0,\"actor\":\"writer:a\","
       "\"event\":\"Freeze\",\"phase\":\"enter\",\"doc\":3}\n",
       "document 3", 2},
      {"{\"vsslab-journal\":1}\n{\"document\":0,\"kind\":\"X\",\"text\":\"\"}\n", "unknown kind",
       2},
  };
  for (const BadText& bad : cases) {
    const auto journal = parse_json(bad.text, "x.json");
    ASSERT_FALSE(journal) << bad.text;
    EXPECT_NE(journal.error().message.find(bad.message), std::string::npos)
        << bad.text << "\n"
        << journal.error().to_text();
    EXPECT_EQ(journal.error().line, bad.line) << bad.text;
  }
}

TEST(Reader, TellsTheFormsApart) {
  const Journal journal = full_journal();
  for (const std::string& bytes : {write_text(journal), write_json(journal)}) {
    const auto read = parse_journal(bytes, "a");
    ASSERT_TRUE(read) << read.error().to_text();
    EXPECT_EQ(journal_digest(*read), journal_digest(journal));
  }
  for (const char* bytes : {"", "<xml/>", "0 W1 Freeze",
                            "\x7f"
                            "ELF"}) {
    const auto read = parse_journal(bytes, "a");
    ASSERT_FALSE(read) << bytes;
    EXPECT_FALSE(read.error().hint.empty());
  }
}

TEST(Reader, ReadsFilesAndNamesMissingOnes) {
  const std::string path = testing::TempDir() + "vsslab_reader_test.journal";
  std::ofstream(path, std::ios::binary) << write_text(full_journal());
  const auto read = read_journal(path);
  ASSERT_TRUE(read) << read.error().to_text();
  EXPECT_EQ(read->events().size(), 7u);
  const auto missing = read_journal(path + ".missing");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().file, path + ".missing");
  EXPECT_FALSE(read_journal(testing::TempDir()));
}

TEST(Digest, DependsOnTheRunAndNotOnWhoRanIt) {
  Journal journal = full_journal();
  const std::string digest = journal_digest(journal);
  EXPECT_EQ(digest.size(), 32u);
  journal.meta.toolkit = "9.9";
  journal.meta.scenario_file = "elsewhere.xml";
  EXPECT_EQ(journal_digest(journal), digest);
  journal.append({Time(4'000'000'000), 0, 0, "Release"});
  EXPECT_NE(journal_digest(journal), digest);
}

TEST(Words, Seconds) {
  const std::pair<const char*, std::optional<Duration>> cases[] = {
      {"0", Duration(0)},
      {"61", Duration(61'000'000'000)},
      {"0.5", Duration(500'000'000)},
      {"1.000000001", Duration(1'000'000'001)},
      {"", std::nullopt},
      {".5", std::nullopt},
      {"1.", std::nullopt},
      {"1.0000000000", std::nullopt},
      {"-1", std::nullopt},
      {"1e3", std::nullopt},
      {"0x1", std::nullopt},
      {"99999999999", std::nullopt}};
  for (const auto& [text, wanted] : cases) EXPECT_EQ(parse_seconds(text), wanted) << text;
}

// Eight bytes are looked at together: each position, and the neighbours of each special byte.
TEST(Words, KnowsWhichWordsNeedQuotes) {
  EXPECT_FALSE(is_bare_word(""));
  for (int byte = 0; byte < 256; ++byte) {
    const bool bare = byte > 0x20 && byte != '"' && byte != 0x7F;
    for (std::size_t at = 0; at < 17; ++at) {
      for (const char other : {'a', '!', '#', '~', '\xff'}) {
        std::string word(17, other);
        word[at] = static_cast<char>(byte);
        ASSERT_EQ(is_bare_word(word), bare) << byte << " at " << at << " among " << other;
      }
    }
  }
}

TEST(Words, FindsBrokenUtf8) {
  EXPECT_EQ(find_invalid_utf8("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"), std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8("a\xC3"), 1u);
  EXPECT_EQ(find_invalid_utf8("a\x80"), 1u);
  EXPECT_EQ(find_invalid_utf8("\xC0\x80"), 0u);          // overlong
  EXPECT_EQ(find_invalid_utf8("\xED\xA0\x80"), 0u);      // surrogate
  EXPECT_EQ(find_invalid_utf8("\xF4\x90\x80\x80"), 0u);  // beyond U+10FFFF
}

TEST(Journal, RefusesTimeThatRunsBackwardsInEitherForm) {
  const auto jotted = parse_text("0 W1 Freeze enter  61 W1 Freeze leave\n9 W1 Thaw", "jotted");
  ASSERT_FALSE(jotted);
  EXPECT_NE(jotted.error().message.find("time runs backwards: event #3"), std::string::npos);
  EXPECT_TRUE(parse_text("0 W1 Freeze enter  61 W1 Freeze leave\n61 W1 Thaw", "jotted"));
}

}  // namespace
}  // namespace vsslab

#include "scenario/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/betest.h"
#include "scenario/identify_file.h"
#include "scenario/suites.h"
#include "scenario/test_writer.h"

namespace vsslab::scenario {
namespace {

using testing::HasSubstr;

Result<plan::ScenarioPlan> load(const std::string& body, const std::string& attributes = "",
                                const FileReader& files = {}) {
  return load_scenario("<!-- What this shows: a test. -->\n<Scenario format=\"1\" " + attributes +
                           ">\n" + body + "\n</Scenario>\n",
                       "dir/test.xml", files);
}

const std::string kWriters =
    "<Writers><Writer name=\"files\"><TestWriter usage=\"USER_DATA\">"
    "<RestoreMethod method=\"RESTORE_IF_CAN_REPLACE\" writerRestore=\"always\"/>"
    "<Component componentType=\"filegroup\" componentName=\"A\">"
    "<ComponentFile path=\"D:\\a\" filespec=\"*.mdf\" logBackupRequired=\"no\""
    " incSnapshotRequired=\"no\"/></Component></TestWriter></Writer></Writers>\n";
const std::string kRequester = "<Requester><Backup type=\"FULL\"/></Requester>\n";

Error error_of(const Result<plan::ScenarioPlan>& result) {
  EXPECT_FALSE(result.has_value());
  return result ? Error{} : result.error();
}

TEST(Scenario, ReadsTheExampleOfTheHouseStyle) {
  const auto files = [](const std::string& path) -> Result<std::string> {
    if (path == "dir/writers/VswriterSample.xml") {
      return std::string(
          "<TestWriter usage=\"USER_DATA\"><RestoreMethod method=\"RESTORE_IF_CAN_BE_REPLACED\" "
          "writerRestore=\"always\" rebootRequired=\"no\"/></TestWriter>");
    }
    if (path == "dir/providers/reference.xml") {
      return std::string(
          "<Provider name=\"ref\" copiesPerVolumeMax=\"8\">"
          "<Fault event=\"CommitSnapshots\" action=\"late\" delay=\"2s\"/>"
          "</Provider>");
    }
    return fail("no such file: " + path);
  };
  const auto plan = load(R"(
    <Writers>
        <Writer name="files" config="writers/VswriterSample.xml"/>
        <Writer name="orders-db" writerId="1ffb034a-969f-4919-8875-88f830d0ef89" freezeLimit="20s"
                level="VSS_APP_BACK_END">
            <TestWriter usage="USER_DATA">
                <RestoreMethod method="RESTORE_IF_CAN_BE_REPLACED" writerRestore="always"
                               rebootRequired="no"/>
                <Component componentType="database" componentName="Orders">
                    <ComponentFile path="c:\writerData" filespec="*.mdf" recursive="no"/>
                </Component>
                <FailEvent writerEvent="PrepareForSnapsot" retryable="yes" numFailures="1"
                           action="hang" delay="75s"/>
            </TestWriter>
        </Writer>
    </Writers>
    <Provider config="providers/reference.xml"/>
    <Requester>
        <BETest><Writer writerid="1ffb034a-969f-4919-8875-88f830d0ef89">
            <Component componentName="Orders"/></Writer></BETest>
        <Backup type="FULL" stopError="no"/>
    </Requester>
    <Expect>
        <WriterStatus writer="orders-db" after="DoSnapshotSet" state="VSS_WS_FAILED_AT_FREEZE"
                      code="VSS_E_WRITERERROR_TIMEOUT"/>
        <Event writer="files" is="Abort" within="21s" of="Freeze"/>
        <Rule id="VSSW-TIME-009" writer="orders-db" verdict="fail"/>
        <Rules verdict="pass"/>
    </Expect>)",
                         "name=\"freeze-hang\" clock=\"virtual\" seed=\"7\" budget=\"5m\"", files);
  ASSERT_TRUE(plan.has_value()) << plan.error().to_text();
  EXPECT_EQ(plan->name, "freeze-hang");
  EXPECT_EQ(plan->description, "What this shows: a test.");
  EXPECT_EQ(plan->seed, 7u);
  EXPECT_EQ(plan->budget, std::chrono::minutes(5));
  ASSERT_EQ(plan->writers.size(), 2u);
  EXPECT_EQ(plan->writers[0].writer_id->to_string(), "5affb034-969f-4919-8875-88f830d0ef89");
  const plan::WriterPlan& orders = plan->writers[1];
  EXPECT_EQ(orders.freeze_limit, std::chrono::seconds(20));
  EXPECT_EQ(orders.application_level, 2u);
  EXPECT_EQ(orders.test.fail_events.at(0).event, "PrepareForSnapshot");
  EXPECT_EQ(orders.test.fail_events.at(0).action, plan::FaultAction::hang);
  EXPECT_EQ(orders.test.fail_events.at(0).delay, std::chrono::seconds(75));
  EXPECT_EQ(plan->providers.at(0).name, "ref");
  EXPECT_EQ(plan->providers.at(0).copies_per_volume_max, 8u);
  EXPECT_EQ(plan->expect.writer_status.at(0).code, hr::writererror_timeout);
  EXPECT_EQ(plan->expect.events.at(0).actor, "writer:files");
  EXPECT_EQ(plan->expect.rules.at(0).subject, "orders-db");
}

TEST(Scenario, AVolumeThatADocumentNamesByItsIdIsMade) {
  const auto files = [](const std::string& path) -> Result<std::string> {
    EXPECT_EQ(path, "dir/asr.xml");
    return std::string(
        "<WRITER_METADATA xmlns=\"x-schema:#VssWriterMetadataInfo\" version=\"1.1\">"
        "<IDENTIFICATION writerId=\"be000cbe-11fe-4426-9c58-531aa6355fc4\" "
        "instanceId=\"1bddd48e-5052-49db-9b07-b96f96727e6b\" friendlyName=\"ASR Writer\" "
        "usage=\"SYSTEM_SERVICE\" dataSource=\"OTHER\"/><BACKUP_LOCATIONS>"
        "<FILE_GROUP componentName=\"v\" restoreMetadata=\"no\" notifyOnBackupComplete=\"no\" "
        "selectable=\"no\" selectableForRestore=\"no\" componentFlags=\"0\">"
        "<FILE_LIST path=\"\\\\?\\Volume{c7463aba-f40d-11e9-80c7-806e6f6e6963}\\boot\" "
        "filespec=\"*\" filespecBackupType=\"3855\"/></FILE_GROUP></BACKUP_LOCATIONS>"
        "</WRITER_METADATA>");
  };
  const auto plan =
      load("<Writers><Writer metadata=\"asr.xml\"/></Writers>" + kRequester, "", files);
  ASSERT_TRUE(plan.has_value()) << plan.error().to_text();
  ASSERT_EQ(plan->volumes.size(), 2u);
  EXPECT_EQ(plan->volumes[1].root, "\\\\?\\Volume{c7463aba-f40d-11e9-80c7-806e6f6e6963}\\");
  EXPECT_EQ(plan->volumes[1].guid.to_string(), "c7463aba-f40d-11e9-80c7-806e6f6e6963");
}

TEST(Scenario, FileMasksAndVolumesFollowFromTheWriters) {
  const auto plan = load(kWriters + kRequester);
  ASSERT_TRUE(plan.has_value()) << plan.error().to_text();
  EXPECT_EQ(plan->writers[0].test.components[0].files[0].backup_type_mask, 0x0F0Fu & ~0x408u);
  ASSERT_EQ(plan->volumes.size(), 2u);
  EXPECT_EQ(plan->volumes[0].root, "C:\\");
  EXPECT_EQ(plan->volumes[1].root, "D:\\");
  EXPECT_EQ(plan->volumes[1].files.at(0).path, "D:\\a\\data.mdf");
}

TEST(Scenario, UnknownNamesAreErrorsWithLineAndSuggestion) {
  const Error element = error_of(load("<Writters/>\n" + kRequester));
  EXPECT_EQ(element.line, 3);
  EXPECT_THAT(element.message, HasSubstr("Writters"));
  EXPECT_THAT(element.hint, HasSubstr("Writers"));
  EXPECT_THAT(element.source_line, HasSubstr("<Writters/>"));
  EXPECT_EQ(element.file, "dir/test.xml");

  const Error attribute = error_of(load(kRequester, "\nsead=\"1\""));
  EXPECT_THAT(attribute.hint, HasSubstr("seed"));
  const Error event = error_of(
      load("<Writers><Writer name=\"a\" preset=\"p\"><FailEvent writerEvent=\"Freese\"/></Writer>"
           "</Writers>" +
           kRequester));
  EXPECT_THAT(event.hint, HasSubstr("Freeze"));
  const Error step = error_of(load("<Requester><Steps><InitialiseForBackup/></Steps></Requester>"));
  EXPECT_THAT(step.hint, HasSubstr("InitializeForBackup"));
  const Error writer = error_of(
      load(kWriters + "<Requester><Steps><AddComponent writer=\"file\" component=\"A\"/></Steps>"
                      "</Requester>"));
  EXPECT_THAT(writer.hint, HasSubstr("files"));
  const Error code = error_of(
      load("<Requester><Steps><PrepareForBackup expect=\"VSS_E_BAD_STAT\"/></Steps></Requester>"));
  EXPECT_THAT(code.hint, HasSubstr("VSS_E_BAD_STATE"));
}

TEST(Scenario, WhatIsMissingOrWrongIsSaid) {
  const auto message = [](const std::string& body, const std::string& attributes = "") {
    return error_of(load(body, attributes)).message;
  };
  EXPECT_THAT(message(""), HasSubstr("no Requester"));
  EXPECT_THAT(message(kRequester, "budget=\"5\""), HasSubstr("no duration"));
  EXPECT_THAT(message(kRequester, "clock=\"sundial\""), HasSubstr("sundial"));
  EXPECT_THAT(message("text" + kRequester), HasSubstr("holds text"));
  EXPECT_THAT(message("<Requester/><Requester/>"), HasSubstr("a second requester"));
  EXPECT_THAT(message("<Wire/><Wire/>" + kRequester), HasSubstr("a second element 'Wire'"));
  EXPECT_THAT(message("<Writers><Writer name=\"a\"/></Writers>" + kRequester),
              HasSubstr("does not say what the writer is"));
  EXPECT_THAT(
      message("<Writers><Writer name=\"a\" preset=\"x\" defect=\"y\"/></Writers>" + kRequester),
      HasSubstr("says twice"));
  EXPECT_THAT(message("<Writers><Writer name=\"a\" preset=\"x\"/><Writer name=\"a\" "
                      "preset=\"x\"/></Writers>" +
                      kRequester),
              HasSubstr("a second writer named 'a'"));
  EXPECT_THAT(message("<Writers><Writer name=\"a\" config=\"x.xml\"/></Writers>" + kRequester),
              HasSubstr("cannot be read"));
  EXPECT_THAT(message("<Provider><Fault event=\"CommitSnapshots\" action=\"late\"/></Provider>" +
                      kRequester),
              HasSubstr("lacks its attribute 'delay'"));
  EXPECT_THAT(message("<Wire><Fault event=\"Freeze\" action=\"result\"/></Wire>" + kRequester),
              HasSubstr("no false result"));
  const auto wire = [&](const std::string& attributes) {
    return message("<Wire><Fault " + attributes + "/></Wire>" + kRequester);
  };
  EXPECT_THAT(wire("event=\"Freeze\" action=\"early\" before=\"Thaw\""),
              HasSubstr("Thaw does not come before Freeze"));
  EXPECT_THAT(wire("event=\"Freeze\" action=\"early\" before=\"BackupShutdown\""),
              HasSubstr("no step of a backup"));
  EXPECT_THAT(wire("event=\"Identify\" action=\"early\" before=\"PrepareForBackup\""),
              HasSubstr("cannot be let go early"));
  EXPECT_THAT(wire("event=\"Thaw\" action=\"after\" after=\"Freeze\""),
              HasSubstr("Freeze does not come after Thaw"));
  EXPECT_THAT(wire("event=\"CommitSnapshots\" action=\"after\" after=\"Thaw\""),
              HasSubstr("cannot be held back"));
  EXPECT_THAT(wire("event=\"DoSnapshotSet\" action=\"drop\""), HasSubstr("lost unnoticed"));
  EXPECT_THAT(wire("event=\"GetWriterStatus\" action=\"drop\""), HasSubstr("lost unnoticed"));
  EXPECT_THAT(wire("event=\"StartSnapshotSet\" action=\"result\" argument=\"set\" value=\"x\""),
              HasSubstr("'x' is no value of set"));
  EXPECT_THAT(wire("event=\"StartSnapshotSet\" action=\"result\" argument=\"set\""),
              HasSubstr("is no value of set"));
  EXPECT_THAT(wire("event=\"Freeze\" action=\"result\" argument=\"limit\" value=\"1\""),
              HasSubstr("'limit' of Freeze cannot be falsified"));
  EXPECT_THAT(wire("event=\"Freeze\" action=\"result\" value=\"1\" code=\"S_OK\""),
              HasSubstr("a value of no argument"));
  EXPECT_THAT(wire("event=\"Freeze\" action=\"result\" state=\"VSS_WS_STABLE\""),
              HasSubstr("only GetWriterStatus"));
  EXPECT_THAT(wire("event=\"EventLog\" action=\"fail\""), HasSubstr("done or left out"));
  EXPECT_THAT(message(kRequester + "<Expect><Rule id=\"TIME-9\" verdict=\"fail\"/></Expect>"),
              HasSubstr("no rule id"));
  EXPECT_THAT(message(kRequester + "<Volumes><Volume root=\"C:\"/></Volumes>"),
              HasSubstr("no root"));
  const auto file = [&](const std::string& attributes) {
    return message(kRequester + "<Volumes><Volume root=\"C:\\\"><File path=\"C:\\a\" " +
                   attributes + "/></Volume></Volumes>");
  };
  EXPECT_THAT(file("content=\"a\" size=\"1B\""), HasSubstr("one of content, size and ranges"));
  EXPECT_THAT(file("content=\"a\" ranges=\"0:1\""), HasSubstr("one of content, size and ranges"));
  for (const char* const bad : {"", "5", "0:", ":5", "0:5,", "0:5 ,6:7", "0x1:5", "-1:5"}) {
    EXPECT_THAT(file("ranges=\"" + std::string(bad) + "\""), HasSubstr("ranges")) << bad;
  }
  const auto event = [&](const std::string& arguments) {
    return message(kRequester + "<Expect><Event service=\"vss\" is=\"HoldWrites\">" + arguments +
                   "</Event></Expect>");
  };
  EXPECT_THAT(event("<Argument value=\"x\"/>"), HasSubstr("lacks its attribute 'name'"));
  EXPECT_THAT(event("<Argument name=\"volume\"/>"), HasSubstr("one of the two"));
  EXPECT_THAT(event("<Argument name=\"volume\" value=\"C\" contains=\"C\"/>"),
              HasSubstr("one of the two"));
  EXPECT_THAT(event("<Argument name=\"volume\" contains=\"\"/>"), HasSubstr("the empty one"));
  EXPECT_THAT(message(kRequester + "<Volumes><Volume root=\"C:\\\" size=\"10\"/></Volumes>"),
              HasSubstr("no size"));
  EXPECT_THAT(message(kRequester + "<Volumes><Volume root=\"C:\\\" size=\"0B\"/></Volumes>"),
              HasSubstr("smaller than one block"));
  // A machine that cannot be made is told before anything runs.
  const auto volumes = [&](const std::string& content) {
    return message(kRequester + "<Volumes>" + content + "</Volumes>");
  };
  const std::string c = "<Volume root=\"C:\\\"";
  EXPECT_THAT(volumes(c + "><File path=\"C:\\a*\" content=\"a\"/></Volume>"),
              HasSubstr("no file's name"));
  EXPECT_THAT(volumes(c + "><File path=\"C:\\a\"/><File path=\"C:\\A\"/></Volume>"),
              HasSubstr("a second 'C:\\A'"));
  EXPECT_THAT(volumes(c + "><File path=\"C:\\a\\b\"/><File path=\"C:\\a\"/></Volume>"),
              HasSubstr("'C:\\a' is a file"));
  EXPECT_THAT(volumes(c + " size=\"1MiB\"><File path=\"C:\\a\" size=\"2MiB\"/></Volume>"),
              HasSubstr("larger than volume"));
  EXPECT_THAT(volumes(c + "><File path=\"C:\\a\" size=\"1GiB\"/></Volume>"),
              HasSubstr("fill_bytes_max"));
  EXPECT_THAT(volumes(c + " folder=\"/nowhere/at/all\"/>"), HasSubstr("there is no folder"));
  EXPECT_THAT(volumes(c + "/><Volume root=\"D:\\\" mount=\"Q:\\mnt\"/>"),
              HasSubstr("no folder of a volume of this machine"));
  const std::string id = " guid=\"5d0b3c11-0000-4000-8000-000000000001\"/>";
  EXPECT_THAT(volumes(c + id + "<Volume root=\"D:\\\"" + id), HasSubstr("have one id"));
  // What VSS cannot be told is not dropped silently.
  const auto component = [&](const std::string& type, const std::string& attributes) {
    return "<Writers><Writer name=\"a\"><TestWriter usage=\"USER_DATA\"><RestoreMethod "
           "method=\"RESTORE_IF_CAN_REPLACE\" writerRestore=\"always\" rebootRequired=\"no\"/>"
           "<Component componentName=\"D\" componentType=\"" +
           type + "\"><ComponentFile path=\"C:\\d\" filespec=\"*\" " + attributes +
           "/></Component></TestWriter></Writer></Writers>" + kRequester;
  };
  EXPECT_THAT(message(component("database", "recursive=\"yes\"")), HasSubstr("has no 'recursive'"));
  EXPECT_THAT(message(component("database", "alternatePath=\"C:\\x\"")),
              HasSubstr("has no 'alternatePath'"));
  EXPECT_TRUE(load(component("database", "recursive=\"no\"")));
  EXPECT_TRUE(load(component("filegroup", "recursive=\"yes\" alternatePath=\"C:\\x\"")));
}

TEST(Scenario, EachBackupOfAChainIsRestoredOnce) {
  const auto chain = [](const std::string& from) {
    return load(kWriters + "<Requester><Backup to=\"D:\\f\"/><Restore from=\"" + from +
                "\"/></Requester>");
  };
  EXPECT_TRUE(chain("D:\\f,D:\\i").has_value());
  const Error twice = error_of(chain("D:\\f,D:\\i,d:\\F"));
  EXPECT_THAT(twice.message, HasSubstr("'d:\\F' stands there twice"));
  EXPECT_THAT(twice.hint, HasSubstr("the oldest first"));
}

TEST(Scenario, FormatAndCommentAreRequired) {
  const auto bare = [](const std::string& text) {
    return error_of(load_scenario(text, "a.xml", {}));
  };
  EXPECT_THAT(bare("<!-- x --><Scenario>" + kRequester + "</Scenario>").message,
              HasSubstr("lacks its attribute 'format'"));
  EXPECT_THAT(bare("<!-- x --><Scenario format=\"3\">" + kRequester + "</Scenario>").message,
              HasSubstr("this file needs vsslab >= 3"));
  EXPECT_THAT(bare("<Scenario format=\"1\">" + kRequester + "</Scenario>").message,
              HasSubstr("no first comment"));
  EXPECT_THAT(bare("<TestWriter/>").hint, HasSubstr("--writer"));
  EXPECT_FALSE(load_scenario("<!-- x --><Scenario format=\"1\"><Requester>", "a.xml", {}));
  EXPECT_FALSE(load_scenario("", "a.xml", {}));
  EXPECT_FALSE(load_scenario("/no/such/file.xml"));
}

TEST(Scenario, CountMakesWritersWithIdentitiesOfTheirOwn) {
  const auto plan = load(
      "<Writers><Writer name=\"w\" count=\"3\"><TestWriter><RestoreMethod method=\"CUSTOM\"/>"
      "</TestWriter></Writer></Writers>" +
      kRequester);
  ASSERT_TRUE(plan.has_value()) << plan.error().to_text();
  ASSERT_EQ(plan->writers.size(), 3u);
  EXPECT_EQ(plan->writers[2].name, "w-3");
  EXPECT_EQ(plan->writers[2].instance_name, "w-3");
  EXPECT_NE(plan->writers[0].writer_id, plan->writers[1].writer_id);
  EXPECT_THAT(error_of(load("<Writers><Writer name=\"w\" count=\"20001\" preset=\"x\"/></Writers>" +
                            kRequester))
                  .message,
              HasSubstr("count"));
  EXPECT_THAT(error_of(load("<Writers><Writer name=\"w\" count=\"19999\" preset=\"x\"/>"
                            "<Writer name=\"v\" count=\"2\" preset=\"x\"/></Writers>" +
                            kRequester))
                  .message,
              HasSubstr("writers_max"));
}

TEST(Scenario, StepsNamePartiesByTheNamesThatRequestersSee) {
  const auto plan = load(
      "<Writers><Writer name=\"a\" friendlyName=\"Alpha Writer\"><TestWriter>"
      "<RestoreMethod method=\"CUSTOM\"/></TestWriter></Writer></Writers>"
      "<Requester><Steps><InitializeForBackup/><SaveAsXML as=\"kept\" object=\"2\"/>"
      "<AddComponent writer=\"a\" component=\"C\" expect=\"VSS_E_BAD_STATE\"/>"
      "<AddToSnapshotSet volume=\"C:\\\" provider=\"system\"/>"
      "<InitializeForRestore document=\"kept\"/></Steps></Requester>");
  ASSERT_TRUE(plan.has_value()) << plan.error().to_text();
  const auto& steps = plan->requesters.at(0).steps;
  EXPECT_EQ(steps.at(1).object, 2u);
  EXPECT_EQ(steps.at(2).args.at(0).second, "Alpha Writer");
  EXPECT_EQ(steps.at(2).expect, hr::bad_state);
  EXPECT_EQ(steps.at(3).args.at(1).second, "b5946137-7b9f-4925-af80-51abd60b20d5");
  EXPECT_TRUE(plan->requesters.at(0).documents.empty());
  EXPECT_FALSE(
      load("<Requester><Steps><InitializeForRestore document=\"nowhere\"/></Steps>"
           "</Requester>"));
}

TEST(Scenario, MirrorsAreNamedByTheirDocumentAndABadOneIsRefused) {
  const std::string document =
      "<WRITER_METADATA xmlns=\"x-schema:#VssWriterMetadataInfo\" version=\"1.2\">"
      "<IDENTIFICATION writerId=\"7ac70948-4d5f-4a3e-99ca-aecf45f3f277\" "
      "instanceId=\"9b5ef2a1-5d1e-4f0e-8b0a-3c2c1d0e4f55\" friendlyName=\"Notes Writer\" "
      "usage=\"USER_DATA\" dataSource=\"OTHER\"/><BACKUP_LOCATIONS/></WRITER_METADATA>";
  const std::string body =
      "<Writers><Writer metadata=\"notes.xml\" keepInstanceId=\"yes\">"
      "<FailEvent writerEvent=\"Freeze\" action=\"hang\"/></Writer></Writers>" +
      kRequester;
  std::string text = document;
  const auto files = [&](const std::string&) -> Result<std::string> { return text; };
  const auto plan = load(body, "", files);
  ASSERT_TRUE(plan.has_value()) << plan.error().to_text();
  EXPECT_EQ(plan->writers[0].name, "Notes Writer");
  EXPECT_EQ(plan->writers[0].kind, plan::WriterKind::mirror);
  EXPECT_EQ(plan->writers[0].faults.size(), 1u);
  EXPECT_TRUE(plan->writers[0].test.fail_events.empty());
  text = "<BACKUP_COMPONENTS/>";
  EXPECT_EQ(error_of(load(body, "", files)).file, "dir/notes.xml");
  text = document.substr(0, 200);
  EXPECT_FALSE(load(body, "", files));
}

TEST(Scenario, ADefectMayBeToldItsComponents) {
  const auto plan = load(
      "<Writers><Writer name=\"w\" defect=\"hang-in-freeze\"><TestWriter>"
      "<RestoreMethod method=\"CUSTOM\"/></TestWriter></Writer></Writers>" +
      kRequester);
  ASSERT_TRUE(plan.has_value()) << plan.error().to_text();
  EXPECT_EQ(plan->writers[0].kind, plan::WriterKind::defect);
  EXPECT_EQ(plan->writers[0].class_name, "hang-in-freeze");
  EXPECT_EQ(plan->writers[0].test.restore_method, 7u);
}

TEST(Scenario, RangesFilesAreBinary) {
  const auto plan = load(kRequester +
                         "<Volumes><Volume root=\"C:\\\"><File path=\"C:\\r.rng\" "
                         "ranges=\"4:3,4294967296:2\"/></Volume></Volumes>");
  ASSERT_TRUE(plan);
  const std::string& bytes = plan->volumes.at(0).files.at(0).content;
  using namespace std::string_literals;
  EXPECT_EQ(bytes,
            "\2\0\0\0\0\0\0\0"s
            "\4\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0"s
            "\0\0\0\0\1\0\0\0\2\0\0\0\0\0\0\0"s);
}

TEST(TestWriterFile, RestoreMethodHasToBeFirst) {
  const auto late = parse_test_writer(
      "<TestWriter>\n<ExcludeFile path=\"a\" filespec=\"b\"/>\n<RestoreMethod method=\"CUSTOM\"/>"
      "</TestWriter>",
      "w.xml");
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().line, 2);
  EXPECT_THAT(late.error().message, HasSubstr("has to be RestoreMethod"));
  EXPECT_FALSE(parse_test_writer("<TestWriter/>", "w.xml"));
  EXPECT_FALSE(parse_test_writer(
      "<TestWriter><RestoreMethod method=\"CUSTOM\"/><RestoreMethod method=\"CUSTOM\"/>"
      "</TestWriter>",
      "w.xml"));
}

TEST(TestWriterFile, RangesAndDatesAreChecked) {
  const auto with = [](const std::string& inner) {
    return parse_test_writer(
        "<TestWriter><RestoreMethod method=\"CUSTOM\"/><Component componentType=\"filegroup\" "
        "componentName=\"C\">" +
            inner + "</Component></TestWriter>",
        "w.xml");
  };
  EXPECT_TRUE(with("<PartialFile path=\"a\" filespec=\"b\" ranges=\"0:5,0x10:0xff\"/>"));
  EXPECT_TRUE(with("<PartialFile path=\"a\" filespec=\"b\" ranges=\"C:\\r.rng\"/>"));
  EXPECT_TRUE(with("<PartialFile path=\"a\" filespec=\"b\" ranges=\"File=C:\\r.rng\"/>"));
  for (const char* const bad :
       {"", "5", "0:", ":5", "0:5,", "a:b", "0:5;6:7", "-1:5", "r.rng", "C:\\", "File=0:5"}) {
    EXPECT_FALSE(
        with("<PartialFile path=\"a\" filespec=\"b\" ranges=\"" + std::string(bad) + "\"/>"))
        << bad;
  }
  const auto date = [&](const std::string& fields) {
    return with("<DifferencedFile path=\"a\" filespec=\"b\" " + fields + "/>");
  };
  EXPECT_EQ(date("")->components[0].differenced_files[0].last_modified_100ns, 0);
  EXPECT_EQ(date("year=\"1601\"")->components[0].differenced_files[0].last_modified_100ns, 0);
  EXPECT_EQ(date("year=\"1970\"")->components[0].differenced_files[0].last_modified_100ns,
            116444736000000000);
  EXPECT_FALSE(date("year=\"2023\" month=\"2\" day=\"29\""));
  EXPECT_FALSE(date("year=\"2023\" month=\"0\""));
  EXPECT_FALSE(date("hour=\"1\""));
}

TEST(Betest, OldTextForm) {
  const auto selection = parse_betest(
      "\"5affb034-969f-4919-8875-88f830d0ef89\" : \"TestFiles1\", \"Test Files 2\";\r\n"
      "\"{7affb034-969f-4919-8875-88f830d0ef89}\" : \"X\";\n",
      "old.txt");
  ASSERT_TRUE(selection.has_value()) << selection.error().to_text();
  ASSERT_EQ(selection->writers.size(), 2u);
  EXPECT_EQ(selection->writers[0].components.at(1).name, "Test Files 2");
  EXPECT_EQ(selection->writers[1].line, 2);
  for (const char* const bad : {"\"x\" : \"a\";", "\"5affb034-969f-4919-8875-88f830d0ef89\" \"a\";",
                                "\"5affb034-969f-4919-8875-88f830d0ef89\" : \"a\"",
                                "\"5affb034-969f-4919-8875-88f830d0ef89\" : \"a", "\"5affb034",
                                "\"5affb034-969f-4919-8875-88f830d0ef89\" : ;",
                                "\"5affb034-969f-4919-8875-88f830d0ef89\" : \"\xc3\xa9\";"}) {
    const auto broken = parse_betest(bad, "old.txt");
    ASSERT_FALSE(broken.has_value()) << bad;
    EXPECT_EQ(broken.error().line, 1) << bad;
  }
  std::string large = "\"5affb034-969f-4919-8875-88f830d0ef89\" : \"a\";";
  large.resize((1 << 20) + 1, ' ');
  EXPECT_THAT(parse_betest(large, "old.txt").error().message, HasSubstr("betest_text_bytes_max"));
}

TEST(Suites, NamesGlobsAndErrors) {
  EXPECT_TRUE(glob_matches("timing/*.xml", "timing/a.xml"));
  EXPECT_FALSE(glob_matches("timing/*.xml", "timing/deep/a.xml"));
  EXPECT_TRUE(glob_matches("**/*.xml", "timing/deep/a.xml"));
  EXPECT_TRUE(glob_matches("**/a.xml", "a.xml"));
  EXPECT_FALSE(glob_matches("?.xml", "/.xml"));
  EXPECT_FALSE(glob_matches("*a*a*a*a*a*a*a*a*b", std::string(200, 'a')));
  const std::string folder = std::string(VSSLAB_SOURCE_DIR) + "/scenarios";
  const auto unknown = read_suite("@smoked", folder);
  ASSERT_FALSE(unknown.has_value());
  EXPECT_THAT(unknown.error().hint, HasSubstr("smoke"));
  EXPECT_FALSE(read_suite("@../suites/smoke", folder).has_value());
}

TEST(Names, ComeFromThePathBelowScenarios) {
  EXPECT_EQ(scenario_name("/a/scenarios/timing/x.xml"), "timing/x");
  EXPECT_EQ(scenario_name("scenarios/x.xml"), "x");
  EXPECT_EQ(scenario_name("my-scenarios/x.xml"), "x");
  EXPECT_EQ(scenario_name("<stdin>"), "<stdin>");
}

TEST(IdentifyFile, KnowsKindsByContent) {
  const auto kind = [](std::string_view bytes) { return identify_file(bytes, "f").value(); };
  EXPECT_EQ(kind("<!-- x --><Scenario/>"), FileKind::scenario);
  EXPECT_EQ(kind("vsslab-journal 1\n"), FileKind::journal);
  EXPECT_EQ(kind("{\"vsslab-journal\":1}"), FileKind::journal);
  EXPECT_EQ(kind("\"5affb034-969f-4919-8875-88f830d0ef89\" : \"a\";"), FileKind::betest);
  EXPECT_EQ(kind("hello"), FileKind::unknown);
  EXPECT_EQ(kind(""), FileKind::unknown);
  EXPECT_FALSE(identify_file("<Scenario>", "f").has_value());
}

}  // namespace
}  // namespace vsslab::scenario

#include "scenario/inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vsslab::scenario {
namespace {

using testing::HasSubstr;

Inputs some_inputs() {
  Inputs inputs;
  inputs.scenario = "a\\b\nc.xml";
  inputs.files = {
      {"a\\b\nc.xml", "<x/>\nfile 3 y\n"}, {"empty", ""}, {"zero", std::string(3, '\0')}};
  return inputs;
}

TEST(Inputs, ReadBackAsTheyWereWritten) {
  const Inputs inputs = some_inputs();
  const std::string text = write_inputs(inputs);
  EXPECT_TRUE(is_inputs(text));
  const auto read = parse_inputs(text, "x.inputs");
  ASSERT_TRUE(read) << read.error().to_text();
  EXPECT_EQ(read->scenario, inputs.scenario);
  ASSERT_EQ(read->files.size(), inputs.files.size());
  for (std::size_t i = 0; i < inputs.files.size(); ++i) {
    EXPECT_EQ(read->files[i].path, inputs.files[i].path);
    EXPECT_EQ(read->files[i].bytes, inputs.files[i].bytes);
  }
  EXPECT_EQ(write_inputs(*read), text);
}

TEST(Inputs, EveryCutIsNoticed) {
  const std::string text = write_inputs(some_inputs());
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    const auto read = parse_inputs(text.substr(0, size), "x.inputs");
    // A cut between two files leaves good inputs with fewer of them.
    if (read) {
      EXPECT_LT(read->files.size(), 3U) << size;
    }
  }
}

TEST(Inputs, WrongOnesAreRefusedWithTheirLine) {
  const auto message = [](const char* text) {
    const auto read = parse_inputs(text, "x.inputs");
    return read ? std::string() : read.error().to_text();
  };
  EXPECT_THAT(message("vsslab-journal 1\n"), HasSubstr("x.inputs:1: error: no inputs of a run"));
  EXPECT_THAT(message("vsslab-inputs 2\n"), HasSubstr("this vsslab reads format 1"));
  EXPECT_THAT(message("vsslab-inputs 1\n! writr=x\n"), HasSubstr("did you mean 'writer'?"));
  EXPECT_THAT(message("vsslab-inputs 1\nfile x y\n"), HasSubstr("x.inputs:2"));
  EXPECT_THAT(message("vsslab-inputs 1\nfile 99999999999999999999 y\n"), HasSubstr("x.inputs:2"));
  EXPECT_THAT(message("vsslab-inputs 1\nfile 9 y\nabc\n"), HasSubstr("9 bytes announced, 4 there"));
  EXPECT_THAT(message("vsslab-inputs 1\nfile 2 y\nabc\n"), HasSubstr("not followed by"));
  EXPECT_THAT(message("vsslab-inputs 1\nhello\n"), HasSubstr("neither '! ' nor 'file '"));
  EXPECT_THAT(message("vsslab-inputs 1\n"), HasSubstr("has to name a scenario or a writer"));
  EXPECT_THAT(message("vsslab-inputs 1\n! scenario=a\n! writer=b\n"), HasSubstr("has to name"));
}

TEST(Inputs, ThePlanComesFromThemAlone) {
  Inputs inputs;
  inputs.scenario = "dir/x.xml";
  inputs.files = {{"dir/x.xml",
                   "<!-- What this shows: x. --><Scenario format='1'><Writers>"
                   "<Writer name='a' config='w.xml'/></Writers><Requester/></Scenario>"},
                  {"dir/w.xml",
                   "<TestWriter usage='USER_DATA'><RestoreMethod method='RESTORE_IF_NOT_THERE' "
                   "writerRestore='never' rebootRequired='no'/></TestWriter>"}};
  const auto plan = load_inputs(inputs);
  ASSERT_TRUE(plan) << plan.error().to_text();
  EXPECT_EQ(plan->file, "dir/x.xml");
  EXPECT_EQ(plan->inputs_digest.size(), 32U);
  Inputs changed = inputs;
  changed.files[1].bytes += "<!-- more -->";
  const auto other = load_inputs(changed);
  ASSERT_TRUE(other);
  EXPECT_NE(other->inputs_digest, plan->inputs_digest);
  Inputs moved = inputs;
  moved.scenario = moved.files[0].path = "x.xml";
  moved.files[1].path = "w.xml";
  const auto elsewhere = load_inputs(moved);
  ASSERT_TRUE(elsewhere);
  EXPECT_EQ(elsewhere->inputs_digest, plan->inputs_digest) << "where files lie does not count";
  inputs.files.pop_back();
  const auto missing = load_inputs(inputs);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().to_text(), HasSubstr("do not hold 'dir/w.xml'"));
}

TEST(InputRecorder, LetsGoOfFilesThatAreTooLargeTogether) {
  const std::string large(limits::kInputBytesMax / 4, 'x');
  InputRecorder recorder([&](const std::string&) -> Result<std::string> { return large; },
                         InputRecorder::Keep::files);
  const FileReader reader = recorder.reader();
  ASSERT_TRUE(reader("a"));
  ASSERT_TRUE(reader("a"));  // the same file, which counts once
  const std::string one = recorder.digest();
  ASSERT_TRUE(reader("b"));
  ASSERT_TRUE(reader("c"));
  EXPECT_NE(recorder.digest(), one);
  EXPECT_TRUE(recorder.take_files().empty());
}

// ---- parameters ----

std::string scenario_with(const std::string& parameters, const std::string& budget) {
  return "<!-- What this shows: x. --><Scenario format='1' budget='" + budget + "'>" + parameters +
         "<Requester/></Scenario>";
}
Result<plan::ScenarioPlan> load(const std::string& parameters, const std::string& budget,
                                const std::vector<plan::Setting>& settings = {}) {
  return load_scenario(scenario_with(parameters, budget), "x.xml", {}, settings);
}

TEST(Parameters, StandForTheirValues) {
  const std::string one = "<Parameters><Parameter name='n' default='7'/></Parameters>";
  EXPECT_EQ(load(one, "${n}m")->budget, std::chrono::minutes(7));
  EXPECT_EQ(load(one, "${n}m", {{"n", "8"}})->budget, std::chrono::minutes(8));
  EXPECT_EQ(load(one, "1${n}s")->budget, std::chrono::seconds(17));
  const auto bad = load(one, "${n}m", {{"n", "\"><Expect/><x a=\""}});
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().to_text(), HasSubstr("no duration")) << "a value is never markup";
}

TEST(Parameters, FilesWithoutThemKnowNoDollar) {
  const auto plan = load_scenario(
      "<!-- What this shows: x. --><Scenario format='1'><Requester name='${x}'/></Scenario>",
      "x.xml", {});
  ASSERT_TRUE(plan) << plan.error().to_text();
  EXPECT_EQ(plan->requesters[0].name, "${x}");
}

TEST(Parameters, ADollarCanBeWritten) {
  const auto plan = load_scenario(
      "<!-- What this shows: ${x}. --><Scenario format='1'><Parameters><Parameter name='x' "
      "default='y'/></Parameters><Requester name='$ $${x} ${x} $'/></Scenario>",
      "x.xml", {});
  ASSERT_TRUE(plan) << plan.error().to_text();
  EXPECT_EQ(plan->requesters[0].name, "$ ${x} y $");
}

TEST(Parameters, AreHeldToTheirLimits) {
  const auto message = [](const Result<plan::ScenarioPlan>& plan) {
    return plan ? std::string() : plan.error().to_text();
  };
  const std::string one = "<Parameters><Parameter name='n' default='7'/></Parameters>";
  EXPECT_THAT(message(load(one, "${n}m", {{"n", std::string(5000, '1')}})),
              HasSubstr("parameter_value_bytes_max"));
  EXPECT_THAT(message(load(one, "${n}m", {{"n", "1\n2"}})), HasSubstr("control character"));
  EXPECT_THAT(message(load(one, "${n")), HasSubstr("without a name and '}'"));
  EXPECT_THAT(message(load(one, "${}")), HasSubstr("no parameter ''"));
  EXPECT_THAT(message(load("<Parameters><Parameter name='n' default='${n}'/></Parameters>", "1m")),
              HasSubstr("a text of its own"));
  EXPECT_THAT(message(load("<Parameters><Parameter name='n' default='1'/><Parameter name='n' "
                           "default='1'/></Parameters>",
                           "${n}m")),
              HasSubstr("a second parameter 'n'"));
  EXPECT_THAT(message(load("<Parameters><Parameter name='a b' default='1'/></Parameters>", "1m")),
              HasSubstr("no name of a parameter"));
  std::string many = "<Parameters>";
  for (int i = 0; i < 300; ++i) {
    many += "<Parameter name='n" + std::to_string(i) + "' default='1'/>";
  }
  EXPECT_THAT(message(load(many + "</Parameters>", "${n1}m")), HasSubstr("parameters_max"));
  // 4,096 bytes at a time a small file could become a huge one.
  std::string uses;
  for (int i = 0; i < 5000; ++i) uses += "${n}";
  EXPECT_THAT(message(load(one, uses, {{"n", std::string(4096, '1')}})),
              HasSubstr("scenario_bytes_max"));
}

}  // namespace
}  // namespace vsslab::scenario

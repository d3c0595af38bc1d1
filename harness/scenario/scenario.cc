#include "scenario/scenario.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "core/suggest.h"
#include "scenario/betest.h"
#include "scenario/inbox/inbox.h"
#include "scenario/inputs.h"
#include "scenario/parameters.h"
#include "scenario/parts.h"
#include "scenario/test_writer.h"
#include "xml/decode.h"

namespace vsslab::scenario {

namespace {

const FileReader& disk_reader() {
  static const FileReader kReader = [](const std::string& path) {
    return xml::read_file(path, limits::kInputBytesMax, "input_bytes_max");
  };
  return kReader;
}

void read_settings(const Source& source, const xml::Element& root, plan::ScenarioPlan& plan) {
  check_shape(source, root,
              {"name", "format", "clock", "seed", "budget", "ties", "profile", "machine", "roles",
               "responseLimit", "xmlns:xsi", "xsi:noNamespaceSchemaLocation"},
              {"Parameters", "Volumes", "Services", "Writers", "Provider", "Providers", "Wire",
               "Requester", "Requesters", "Expect"});
  if (one_of(source, root, "clock", {"virtual", "real"}, "virtual") == "real") {
    plan.clock = plan::Clock::real;
  }
  if (one_of(source, root, "ties", {"seeded", "first-come"}, "seeded") == "first-come") {
    plan.ties = plan::Ties::first_come;
  }
  plan.budget = duration(source, root, "budget").value_or(plan.budget);
  plan.response_limit = duration(source, root, "responseLimit");
  if (plan.response_limit == Duration(0)) {
    refuse_attribute(source, root, "responseLimit", "nobody answers at once",
                     "write a time such as 30s");
  }
}

void read_parts(const Source& source, const xml::Element& root, plan::ScenarioPlan& plan) {
  read_lab_parties(source, root, plan);
  each_part(source, root, "Requester", Times::any,
            [&](const xml::Element& e) { read_requester(source, e, plan); });
  each_part(source, root, "Requesters", Times::once, [&](const xml::Element& e) {
    check_shape(source, e, {}, {"Requester"});
    for (const xml::Element& child : e.children()) read_requester(source, child, plan);
  });
  if (plan.requesters.empty()) {
    refuse(source, root, "the scenario has no Requester: nothing would happen",
           "write <Requester><Backup type=\"FULL\"/></Requester>");
  }
  finish_lab(source, root, plan);
  each_part(source, root, "Expect", Times::once,
            [&](const xml::Element& e) { read_expect(source, e, plan); });
}

plan::ScenarioPlan read_scenario(const Source& source, const std::string& file) {
  const xml::Element root = source.document.root();
  if (root.name() != "Scenario") {
    refuse(source, root, fmt::format("the root element is '{}', not Scenario", root.name()),
           root.name() == "TestWriter"
               ? "run a Test Writer file with: vsslab run --writer FILE [--betest FILE]"
               : did_you_mean(root.name(), {"Scenario"}));
  }
  plan::ScenarioPlan plan;
  read_lab_settings(source, root, plan);
  plan.file = file;
  plan.description = source.document.first_comment();
  if (plan.description.empty()) {
    refuse(source, root, "the scenario has no first comment",
           "write <!-- What this shows: … --> before the Scenario element");
  }
  plan.name = scenario_name(file);
  if (has(root, "name") && file.find("scenarios/") == std::string::npos) {
    plan.name = required_text(source, root, "name");
    if (plan.name.empty()) refuse_attribute(source, root, "name", "a scenario's name has letters");
  }
  read_settings(source, root, plan);
  read_parts(source, root, plan);
  return plan;
}

std::string directory_of(const std::string& file) {
  return std::filesystem::path(file).parent_path().string();
}

}  // namespace

std::string scenario_name(std::string_view file) {
  constexpr std::string_view kFolder = "scenarios/";
  std::string_view name = file;
  const std::size_t at = file.rfind(kFolder);
  if (at != std::string_view::npos && (at == 0 || file[at - 1] == '/')) {
    name.remove_prefix(at + kFolder.size());
  } else if (const std::size_t slash = name.rfind('/'); slash != std::string_view::npos) {
    name.remove_prefix(slash + 1);
  }
  if (name.ends_with(".xml")) name.remove_suffix(4);
  // A file's name may be any bytes; journals and reports are text.
  return xml::printable(name);
}

Result<plan::ScenarioPlan> load_scenario(std::string bytes, const std::string& file,
                                         const FileReader& read_file,
                                         const std::vector<plan::Setting>& settings) {
  constexpr xml::Limits kLimits{.bytes_max = limits::kScenarioBytesMax,
                                .bytes_max_name = "scenario_bytes_max"};
  if (bytes.starts_with("vsslab-journal ")) {
    return fail(Error{"this is a journal, not a scenario",
                      file,
                      0,
                      {},
                      "'vsslab check' judges it again, 'vsslab replay' plays it again"});
  }
  auto document = xml::parse(std::move(bytes), file, kLimits);
  if (!document) return tl::make_unexpected(std::move(document.error()));
  static const ReadFile kNoFiles = [](const std::string& path) {
    return fail(fmt::format("file '{}' cannot be read from here", path));
  };
  int files_left = limits::kScenarioFilesMax;
  const Source source{*document, directory_of(file), read_file ? read_file : kNoFiles, &files_left};
  try {
    auto filled = with_parameters(source, settings);
    if (!filled) return read_scenario(source, file);
    const auto meant = xml::parse(std::move(*filled), file, kLimits);
    if (!meant) return tl::make_unexpected(meant.error());
    const Source source_meant{*meant, source.directory, source.read_file, &files_left};
    plan::ScenarioPlan plan = read_scenario(source_meant, file);
    plan.settings = settings;
    return plan;
  } catch (Refused& refused) {
    return tl::make_unexpected(std::move(refused.error));
  }
}

Result<plan::ScenarioPlan> load_scenario(const std::string& path,
                                         const std::vector<plan::Setting>& settings,
                                         Inputs* inputs) {
  // Stored inputs hold several files, so they may be larger than a scenario.
  auto bytes = disk_reader()(path);
  if (!bytes) return tl::make_unexpected(std::move(bytes.error()));
  const std::string shown = path == "-" ? "<stdin>" : path;
  if (is_inputs(*bytes)) {
    auto stored = parse_inputs(*bytes, shown);
    if (!stored) return tl::make_unexpected(std::move(stored.error()));
    auto plan = load_inputs(*stored, settings);
    if (plan && inputs != nullptr) *inputs = std::move(*stored);
    return plan;
  }
  bool in_memory = true;  // standard input can be read once only
  const FileReader first_from_memory = [&](const std::string& wanted) -> Result<std::string> {
    if (!std::exchange(in_memory, false)) return disk_reader()(wanted);
    return std::move(*bytes);
  };
  InputRecorder recorder(first_from_memory, inputs == nullptr ? InputRecorder::Keep::digest
                                                              : InputRecorder::Keep::files);
  const FileReader reader = recorder.reader();
  std::string scenario = *reader(shown);
  auto plan = load_scenario(std::move(scenario), shown, reader, settings);
  if (!plan) return plan;
  plan->inputs_digest = recorder.digest();
  if (inputs != nullptr) *inputs = {.scenario = shown, .files = recorder.take_files()};
  return plan;
}

namespace {

Result<std::string> read_part_of_pair(const FileReader& read_file, const std::string& path) {
  auto bytes = read_file(path);
  if (bytes && bytes->size() > limits::kScenarioBytesMax) {
    return fail(Error{fmt::format("the file has more bytes than scenario_bytes_max ({})",
                                  limits::kScenarioBytesMax),
                      path,
                      0,
                      {},
                      {}});
  }
  return bytes;
}

}  // namespace

Result<plan::ScenarioPlan> make_plan_from_pair(const std::string& writer_file,
                                               const std::string& betest_file,
                                               const PairOptions& options,
                                               const FileReader& given_reader) {
  const FileReader& read_file = given_reader ? given_reader : disk_reader();
  auto bytes = read_part_of_pair(read_file, writer_file);
  if (!bytes) return tl::make_unexpected(std::move(bytes.error()));
  auto config = parse_test_writer(std::move(*bytes), writer_file);
  if (!config) return tl::make_unexpected(std::move(config.error()));

  plan::ScenarioPlan plan;
  plan.name = scenario_name(writer_file);
  plan.file = writer_file;
  plan.description = "Test Writer file with a BETest selection";
  plan.seed = options.seed;
  plan::WriterPlan& writer = plan.writers.emplace_back();
  writer.name = xml::printable(std::filesystem::path(writer_file).stem().string());
  writer.friendly_name = writer.name;
  writer.writer_id = Guid::parse(kTestWriterId);
  writer.test = std::move(*config);
  plan::RequesterPlan& requester = plan.requesters.emplace_back();
  plan::BackupPlan backup;
  backup.type = options.backup_type;
  requester.operations.push_back(std::move(backup));
  if (!betest_file.empty()) {
    auto selection_bytes = read_part_of_pair(read_file, betest_file);
    if (!selection_bytes) return tl::make_unexpected(std::move(selection_bytes.error()));
    auto selection = parse_betest(std::move(*selection_bytes), betest_file);
    if (!selection) return tl::make_unexpected(std::move(selection.error()));
    requester.betest = std::move(*selection);
  }
  add_missing_volumes(plan);
  return plan;
}

Result<plan::ScenarioPlan> load_pair(const std::string& writer_file, const std::string& betest_file,
                                     std::string_view type, Inputs* inputs) {
  PairOptions options;
  const auto value = plan::parse_word(plan::backup_types(), type);
  if (!value) {
    Error error = value.error();
    error.message = "--type: " + error.message;
    return fail(std::move(error));
  }
  options.backup_type = *value;
  const auto shown = [](const std::string& path) { return path == "-" ? "<stdin>" : path; };
  const FileReader from_stdin_too = [](const std::string& path) {
    return disk_reader()(path == "<stdin>" ? "-" : path);
  };
  InputRecorder recorder(from_stdin_too, InputRecorder::Keep::files);
  auto plan =
      make_plan_from_pair(shown(writer_file), shown(betest_file), options, recorder.reader());
  if (!plan) return plan;
  plan->inputs_digest = recorder.digest();
  if (inputs != nullptr) {
    *inputs = {.writer = shown(writer_file),
               .betest = shown(betest_file),
               .type = std::string(type),
               .files = recorder.take_files()};
  }
  return plan;
}

}  // namespace vsslab::scenario

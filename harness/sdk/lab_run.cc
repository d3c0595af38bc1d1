// The functions behind <vsslab/lab.h>: one scenario with a party of the calling program, in its
// process, so that a debugger and the test's own assertions see everything.
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <vsslab/lab.h>

#include "core/os/terminal.h"
#include "plan/step_calls.h"
#include "reports/block.h"
#include "rules/names.h"
#include "rules/rule.h"
#include "run/run_scenario.h"
#include "scenario/scenario.h"
#include "sdk/conform.h"
#include "sdk/party_factory.h"
#include "sdk/subject.h"

struct vsslab_lab_run {
  vsslab::ScenarioResult result;
  std::string subject = "the party";
  std::vector<vsslab_lab_event> events;
  std::set<std::string> texts;  // what the events point to
  struct Item {
    std::string rule;
    std::string level;
    std::string verdict;
    std::string text;
  };
  std::vector<Item> findings;
  std::string argument;  // what vsslab_lab_arg handed out last
};

namespace vsslab::sdk {
namespace {

constexpr int kSoftwareProvider = 2;  // VSS_PROV_SOFTWARE

// A file, or the name of a template in the folder that VSSLAB_HOME or the caller names.
Result<std::string> scenario_file(Role role, const vsslab_lab_request& request) {
  const std::string wanted = request.scenario;
  std::error_code ignored;
  if (std::filesystem::is_regular_file(wanted, ignored)) return wanted;
  std::string folder = request.scenarios;
  if (const auto home = os::environment("VSSLAB_HOME"); home && !home->empty()) {
    folder = (std::filesystem::path(*home) / "scenarios").string();
  }
  auto files = conformance_files(role, folder, {wanted});
  if (!files) return fail(files.error());
  if (files->size() != 1) return fail(fmt::format("'{}' names several scenarios", wanted));
  return files->front();
}

Subject subject_of(Role role, const vsslab_lab_request& request) {
  Subject subject;
  subject.role = role;
  subject.name = "the party under test";
  if (role == Role::provider) {
    subject.provider = [&request](const plan::ProviderPlan&,
                                  VolumeSet&) -> Result<Parties::Provider> {
      VSS_ID id{};
      Parties::Provider provider;
      provider.type = kSoftwareProvider;
      const HRESULT made = request.make(request.context, &id, &provider.object);
      if (FAILED(made)) return fail(fmt::format("no provider: {}", hresult_name(made)));
      provider.id = Guid::from(id);
      return provider;
    };
  } else {
    subject.main = [&request](std::uint64_t) -> Result<PartyMain> {
      return PartyMain([&request] { return request.main(request.context); });
    };
  }
  return subject;
}

Result<void> play(const vsslab_lab_request& request, vsslab_lab_run& out) {
  const auto role = parse_role(request.role);
  if (!role) return fail(role.error());
  const auto file = scenario_file(*role, request);
  if (!file) return fail(file.error());
  const auto plan = scenario::load_scenario(*file);
  if (!plan) return fail(plan.error());
  if (auto known = check_classes(*plan); !known) return fail(known.error());
  const std::string name = subject_name(*plan, *role);
  if (name.empty())
    return fail(fmt::format("no {} of '{}' has subject=\"yes\"", request.role, *file));
  out.subject = name;
  const Subject subject = subject_of(*role, request);
  const Parties parties = with_subject(party_factory(), subject);
  ScenarioOptions options;
  options.rules = {catalogue().begin(), catalogue().end()};
  options.seed = request.seed == 0 ? plan->seed : request.seed;
  out.result = run_scenario(*plan, options, parties);
  keep_subject(out.result, *role, name, options.rules);
  return {};
}

void take_findings(vsslab_lab_run& run) {
  const reports::TextStyle style;
  for (const Finding& finding : run.result.findings) {
    const Rule* const rule = find_rule(finding.rule_id);
    run.findings.push_back({finding.rule_id.str(), std::string(level_name(rule->card.level)),
                            std::string(verdict_name(finding.verdict)),
                            reports::speaks(finding)
                                ? reports::finding_block(run.result, finding, style)
                                : std::string()});
  }
  // A party that went down: no rule says it, the suite asks for it all the same.
  for (const ExpectationResult& item : run.result.expectations) {
    if (item.verdict == Verdict::inconclusive && run.result.toolkit_error.empty()) {
      run.result.toolkit_error =
          fmt::format("the scenario did not get to its point: {}, but {}", item.text, item.actual);
    }
    if (item.verdict != Verdict::fail) continue;
    run.findings.push_back(
        {"", "MUST", "fail", reports::expectation_block(run.result, item, style)});
  }
}

// The journal's texts do not end in a NUL.
const char* kept(vsslab_lab_run& run, std::string_view text) {
  return run.texts.insert(std::string(text)).first->c_str();
}

void take_events(vsslab_lab_run& run) {
  if (run.result.journal == nullptr) return;
  const Journal& journal = *run.result.journal;
  for (const Event& event : journal.events()) {
    const Actor& actor = journal.actor(event.actor);
    const std::string_view phase =
        event.phase == Phase::enter ? "enter" : (event.phase == Phase::leave ? "leave" : "-");
    run.events.push_back({event.seq, event.t.count(), kept(run, actor_kind_name(actor.kind)),
                          kept(run, actor.name), kept(run, event.name), kept(run, phase),
                          kept(run, event.has_hr ? hresult_name(event.hr) : std::string()),
                          event.cause});
  }
}

}  // namespace
}  // namespace vsslab::sdk

vsslab_lab_run* vsslab_lab_play(const vsslab_lab_request* request) {
  auto run = std::make_unique<vsslab_lab_run>();
  if (auto played = vsslab::sdk::play(*request, *run); !played) {
    run->result.toolkit_error = played.error().to_text();
  }
  vsslab::sdk::take_findings(*run);
  vsslab::sdk::take_events(*run);
  return run.release();
}

void vsslab_lab_free(vsslab_lab_run* run) { delete run; }

const char* vsslab_lab_error(const vsslab_lab_run* run) {
  return run->result.toolkit_error.c_str();
}

const char* vsslab_lab_subject(const vsslab_lab_run* run) { return run->subject.c_str(); }

uint64_t vsslab_lab_events(const vsslab_lab_run* run) { return run->events.size(); }

void vsslab_lab_event_at(const vsslab_lab_run* run, uint64_t index, vsslab_lab_event* event) {
  *event = run->events.at(index);
}

const char* vsslab_lab_arg(vsslab_lab_run* run, uint64_t seq, const char* key) {
  if (run->result.journal == nullptr || seq == 0 || seq > run->events.size()) return nullptr;
  const vsslab::Journal& journal = *run->result.journal;
  const auto value = journal.arg(journal.event(seq), key);
  if (!value) return nullptr;
  run->argument = *value;
  return run->argument.c_str();
}

uint64_t vsslab_lab_findings(const vsslab_lab_run* run) { return run->findings.size(); }

void vsslab_lab_finding_at(const vsslab_lab_run* run, uint64_t index, vsslab_lab_finding* finding) {
  const auto& item = run->findings.at(index);
  *finding = {item.rule.c_str(), item.level.c_str(), item.verdict.c_str(), item.text.c_str()};
}

const char* vsslab_lab_rule_id(const char* id_or_slug) {
  const vsslab::Rule* const rule = vsslab::find_rule(id_or_slug);
  return rule == nullptr ? nullptr : rule->card.id.data();
}

int vsslab_lab_knows_event(const char* name) {
  return vsslab::rules::find_event(name) != vsslab::rules::Ev::unknown ||
                 vsslab::plan::find_step_call(name) != nullptr
             ? 1
             : 0;
}

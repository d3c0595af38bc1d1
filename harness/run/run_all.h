// A whole run: scenarios times seeds, in lanes, stored, waived, counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/time.h"
#include "plan/plan.h"
#include "run/parties.h"
#include "run/redact.h"
#include "run/result.h"
#include "run/waivers.h"

namespace vsslab {

enum class KeepJournals : std::uint8_t {
  evidence,  // in memory where a finding has something to show
  always,
};

struct Job {
  std::shared_ptr<const plan::ScenarioPlan> plan;
  std::uint64_t seed = 42;
  std::string reproduce;          // the command that does this job again
  std::string journal_name = {};  // below the journal folder; empty: made of the plan's name
  std::string inputs_file = {};   // beside the journal, when it holds what the plan was read from
};

struct RunRequest {
  std::vector<Job> jobs;
  std::vector<const Rule*> rules;
  bool rules_narrowed = false;  // some rules were left out on purpose
  const Parties* parties = nullptr;
  Waivers waivers;
  bool strict = false;
  bool check_determinism = false;
  std::size_t lanes = 1;
  std::size_t failures_max = 0;  // 0: no limit; scenarios with failures
  KeepJournals keep = KeepJournals::evidence;
  // In the lane, on each result before it is stored: what of it counts. May be empty.
  std::function<void(const plan::ScenarioPlan&, ScenarioResult&)> narrow;
  // In the parent, on each result whose process was lost: whose fault it is. May be empty.
  std::function<void(const plan::ScenarioPlan&, ScenarioResult&)> lost;
  // Everything in this process, one after the other: for a debugger. No watchdog can help then.
  bool in_process = false;
  Seq break_at = 0;  // stop in the debugger when the journal gets to this event; 0: never
  Duration patience =
      std::chrono::seconds(60);  // wall time without an end, on top of real-time runs
  std::string journal_folder;    // empty: journals are not stored
  std::string files_folder;      // gets what backups copied, a folder for each job; empty: not kept
  std::string toolkit_version;
  std::string command;
  std::string today;                   // for waivers
  const Redactor* redactor = nullptr;  // takes names out of journals and results
};

struct RunEvents {
  std::function<void(const Job&)> started;
  std::function<void(const ScenarioResult&)> finished;  // in order; waivers are applied
  std::function<bool()> stop;                           // interrupt, or nobody listens any more
};

RunResult run_all(const RunRequest& request, const RunEvents& events);

// "timing-freeze-hang-42.journal"
std::string journal_file_name(const plan::ScenarioPlan& plan, std::uint64_t seed);

// Ids of rules that applied in no scenario.
std::vector<std::string> rules_never_applied(const std::vector<const Rule*>& rules,
                                             const std::vector<ScenarioResult>& scenarios);

}  // namespace vsslab

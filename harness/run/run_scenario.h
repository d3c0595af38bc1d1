// One scenario, once: builds the lab, lets it run, judges the journal, compares it with what the
// scenario expects.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/scheduler.h"
#include "plan/plan.h"
#include "run/parties.h"
#include "run/result.h"

namespace vsslab {

struct ScenarioOptions {
  std::vector<const Rule*> rules;  // to judge by, and to look at in Expect
  std::uint64_t seed = 42;
  std::optional<TieBreak> ties;  // replay; else as the scenario says
  std::string toolkit_version;
  Seq break_at = 0;         // stop in the debugger at this event; 0: never
  std::string keep_files;   // a folder of the host that gets what backups copied; empty: none
  std::string inputs_file;  // for the header: what holds the files that the plan was read from
};

// Errors of the toolkit are in the result. `reproduce` and `journal_file` are the caller's to fill.
ScenarioResult run_scenario(const plan::ScenarioPlan& plan, const ScenarioOptions& options,
                            const Parties& parties);

// Judges a journal by `rules` and fills in what the journal tells: name, seed, clock, digest,
// parties, times, findings.
void judge_journal(ScenarioResult& result, std::shared_ptr<const Journal> journal,
                   const std::vector<const Rule*>& rules);

// Which party's code was running when this process was stopped, for a lane's last words. Safe in a
// signal handler.
std::string_view running_party();

}  // namespace vsslab

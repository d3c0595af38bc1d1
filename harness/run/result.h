// What a run produced: all that reports see.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/time.h"
#include "journal/journal.h"
#include "rules/rule.h"

namespace vsslab {

// A check of the scenario's own Expect element that is no rule (a status, an event, a call's
// result).
struct ExpectationResult {
  int line = 0;
  std::string text;  // "orders-db is VSS_WS_FAILED_AT_FREEZE after DoSnapshotSet"
  Verdict verdict = Verdict::pass;
  std::string actual;
  std::vector<Seq> evidence;
};

enum class PartyEnd : std::uint8_t { well, crash, hang, exit };

// A writer, provider or requester that took part, and how it ended.
struct PartyResult {
  ActorKind kind = ActorKind::writer;
  std::string name;
  std::string
      state;  // writers: the service's last word, "VSS_WS_STABLE"; requesters: the backup's end
  std::string code;  // "VSS_E_WRITERERROR_TIMEOUT"; empty when there is no failure
  PartyEnd how = PartyEnd::well;
  std::string end;  // "crashed in Freeze (0xc0000005)"; empty when it ended well
  std::vector<Seq> end_evidence;
  int line = 0;  // where the scenario declares it; 0: nowhere
};

// How a whole backup or restore of a scripted requester ended.
struct OperationEnd {
  std::string requester;
  std::string what;  // "backup", "restore"
  std::string name;
  bool succeeded = false;
  std::string last_call;
  Hr hr = 0;
  std::string reason;  // in words, where it was no call that said no
  std::vector<Seq> evidence;
};

struct ScenarioResult {
  std::string name;  // "timing/freeze-hang"
  std::string file;
  std::string description;
  std::uint64_t seed = 0;
  std::string clock;
  std::vector<std::string> settings;        // "name=value" of the scenario's parameters
  std::vector<std::string> selected_rules;  // empty: all
  std::vector<Finding> findings;
  std::vector<ExpectationResult> expectations;
  std::vector<PartyResult> parties;
  std::vector<OperationEnd> operations;    // for the comparison; not kept
  std::vector<std::string> notes;          // what a requester told its user
  std::shared_ptr<const Journal> journal;  // null when it never started, or nobody needs it
  std::string journal_digest;              // hexadecimal XXH3-128 of the text form
  std::string journal_file;                // below the output folder, empty when not stored
  Time virtual_time{0};
  Duration wall_time{0};
  std::string reproduce;      // the command that does this again
  std::string toolkit_error;  // what kept us from concluding; empty when all is well
  std::string lost_in;        // whose code ran when the scenario's process was lost, if it was

  Verdict worst() const;  // expected failures do not count
};

// What a run of the conformance suite says about the one party that it was about.
struct Conformance {
  struct OfRule {
    std::string id;
    Level level = Level::must;
    Verdict verdict = Verdict::not_applicable;  // the worst over the scenarios
    std::size_t applied = 0;                    // in how many scenarios
    std::vector<std::string> broken_in;         // their names
  };

  std::string role;    // "writer"
  std::string target;  // "libmywriter.so"
  std::vector<OfRule> rules;
  std::size_t must_applied = 0, must_broken = 0;
  std::size_t should_applied = 0, should_broken = 0;
  std::size_t not_applied = 0;
  std::size_t scenarios = 0;
  std::size_t scenarios_without_end = 0;  // crashed, or the party took no part
  std::size_t scenarios_down = 0;         // the party crashed, hung or left early
  bool narrowed = false;                  // some rules or scenarios were left out on purpose
  bool interrupted = false;               // scenarios were left out because the run was stopped
  bool strict = false;                    // a broken should rule counts like a must rule

  enum class Outcome : std::uint8_t { conformant, broken, nothing_applied, no_conclusion };
  Outcome outcome() const;
  // "CONFORMANT: 143 must rules applied, 0 broken; …"
  std::string sentence() const;
};

// A waiver that waived nothing, because its rule holds: it is to be taken out.
struct StaleWaiver {
  std::string rule;
  std::string subject;   // the first that it holds for; empty when names are taken out
  std::size_t more = 0;  // others, in this scenario or in another one
  std::string until;
  std::string place;  // "waivers.xml:2"; empty when names are taken out
};

struct RunResult {
  std::vector<ScenarioResult> scenarios;
  std::vector<StaleWaiver> stale_waivers;
  std::vector<std::string> never_applied;  // rules that applied in no scenario
  std::string toolkit_version;
  std::string command;
  bool interrupted = false;
  std::size_t not_run = 0;  // jobs, after as many failures as were asked for or an interruption
  bool strict = false;
  std::optional<Conformance> conformance;  // of `vsslab conform`
  int exit_code() const;                   // docs/exit-codes.md
};

// Whether it makes the exit code another one than 0: with --strict a warning does, too.
inline bool counts_as_failure(Verdict verdict, bool strict) {
  return verdict <= Verdict::inconclusive || (strict && verdict == Verdict::warning);
}

}  // namespace vsslab

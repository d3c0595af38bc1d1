// A rule: one statement of Microsoft's documentation that can be true or false of a run.
//
// Rules are pure functions from a RunView (the journal, indexed) to findings. They see no engine,
// no clock and no mock. A rule calls `na` for a subject it does not apply to; one that called
// nothing counts as not applicable, never as passed.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/shared_text.h"
#include "journal/event.h"

namespace vsslab {

class RunView;

enum class Level : std::uint8_t { must, should, info };
std::string_view level_name(Level level);  // "MUST"

// Worst first: the one order of verdicts, used by the console, JUnit and the exit code.
enum class Verdict : std::uint8_t {
  error,
  fail,
  unexpected_pass,
  inconclusive,
  warning,
  waived,
  not_applicable,
  pass,
};
std::string_view verdict_name(Verdict verdict);  // "unexpected-pass"

// Ten thousand writers make a million of these, nearly all of which only say that a rule held.
struct Finding {
  SharedText rule_id;  // "VSSW-TIME-009"
  SharedText subject;  // actor's name: "orders-db"; "" when the run as a whole
  Verdict verdict = Verdict::not_applicable;
  bool expected_by_scenario = false;  // the scenario's Expect asked for this failure
  bool consequence = false;           // folds under another finding (its cause)
  SharedText expected;                // "20.000 s or less in Freeze"
  SharedText actual;                  // "75.000 s"
  SharedText because;                 // order violations: the documented reason
  SharedText note;                    // why waived, inconclusive, …
  std::vector<Seq> evidence;          // two to six events
};

struct Card {
  std::string_view id;
  std::string_view slug;
  Level level = Level::must;
  std::string_view title;      // one sentence that can be true or false
  std::string_view source;     // Microsoft's pages, comma-separated
  std::string_view cause;      // what usually makes it fail, in one or two sentences
  std::string_view next_step;  // what to do
  std::string_view fails_on;   // example journals in the text form (docs/journal.md)
  std::string_view passes_on;
  // Ids of rules that fail with this one when it is the cause (folded under it).
  std::string_view consequences = {};
  // The rule speaks only of events that prove no other rule's finding.
  bool unless_said = false;
};

// The subjects of a run's findings, each text once. Nearly all are names of the journal's actors,
// which stand still while it is judged: where such a name stands tells it without reading it.
class Subjects {
 public:
  explicit Subjects(std::span<const Actor> actors = {});
  const SharedText& text(std::string_view subject);

 private:
  struct Slot {
    const char* address = nullptr;
    std::uint32_t size = 0;
    std::uint32_t text = 0;  // 1 + its place in texts_; 0 before somebody asked
  };
  std::uint32_t by_content(std::string_view subject);

  std::vector<Slot> actors_;  // by address; a power of two
  std::vector<SharedText> texts_;
  std::unordered_map<std::string_view, std::uint32_t> known_;  // places in texts_
  SharedText none_;
};

class Findings {
 public:
  explicit Findings(const Card& card)
      : card_(card), rule_id_(card.id), subjects_(own_subjects_), findings_(own_) {}
  // Appends to `target`, which already holds other rules' findings.
  Findings(const Card& card, std::vector<Finding>& target, Subjects& subjects)
      : card_(card), rule_id_(card.id), subjects_(subjects), findings_(target) {}
  Findings(const Findings&) = delete;
  Findings& operator=(const Findings&) = delete;

  struct Details {
    std::string_view subject;
    std::string expected;
    std::string actual;
    std::vector<Seq> evidence;
    std::string because = {};
  };
  void pass(std::string_view subject) { add(subject, Verdict::pass); }
  void na(std::string_view subject) { add(subject, Verdict::not_applicable); }
  void inconclusive(std::string_view subject, std::string_view why);
  void fail(Details details);  // a SHOULD becomes a warning

  const std::vector<Finding>& all() const { return findings_; }
  std::vector<Finding> take() { return std::move(findings_); }

 private:
  Finding& add(std::string_view subject, Verdict verdict);

  const Card& card_;
  SharedText rule_id_;
  std::vector<Finding> own_;
  Subjects own_subjects_;
  Subjects& subjects_;
  std::vector<Finding>& findings_;
};

struct Rule {
  Card card;
  void (*check)(const RunView& run, Findings& out);
};

// Every rule, in the order of its id. The only registration.
std::span<const Rule* const> catalogue();
const Rule* find_rule(std::string_view id_or_slug);

// Runs the rules over a run. One verdict per rule and subject (the worst), a not-applicable line
// for a rule that said nothing; consequences are folded under their cause.
std::vector<Finding> judge(const RunView& run, std::span<const Rule* const> rules);

}  // namespace vsslab

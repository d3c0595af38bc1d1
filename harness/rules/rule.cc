#include "rules/rule.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "core/error.h"
#include "rules/support.h"
#include "rules/view.h"

namespace vsslab {

std::string_view level_name(Level level) {
  switch (level) {
    case Level::must:
      return "MUST";
    case Level::should:
      return "SHOULD";
    case Level::info:
      return "INFO";
  }
  VSSLAB_ASSERT(!"a level");
  return {};
}

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::error:
      return "error";
    case Verdict::fail:
      return "fail";
    case Verdict::unexpected_pass:
      return "unexpected-pass";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::warning:
      return "warning";
    case Verdict::waived:
      return "waived";
    case Verdict::not_applicable:
      return "not-applicable";
    case Verdict::pass:
      return "pass";
  }
  VSSLAB_ASSERT(!"a verdict");
  return {};
}

namespace {

// Memory comes in steps of some bytes: the low bits of an address say little, so all are mixed.
std::size_t slot_of(const void* address, std::size_t slots) {
  constexpr std::uint64_t kGoldenRatio = 0x9E3779B97F4A7C15;
  return ((reinterpret_cast<std::uintptr_t>(address) * kGoldenRatio) >> 32) & (slots - 1);
}

}  // namespace

Subjects::Subjects(std::span<const Actor> actors) : actors_(std::bit_ceil(actors.size() * 2 + 1)) {
  for (const Actor& actor : actors) {
    std::size_t at = slot_of(actor.name.data(), actors_.size());
    while (actors_[at].address != nullptr) at = (at + 1) & (actors_.size() - 1);
    actors_[at] = {actor.name.data(), static_cast<std::uint32_t>(actor.name.size()), 0};
  }
}

const SharedText& Subjects::text(std::string_view subject) {
  if (subject.empty()) return none_;
  for (std::size_t at = slot_of(subject.data(), actors_.size()); actors_[at].address != nullptr;
       at = (at + 1) & (actors_.size() - 1)) {
    Slot& slot = actors_[at];
    if (slot.address != subject.data() || slot.size != subject.size()) continue;
    if (slot.text == 0) slot.text = by_content(subject) + 1;
    return texts_[slot.text - 1];
  }
  return texts_[by_content(subject)];
}

std::uint32_t Subjects::by_content(std::string_view subject) {
  const auto known = known_.find(subject);
  if (known != known_.end()) return known->second;
  const auto place = static_cast<std::uint32_t>(texts_.size());
  known_.emplace(texts_.emplace_back(subject).view(), place);
  return place;
}

Finding& Findings::add(std::string_view subject, Verdict verdict) {
  Finding& finding = findings_.emplace_back();
  finding.rule_id = rule_id_;
  finding.subject = subjects_.text(subject);
  finding.verdict = verdict;
  return finding;
}

void Findings::inconclusive(std::string_view subject, std::string_view why) {
  add(subject, Verdict::inconclusive).note = why;
}

void Findings::fail(Details details) {
  Finding& finding =
      add(details.subject, card_.level == Level::must ? Verdict::fail : Verdict::warning);
  finding.expected = details.expected;
  finding.actual = details.actual;
  finding.because = details.because;
  finding.evidence = std::move(details.evidence);
}

namespace {

// Within one rule and subject "it held here" outweighs "it did not apply there".
int weight(Verdict verdict) {
  if (verdict == Verdict::pass) return static_cast<int>(Verdict::not_applicable);
  if (verdict == Verdict::not_applicable) return static_cast<int>(Verdict::pass);
  return static_cast<int>(verdict);
}

// Finds the place of a subject among a rule's findings, whose equal subjects are one text. Its
// memory serves one rule after the other.
class SubjectTable {
 public:
  void clear(std::size_t subjects) {
    std::size_t size = 16;
    while (size < subjects * 2) size *= 2;
    slots_.assign(size, 0);
  }
  // The slot of the subject: 0 when it is new, else 1 + its place. The caller writes it.
  std::uint32_t& slot(const std::vector<Finding>& findings, std::size_t begin,
                      const SharedText& subject) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = slot_of(subject.address(), slots_.size());
    while (slots_[at] != 0 &&
           findings[begin + slots_[at] - 1].subject.address() != subject.address()) {
      at = (at + 1) & mask;
    }
    return slots_[at];
  }

 private:
  std::vector<std::uint32_t> slots_;
};

// Keeps the worst finding of each subject, in order of first mention; of equals the first.
void keep_worst(std::vector<Finding>& findings, std::size_t begin, SubjectTable& table) {
  if (findings.size() - begin < 2) return;
  table.clear(findings.size() - begin);
  std::size_t kept = begin;
  for (std::size_t i = begin; i < findings.size(); ++i) {
    std::uint32_t& slot = table.slot(findings, begin, findings[i].subject);
    if (slot == 0) {
      if (kept != i) findings[kept] = std::move(findings[i]);
      slot = static_cast<std::uint32_t>(++kept - begin);
      continue;
    }
    Finding& known = findings[begin + slot - 1];
    if (weight(findings[i].verdict) < weight(known.verdict)) known = std::move(findings[i]);
  }
  findings.resize(kept);
}

bool lists(std::string_view ids, std::string_view id) {
  std::size_t position = 0;
  while (position < ids.size()) {
    std::size_t end = ids.find_first_of(", ", position);
    if (end == std::string_view::npos) end = ids.size();
    if (ids.substr(position, end - position) == id) return true;
    position = end + 1;
  }
  return false;
}

bool broken(const Finding& finding) {
  return finding.verdict == Verdict::fail || finding.verdict == Verdict::warning ||
         finding.verdict == Verdict::inconclusive;
}

// Which subjects and which kinds of parties the causes of one rule are about.
class Causes {
 public:
  explicit Causes(const RunView& run) {
    for (const Actor& actor : run.journal().actors()) {
      kinds_.emplace(actor.name, static_cast<int>(actor.kind));
    }
  }
  void clear() {
    subjects_.clear();
    seen_kinds_.clear();
  }
  bool empty() const { return subjects_.empty(); }
  void add(const Finding& cause) {
    subjects_.insert(cause.subject);
    seen_kinds_.insert(kind_of(cause.subject));
  }
  // A finding folds under a cause about the same subject, or about a party of another kind: what
  // another writer did wrong by itself is no consequence of this one.
  bool fold(const Finding& finding) const {
    if (subjects_.contains(finding.subject)) return true;
    return seen_kinds_.size() > 1 || !seen_kinds_.contains(kind_of(finding.subject));
  }

 private:
  int kind_of(std::string_view subject) const {
    const auto found = kinds_.find(subject);
    return found == kinds_.end() ? -1 : found->second;
  }

  std::unordered_map<std::string_view, int> kinds_;  // by name; the first actor of a name counts
  std::unordered_set<std::string_view> subjects_;
  std::set<int> seen_kinds_;
};

// Which events prove some finding, against whomever.
class Said {
 public:
  void add(std::span<const Finding> findings) {
    for (const Finding& finding : findings) {
      if (finding.verdict != Verdict::fail && finding.verdict != Verdict::warning) continue;
      known_.insert(finding.evidence.begin(), finding.evidence.end());
    }
  }
  bool has(const Finding& finding) const {
    return std::any_of(finding.evidence.begin(), finding.evidence.end(),
                       [&](Seq seq) { return known_.contains(seq); });
  }

 private:
  std::unordered_set<Seq> known_;
};

// A rule that speaks only of what no other has spoken of: the worst of its findings of a subject
// stand among all findings until the others are known.
struct Reserved {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<Finding> raw;
};

void settle(Reserved& reserved, const Said& said, std::vector<Finding>& findings) {
  for (std::size_t i = reserved.begin; i < reserved.end; ++i) {
    Finding& shown = findings[i];
    if (!broken(shown) || !said.has(shown)) continue;
    const auto left =
        std::find_if(reserved.raw.begin(), reserved.raw.end(), [&](const Finding& finding) {
          return finding.subject.address() == shown.subject.address() && broken(finding) &&
                 !said.has(finding);
        });
    if (left != reserved.raw.end()) {
      shown = std::move(*left);
    } else {
      shown.verdict = Verdict::pass;
      shown.expected = shown.actual = shown.because = SharedText();
      shown.evidence.clear();
    }
  }
}

// Rule by rule, because a hostile journal has hundreds of thousands of findings.
void fold_consequences(const RunView& run, std::span<const Rule* const> rules,
                       std::vector<Finding>& findings) {
  std::map<std::string_view, std::vector<Finding*>> bad;  // by rule
  for (Finding& finding : findings) {
    if (broken(finding)) bad[finding.rule_id].push_back(&finding);
  }
  if (bad.empty()) return;
  Causes causes(run);
  for (const Rule* rule : rules) {
    const auto own = bad.find(rule->card.id);
    if (own == bad.end() || rule->card.consequences.empty()) continue;
    causes.clear();
    for (const Finding* cause : own->second) {
      // What folds already is no cause of its own, so two rules that name each other do not both
      // vanish.
      if (cause->verdict != Verdict::inconclusive && !cause->consequence) causes.add(*cause);
    }
    if (causes.empty()) continue;
    for (auto& [id, led_to] : bad) {
      if (id == rule->card.id || !lists(rule->card.consequences, id)) continue;
      for (Finding* finding : led_to) {
        if (causes.fold(*finding)) finding->consequence = true;
      }
    }
  }
}

// A fault of the wire makes the service the liar. What the journal then shows of a party may be its
// doing, and the finding says so.
void note_the_wire(const RunView& run, std::vector<Finding>& findings) {
  std::map<std::string_view, const rules::Call*> faults;  // the first of each party; "" of all
  for (const rules::Call* call : run.lab_calls().all(rules::Ev::fault)) {
    if (!run.arg_is(*call, "by", "wire")) continue;
    faults.emplace(run.arg(*call, "party").value_or(""), call);
    faults.emplace("", call);
  }
  if (faults.empty()) return;
  for (Finding& finding : findings) {
    const bool bad = finding.verdict == Verdict::fail || finding.verdict == Verdict::warning;
    if (!bad || finding.subject.empty() || finding.subject == rules::kService) continue;
    auto fault = faults.find(finding.subject);
    if (fault == faults.end()) fault = faults.find("");
    finding.note = fmt::format("a fault of the wire ({} of {}, #{}) may have done this",
                               run.arg(*fault->second, "action").value_or(""),
                               run.arg(*fault->second, "event").value_or(""), fault->second->seq());
  }
}

}  // namespace

std::vector<Finding> judge(const RunView& run, std::span<const Rule* const> rules) {
  std::vector<Finding> all;
  all.reserve(rules.size() * (run.writers().size() + 2) / 2);
  SubjectTable table;
  Subjects subjects(run.journal().actors());
  Said said;
  std::vector<Reserved> reserved;
  for (const Rule* rule : rules) {
    const std::size_t begin = all.size();
    Findings findings(rule->card, all, subjects);
    rule->check(run, findings);
    if (all.size() == begin) {
      Finding& silent = all.emplace_back();
      silent.rule_id = rule->card.id;
      silent.note = "nothing in this run that the rule speaks about";
    } else if (rule->card.unless_said) {
      Reserved& own = reserved.emplace_back();
      own.raw.assign(all.begin() + static_cast<std::ptrdiff_t>(begin), all.end());
      keep_worst(all, begin, table);
      own.begin = begin;
      own.end = all.size();
    } else {
      said.add(std::span(all).subspan(begin));
      keep_worst(all, begin, table);
    }
  }
  for (Reserved& own : reserved) settle(own, said, all);
  fold_consequences(run, rules, all);
  note_the_wire(run, all);
  return all;
}

}  // namespace vsslab

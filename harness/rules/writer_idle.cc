// VSSW-ORDER-011: what a writer asks of VSS while no operation of its is running.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

// Calls that only mean something within an operation.
bool speaks_of_operation(Ev name) {
  switch (name) {
    case Ev::set_writer_failure:
    case Ev::set_writer_failure_ex:
    case Ev::set_failure:
    case Ev::set_backup_metadata:
    case Ev::set_backup_stamp:
    case Ev::set_restore_metadata:
    case Ev::set_restore_target:
    case Ev::add_partial_file:
    case Ev::add_differenced_files_by_last_modify_time:
    case Ev::add_directed_target:
    case Ev::get_snapshot_device_name:
    case Ev::is_path_affected:
    case Ev::get_backup_succeeded:
      return true;
    default:
      return false;
  }
}

// When the writer was part of some operation: from its first event other than Identify to the end
// of the requester's object, or of its own last event when that is later.
class Operations {
 public:
  Operations(const RunView& run, const WriterInfo& writer) {
    for (const std::uint32_t index : writer.sessions) {
      const Participation& part = run.participations()[index];
      const Call* first = nullptr;
      Seq last = 0;
      for (const Call* call : part.calls) {
        if (!is_writer_handler(call->name) || call->name == Ev::identify) continue;
        if (first == nullptr) first = call;
        last = std::max(last, call->returned() ? call->last_seq() : kForever);
      }
      if (first == nullptr) continue;
      const Call* end = run.session(part).end;
      spans_.push_back({first->seq(), end ? std::max(last, end->last_seq()) : kForever});
    }
    std::sort(spans_.begin(), spans_.end());
    Seq end = 0;
    for (auto& span : spans_) span.second = end = std::max(end, span.second);
  }
  bool any() const { return !spans_.empty(); }
  bool running(Seq seq) const {
    const auto after = std::upper_bound(spans_.begin(), spans_.end(), std::pair(seq, kForever));
    return after != spans_.begin() && std::prev(after)->second >= seq;
  }

 private:
  static constexpr Seq kForever = std::numeric_limits<Seq>::max();
  std::vector<std::pair<Seq, Seq>> spans_;  // by begin; the end is the latest of all so far
};

void check_unsolicited(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    const Operations operations(run, writer);
    Verdicts verdicts(out, writer.name);
    if (operations.any()) verdicts.saw();
    for (const Call* call : writer.calls) {
      if (!speaks_of_operation(call->name) || made_in(run, *call) != Ev::unknown) continue;
      if (operations.running(call->seq())) continue;  // on which thread: VSSW-FAIL-008
      verdicts.fail("nothing of an operation while none is running", mention(run, *call),
                    {call->seq()});
    }
  }
}

constexpr Rule kUnsolicited{
    {.id = "VSSW-ORDER-011",
     .slug = "nothing-unsolicited",
     .level = Level::must,
     .title = "A writer does nothing for VSS while no operation is running.",
     .source = "writers.md",
     .cause = "A timer or worker of the application reports its trouble to VSS by itself.",
     .next_step = "Keep the failure, and report it in the next handler that cannot do its work.",
     .fails_on = "1 s0 W1 SetWriterFailure in=none code=VSS_E_WRITERERROR_RETRYABLE",
     .passes_on = "1 W1 PrepareForBackup enter @1\n"
                  "2 W1 SetWriterFailure @1 code=VSS_E_WRITERERROR_RETRYABLE\n"
                  "3 W1 PrepareForBackup leave @1 ret=false",
     .consequences = "VSSW-FAIL-008"},
    check_unsolicited};

}  // namespace

RuleSpan writer_idle_rules() {
  static constexpr const Rule* kRules[] = {&kUnsolicited};
  return kRules;
}

}  // namespace vsslab::rules

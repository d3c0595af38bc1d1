// VSSW-TIME: the time between Freeze and Thaw, and what a writer may do in it.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <unordered_map>

#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"
#include "rules/volumes.h"

namespace vsslab::rules {
namespace {

// What a real clock may add to an event that is due at once.
constexpr Duration kDeliverySlack = std::chrono::seconds(1);

void check_window(const RunView& run, const FreezeWindow& window, Duration limit,
                  Verdicts& verdicts) {
  const Call& freeze = *window.freeze;
  if (!freeze.returned()) return;  // VSSW-TIME-009
  const Call* closed = window.closed_by();
  const Time deadline = freeze.begin() + limit;
  if (closed != nullptr && closed->begin() <= deadline) {
    verdicts.saw();
    return;
  }
  if (closed == nullptr && run.end_time() <= deadline) {
    if (!run.complete()) verdicts.inconclusive("the journal ends before the limit of this freeze");
    return;
  }
  const Time due = std::max(deadline, freeze.end());
  std::vector<Seq> evidence = {freeze.seq()};
  if (closed != nullptr) evidence.push_back(closed->seq());
  const std::string expected = fmt::format("Thaw within {}, else Abort", seconds(limit));
  if (closed == nullptr) {
    verdicts.fail(expected, "neither came", std::move(evidence));
  } else if (closed == window.thaw) {
    verdicts.fail(expected, fmt::format("Thaw after {}", seconds(closed->begin() - freeze.begin())),
                  std::move(evidence));
  } else if (closed->begin() > due + kDeliverySlack) {
    verdicts.fail(
        expected,
        fmt::format("Abort {} after the limit had passed", seconds(closed->begin() - due)),
        std::move(evidence));
  } else {
    verdicts.saw();
  }
}

// From Freeze to Thaw a writer waits at most its own freeze limit; when it passes, Abort is
// delivered to the writer automatically. A writer that is still inside Freeze gets it when Freeze
// returns.
void check_freeze_window(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    const WriterInfo& writer = run.writer(part);
    Verdicts verdicts(out, writer.name);
    if (part.gone != nullptr) continue;
    for (const FreezeWindow& window : freeze_windows(part)) {
      check_window(run, window, writer.freeze_limit, verdicts);
    }
  }
}

constexpr Rule kFreezeWindow{
    {.id = "VSSW-TIME-001",
     .slug = "abort-at-the-limit",
     .level = Level::must,
     .title = "A frozen writer gets Thaw within its own freeze limit, or Abort when it passes.",
     .source = "nf-vswriter-cvsswriter-initialize.md, nf-vswriter-cvsswriter-onfreeze.md",
     .cause = "The service did not watch this writer's limit while others or a provider were slow.",
     .next_step =
         "Look for FreezeLimitPassed of this writer and for the Abort that it should cause.",
     .fails_on = "0 W1 Freeze ret=true  61 W1 Thaw ret=true",
     .passes_on = "0 W1 Freeze ret=true  60 C FreezeLimitPassed writer=W1  60 W1 Abort ret=true"},
    check_freeze_window};

// The moment at which the writer's limit passed, by the journal's own times.
std::optional<Time> limit_passed_at(const RunView& run, const Participation& part) {
  const Duration limit = run.writer(part).freeze_limit;
  for (const FreezeWindow& window : freeze_windows(part)) {
    const Call& freeze = *window.freeze;
    if (failure_set_in(run, part, freeze) != nullptr || returned_false(freeze)) continue;
    const Time deadline = freeze.begin() + limit;
    const bool busy = freeze.returned() ? freeze.end() > deadline : run.end_time() > deadline;
    const Call* closed = window.closed_by();
    const bool held = closed ? closed->begin() > deadline : run.end_time() > deadline;
    if (busy || held) return deadline;
  }
  return std::nullopt;
}

// What a requester was told of each writer after a gather, by the writer's name.
struct ToldCode {
  const Call* call;
  const Call* gather;
  Hr code;
};
using ToldCodes = std::unordered_map<std::string_view, std::vector<ToldCode>>;

ToldCodes told_codes(const RunView& run, const Session& session) {
  ToldCodes told;
  const Call* gather = nullptr;
  for (const Call* call : session.calls) {
    if (call->name == Ev::gather_writer_status) gather = call;
    if (call->name != Ev::get_writer_status && call->name != Ev::get_writer_status_ex) continue;
    const auto writer = run.arg(*call, "writer");
    const auto code = run.arg_hr(*call, "code");
    if (gather != nullptr && writer && code) told[*writer].push_back({call, gather, *code});
  }
  return told;
}

// A time-out between freeze and thaw is reported as VSS_E_WRITERERROR_TIMEOUT.
void check_timeout_code(const RunView& run, Findings& out) {
  std::unordered_map<const Session*, ToldCodes> known;
  for (const Participation& part : run.participations()) {
    const std::string_view name = run.writer(part).name;
    Verdicts verdicts(out, name);
    const auto passed = part.gone != nullptr ? std::nullopt : limit_passed_at(run, part);
    if (!passed) continue;
    const auto [codes, fresh] = known.try_emplace(&run.session(part));
    if (fresh) codes->second = told_codes(run, run.session(part));
    const auto own = codes->second.find(name);
    if (own == codes->second.end()) continue;
    const auto told =
        std::partition_point(own->second.begin(), own->second.end(),
                             [&](const ToldCode& one) { return one.gather->begin() < *passed; });
    if (told == own->second.end()) continue;
    verdicts.expect(told->code == hr::writererror_timeout, "VSS_E_WRITERERROR_TIMEOUT",
                    hresult_name(told->code), {told->call->seq()});
  }
}

constexpr Rule kTimeoutCode{
    {.id = "VSSW-TIME-002",
     .slug = "timeout-code",
     .level = Level::must,
     .title = "A writer that was frozen beyond its limit is reported with "
              "VSS_E_WRITERERROR_TIMEOUT.",
     .source = "nf-vswriter-cvsswriter-setwriterfailure.md, "
               "nf-vsbackup-ivssbackupcomponents-getwriterstatus.md",
     .cause = "The service did not notice the time-out, or told the requester another code.",
     .next_step = "Look at the code in GetWriterStatus after DoSnapshotSet.",
     .fails_on = "0 W1 Freeze enter  61 W1 Freeze leave ret=true  62 R GatherWriterStatus\n"
                 "63 R GetWriterStatus writer=W1 state=VSS_WS_FAILED_AT_FREEZE "
                 "code=VSS_E_WRITERERROR_RETRYABLE",
     .passes_on = "0 W1 Freeze enter  61 W1 Freeze leave ret=true  62 R GatherWriterStatus\n"
                  "63 R GetWriterStatus writer=W1 state=VSS_WS_FAILED_AT_FREEZE "
                  "code=VSS_E_WRITERERROR_TIMEOUT"},
    check_timeout_code};

// Long work belongs in PrepareForSnapshot, not in Freeze. The pages name no figure; half of the
// limit is where a busier machine makes the difference. (Beyond the limit it is VSSW-TIME-009.)
void check_long_freeze(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    const WriterInfo& writer = run.writer(part);
    Verdicts verdicts(out, writer.name);
    for (const Call* call : part.calls) {
      if (call->name != Ev::freeze || !call->returned()) continue;
      const Duration busy = call->end() - call->begin();
      if (busy > writer.freeze_limit) continue;
      verdicts.saw();
      if (busy <= writer.freeze_limit / 2) continue;
      verdicts.fail(
          fmt::format("{} or less in Freeze, half of the limit", seconds(writer.freeze_limit / 2)),
          seconds(busy), {call->seq(), call->leave->seq});
    }
  }
}

constexpr Rule kLongWorkEarlier{
    {.id = "VSSW-TIME-003",
     .slug = "long-work-before-freeze",
     .level = Level::should,
     .title = "A writer's Freeze handler takes at most half of the freeze limit.",
     .source = "overview-of-pre-backup-tasks.md, nf-vswriter-cvsswriter-onfreeze.md, "
               "nf-vswriter-cvsswriter-onpreparesnapshot.md",
     .cause = "Flushing or checkpointing is done in Freeze.",
     .next_step = "Move long work to PrepareForSnapshot, whose window is longer.",
     .fails_on = "0 W1 Freeze enter  40 W1 Freeze leave",
     .passes_on = "0 W1 Freeze enter  2 W1 Freeze leave"},
    check_long_freeze};

// The volumes of a session's sets; of one whose sets the journal does not show, every volume.
class SetVolumes {
 public:
  SetVolumes(const RunView& run, const VolumeNames& names) : run_(run), names_(names) {}
  bool has(const Session& session, std::string_view volume) {
    const auto [known, fresh] = known_.try_emplace(&session);
    if (fresh) {
      for (const std::uint32_t index : session.sets) {
        for (const VolumeInSet& member : run_.sets()[index].volumes) {
          known->second.insert(names_.key(member.volume));
        }
      }
    }
    return known->second.empty() || known->second.contains(names_.key(volume));
  }

 private:
  const RunView& run_;
  const VolumeNames& names_;
  std::unordered_map<const Session*, std::set<std::string>> known_;
};

void check_writes_of(const RunView& run, const Participation& part, SetVolumes& volumes,
                     Verdicts& verdicts) {
  const WriterInfo& writer = run.writer(part);
  const std::vector<FreezeWindow> windows = freeze_windows(part);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const FreezeWindow& window = windows[i];
    const Call& freeze = *window.freeze;
    if (failed_in(run, part, freeze)) continue;
    verdicts.saw();
    const Call* closed = window.closed_by();
    Seq until = closed != nullptr ? closed->seq() : std::numeric_limits<Seq>::max();
    if (i + 1 < windows.size()) until = std::min(until, windows[i + 1].freeze->seq());
    for (const Call* write = writer.calls.next(Ev::write, freeze.leave->seq);
         write != nullptr && write->seq() < until;
         write = writer.calls.next(Ev::write, write->seq())) {
      // Beyond the limit VSS has given the writer up: that is VSSW-TIME-001.
      if (write->begin() > freeze.begin() + writer.freeze_limit) break;
      const std::string_view volume = run.arg(*write, "volume").value_or("");
      if (!volumes.has(run.session(part), volume)) continue;
      verdicts.fail("no write to a volume of the set between Freeze and Thaw",
                    fmt::format("a write to {} at {}", run.arg(*write, "path").value_or(volume),
                                seconds(write->begin())),
                    {freeze.seq(), write->seq()},
                    "what is written now may be half on the shadow copy");
      break;
    }
  }
}

// Between Freeze and Thaw a writer must not write to the volumes of the set.
void check_no_writes(const RunView& run, Findings& out) {
  const VolumeNames names(run);
  SetVolumes volumes(run, names);
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    check_writes_of(run, part, volumes, verdicts);
  }
}

constexpr Rule kNoWritesWhileFrozen{
    {.id = "VSSW-TIME-006",
     .slug = "no-writes-while-frozen",
     .level = Level::must,
     .title = "A frozen writer does not write to the volumes of the set.",
     .source = "shadow-copies-and-shadow-copy-sets.md, vssgloss-f.md, writer-errors-and-vetoes.md",
     .cause = "A background thread or a log was not stopped in Freeze.",
     .next_step =
         "Stop every thread that writes before Freeze returns, and start it in Thaw or Abort.",
     .fails_on =
         "0 R StartSnapshotSet set=s  0 R AddToSnapshotSet volume=C:\\\n"
         "1 W1 Freeze enter  2 W1 Freeze leave ret=true  3 W1 Write volume=C:\\ path=C:\\a\n"
         "4 W1 Thaw ret=true",
     .passes_on = "0 R StartSnapshotSet set=s  0 R AddToSnapshotSet volume=C:\\\n"
                  "1 W1 Freeze enter  1.5 W1 Write volume=C:\\ path=C:\\a\n"
                  "2 W1 Freeze leave ret=true  3 W1 Write volume=D:\\ path=D:\\a\n"
                  "4 W1 Thaw ret=true  5 W1 Write volume=C:\\ path=C:\\a"},
    check_no_writes};

// A writer's time from Freeze to Thaw is limited, 60 s unless it asked for another value at
// Initialize; a handler that is still busy in Freeze when the limit passes has failed the backup.
void check_freeze_returns(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    const WriterInfo& writer = run.writer(part);
    const auto freezes = part.calls.all(Ev::freeze);
    if (freezes.empty() || part.gone != nullptr) out.na(writer.name);
    for (const Call* freeze : freezes) {
      if (part.gone != nullptr) continue;
      require_within(run, out, writer.name, *freeze, writer.freeze_limit);
    }
  }
}

constexpr Rule kFreezeReturns{
    {.id = "VSSW-TIME-009",
     .slug = "freeze-returns",
     .level = Level::must,
     .title = "A writer's Freeze handler returns within the writer's own freeze limit.",
     .source = "nf-vswriter-cvsswriter-initialize.md, nf-vswriter-cvsswriter-onfreeze.md",
     .cause =
         "The handler waits for something that cannot go on while writes are held, or does long "
         "work that belongs in PrepareForSnapshot.",
     .next_step = "Move the work to PrepareForSnapshot; if the time is really needed, ask for a "
                  "longer limit at Initialize.",
     .fails_on = "0 W1 Freeze enter  61 W1 Freeze leave",
     .passes_on = "0 W1 Freeze enter  59 W1 Freeze leave",
     .consequences = "VSSW-TIME-003, VSSW-ORDER-004, VSSW-ORDER-007"},
    check_freeze_returns};

}  // namespace

RuleSpan writer_time_rules() {
  static constexpr const Rule* kRules[] = {&kFreezeWindow, &kTimeoutCode, &kLongWorkEarlier,
                                           &kNoWritesWhileFrozen, &kFreezeReturns};
  return kRules;
}

}  // namespace vsslab::rules

// Requester: what it says of its own success (spec: rules 2.10, 2.14).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "rules/copying.h"
#include "rules/families.h"
#include "rules/outcome.h"

namespace vsslab::rules {
namespace {

constexpr Hr kFileNotFound = static_cast<Hr>(0x80070002);  // ERROR_FILE_NOT_FOUND

// A file that could not be read makes its component unsuccessful. A second try that read it counts.
void check_unreadable(const RunView& run, Findings& out) {
  for_each_copying(run, out, ReadFrom::copies, [&](const Copying& copying, Verdicts& verdicts) {
    if (copying.unreadable.empty()) return;
    std::set<std::string_view> read;
    for (const ReadFile& file : copying.read) read.insert(file.path);
    const auto succeeded = succeeded_in(run, *copying.session);
    for (const ReadFile& file : copying.unreadable) {
      // Whoever asks for a file that is not there may only want to know whether it is.
      if (!file.from_copy || file.call->hr() == kFileNotFound) continue;
      for (const Copying::Set& at : copying.sets_at(file.path)) {
        if (at.set->alternate_path.empty() && at.files->writer->excluded(file.path)) continue;
        verdicts.saw();
        if (read.contains(file.path)) continue;
        const auto said =
            succeeded.find({index_of(run, *at.files->part), at.files->path, at.files->name});
        if (said == succeeded.end()) continue;
        verdicts.fail(
            fmt::format("{} read, or the component not successful", file.path),
            fmt::format("{}, and SetBackupSucceeded says yes", hresult_name(file.call->hr())),
            {file.call->seq(), said->second->seq()});
      }
    }
  });
}

constinit const Rule kUnreadable{
    {.id = "VSSR-DONE-002",
     .slug = "one-failed-file-fails-all",
     .level = Level::must,
     .title = "A component is successful only if none of its files failed to be read.",
     .source = "overview-of-actual-backup-of-files.md, "
               "selectability-and-working-with-component-properties.md",
     .cause = "The error of one file is logged and forgotten.",
     .next_step = "Keep one flag for each component that was added, for the files of its "
                  "subcomponents too, and hand it to SetBackupSucceeded.",
     .fails_on = VSSLAB_EX_COPYING(VSSLAB_EX_ALL_FILES) VSSLAB_EX_READ(
         VSSLAB_EX_COPY
         "\\data\\a.txt") "5 R FileRead path=" VSSLAB_EX_COPY
                          "\\data\\b.txt hr=E_ACCESSDENIED\n" VSSLAB_EX_SUCCEEDED("yes"),
     .passes_on = VSSLAB_EX_COPYING(VSSLAB_EX_ALL_FILES) VSSLAB_EX_READ(
         VSSLAB_EX_COPY
         "\\data\\a.txt") "5 R FileRead path=" VSSLAB_EX_COPY
                          "\\data\\b.txt hr=E_ACCESSDENIED\n" VSSLAB_EX_SUCCEEDED("no")},
    check_unreadable};

// AbortBackup takes the place of BackupComplete.
void check_no_abort_after_complete(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || session.restore) continue;
    const Call* const complete = session.calls.first_ok(Ev::backup_complete);
    if (complete == nullptr || !ended_well(run, *complete)) continue;
    const Call* const abort = session.calls.next(Ev::abort_backup, complete->seq());
    // A writer that failed in BackupComplete is a reason to give up all the same.
    const bool heard_of_failure =
        abort != nullptr &&
        std::any_of(session.calls.begin(), session.calls.end(), [&](const Call* call) {
          const bool status =
              call->name == Ev::get_writer_status || call->name == Ev::get_writer_status_ex;
          return status && call->seq() > complete->seq() && call->seq() < abort->seq() &&
                 failed(run.arg_hr(*call, "code").value_or(hr::ok));
        });
    if (heard_of_failure) continue;
    Verdicts verdicts(out, session.requester);
    verdicts.expect(abort == nullptr, "BackupComplete or AbortBackup", "both came",
                    {complete->seq(), abort != nullptr ? abort->seq() : complete->seq()});
  }
}

constinit const Rule kNoAbortAfterComplete{
    {.id = "VSSR-DONE-007",
     .slug = "complete-or-abort",
     .level = Level::should,
     .title = "A backup ends with BackupComplete or with AbortBackup, and not with both.",
     .source = "aborting-vss-operations.md, nf-vsbackup-ivssbackupcomponents-abortbackup.md",
     .cause = "AbortBackup stands on the way out that a good backup takes, too.",
     .next_step = "Remember that BackupComplete has ended well, and release the object then.",
     .fails_on = VSSLAB_EX_SNAPPED "5 R BackupComplete  6 R AbortBackup  7 R Release",
     .passes_on = VSSLAB_EX_SNAPPED "5 R BackupComplete  7 R Release"},
    check_no_abort_after_complete};

// What became of one writer in a session.
struct Failure {
  Seq seq = 0;  // of the first WriterState that told it; 0: none
  Hr code = hr::ok;
};

Failure failure_of(const RunView& run, const Participation& part) {
  for (const Call* state : part.states) {
    const Hr code = run.arg_hr(*state, "code").value_or(hr::ok);
    if (failed(code)) return {state->seq(), code};
  }
  return {};
}

// The components that a writer gave up by SetFailure, by path and name.
std::set<std::pair<std::string_view, std::string_view>> given_up(const RunView& run,
                                                                 const Participation& part) {
  std::set<std::pair<std::string_view, std::string_view>> all;
  for (const Call* call : part.calls) {
    if (call->name != Ev::set_failure || !failed(run.arg_hr(*call, "code").value_or(hr::ok))) {
      continue;
    }
    all.emplace(run.arg(*call, "path").value_or(""), run.arg(*call, "component").value_or(""));
  }
  return all;
}

// What the requester read last of the writers' states, as it goes through its calls.
class LastTold {
 public:
  void note(const RunView& run, const Session& session, const Call& call) {
    if (call.name != Ev::get_writer_status && call.name != Ev::get_writer_status_ex) return;
    const auto code = run.arg_hr(call, "code");
    const Participation* const part = participation_named(run, session, call);
    if (call.ok() && code && part != nullptr) told_[part] = {call.seq(), *code};
  }
  // It was told after the failure that all is well.
  bool was_deceived(const Participation& part, const Failure& failure) const {
    const auto last = told_.find(&part);
    return last != told_.end() && last->second.seq > failure.seq && !failed(last->second.code);
  }

 private:
  std::unordered_map<const Participation*, Failure> told_;
};

// A writer that is lost after it has done its part to the copy has done it.
bool lost_afterwards(const RunView& run, const Participation& part, const Failure& failure) {
  const Call* const post = part.calls.first(Ev::post_snapshot);
  return failure.code == hr::writer_not_responding && post != nullptr && post->returned() &&
         post->last_seq() < failure.seq && !failed_in(run, part, *post);
}

// The failures of a session's writers, each looked for once.
class WriterFailures {
 public:
  explicit WriterFailures(const RunView& run) : run_(run) {}
  // Of the writer, before the call that is about one of its components; null when there is none, or
  // a partial one that left this component alone.
  const Failure* before(const Participation& part, const Call& call) {
    const auto [at, fresh] = known_.try_emplace(&part);
    if (fresh) at->second = {failure_of(run_, part), given_up(run_, part)};
    const auto& [failure, components] = at->second;
    if (failure.seq == 0 || failure.seq > call.seq()) return nullptr;
    if (failure.code == hr::writererror_partial_failure &&
        !components.contains(
            {run_.arg(call, "path").value_or(""), run_.arg(call, "component").value_or("")})) {
      return nullptr;
    }
    return &failure;
  }

 private:
  struct Known {
    Failure failure;
    std::set<std::pair<std::string_view, std::string_view>> components;  // of a partial failure
  };
  const RunView& run_;
  std::unordered_map<const Participation*, Known> known_;
};

void check_failed_writers(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || session.restore) continue;
    if (!session.calls.has(Ev::set_backup_succeeded)) continue;
    WriterFailures failures(run);
    LastTold told;
    Verdicts verdicts(out, session.requester);
    for (const Call* call : session.calls) {
      told.note(run, session, *call);
      if (call->name != Ev::set_backup_succeeded || !call->ok()) continue;
      const Participation* const part = participation_named(run, session, *call);
      if (part == nullptr) continue;
      const Failure* const failure = failures.before(*part, *call);
      if (failure == nullptr || lost_afterwards(run, *part, *failure)) continue;
      verdicts.saw();
      if (!run.arg_is(*call, "succeeded", "yes") || told.was_deceived(*part, *failure)) continue;
      verdicts.fail(
          fmt::format("SetBackupSucceeded with no: {} had failed with {}", run.writer(*part).name,
                      hresult_name(failure->code)),
          fmt::format("{} says that {} was backed up", mention(run, *call),
                      component_text(run.arg(*call, "path").value_or(""),
                                     run.arg(*call, "component").value_or(""))),
          {failure->seq, call->seq()},
          "the data of a writer that failed is not known to be in order on the shadow copy");
    }
  }
}

#define VSSLAB_EX_WITH_FAILED_WRITER                                                           \
  VSSLAB_EX_GATHERED                                                                           \
  "1 C WriterMetadata writer=W1  1 R AddComponent writer=W1 component=Orders\n"                \
  "2 R StartSnapshotSet set=" VSSLAB_EX_SET_ID                                                 \
  "\n2 R AddToSnapshotSet volume=C:\\ snapshot=1\n3 R PrepareForBackup\n3 W1 Freeze ret=false" \
  "\n3 C WriterState writer=W1 state=VSS_WS_FAILED_AT_FREEZE "                                 \
  "code=VSS_E_WRITERERROR_RETRYABLE\n4 R DoSnapshotSet\n"

constinit const Rule kFailedWriters{
    {.id = "VSSR-DONE-010",
     .slug = "failed-writer-is-no-success",
     .level = Level::must,
     .title = "No component of a writer that failed the shadow copy is called successful.",
     .source = "nf-vsbackup-ivssbackupcomponents-setbackupsucceeded.md, "
               "writer-errors-and-vetoes.md",
     .cause = "DoSnapshotSet ended with S_OK, and nobody asked for the writers' status: a writer's "
              "failure shows only there.",
     .next_step =
         "Call GatherWriterStatus and GetWriterStatus after PrepareForBackup and DoSnapshotSet; "
         "tell the user about each writer that failed, and call SetBackupSucceeded with false for "
         "its components, or abort.",
     .fails_on = VSSLAB_EX_WITH_FAILED_WRITER
     "5 R SetBackupSucceeded writer=W1 component=Orders succeeded=yes\n",
     .passes_on = VSSLAB_EX_WITH_FAILED_WRITER
     "5 R SetBackupSucceeded writer=W1 component=Orders succeeded=no\n"},
    check_failed_writers};

// ---- restores ----

void check_failed_pre_restore(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || !session.restore) continue;
    const Call* const pre = session.calls.first_ok(Ev::pre_restore);
    if (pre == nullptr || !session.calls.has(Ev::set_file_restore_status)) continue;
    WriterFailures failures(run);
    LastTold told;
    Verdicts verdicts(out, session.requester);
    for (const Call* call : session.calls) {
      told.note(run, session, *call);
      if (call->name != Ev::set_file_restore_status) continue;
      if (!call->ok() || call->seq() < pre->seq()) continue;
      const Participation* const part = participation_named(run, session, *call);
      const Failure* const failure = part != nullptr ? failures.before(*part, *call) : nullptr;
      if (failure == nullptr) continue;
      verdicts.saw();
      if (!run.arg_is(*call, "status", "2") || told.was_deceived(*part, *failure)) continue;
      verdicts.fail(fmt::format("VSS_RS_ALL only for writers that got ready: {} had failed "
                                "PreRestore with {}",
                                run.writer(*part).name, hresult_name(failure->code)),
                    fmt::format("the status of {} says ALL",
                                component_text(run.arg(*call, "path").value_or(""),
                                               run.arg(*call, "component").value_or(""))),
                    {failure->seq, call->seq()},
                    "a writer that failed may hold its files open, and takes nothing over");
    }
  }
}

#define VSSLAB_EX_PRE_RESTORE_FAILED                                                               \
  VSSLAB_EX_GATHERED                                                                               \
  "10 s2 R InitializeForRestore\n11 s2 R GatherWriterMetadata\n11 s2 C WriterMetadata writer=W1\n" \
  "12 s2 R SetSelectedForRestore writer=W1 component=Orders selected=yes\n13 s2 R PreRestore "     \
  "enter\n13 s2 W1 PreRestore ret=false\n13 s2 C WriterState writer=W1 "                           \
  "state=VSS_WS_FAILED_AT_PRE_RESTORE code=VSS_E_WRITERERROR_NONRETRYABLE\n13 s2 R PreRestore "    \
  "leave hr=S_OK\n"

constinit const Rule kFailedPreRestore{
    {.id = "VSSR-REST-041",
     .slug = "failed-writer-is-not-restored",
     .level = Level::must,
     .title = "No component of a writer that failed PreRestore is called restored.",
     .source = "determining-writer-status.md, nf-vswriter-cvsswriter-onprerestore.md, "
               "ne-vswriter-vss_file_restore_status.md",
     .cause = "PreRestore ended with S_OK, and nobody asked for the writers' status: a writer's "
              "failure shows only there.",
     .next_step = "Call GatherWriterStatus and GetWriterStatus after PreRestore, leave the "
                  "components of the writers that failed alone, and set VSS_RS_NONE for them.",
     .fails_on = VSSLAB_EX_PRE_RESTORE_FAILED
     "15 s2 R SetFileRestoreStatus writer=W1 component=Orders status=2\n",
     .passes_on = VSSLAB_EX_PRE_RESTORE_FAILED
     "15 s2 R SetFileRestoreStatus writer=W1 component=Orders status=1\n"},
    check_failed_pre_restore};

}  // namespace

RuleSpan requester_success_rules() {
  static constexpr const Rule* kRules[] = {&kUnreadable, &kNoAbortAfterComplete, &kFailedWriters,
                                           &kFailedPreRestore};
  return kRules;
}

}  // namespace vsslab::rules

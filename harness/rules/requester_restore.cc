// Requester: the order of a restore and what came back (spec: rules 2.14). What became of the files
// is told by FileWritten and FileMoved.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "rules/call_order.h"
#include "rules/families.h"
#include "rules/restore_examples.h"
#include "rules/restored_files.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

bool ended_before(const RunView& run, const Call& async, const Call& other) {
  const auto end = over(run, async);
  return end && end->seq < other.seq();
}

std::string title(const RestoredComponent& component) {
  return component_text(component.path, component.name);
}

// ---- order ----

// InitializeForRestore, GatherWriterMetadata, selections and options, PreRestore, files,
// SetFileRestoreStatus, PostRestore, release.
void check_restore_order(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::rest_001,
              "writers make ready in PreRestore for the files, and take over in PostRestore");
}

constinit const Rule kRestoreOrder{
    {.id = "VSSR-REST-001",
     .slug = "restore-order",
     .level = Level::must,
     .title = "PreRestore follows GatherWriterMetadata, PostRestore follows PreRestore, each once, "
              "and VSS refuses them elsewhere.",
     .source = "overview-of-restore-initialization.md, overview-of-preparing-for-restore.md, "
               "overview-of-restore-clean-up-and-termination.md",
     .cause = "The metadata was not gathered or waited for, or one of the two was left out or "
              "called again.",
     .next_step = "Gather, select, PreRestore, copy, PostRestore; wait for each.",
     .fails_on = VSSLAB_EX_IN_PLACE "14 s2 R PreRestore hr=VSS_E_BAD_STATE\n",
     .passes_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_ALL VSSLAB_EX_POST},
    check_restore_order};

// SetRestoreState comes before PreRestore; in a backup it gives VSS_E_BAD_STATE.
void check_restore_state(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::rest_033, "writers learn the type of restore with PreRestore");
}

constinit const Rule kRestoreState{
    {.id = "VSSR-REST-033",
     .slug = "restore-state-before-pre-restore",
     .level = Level::must,
     .title = "SetRestoreState is called in a restore, before PreRestore; in a backup VSS answers "
              "VSS_E_BAD_STATE.",
     .source = "nf-vsbackup-ivssbackupcomponents-setrestorestate.md",
     .cause = "The call was made on the object of a backup, or when the writers had prepared.",
     .next_step = "Call it after InitializeForRestore; a backup's counterpart is SetBackupState.",
     .fails_on = VSSLAB_EX_INIT "1 R SetRestoreState type=VSS_RTYPE_BY_COPY hr=VSS_E_BAD_STATE",
     .passes_on = "0 R InitializeForRestore  1 R SetRestoreState type=VSS_RTYPE_BY_COPY"},
    check_restore_state};

// SetRangesFilePath is for restores only (else VSS_E_BAD_STATE).
void check_ranges_path(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::rest_034, "it says where a restored ranges file lies");
}

constinit const Rule kRangesPath{
    {.id = "VSSR-REST-034",
     .slug = "ranges-path-in-a-restore",
     .level = Level::must,
     .title = "SetRangesFilePath is called in a restore; in a backup VSS answers VSS_E_BAD_STATE.",
     .source = "nf-vsbackup-ivssbackupcomponents-setrangesfilepath.md, "
               "working-with-partial-files.md",
     .cause = "The call was made on the object of a backup.",
     .next_step = "Leave it out of backups; in a restore call it when the ranges file came back to "
                  "another place.",
     .fails_on = VSSLAB_EX_SNAPPED "5 R SetRangesFilePath " VSSLAB_EX_DATA
                                   " index=0 value=D:\\a hr=VSS_E_BAD_STATE",
     .passes_on =
         VSSLAB_EX_IN_PLACE "14 s2 R SetRangesFilePath " VSSLAB_EX_DATA " index=0 value=D:\\a"},
    check_ranges_path};

void check_before_pre_restore(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || !session.restore) continue;
    Verdicts verdicts(out, session.requester);
    const Call* const pre = session.calls.first(Ev::pre_restore);
    for (const Call* call : session.calls) {
      const bool wish = call->name == Ev::set_selected_for_restore ||
                        call->name == Ev::add_restore_subcomponent ||
                        call->name == Ev::add_new_target || call->name == Ev::set_restore_options ||
                        call->name == Ev::set_additional_restores;
      if (!wish) continue;
      verdicts.expect(pre == nullptr || call->seq() < pre->seq(),
                      fmt::format("{} before PreRestore", event_name(call->name)),
                      "it came after it", {pre != nullptr ? pre->seq() : call->seq(), call->seq()});
    }
  }
}

constinit const Rule kBeforePreRestore{
    {.id = "VSSR-REST-003",
     .slug = "wishes-before-pre-restore",
     .level = Level::must,
     .title = "Components are selected, and targets and options set, before PreRestore.",
     .source = "nf-vsbackup-ivssbackupcomponents-setselectedforrestore.md, "
               "overview-of-preparing-for-restore.md",
     .cause = "PreRestore was called first, so the writers prepared for something else.",
     .next_step = "Make all selections and set all options, then call PreRestore.",
     .fails_on = VSSLAB_EX_IN_PLACE "14 s2 R SetRestoreOptions " VSSLAB_EX_DATA " value=x\n",
     .passes_on = VSSLAB_EX_IN_PLACE},
    check_before_pre_restore};

void check_status_asked(const RunView& run, Findings& out) {
  for_each_restore(run, out, [&](const RestoreView& restore, Verdicts& verdicts) {
    for (const Call* call : {restore.pre, restore.post}) {
      if (call == nullptr || !ended_well(run, *call) || !closed(run, *restore.session)) continue;
      const Call* const status = restore.session->calls.next(Ev::gather_writer_status, call->seq());
      const Call* const later = call == restore.pre
                                    ? restore.session->calls.next(Ev::post_restore, call->seq())
                                    : nullptr;
      verdicts.expect(status != nullptr && (later == nullptr || status->seq() < later->seq()),
                      fmt::format("GatherWriterStatus after {}", event_name(call->name)),
                      "nobody asked the writers", {call->seq()});
    }
  });
}

constinit const Rule kStatusAsked{
    {.id = "VSSR-REST-007",
     .slug = "status-in-a-restore",
     .level = Level::should,
     .title = "The writers' status is asked for after PreRestore and after PostRestore.",
     .source = "determining-writer-status.md",
     .cause = "The requester relies on the calls' own results, which say nothing of the writers.",
     .next_step = "Call GatherWriterStatus and GetWriterStatus after both.",
     .fails_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_POST "17 s2 R Release",
     .passes_on = VSSLAB_EX_IN_PLACE "14 s2 R GatherWriterStatus\n" VSSLAB_EX_POST
                                     "17 s2 R GatherWriterStatus\n18 s2 R Release"},
    check_status_asked};

// Files of the backup that are written in the restore.
void check_between(const RunView& run, Findings& out) {
  for_each_component(
      run, out,
      [&](const RestoreView& restore, const RestoredComponent& component, Verdicts& verdicts) {
        for (const WrittenFile& file : component.written) {
          if (!file.home) continue;
          verdicts.saw();
          if (restore.pre == nullptr || !ended_before(run, *restore.pre, *file.call)) {
            verdicts.fail("files restored after PreRestore",
                          fmt::format("{} was written", file.path), {file.call->seq()});
          } else if (restore.post != nullptr && file.call->seq() > restore.post->seq()) {
            verdicts.fail("files restored before PostRestore",
                          fmt::format("{} was written after it", file.path),
                          {restore.post->seq(), file.call->seq()});
          }
        }
      });
}

constinit const Rule kBetween{
    {.id = "VSSR-REST-009",
     .slug = "files-between-pre-and-post-restore",
     .level = Level::must,
     .title = "Files are restored between PreRestore and PostRestore.",
     .source = "overview-of-processing-a-restore-under-vss.md",
     .cause = "Copying began while the writer still had its files open, or after it took over.",
     .next_step = "Wait for PreRestore, copy, then call PostRestore.",
     .fails_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_POST
     "17 s2 R FileWritten path=C:\\data\\a.txt digest=aa replaced=no\n",
     .passes_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=no")
         VSSLAB_EX_POST},
    check_between};

void check_status_set(const RunView& run, Findings& out) {
  for_each_restore(run, out, [&](const RestoreView& restore, Verdicts& verdicts) {
    if (restore.post == nullptr) return;
    for (const RestoredComponent& component : restore.components) {
      verdicts.expect(
          component.status != nullptr && component.status->seq() < restore.post->seq(),
          fmt::format("SetFileRestoreStatus for {} before PostRestore", title(component)),
          "it was left out", {component.selected->seq(), restore.post->seq()});
    }
  });
}

constinit const Rule kStatusSet{
    {.id = "VSSR-REST-010",
     .slug = "restore-status-of-each-component",
     .level = Level::must,
     .title = "SetFileRestoreStatus is called for every selected component before PostRestore.",
     .source = "ne-vswriter-vss_file_restore_status.md, "
               "nf-vsbackup-ivssbackupcomponents-setfilerestorestatus.md",
     .cause = "The call was left out; the writer then has to take the restore for failed.",
     .next_step = "Call SetFileRestoreStatus for each component, whatever became of it.",
     .fails_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_POST,
     .passes_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_ALL VSSLAB_EX_POST},
    check_status_set};

void check_released_late(const RunView& run, Findings& out) {
  for_each_restore(run, out, [&](const RestoreView& restore, Verdicts& verdicts) {
    if (restore.pre == nullptr || !ended_well(run, *restore.pre)) return;
    const Call* const release = restore.session->calls.first(Ev::release);
    const bool wrote =
        !restore.written.empty() && restore.written.back()->seq() > restore.pre->seq();
    if (release == nullptr || !wrote) return;
    const auto end = restore.post != nullptr ? over(run, *restore.post) : std::nullopt;
    verdicts.expect(end && end->seq < release->seq(), "PostRestore handled before the release",
                    restore.post == nullptr ? "there was none" : "it was under way",
                    {restore.pre->seq(), release->seq()});
  });
}

constinit const Rule kReleasedLate{
    {.id = "VSSR-REST-031",
     .slug = "release-after-post-restore",
     .level = Level::must,
     .title = "A requester that restored files keeps its object until PostRestore is handled.",
     .source = "overview-of-restore-clean-up-and-termination.md",
     .cause = "The requester stopped after copying; the writers never learn that it is over.",
     .next_step = "Call PostRestore, wait for it, then release.",
     .fails_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_WRITTEN("C:\\data\\a.txt",
                                                      "digest=aa replaced=no") "17 s2 R Release",
     .passes_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=no")
         VSSLAB_EX_POST "17 s2 R Release"},
    check_released_late};

// ---- what came back ----

bool says_all(const RunView& run, const RestoredComponent& component) {
  return component.status != nullptr && run.arg_is(*component.status, "status", "2");
}

bool directed(const RestoredComponent& component) {
  return component.entry != nullptr &&
         component.entry->restore_target == metadata::RestoreTarget::directed;
}

// Each file that was backed up is written with that content where it belongs, or noted for the
// restart.
void check_all_back(const RunView& run, Findings& out) {
  for_each_component(
      run, out,
      [&](const RestoreView& restore, const RestoredComponent& component, Verdicts& verdicts) {
        if (!says_all(run, component) || directed(component) ||
            method_of(component) == metadata::RestoreMethodType::custom) {
          return;
        }
        for (const ExpectedFile& expected : component.files) {
          const BackedUpFile& file = *expected.file;
          if (file.digest == "partial") continue;
          verdicts.saw();
          const auto found = restore.written_to.find(expected.place);
          if (found == restore.written_to.end()) {
            verdicts.fail(fmt::format("{} restored to {}", file.path, expected.place),
                          "it was not, and the status says ALL",
                          {file.read->seq(), component.status->seq()});
            continue;
          }
          // What the restart moves there was written under another name first.
          const Call* const last = found->second.back();
          const auto digest = run.arg(*last, "digest");
          if (!digest || *digest == file.digest) continue;
          verdicts.fail(fmt::format("{} with the content of the backup", expected.place),
                        "it was written with other content", {file.read->seq(), last->seq()});
        }
      });
}

constinit const Rule kAllBack{
    {.id = "VSSR-REST-035",
     .slug = "files-come-back-intact",
     .level = Level::must,
     .title = "When the status says ALL, every file that was backed up is back, in the right place "
              "and intact.",
     .source = "vss-test-writer-tool.md, ne-vswriter-vss_file_restore_status.md",
     .cause = "A file was skipped, went elsewhere without a mapping, or was cut short.",
     .next_step = "Compare what was read from the shadow copy with what was written back.",
     .fails_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=bb replaced=no")
         VSSLAB_EX_DONE(" selectedForRestore='yes'/>"),
     .passes_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=no")
         VSSLAB_EX_DONE(" selectedForRestore='yes'/>"),
     .consequences = "VSSR-REST-037"},
    check_all_back};

void check_excluded(const RunView& run, Findings& out) {
  for_each_component(
      run, out, [&](const RestoreView&, const RestoredComponent& component, Verdicts& verdicts) {
        if (component.writer->excludes.empty()) return;
        for (const WrittenFile& file : component.written) {
          if (!file.home) continue;
          verdicts.expect(!component.writer->excluded(file.path), "no file of the exclude list",
                          fmt::format("{} was restored", file.path), {file.call->seq()});
        }
      });
}

constinit const Rule kExcluded{
    {.id = "VSSR-REST-036",
     .slug = "excluded-files-stay-away",
     .level = Level::must,
     .title = "Files on a writer's exclude list do not come back.",
     .source = "vss-test-writer-tool.md, overview-of-actual-backup-of-files.md",
     .cause = "The exclude list was not applied when the files were copied.",
     .next_step = "Match every file's default path against the exclude list before copying it.",
     .fails_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_WRITTEN("C:\\data\\x.tmp", "digest=bb replaced=no"),
     .passes_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=no"),
     .consequences = "VSSR-REST-037"},
    check_excluded};

}  // namespace

RuleSpan requester_restore_rules() {
  static constexpr const Rule* kRules[] = {
      &kRestoreOrder, &kRestoreState, &kRangesPath,   &kBeforePreRestore, &kStatusAsked,
      &kBetween,      &kStatusSet,    &kReleasedLate, &kAllBack,          &kExcluded};
  return kRules;
}

}  // namespace vsslab::rules

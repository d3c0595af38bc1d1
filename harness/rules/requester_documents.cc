// Requester: saving documents (spec: rules 2.12).
#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// SaveAsXML never before PrepareForBackup.
void check_not_too_early(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::bcd_001, "the document is not complete before PrepareForBackup");
}

constinit const Rule kNotTooEarly{
    {.id = "VSSR-BCD-001",
     .slug = "no-save-before-prepare",
     .level = Level::must,
     .title = "SaveAsXML is not called before PrepareForBackup.",
     .source = "nf-vsbackup-ivssbackupcomponents-saveasxml.md",
     .cause = "The document is saved once the components are chosen.",
     .next_step = "Save it after DoSnapshotSet and after the last SetBackupSucceeded.",
     .fails_on = VSSLAB_EX_SET "3 R SaveAsXML",
     .passes_on = VSSLAB_EX_SNAPPED "5 R SaveAsXML"},
    check_not_too_early};

// For a normal backup it is saved after DoSnapshotSet and after the last SetBackupSucceeded.
void check_not_stale(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || session.restore) continue;
    Verdicts verdicts(out, session.requester);
    const Call* saved = session.calls.last(Ev::save_as_xml);
    const Call* make = session.calls.last(Ev::do_snapshot_set);
    if (saved == nullptr || make == nullptr || !make->ok()) continue;
    const auto end = run.async_end(*make);
    if (!end) continue;
    const Call* result = session.calls.last(Ev::set_backup_succeeded);
    const Seq due = result != nullptr && result->seq() > end->seq ? result->seq() : end->seq;
    verdicts.expect(saved->seq() > due,
                    "the document is saved after DoSnapshotSet and the last SetBackupSucceeded",
                    mention(run, *saved) + " came before", {saved->seq(), due});
  }
}

constinit const Rule kNotStale{
    {.id = "VSSR-BCD-002",
     .slug = "save-after-results",
     .level = Level::should,
     .title = "The Backup Components Document is saved after the shadow copy and after the results "
              "of all components.",
     .source = "nf-vsbackup-ivssbackupcomponents-saveasxml.md, "
               "overview-of-actual-backup-of-files.md",
     .cause = "The document is saved early and not again.",
     .next_step = "Save it once more before BackupComplete.",
     .fails_on = VSSLAB_EX_SNAPPED "5 R SaveAsXML  6 R SetBackupSucceeded component=Orders",
     .passes_on = VSSLAB_EX_SNAPPED "5 R SetBackupSucceeded component=Orders  6 R SaveAsXML"},
    check_not_stale};

// Both the backup document and every taken writer's document are saved; without them VSS cannot
// restore. (The journal shows SaveAsXML of the backup document only.)
void check_saved(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || session.restore) continue;
    Verdicts verdicts(out, session.requester);
    const Call* complete = session.calls.first_ok(Ev::backup_complete);
    const Call* added = session.calls.first_ok(Ev::add_component);
    if (complete == nullptr || added == nullptr) continue;
    if (session.calls.first_ok(Ev::save_as_xml) != nullptr) {
      verdicts.saw();
    } else if (closed(run, session)) {
      verdicts.fail("SaveAsXML in a backup of components", "it never came",
                    {added->seq(), complete->seq()},
                    "InitializeForRestore needs the saved document");
    } else {
      verdicts.inconclusive("the journal ends before the object is released");
    }
  }
}

constinit const Rule kSaved{
    {.id = "VSSR-BCD-003",
     .slug = "document-saved",
     .level = Level::must,
     .title = "A completed backup of components saves its Backup Components Document.",
     .source = "overview-of-actual-backup-of-files.md, writer-metadata-document-life-cycle.md",
     .cause = "Only the files were saved; nothing of it can be restored through VSS.",
     .next_step = "Call SaveAsXML before BackupComplete and keep the document, and each writer's, "
                  "with the files.",
     .fails_on = VSSLAB_EX_GATHERED "1 R AddComponent component=Orders\n2 R StartSnapshotSet  3 R "
                                    "PrepareForBackup  4 R DoSnapshotSet  5 R BackupComplete  6 R "
                                    "Release",
     .passes_on = VSSLAB_EX_GATHERED "1 R AddComponent component=Orders\n2 R StartSnapshotSet  3 R "
                                     "PrepareForBackup  4 R DoSnapshotSet  4 R SaveAsXML  5 R "
                                     "BackupComplete  6 R Release"},
    check_saved};

constexpr const Rule* kRules[] = {&kNotTooEarly, &kNotStale, &kSaved};

}  // namespace

RuleSpan requester_documents_rules() { return kRules; }

}  // namespace vsslab::rules

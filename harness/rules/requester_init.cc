// Requester: life of the object (spec: rules 2.1).
#include <array>

#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// One IVssBackupComponents object serves one operation; after failure it is released and a new one
// made.
void check_one_operation(const RunView& run, Findings& out) {
  judge_order(
      run, out, OrderRule::init_001,
      "an object that served one backup or restore holds its state and cannot serve another");
}

constinit const Rule kOneOperation{
    {.id = "VSSR-INIT-001",
     .slug = "one-operation-per-object",
     .level = Level::must,
     .title =
         "An IVssBackupComponents object serves one backup or one restore, and nothing after it.",
     .source = "overview-of-backup-initialization.md, aborting-vss-operations.md",
     .cause = "The program keeps its object and starts over with it, often after an error, or uses "
              "restore calls in a backup.",
     .next_step =
         "Release the object and create a new one with CreateVssBackupComponents for every "
         "attempt.",
     .fails_on = VSSLAB_EX_SNAPPED "9 R StartSnapshotSet hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_SNAPPED "9 R BackupComplete"},
    check_one_operation};

// Nothing but construction is legal before InitializeForBackup / InitializeForRestore; other calls
// give VSS_E_BAD_STATE.
void check_initialised(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::init_002,
              "every call needs InitializeForBackup or InitializeForRestore first");
}

constinit const Rule kInitialised{
    {.id = "VSSR-INIT-002",
     .slug = "initialize-first",
     .level = Level::must,
     .title =
         "No call but InitializeForBackup or InitializeForRestore is made on a new object, and "
         "VSS answers VSS_E_BAD_STATE to any other.",
     .source = "nf-vsbackup-ivssbackupcomponents-initializeforbackup.md, "
               "nf-vsbackup-ivssbackupcomponents-initializeforrestore.md",
     .cause = "InitializeForBackup was left out, came too late, or failed and its result was not "
              "looked at.",
     .next_step = "Call InitializeForBackup right after CreateVssBackupComponents and stop when it "
                  "fails.",
     .fails_on = "0 R GatherWriterMetadata hr=VSS_E_BAD_STATE",
     .passes_on = "0 R InitializeForBackup  1 R GatherWriterMetadata"},
    check_initialised};

// InitializeForBackup takes an empty document, or the saved document when importing transported
// copies.
void check_document_for_import(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    const Call* init = session.calls.first(Ev::initialize_for_backup);
    if (init == nullptr) continue;
    Verdicts verdicts(out, session.requester);
    if (!run.arg_is(*init, "document", "yes")) {
      verdicts.saw();
    } else if (session.calls.has(Ev::import_snapshots)) {
      verdicts.saw();
    } else if (const Call* start = session.calls.first(Ev::start_snapshot_set)) {
      verdicts.fail("an empty document, for nothing was imported",
                    "a saved document was handed in, and then " + mention(run, *start) + " came",
                    {init->seq(), start->seq()});
    } else if (closed(run, session)) {
      verdicts.fail("ImportSnapshots after a saved document was handed in", "it never came",
                    {init->seq()});
    } else {
      verdicts.inconclusive("the journal ends before ImportSnapshots");
    }
  }
}

constinit const Rule kDocumentForImport{
    {.id = "VSSR-INIT-003",
     .slug = "document-only-for-import",
     .level = Level::must,
     .title = "InitializeForBackup is given a saved document only to import transportable copies.",
     .source = "nf-vsbackup-ivssbackupcomponents-initializeforbackup.md",
     .cause = "The document of an earlier backup was handed to a new backup.",
     .next_step = "Pass NULL to InitializeForBackup; hand a document in only before "
                  "ImportSnapshots.",
     .fails_on = "0 R InitializeForBackup document=yes  1 R GatherWriterMetadata  2 R "
                 "StartSnapshotSet",
     .passes_on = "0 R InitializeForBackup document=yes  1 R ImportSnapshots"},
    check_document_for_import};

bool before_2008_r2(const RunView& run) {
  std::string_view profile = run.journal().meta.profile;
  if (const Call* start = run.lab_calls().first(Ev::scenario_start)) {
    profile = run.arg(*start, "profile").value_or(profile);
  }
  return profile == "ws2003sp1" || profile == "ws2008";
}

// On Server 2008 R2 / Windows 7 and later unexpected failures are VSS_E_UNEXPECTED, before that
// E_UNEXPECTED.
void check_unexpected(const RunView& run, Findings& out) {
  const bool old = before_2008_r2(run);
  const Hr wrong = old ? hr::unexpected : hr::com_unexpected;
  const Hr right = old ? hr::com_unexpected : hr::unexpected;
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    for (const Call* call : session.calls) {
      const Hr code = call->hr();
      if (code != wrong && code != right) continue;
      service.expect(code == right, hresult_name(right),
                     mention(run, *call) + ": " + hresult_name(code), {call->last_seq()});
    }
  }
}

constinit const Rule kUnexpected{
    {.id = "VSSR-INIT-008",
     .slug = "unexpected-code",
     .level = Level::must,
     .title = "An unexpected failure is VSS_E_UNEXPECTED from Server 2008 R2 on, and E_UNEXPECTED "
              "before.",
     .source = "nf-vsbackup-ivssbackupcomponents-initializeforbackup.md",
     .cause = "A service or a wrapper that hands on another system's code.",
     .next_step = "Compare the code with the profile of the run (--profile).",
     .fails_on = "0 R InitializeForBackup hr=E_UNEXPECTED",
     .passes_on = "0 R InitializeForBackup hr=VSS_E_UNEXPECTED"},
    check_unexpected};

// Ours: the cells of the call-order table that the documents only imply, and the places where they
// contradict one another (X02, X03).
void check_inferred_order(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::init_010,
              "the order of the overview pages implies it, though no page states it for this call");
}

constinit const Rule kInferredOrder{
    {.id = "VSSR-INIT-010",
     .slug = "inferred-call-order",
     .level = Level::should,
     .title = "Each call comes where the published sequence puts it, also where no page says what "
              "happens otherwise.",
     .source = "overview-of-backup-initialization.md, overview-of-the-backup-discovery-phase.md, "
               "overview-of-pre-backup-tasks.md, shadow-copy-creation-details.md",
     .cause = "A call was made earlier or later than the overview pages show it.",
     .next_step = "Follow the order: SetContext, SetBackupState, GatherWriterMetadata, "
                  "AddComponent, StartSnapshotSet, AddToSnapshotSet, PrepareForBackup, "
                  "DoSnapshotSet, BackupComplete.",
     .fails_on = VSSLAB_EX_SET "3 R AddComponent writer=W1 component=Orders",
     .passes_on = VSSLAB_EX_GATHERED "3 R AddComponent writer=W1 component=Orders"},
    check_inferred_order};

constexpr const Rule* kRules[] = {&kOneOperation, &kInitialised, &kDocumentForImport, &kUnexpected,
                                  &kInferredOrder};

}  // namespace

RuleSpan requester_init_rules() { return kRules; }

}  // namespace vsslab::rules

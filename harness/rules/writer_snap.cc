// VSSW-SNAP, VSSW-POST, VSSW-DONE: what a writer may ask and change during and after the copy.
#include <fmt/format.h>

#include <algorithm>

#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

bool post_snapshot_over(const RunView& run, const Call& call) {
  const Session* session = run.session(call);
  const WriterInfo& writer = run.writers()[call.writer];
  const Participation* part = session ? run.find_participation(writer, *session) : nullptr;
  const Call* post = part ? part->calls.first(Ev::post_snapshot) : nullptr;
  return post != nullptr && post->before(call);
}

// GetCurrentSnapshotSetId is good in the handlers of the copy, never in BackupShutdown, never
// outside a handler and never after PostSnapshot has returned.
void check_set_id(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (call->name != Ev::get_current_snapshot_set_id) continue;
      const Ev in = made_in(run, *call);
      if (in == Ev::unknown) {
        verdicts.fail("GetCurrentSnapshotSetId in a handler", "outside of any", {call->seq()});
      } else if (in == Ev::backup_shutdown || in == Ev::backup_complete ||
                 post_snapshot_over(run, *call)) {
        verdicts.fail("GetCurrentSnapshotSetId up to PostSnapshot",
                      fmt::format("{} in {}", mention(run, *call), event_name(in)), {call->seq()});
      } else {
        verdicts.saw();
      }
    }
  }
}

constexpr Rule kSetIdPlace{
    {.id = "VSSW-SNAP-003",
     .slug = "set-id-until-post-snapshot",
     .level = Level::must,
     .title = "GetCurrentSnapshotSetId is called in a handler, PostSnapshot being the last.",
     .source = "nf-vswriter-cvsswriter-getcurrentsnapshotsetid.md, "
               "handling-backupshutdown-events.md",
     .cause = "BackupShutdown looks up its backup by the current set, which may be another one.",
     .next_step = "Use the set id that BackupShutdown is given.",
     .fails_on = "1 W1 PostSnapshot ret=true  2 W1 GetCurrentSnapshotSetId in=BackupShutdown",
     .passes_on = "1 W1 GetCurrentSnapshotSetId in=Freeze"},
    check_set_id};

// Device names come from GetCurrentVolumeCount, GetCurrentVolumeArray and GetSnapshotDeviceName, in
// that order.
void check_device_order(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    const Call* device = part.calls.first(Ev::get_snapshot_device_name);
    if (device == nullptr) continue;
    const Call* count = part.calls.first(Ev::get_current_volume_count);
    const Call* array = part.calls.first(Ev::get_current_volume_array);
    verdicts.expect(count && array && count->seq() < array->seq() && array->seq() < device->seq(),
                    "GetCurrentVolumeCount and GetCurrentVolumeArray before GetSnapshotDeviceName",
                    count && array ? "another order" : "not both were called", {device->seq()});
  }
}

constexpr Rule kDeviceNameOrder{
    {.id = "VSSW-POST-005",
     .slug = "device-names-by-volume-array",
     .level = Level::should,
     .title = "A writer takes the volumes of the set from VSS before it asks for their devices.",
     .source = "nf-vswriter-cvsswriter-onpostsnapshot.md",
     .cause = "The volume's name was written down by the writer; VSS may spell it in another way.",
     .next_step = "Call GetCurrentVolumeCount and GetCurrentVolumeArray first.",
     .fails_on = "1 W1 GetSnapshotDeviceName in=PostSnapshot",
     .passes_on = "1 W1 GetCurrentVolumeCount in=PostSnapshot  1 W1 GetCurrentVolumeArray "
                  "in=PostSnapshot  1 W1 GetSnapshotDeviceName in=PostSnapshot"},
    check_device_order};

// GetSnapshotDeviceName works only in PostSnapshot (else VSS_E_BAD_STATE) and only for volumes of
// the set (else VSS_E_OBJECT_NOT_FOUND).
void check_device_name(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (call->name != Ev::get_snapshot_device_name) continue;
      const Ev in = made_in(run, *call);
      if (in != Ev::post_snapshot) {
        verdicts.fail("GetSnapshotDeviceName in PostSnapshot",
                      fmt::format("{} {}", mention(run, *call),
                                  in == Ev::unknown ? "outside any handler"
                                                    : fmt::format("in {}", event_name(in))),
                      {call->seq()});
        if (!call->enter->has_hr) continue;
        Verdicts service(out, kService);
        service.expect(call->hr() == hr::bad_state, "VSS_E_BAD_STATE", hresult_name(call->hr()),
                       {call->seq()});
      } else {
        verdicts.expect(call->hr() != hr::object_not_found, "a volume of the set",
                        fmt::format("{} is none", run.arg(*call, "volume").value_or("the volume")),
                        {call->seq()});
      }
    }
  }
}

constexpr Rule kDeviceNamePlace{
    {.id = "VSSW-POST-006",
     .slug = "device-name-in-post-snapshot",
     .level = Level::must,
     .title = "GetSnapshotDeviceName is called in PostSnapshot, for volumes of the set.",
     .source = "nf-vswriter-cvsswriter-getsnapshotdevicename.md",
     .cause = "There is no device before the copy is made, and none for other volumes.",
     .next_step = "Ask in PostSnapshot, for the volumes of GetCurrentVolumeArray.",
     .fails_on = "1 W1 GetSnapshotDeviceName in=Thaw volume=C:\\ hr=VSS_E_BAD_STATE",
     .passes_on = "1 W1 GetSnapshotDeviceName in=PostSnapshot volume=C:\\ hr=S_OK"},
    check_device_name};

bool writes_document(Ev name) {
  switch (name) {
    case Ev::set_backup_metadata:
    case Ev::set_restore_metadata:
    case Ev::add_partial_file:
    case Ev::add_differenced_files_by_last_modify_time:
    case Ev::add_differenced_files_by_last_modify_lsn:
    case Ev::set_restore_target:
    case Ev::add_directed_target:
    case Ev::set_prepare_for_backup_failure_msg:
    case Ev::set_post_snapshot_failure_msg:
      return true;
    default:
      return false;
  }
}

// BackupComplete cannot write to the document; attempts fail. (Stamps are VSSW-INCR-004.)
void check_read_only(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    if (writer.calls.has(Ev::backup_complete)) verdicts.saw();
    for (const Call* call : writer.calls) {
      if (!writes_document(call->name) || made_in(run, *call) != Ev::backup_complete) continue;
      verdicts.fail("the document is read-only in BackupComplete", mention(run, *call),
                    {call->seq()});
      Verdicts service(out, kService);
      service.expect(call->refused(), "the call fails", hresult_name(call->hr()), {call->seq()});
    }
  }
}

constexpr Rule kReadOnlyAtComplete{
    {.id = "VSSW-DONE-003",
     .slug = "read-only-at-backup-complete",
     .level = Level::must,
     .title = "A writer changes nothing in the document in BackupComplete, and could not.",
     .source = "nf-vswriter-cvsswriter-onbackupcomplete.md, "
               "backup-components-document-life-cycle.md",
     .cause = "The requester has saved the document by then.",
     .next_step = "Write to the components in PostSnapshot at the latest.",
     .fails_on = "1 W1 BackupComplete enter  2 W1 AddPartialFile hr=VSS_E_BAD_STATE\n"
                 "3 W1 BackupComplete leave ret=true",
     .passes_on = "1 W1 BackupComplete ret=true"},
    check_read_only};

// A writer that acts in BackupComplete (truncates its log, say) reads first whether the backup of
// its components succeeded.
void check_success_read(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    const Call* last_read = nullptr;
    for (const Call* call : writer.calls) {
      if (call->name == Ev::get_backup_succeeded) last_read = call;
      if (call->name != Ev::write) continue;
      const Call* handler = run.handler_around(*call);
      if (handler == nullptr || handler->name != Ev::backup_complete) continue;
      verdicts.expect(last_read != nullptr && last_read->seq() > handler->seq(),
                      "GetBackupSucceeded before the writer's data changes in BackupComplete",
                      fmt::format("{} of {} first", mention(run, *call),
                                  run.arg(*call, "path").value_or("its data")),
                      {handler->seq(), call->seq()});
    }
  }
}

constexpr Rule kSuccessRead{
    {.id = "VSSW-DONE-004",
     .slug = "success-read-first",
     .level = Level::should,
     .title = "A writer that changes its data in BackupComplete reads GetBackupSucceeded first.",
     .source = "overview-of-actual-backup-of-files.md",
     .cause = "BackupComplete is taken for success; it comes for failed backups as well.",
     .next_step = "Call GetBackupSucceeded for each component, and truncate only what was saved.",
     .fails_on = "1 W1 BackupComplete enter  2 W1 Write path=C:\\db\\a.log\n"
                 "3 W1 BackupComplete leave ret=true",
     .passes_on = "1 W1 BackupComplete enter  1 W1 GetBackupSucceeded succeeded=yes  2 W1 Write "
                  "path=C:\\db\\a.log\n3 W1 BackupComplete leave ret=true"},
    check_success_read};

}  // namespace

RuleSpan writer_snap_rules() {
  static constexpr const Rule* kRules[] = {&kSetIdPlace, &kDeviceNameOrder, &kDeviceNamePlace,
                                           &kReadOnlyAtComplete, &kSuccessRead};
  return kRules;
}

}  // namespace vsslab::rules

#include "requester/requester.h"

#include <windows.h>

#include "requester/backup.h"
#include "requester/files.h"
#include "requester/restore.h"
#include "requester/script.h"

namespace vsslab::requester {

namespace {

// One after the other; a failed one does not stop those that follow.
int run_operations(const plan::RequesterPlan& plan, RequesterObserver& observer) {
  bool all = true;
  for (const plan::Operation& operation : plan.operations) {
    if (const auto* backup = std::get_if<plan::BackupPlan>(&operation)) {
      const auto* selection = backup->selection ? &*backup->selection
                              : plan.betest     ? &*plan.betest
                                                : nullptr;
      all = run_backup(*backup, selection, observer) && all;
    } else if (const auto* restore = std::get_if<plan::RestorePlan>(&operation)) {
      all = run_restore(*restore, observer) && all;
    } else if (const auto* change = std::get_if<plan::ChangePlan>(&operation)) {
      if (const auto changed = observer.change_files(*change); !changed) {
        observer.cannot_play(changed.error());
        all = false;
      }
    } else if (const auto* reboot = std::get_if<plan::RebootPlan>(&operation)) {
      observer.reboot(*reboot);
    } else if (const auto* check = std::get_if<plan::DatabaseCheckPlan>(&operation)) {
      observer.check_database(check->name, expand(check->path));
    } else if (const auto* tool = std::get_if<plan::ToolPlan>(&operation)) {
      all = observer.run_tool(*tool) && all;
    }
  }
  return all ? 0 : 1;
}

}  // namespace

int run_requester(const plan::RequesterPlan& plan, RequesterObserver& observer) {
  const HRESULT com = CoInitializeEx(NULL, COINIT_MULTITHREADED);
  if (FAILED(com)) return 1;
  const int code =
      plan.operations.empty() ? Script(plan, observer).run() : run_operations(plan, observer);
  CoUninitialize();
  return code;
}

}  // namespace vsslab::requester

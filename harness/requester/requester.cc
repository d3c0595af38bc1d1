#include "requester/requester.h"

#include <windows.h>

#include "requester/backup.h"
#include "requester/script.h"

namespace vsslab::requester {

int run_requester(const plan::RequesterPlan& plan, RequesterObserver& observer) {
  const HRESULT com = CoInitializeEx(NULL, COINIT_MULTITHREADED);
  if (FAILED(com)) return 1;
  const int code = plan.backup ? run_backup(plan, observer) : Script(plan, observer).run();
  CoUninitialize();
  return code;
}

}  // namespace vsslab::requester

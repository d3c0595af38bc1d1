#include "requester/tools/shadow_client.h"

#include <fmt/format.h>

#include "requester/com_text.h"

namespace vsslab::requester {

Hr ShadowClient::check(Hr result, std::string_view call) {
  if (tracing_) {
    line(fmt::format("[[{:>40} @ {:>10}:{:4}]] Executing COM call '\"{}\"'", "VssClient",
                     "vssclient.cpp", 0, call));
  }
  if (succeeded(result)) return result;
  line(
      fmt::format("\nERROR: COM call '\"{}\"' failed.\n- Returned HRESULT = 0x{:08x}\n"
                  "- Error text: {}\n"
                  "- Please re-run VSHADOW.EXE with the /tracing option to get more details",
                  call, static_cast<std::uint32_t>(result), hresult_name(result)));
  throw ToolFailed{result};
}

void ShadowClient::wait(const char* call, const BackupObject::AsyncMethod& method) {
  Held<IVssAsync> async;
  check(method(async.out()), fmt::format("m_pVssObject->{}(&pAsync)", call));
  line("(Waiting for the asynchronous operation to finish...)");
  check(async->Wait(INFINITE), "pAsync->Wait()");
  HRESULT result = S_OK;
  check(async->QueryStatus(&result, NULL), "pAsync->QueryStatus(&hrReturned, NULL)");
  if (SUCCEEDED(result) && result != VSS_S_ASYNC_CANCELLED) return;
  line(
      fmt::format("Error during the last asynchronous operation.\n"
                  "- Returned HRESULT = 0x{:08x}\n- Error text: {}\n"
                  "- Please re-run VSHADOW.EXE with the /tracing option to get more details",
                  static_cast<std::uint32_t>(result), hresult_name(result)));
  throw ToolFailed{result};
}

void ShadowClient::initialize(LONG context, const std::string& document, bool restore) {
  check(CoInitialize(NULL), "CoInitialize(NULL)");
  check(CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                             RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_DYNAMIC_CLOAKING, NULL),
        "CoInitializeSecurity");
  check(vss_.create(), "CreateVssBackupComponents(&m_pVssObject)");
  restoring_ = restore;
  context_ = context;
  const Bstr xml(document);
  if (restore) {
    check(vss_.get()->InitializeForRestore(xml.get()),
          "m_pVssObject->InitializeForRestore(CComBSTR(xmlDoc.c_str()))");
    return;
  }
  check(vss_.get()->InitializeForBackup(document.empty() ? NULL : xml.get()),
        "m_pVssObject->InitializeForBackup()");
  if (context != VSS_CTX_BACKUP) {
    line(
        fmt::format("- Setting the VSS context to: 0x{:08x}", static_cast<std::uint32_t>(context)));
    check(vss_.get()->SetContext(context), "m_pVssObject->SetContext(dwContext)");
  }
  check(vss_.get()->SetBackupState(true, true, VSS_BT_FULL, false),
        "m_pVssObject->SetBackupState(true, true, VSS_BT_FULL, false)");
}

std::string ShadowClient::shown_volume(const std::string& volume) const {
  const std::string drive = drive_of(volume);
  return fmt::format("{} [{}]", volume, drive.empty() ? "Not valid for local machine" : drive);
}

}  // namespace vsslab::requester

#include "ledger_writer.h"

static const GUID LEDGER_WRITER_ID = {
    0x61b8a7f2, 0x4d05, 0x4e9a, {0x8c, 0x31, 0x5e, 0x90, 0xd2, 0x7a, 0x14, 0xbb}};

HRESULT LedgerWriter::Initialize() {
  HRESULT hr =
      CVssWriter::Initialize(LEDGER_WRITER_ID, L"Ledger Writer", VSS_UT_USERDATA, VSS_ST_OTHER);
  return FAILED(hr) ? hr : Subscribe();
}

bool STDMETHODCALLTYPE LedgerWriter::OnIdentify(IVssCreateWriterMetadata* metadata) {
  HRESULT hr = metadata->AddComponent(VSS_CT_FILEGROUP, NULL, L"Ledger", L"The ledger", NULL, 0,
                                      false, false, true, false);
  if (SUCCEEDED(hr)) {
    hr = metadata->AddFilesToFileGroup(NULL, L"Ledger", L"E:\\Other", L"*.txt", false, NULL);
  }
  if (SUCCEEDED(hr)) {
    hr = metadata->SetRestoreMethod(VSS_RME_RESTORE_IF_CAN_REPLACE, NULL, NULL, VSS_WRE_ALWAYS,
                                    false);
  }
  return SUCCEEDED(hr);
}

bool STDMETHODCALLTYPE LedgerWriter::OnPrepareSnapshot() { return true; }
bool STDMETHODCALLTYPE LedgerWriter::OnFreeze() { return true; }
bool STDMETHODCALLTYPE LedgerWriter::OnThaw() { return true; }
bool STDMETHODCALLTYPE LedgerWriter::OnAbort() { return true; }

bool STDMETHODCALLTYPE SlowLedgerWriter::OnFreeze() {
  Sleep(120000);
  return true;
}

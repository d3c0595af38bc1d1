// Libraries for the command line's tests of `vsslab conform`: one source, one misdeed each, chosen
// by a macro. Without one it is a writer program that does nothing wrong and nothing else.
#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <stdio.h>
#include <stdlib.h>

#include <stdexcept>

namespace {

const GUID WRITER_ID = {
    0x2f6a1c44, 0x81d5, 0x4b0e, {0xa3, 0x56, 0x10, 0x7e, 0xc9, 0x42, 0x5d, 0x01}};

HANDLE g_stop = NULL;

BOOL WINAPI OnConsoleEvent(DWORD) {
  SetEvent(g_stop);
  return TRUE;
}

#if defined(OVERRUNS_THE_STACK)
int Deeper(int depth) {
  volatile char room[4096] = {};
  room[depth % 4096] = 1;
  return depth < 0 ? 0 : Deeper(depth + 1) + room[0];
}
#endif

class Writer : public CVssWriter {
 public:
  HRESULT Start(GUID id = WRITER_ID) {
#if defined(INITIALISES_AGAIN)
    const HRESULT hr =
        Initialize(id, L"Party Writer", VSS_UT_USERDATA, VSS_ST_OTHER, VSS_APP_SYSTEM);
    Initialize(id, L"Party Writer", VSS_UT_USERDATA, VSS_ST_OTHER);
#else
    const HRESULT hr = Initialize(id, L"Party Writer", VSS_UT_USERDATA, VSS_ST_OTHER);
#endif
    return FAILED(hr) ? hr : Subscribe();
  }
  bool STDMETHODCALLTYPE OnIdentify(IVssCreateWriterMetadata* metadata) override {
    HRESULT hr = metadata->AddComponent(VSS_CT_FILEGROUP, NULL, L"Files", NULL, NULL, 0, false,
                                        false, true, false);
    if (SUCCEEDED(hr)) {
#if defined(HAS_NO_FILES)
#elif defined(KEEPS_FILES_ON_Q)
      hr = metadata->AddFilesToFileGroup(NULL, L"Files", L"q:\\Files", L"*.txt", false, NULL);
#elif defined(NAMES_A_WILDCARD)
      hr = metadata->AddFilesToFileGroup(NULL, L"Files", L"E:\\Oth*", L"*.txt", false, NULL);
#else
      hr = metadata->AddFilesToFileGroup(NULL, L"Files", L"E:\\Other", L"*.txt", false, NULL);
#endif
    }
    if (SUCCEEDED(hr)) {
#if defined(HAS_NO_FILES)
      hr = metadata->SetRestoreMethod(VSS_RME_RESTORE_TO_ALTERNATE_LOCATION, NULL, NULL,
                                      VSS_WRE_ALWAYS, false);
#elif defined(STOPS_A_SERVICE)
      hr = metadata->SetRestoreMethod(VSS_RME_STOP_RESTORE_START, L"PartySvc", NULL, VSS_WRE_ALWAYS,
                                      false);
#else
      hr = metadata->SetRestoreMethod(VSS_RME_RESTORE_IF_CAN_REPLACE, NULL, NULL, VSS_WRE_ALWAYS,
                                      false);
#endif
    }
    return SUCCEEDED(hr);
  }
#if defined(PREPARES_TOO_LONG)
  bool STDMETHODCALLTYPE OnPrepareBackup(IVssWriterComponents*) override {
    Sleep(11 * 60 * 1000);
    return true;
  }
#endif
  bool STDMETHODCALLTYPE OnPrepareSnapshot() override { return true; }
  bool STDMETHODCALLTYPE OnFreeze() override {
#if defined(EXITS_IN_FREEZE)
    exit(7);
#elif defined(LOOPS_IN_FREEZE)
    volatile bool forever = true;
    while (forever) {
    }
#elif defined(HANGS_IN_FREEZE)
    Sleep(INFINITE);
#elif defined(OVERRUNS_THE_STACK)
    return Deeper(0) == 0;
#elif defined(THROWS_IN_FREEZE)
    throw std::runtime_error("the queue is closed");
#elif defined(REFUSES_TO_FREEZE)
    SetWriterFailure(VSS_E_WRITERERROR_NONRETRYABLE);
    return false;
#endif
    return true;
  }
  bool STDMETHODCALLTYPE OnThaw() override { return true; }
  bool STDMETHODCALLTYPE OnAbort() override { return true; }
};

#if defined(SECOND_WRITER_THROWS)
class ThrowingWriter : public Writer {
 public:
  bool STDMETHODCALLTYPE OnThaw() override { throw std::runtime_error("the second writer's"); }
};
#endif

}  // namespace

#if defined(NO_ENTRY)
#define wmain SomeFunction
#endif
int wmain(int argc, WCHAR* argv[]) {
  for (int i = 1; i < argc; ++i) wprintf(L"argument %s\n", argv[i]);
#if defined(THROWS_IN_MAIN)
  throw std::runtime_error("no configuration file");
#endif
#if defined(WANTS_ARGUMENTS)
  if (argc != 3 || wcscmp(argv[1], L"--name") != 0 || wcscmp(argv[2], L"two words") != 0) return 3;
#endif
  HRESULT hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
  if (SUCCEEDED(hr)) {
    hr = CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                              RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE, NULL);
  }
  g_stop = CreateEventW(NULL, TRUE, FALSE, NULL);
  SetConsoleCtrlHandler(OnConsoleEvent, TRUE);
  {
    Writer writer;
    if (SUCCEEDED(hr)) hr = writer.Start();
#if defined(SECOND_WRITER_THROWS)
    ThrowingWriter second;
    GUID id = WRITER_ID;
    id.Data1 ^= 1;
    if (SUCCEEDED(hr)) hr = second.Start(id);
#endif
#if !defined(LEAVES_EARLY)
    if (SUCCEEDED(hr)) WaitForSingleObject(g_stop, INFINITE);
#endif
    writer.Unsubscribe();
  }
  CoUninitialize();
  return SUCCEEDED(hr) ? 0 : 1;
}

#if defined(EXITS_WHEN_LOADED)
int g_gone = (exit(5), 0);
#elif defined(THROWS_WHEN_LOADED)
int g_thrown = []() -> int { throw std::runtime_error("no licence"); }();
#elif defined(LOOPS_WHEN_LOADED)
int g_never = []() -> int {
  volatile bool forever = true;
  while (forever) {
  }
  return 0;
}();
#endif

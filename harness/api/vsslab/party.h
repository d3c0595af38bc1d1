// A party for "vsslab conform ROLE --library libmine.so": what the library has to export, made from
// a class or a function of yours. One of these in one source file, which only this library needs:
//
//   VSSLAB_WRITER(MyWriter)           a writer; MyWriter::Initialize() registers it
//   VSSLAB_WRITER(MyWriter, Start)    the same with a function of another name
//   VSSLAB_REQUESTER(my_backup)       int my_backup(), or int my_backup(int argc, wchar_t** argv)
//   VSSLAB_PROVIDER(MyProvider, id)   a software provider and its id, a GUID
//
// A library that has a wmain or main of its own needs none of them for a writer or requester, one
// with DllRegisterServer and DllGetClassObject none for a provider.
#ifndef VSSLAB_PARTY_H
#define VSSLAB_PARTY_H

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <memory>

#define VSSLAB_EXPORT extern "C" __attribute__((visibility("default")))

// The class has a constructor without arguments. The function takes no arguments, calls
// CVssWriter::Initialize and CVssWriter::Subscribe, and returns an HRESULT.
#define VSSLAB_WRITER(...) \
  VSSLAB_WRITER_PICK_(__VA_ARGS__, VSSLAB_WRITER_2_, VSSLAB_WRITER_1_, )(__VA_ARGS__)

// The requester initialises COM itself, as its program on Windows does.
#define VSSLAB_REQUESTER(function)                                \
  VSSLAB_EXPORT int vsslab_party_main(int argc, wchar_t** argv) { \
    return vsslab::party::call(function, argc, argv);             \
  }

// The class has a constructor without arguments; its reference count begins with 0 or 1.
#define VSSLAB_PROVIDER(Class, id)                                               \
  VSSLAB_EXPORT HRESULT vsslab_provider_main(VSS_ID* class_id, IUnknown** out) { \
    *class_id = id;                                                              \
    return vsslab::party::make_provider<Class>(out);                             \
  }

#define VSSLAB_WRITER_PICK_(a, b, name, ...) name
#define VSSLAB_WRITER_1_(Class) VSSLAB_WRITER_2_(Class, Initialize)
#define VSSLAB_WRITER_2_(Class, Start)                                                   \
  VSSLAB_EXPORT int vsslab_party_main(int, wchar_t**) {                                  \
    return vsslab::party::serve<Class>([](auto& writer) -> HRESULT {                     \
      static_assert(                                                                     \
          requires { writer.Start(); },                                                  \
          "VSSLAB_WRITER calls " #Class "::" #Start                                      \
          "(), without arguments: it has to call CVssWriter::Initialize and Subscribe"); \
      return writer.Start();                                                             \
    });                                                                                  \
  }

namespace vsslab::party {

inline HANDLE& stop_event() {
  static HANDLE event = NULL;
  return event;
}

inline BOOL WINAPI on_console_event(DWORD) {
  SetEvent(stop_event());
  return TRUE;
}

// The program around a writer: COM and its security, then events until Ctrl-C.
template <class Writer, class Start>
int serve(Start start) {
  HRESULT hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
  if (FAILED(hr)) return 1;
  hr = CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                            RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE, NULL);
  stop_event() = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (SUCCEEDED(hr)) {
    SetConsoleCtrlHandler(on_console_event, TRUE);
    const auto writer = std::make_unique<Writer>();
    hr = start(*writer);
    if (SUCCEEDED(hr)) {
      WaitForSingleObject(stop_event(), INFINITE);
      static_cast<CVssWriter&>(*writer).Unsubscribe();
    }
    SetConsoleCtrlHandler(on_console_event, FALSE);
  }
  CloseHandle(stop_event());
  CoUninitialize();
  return SUCCEEDED(hr) ? 0 : 1;
}

inline int code_of(int result) { return result < 0 ? 1 : result; }  // an HRESULT, or a main's
inline int call(int (*function)(int, wchar_t**), int argc, wchar_t** argv) {
  return code_of(function(argc, argv));
}
inline int call(int (*function)(), int, wchar_t**) { return code_of(function()); }

template <class Provider>
HRESULT make_provider(IUnknown** out) {
  Provider* const provider = new Provider;
  provider->AddRef();
  const HRESULT hr = provider->QueryInterface(__uuidof(IUnknown), reinterpret_cast<void**>(out));
  provider->Release();
  return hr;
}

}  // namespace vsslab::party

#endif

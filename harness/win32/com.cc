// COM: initialisation, security, memory, GUIDs, BSTR, VARIANT.

#include <windows.h>

#include <objbase.h>
#include <oleauto.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "core/guid.h"
#include "win32/call.h"
#include "win32/program_state.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

constexpr std::size_t kGuidCharacters = 38;  // "{8-4-4-4-12}"
constexpr std::size_t kBstrHead = 8;         // the length stands in the last four bytes

std::uint32_t& byte_length(void* text) {
  return *reinterpret_cast<std::uint32_t*>(static_cast<char*>(text) - 4);
}

// A BSTR of `bytes` bytes with undefined content and a terminator; null without memory.
BSTR allocate_bstr(std::size_t bytes) {
  if (bytes > 0xFFFFFFF0u) return nullptr;
  const std::size_t end = (bytes + sizeof(WCHAR) - 1) / sizeof(WCHAR) * sizeof(WCHAR);
  auto* memory = static_cast<char*>(std::malloc(kBstrHead + end + sizeof(WCHAR)));
  if (memory == nullptr) return nullptr;
  char* const text = memory + kBstrHead;
  std::memset(text + bytes, 0, end + sizeof(WCHAR) - bytes);
  byte_length(text) = static_cast<std::uint32_t>(bytes);
  return reinterpret_cast<BSTR>(text);
}

std::wstring guid_text(REFGUID guid) {
  std::string text = Guid::from(guid).to_string();
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
  return L"{" + to_wide(text) + L"}";
}

HRESULT parse_guid(LPCOLESTR text, GUID* out, HRESULT error) {
  if (out == nullptr) return E_INVALIDARG;
  *out = GUID{};
  if (text == nullptr) return S_OK;
  const std::string utf8 = to_utf8(text);
  const auto guid = utf8.size() == kGuidCharacters ? Guid::parse(utf8) : std::nullopt;
  if (!guid) return error;
  *out = guid->to<GUID>();
  return S_OK;
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C HRESULT CoInitialize(LPVOID reserved) {
  return CoInitializeEx(reserved, COINIT_APARTMENTTHREADED);
}

EXTERN_C HRESULT CoInitializeEx(LPVOID, DWORD flags) {
  const ThreadKey me = calling_thread();
  return on_lab<>(HRESULT{S_OK}, [&](Lab&) -> HRESULT {
    LabProcess* process = current_process();
    if (process == nullptr) return S_OK;
    ComState& com = process->com(me);
    const DWORD model = flags & COINIT_APARTMENTTHREADED;
    if (com.initialized > 0 && com.model != model) return RPC_E_CHANGED_MODE;
    com.model = model;
    return com.initialized++ == 0 ? S_OK : S_FALSE;
  });
}

EXTERN_C void CoUninitialize() {
  const ThreadKey me = calling_thread();
  on_lab<>(0, [&](Lab&) {
    LabProcess* process = current_process();
    if (process != nullptr && process->com(me).initialized > 0) --process->com(me).initialized;
    return 0;
  });
}

EXTERN_C HRESULT CoInitializeSecurity(PSECURITY_DESCRIPTOR, LONG, SOLE_AUTHENTICATION_SERVICE*,
                                      void*, DWORD authentication, DWORD impersonation, void*,
                                      DWORD capabilities, void*) {
  const ThreadKey me = calling_thread();
  return on_lab<>(HRESULT{S_OK}, [&](Lab& lab) -> HRESULT {
    LabProcess* process = current_process();
    if (process == nullptr) return S_OK;
    if (process->com(me).initialized == 0) return CO_E_NOTINITIALIZED;
    if (process->security) return RPC_E_TOO_LATE;
    process->security = ComSecurity{authentication, impersonation, capabilities};
    for (LabObserver* observer : lab.observers) {
      observer->com_security(*process, *process->security);
    }
    return S_OK;
  });
}

EXTERN_C LPVOID CoTaskMemAlloc(SIZE_T bytes) { return std::malloc(bytes); }
EXTERN_C LPVOID CoTaskMemRealloc(LPVOID memory, SIZE_T bytes) {
  return std::realloc(memory, bytes);
}
EXTERN_C void CoTaskMemFree(LPVOID memory) { std::free(memory); }
EXTERN_C void CoFreeUnusedLibraries() {}

EXTERN_C HRESULT CoCreateGuid(GUID* guid) {
  if (guid == nullptr) return E_INVALIDARG;
  return on_lab<>(HRESULT{E_FAIL}, [&](Lab& lab) -> HRESULT {
    *guid = Guid::random(lab.guids).to<GUID>();
    return S_OK;
  });
}

EXTERN_C HRESULT CoCreateInstance(REFCLSID clsid, IUnknown* outer, DWORD, REFIID iid, LPVOID* out) {
  if (out == nullptr) return E_POINTER;
  *out = nullptr;
  if (outer != nullptr) return CLASS_E_NOAGGREGATION;
  // A class of the process's own first, called where the caller runs.
  IClassFactory* factory = nullptr;
  if (SUCCEEDED(CoGetClassObject(clsid, CLSCTX_ALL, nullptr, IID_IClassFactory,
                                 reinterpret_cast<void**>(&factory)))) {
    const HRESULT hr = factory->CreateInstance(nullptr, iid, out);
    factory->Release();
    return hr;
  }
  return on_lab<>(HRESULT{REGDB_E_CLASSNOTREG}, [&](Lab& lab) -> HRESULT {
    if (!lab.create_instance) return REGDB_E_CLASSNOTREG;
    return lab.create_instance(Guid::from(clsid), Guid::from(iid), out);
  });
}

EXTERN_C HRESULT CoGetClassObject(REFCLSID clsid, DWORD, LPVOID, REFIID iid, LPVOID* out) {
  if (out == nullptr) return E_POINTER;
  *out = nullptr;
  IUnknown* const found = on_lab<>(static_cast<IUnknown*>(nullptr), [&](Lab&) -> IUnknown* {
    const LabProcess* const process = current_process();
    if (process == nullptr || process->program == nullptr) return nullptr;
    for (const auto& known : process->program->class_objects) {
      if (known.clsid == Guid::from(clsid)) return known.object;
    }
    return nullptr;
  });
  return found != nullptr ? found->QueryInterface(iid, out) : REGDB_E_CLASSNOTREG;
}

EXTERN_C HRESULT CoRegisterClassObject(REFCLSID clsid, IUnknown* object, DWORD, DWORD,
                                       LPDWORD cookie) {
  if (object == nullptr || cookie == nullptr) return E_INVALIDARG;
  object->AddRef();
  return on_lab<>(HRESULT{E_FAIL}, [&](Lab&) -> HRESULT {
    LabProcess* const process = current_process();
    if (process == nullptr) return E_FAIL;
    ProgramState& state = program_state(*process);
    *cookie = ++state.last_cookie;
    state.class_objects.push_back({*cookie, Guid::from(clsid), object});
    return S_OK;
  });
}

EXTERN_C HRESULT CoRevokeClassObject(DWORD cookie) {
  IUnknown* const object = on_lab<>(static_cast<IUnknown*>(nullptr), [&](Lab&) -> IUnknown* {
    LabProcess* const process = current_process();
    if (process == nullptr) return nullptr;
    auto& known = program_state(*process).class_objects;
    const auto at = std::find_if(known.begin(), known.end(),
                                 [&](const auto& each) { return each.cookie == cookie; });
    if (at == known.end()) return nullptr;
    IUnknown* const held = at->object;
    known.erase(at);
    return held;
  });
  if (object == nullptr) return E_INVALIDARG;
  object->Release();
  return S_OK;
}
EXTERN_C HRESULT CoResumeClassObjects() { return S_OK; }

EXTERN_C int StringFromGUID2(REFGUID guid, LPOLESTR out, int size) {
  if (out == nullptr || size <= static_cast<int>(kGuidCharacters)) return 0;
  const std::wstring text = guid_text(guid);
  std::copy_n(text.c_str(), text.size() + 1, out);
  return static_cast<int>(text.size() + 1);
}

EXTERN_C HRESULT StringFromCLSID(REFCLSID clsid, LPOLESTR* out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = static_cast<LPOLESTR>(CoTaskMemAlloc((kGuidCharacters + 1) * sizeof(WCHAR)));
  if (*out == nullptr) return E_OUTOFMEMORY;
  StringFromGUID2(clsid, *out, kGuidCharacters + 1);
  return S_OK;
}

EXTERN_C HRESULT StringFromIID(REFIID iid, LPOLESTR* out) { return StringFromCLSID(iid, out); }
EXTERN_C HRESULT CLSIDFromString(LPCOLESTR text, CLSID* out) {
  return parse_guid(text, out, CO_E_CLASSSTRING);
}
EXTERN_C HRESULT IIDFromString(LPCOLESTR text, IID* out) {
  return parse_guid(text, out, CO_E_IIDSTRING);
}

EXTERN_C RPC_STATUS UuidCreate(UUID* uuid) {
  return SUCCEEDED(CoCreateGuid(uuid)) ? RPC_S_OK : RPC_S_INVALID_STRING_UUID;
}

EXTERN_C RPC_STATUS UuidFromStringW(RPC_WSTR text, UUID* out) {
  if (out == nullptr) return RPC_S_INVALID_STRING_UUID;
  *out = UUID{};
  if (text == nullptr) return RPC_S_OK;
  const std::string utf8 = to_utf8(text);
  const auto guid = !utf8.empty() && utf8[0] != '{' ? Guid::parse(utf8) : std::nullopt;
  if (!guid) return RPC_S_INVALID_STRING_UUID;
  *out = guid->to<UUID>();
  return RPC_S_OK;
}

EXTERN_C RPC_STATUS UuidToStringW(const UUID* uuid, RPC_WSTR* out) {
  const std::wstring text = to_wide(Guid::from(*uuid).to_string());
  *out = static_cast<RPC_WSTR>(std::malloc((text.size() + 1) * sizeof(WCHAR)));
  if (*out == nullptr) return ERROR_OUTOFMEMORY;
  std::copy_n(text.c_str(), text.size() + 1, *out);
  return RPC_S_OK;
}

EXTERN_C RPC_STATUS RpcStringFreeW(RPC_WSTR* text) {
  std::free(*text);
  *text = nullptr;
  return RPC_S_OK;
}

EXTERN_C BSTR SysAllocStringLen(const OLECHAR* text, UINT length) {
  BSTR made = allocate_bstr(length * sizeof(WCHAR));
  if (made == nullptr) return nullptr;
  if (text != nullptr) {
    std::memcpy(made, text, length * sizeof(WCHAR));
  } else {
    std::memset(made, 0, length * sizeof(WCHAR));
  }
  return made;
}

EXTERN_C BSTR SysAllocString(const OLECHAR* text) {
  return text == nullptr ? nullptr : SysAllocStringLen(text, static_cast<UINT>(std::wcslen(text)));
}

EXTERN_C BSTR SysAllocStringByteLen(LPCSTR bytes, UINT length) {
  BSTR made = allocate_bstr(length);
  if (made == nullptr) return nullptr;
  if (bytes != nullptr) {
    std::memcpy(made, bytes, length);
  } else {
    std::memset(made, 0, length);
  }
  return made;
}

EXTERN_C INT SysReAllocStringLen(BSTR* text, const OLECHAR* source, UINT length) {
  if (text == nullptr) return FALSE;
  BSTR made = SysAllocStringLen(source, length);
  if (made == nullptr) return FALSE;
  SysFreeString(std::exchange(*text, made));
  return TRUE;
}

EXTERN_C INT SysReAllocString(BSTR* text, const OLECHAR* source) {
  if (text == nullptr) return FALSE;
  SysFreeString(std::exchange(*text, SysAllocString(source)));
  return TRUE;
}

EXTERN_C void SysFreeString(BSTR text) {
  if (text != nullptr) std::free(reinterpret_cast<char*>(text) - kBstrHead);
}
EXTERN_C UINT SysStringByteLen(BSTR text) { return text == nullptr ? 0 : byte_length(text); }
EXTERN_C UINT SysStringLen(BSTR text) { return SysStringByteLen(text) / sizeof(WCHAR); }

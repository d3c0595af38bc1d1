#include "sdk/com_server.h"

#include <windows.h>

#include <unknwn.h>
#include <vsadmin.h>
#include <vss.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace vsslab::sdk {
namespace {

constexpr const char* kRegister = "DllRegisterServer";
constexpr const char* kClassObject = "DllGetClassObject";

using RegisterServer = HRESULT (*)();
using GetClassObject = HRESULT (*)(REFCLSID, REFIID, void**);

struct Registration {
  VSS_ID id;
  CLSID class_id;
  VSS_PROVIDER_TYPE type;
};

// The two objects that an installer meets live in one frame of ours: references only count.
template <class Interface>
class OnTheStack : public Interface {
 public:
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    if (out == nullptr) return E_POINTER;
    *out = nullptr;
    if (!IsEqualIID(iid, __uuidof(IUnknown)) && !IsEqualIID(iid, __uuidof(Interface))) {
      return E_NOINTERFACE;
    }
    AddRef();
    *out = static_cast<Interface*>(this);
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() override { return --references_; }

 protected:
  ~OnTheStack() = default;

 private:
  std::atomic<ULONG> references_ = 1;
};

// The account that VSS keeps of providers, on a machine where none is installed but Windows' own.
class Admin final : public OnTheStack<IVssAdmin> {
 public:
  HRESULT STDMETHODCALLTYPE RegisterProvider(VSS_ID id, CLSID class_id, VSS_PWSZ name,
                                             VSS_PROVIDER_TYPE type, VSS_PWSZ version,
                                             VSS_ID) override {
    const bool known_type = type == VSS_PROV_SYSTEM || type == VSS_PROV_SOFTWARE ||
                            type == VSS_PROV_HARDWARE || type == VSS_PROV_FILESHARE;
    refused = IsEqualGUID(id, GUID{})         ? "the provider's id is GUID_NULL"
              : IsEqualGUID(class_id, GUID{}) ? "the class id is GUID_NULL"
              : name == nullptr               ? "the name is NULL"
              : !known_type                   ? "the type is none of VSS_PROVIDER_TYPE"
              : version == nullptr            ? "the version is NULL"
                                              : "";
    if (*refused != 0) return E_INVALIDARG;
    if (find(id) != known.end()) return VSS_E_PROVIDER_ALREADY_REGISTERED;
    known.push_back({id, class_id, type});
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE UnregisterProvider(VSS_ID id) override {
    const auto found = find(id);
    if (found == known.end()) return VSS_E_PROVIDER_NOT_REGISTERED;
    known.erase(found);
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE QueryProviders(IVssEnumObject** out) override {
    if (out != nullptr) *out = nullptr;
    return E_NOTIMPL;
  }
  HRESULT STDMETHODCALLTYPE AbortAllSnapshotsInProgress() override { return E_NOTIMPL; }

  std::vector<Registration> known;
  const char* refused = "";  // why the last RegisterProvider was

 private:
  std::vector<Registration>::iterator find(const VSS_ID& id) {
    return std::find_if(known.begin(), known.end(),
                        [&](const Registration& each) { return IsEqualGUID(each.id, id) != 0; });
  }
};

class Coordinator final : public OnTheStack<IClassFactory> {
 public:
  HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown* outer, REFIID iid, void** out) override {
    if (out == nullptr) return E_POINTER;
    *out = nullptr;
    return outer != nullptr ? CLASS_E_NOAGGREGATION : admin.QueryInterface(iid, out);
  }
  HRESULT STDMETHODCALLTYPE LockServer(BOOL) override { return S_OK; }

  Admin admin;
};

template <class Function>
Function find(const os::Library& library, const char* name) {
  return reinterpret_cast<Function>(library.find(name));
}

// What `call` returns; a thrown exception is E_UNEXPECTED, with `what` naming it.
template <class Call>
HRESULT guarded(std::string& what, Call call) {
  try {
    return call();
  } catch (const std::exception& error) {
    what = fmt::format(": it threw '{}'", error.what());
  } catch (...) {
    what = ": it threw an exception";
  }
  return E_UNEXPECTED;
}

Result<Registration> registration(const os::Library& library, const std::string& path) {
  Coordinator coordinator;
  DWORD cookie = 0;
  const HRESULT ready = CoRegisterClassObject(CLSID_VSSCoordinator, &coordinator,
                                              CLSCTX_INPROC_SERVER, REGCLS_MULTIPLEUSE, &cookie);
  if (FAILED(ready)) return fail(fmt::format("no class can be offered: {}", hresult_name(ready)));
  std::string thrown;
  const HRESULT registered =
      guarded(thrown, [&] { return find<RegisterServer>(library, kRegister)(); });
  CoRevokeClassObject(cookie);
  if (FAILED(registered)) {
    const std::string_view why = coordinator.admin.refused;
    return fail(fmt::format("{} of '{}' gave {}{}{}{}", kRegister, path, hresult_name(registered),
                            thrown, why.empty() ? "" : "; RegisterProvider was refused: ", why));
  }
  const std::vector<Registration>& known = coordinator.admin.known;
  const auto software = std::find_if(known.begin(), known.end(), [](const Registration& each) {
    return each.type == VSS_PROV_SOFTWARE || each.type == VSS_PROV_SYSTEM;
  });
  if (software != known.end()) return *software;
  if (known.empty()) {
    return fail(
        fmt::format("{} of '{}' registers no provider: it has to call IVssAdmin::RegisterProvider",
                    kRegister, path));
  }
  return fail(fmt::format(
      "{} of '{}' registers no software provider: the lab has no LUNs for a hardware provider",
      kRegister, path));
}

}  // namespace

bool is_com_server(const os::Library& library) {
  return library.find(kRegister) != nullptr && library.find(kClassObject) != nullptr;
}

Result<Parties::Provider> provider_of_com_server(const os::Library& library,
                                                 const std::string& path) {
  const auto known = registration(library, path);
  if (!known) return fail(known.error());
  IClassFactory* factory = nullptr;
  Parties::Provider provider;
  provider.type = known->type;
  provider.id = Guid::from(known->id);
  std::string thrown;
  const char* step = kClassObject;
  const HRESULT made = guarded(thrown, [&] {
    const HRESULT hr = find<GetClassObject>(library, kClassObject)(
        known->class_id, IID_IClassFactory, reinterpret_cast<void**>(&factory));
    if (FAILED(hr) || factory == nullptr) return FAILED(hr) ? hr : E_UNEXPECTED;
    step = "IClassFactory::CreateInstance";
    return factory->CreateInstance(nullptr, __uuidof(IUnknown),
                                   reinterpret_cast<void**>(&provider.object));
  });
  if (factory != nullptr) factory->Release();
  if (FAILED(made) || provider.object == nullptr) {
    return fail(fmt::format("{} of '{}' makes no provider of class {}: {}{}", step, path,
                            Guid::from(known->class_id).to_string(), hresult_name(made), thrown));
  }
  return provider;
}

}  // namespace vsslab::sdk

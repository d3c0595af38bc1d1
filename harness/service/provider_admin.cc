#include "service/provider_admin.h"

#include <vsadmin.h>
#include <vsprov.h>

#include <algorithm>

#include "core/limits.h"
#include "service/com.h"
#include "service/enum_object.h"
#include "service/management_calls.h"
#include "win32/process.h"

namespace vsslab {

namespace {

bool known_type(VSS_PROVIDER_TYPE type) {
  return type == VSS_PROV_SYSTEM || type == VSS_PROV_SOFTWARE || type == VSS_PROV_HARDWARE ||
         type == VSS_PROV_FILESHARE;
}

class Admin final : public ComObject<IVssAdmin> {
 public:
  explicit Admin(LabVss::Impl& service) : service_(service) {}

  HRESULT STDMETHODCALLTYPE RegisterProvider(VSS_ID id_in, CLSID class_in, VSS_PWSZ name,
                                             VSS_PROVIDER_TYPE type, VSS_PWSZ version,
                                             VSS_ID version_id) override {
    ManagementCall call(service_, "RegisterProvider");
    LabVss::Impl::RegisteredClass registered{Guid::from(id_in), Guid::from(class_in),
                                             text_of(name),     static_cast<int>(type),
                                             text_of(version),  Guid::from(version_id)};
    Hr result = hr::ok;
    if (call.stopped()) {
      result = *call.stopped();
    } else if (registered.name.empty() || version == nullptr || !known_type(type) ||
               registered.id.is_null() || registered.class_id.is_null()) {
      result = hr::invalid_arg;
    } else if (service_.is_registered(registered.id)) {
      result = hr::provider_already_registered;
    }
    const HRESULT told = call.done(result, {{"provider", registered.id.to_string()},
                                            {"class", registered.class_id.to_string()},
                                            {"name", registered.name},
                                            {"type", provider_type_name(registered.type)},
                                            {"version", registered.version}});
    if (result == hr::ok && !call.stopped()) {
      service_.registered_classes.push_back(std::move(registered));
    }
    return told;
  }

  HRESULT STDMETHODCALLTYPE UnregisterProvider(VSS_ID id_in) override {
    ManagementCall call(service_, "UnregisterProvider");
    const Guid id = Guid::from(id_in);
    call.enter({{"provider", id.to_string()}});
    return call.done(call.stopped() ? *call.stopped() : service_.unregister_provider(id));
  }

  HRESULT STDMETHODCALLTYPE QueryProviders(IVssEnumObject** out) override {
    ManagementCall call(service_, "QueryProviders");
    if (out == nullptr) return call.done(hr::invalid_arg);
    *out = nullptr;
    if (call.stopped()) return call.done(*call.stopped());
    const std::vector<VSS_OBJECT_PROP> list = service_.provider_list();
    *out = make_enum_object(list);
    return call.done(list.empty() ? hr::s_false : hr::ok, {{"count", std::to_string(list.size())}});
  }

  // "Not supported": the page keeps it for the system.
  HRESULT STDMETHODCALLTYPE AbortAllSnapshotsInProgress() override {
    return ManagementCall(service_, "AbortAllSnapshotsInProgress").done(hr::not_impl);
  }

 protected:
  void* query(const Guid& iid) override {
    const bool mine =
        iid == Guid::from(__uuidof(IUnknown)) || iid == Guid::from(__uuidof(IVssAdmin));
    return mine ? static_cast<IVssAdmin*>(this) : nullptr;
  }

 private:
  LabVss::Impl& service_;
};

// The object that a program of the lab offers for a class; null when none does. Runs, and leaves
// the object, in that program.
IUnknown* object_of_class(LabVss::Impl& service, const Guid& class_id, TaskContext& owner) {
  const TaskContext caller = service.scheduler.context();
  IUnknown* object = nullptr;
  for (const auto& process : service.lab.processes) {
    if (process->ended()) continue;
    service.scheduler.set_context(process->context());
    IClassFactory* factory = nullptr;
    if (FAILED(CoGetClassObject(class_id.to<CLSID>(), CLSCTX_ALL, nullptr, IID_IClassFactory,
                                reinterpret_cast<void**>(&factory)))) {
      continue;
    }
    void* made = nullptr;
    if (SUCCEEDED(factory->CreateInstance(nullptr, __uuidof(IUnknown), &made))) {
      object = static_cast<IUnknown*>(made);
      owner = process->context();
    }
    factory->Release();
    if (object != nullptr) break;
  }
  service.scheduler.set_context(caller);
  return object;
}

}  // namespace

HRESULT make_provider_admin(LabVss::Impl& service, const Guid& iid, void** out) {
  auto* const made = new Admin(service);
  const HRESULT hr = made->QueryInterface(iid.to<IID>(), out);
  made->Release();
  return hr;
}

bool LabVss::Impl::is_registered(const Guid& id) {
  const ProviderRecord* const known = find_provider(id);
  if (known != nullptr && !known->gone) return true;
  return std::any_of(registered_classes.begin(), registered_classes.end(),
                     [&](const RegisteredClass& each) { return each.id == id; });
}

Hr LabVss::Impl::unregister_provider(const Guid& id) {
  ProviderRecord* const provider = find_provider(id);
  const bool here = provider != nullptr && !provider->gone;
  const auto at = std::find_if(registered_classes.begin(), registered_classes.end(),
                               [&](const RegisteredClass& each) { return each.id == id; });
  const bool registered = at != registered_classes.end();
  const bool in_use =
      here && std::any_of(sessions.begin(), sessions.end(), [&](const auto& each) {
        return each->set && !each->set->created &&
               std::any_of(each->set->entries.begin(), each->set->entries.end(),
                           [&](const SnapshotEntry& entry) { return entry.provider == provider; });
      });
  if (!here && !registered) return hr::provider_not_registered;
  if (in_use) return hr::provider_in_use;
  if (registered) registered_classes.erase(at);
  if (here) {
    if (provider->loaded && provider->notifications != nullptr) {
      call_provider(
          0, *provider, "OnUnload", 0, {{"force", "no"}},
          [notifications = provider->notifications] { return notifications->OnUnload(FALSE); }, {},
          limits::kProviderUnloadLimit);
    }
    provider->loaded = false;
    provider->gone = true;
    provider->id = Guid{};  // nobody finds it by that any more
  }
  return hr::ok;
}

std::vector<VSS_OBJECT_PROP> LabVss::Impl::provider_list() {
  // The system provider and its class, as DiskShadow's page on "list providers" shows them.
  static const Guid kSystemProvider = *Guid::parse("b5946137-7b9f-4925-af80-51abd60b20d5");
  static const Guid kSystemClass = *Guid::parse("65ee1dba-8ff4-4a58-ac1c-3470ee2f376a");
  std::vector<VSS_OBJECT_PROP> list;
  for (const auto& provider : providers) {
    if (provider->gone) continue;
    list.push_back(provider_property(*provider));
    if (provider->id == kSystemProvider) list.back().Obj.Prov.m_ClassId = kSystemClass.to<CLSID>();
  }
  for (const RegisteredClass& registered : registered_classes) {
    const auto same = [&](const VSS_OBJECT_PROP& each) {
      return Guid::from(each.Obj.Prov.m_ProviderId) == registered.id;
    };
    auto at = std::find_if(list.begin(), list.end(), same);
    if (at == list.end()) {
      ProviderRecord record;
      record.name = registered.name;
      record.id = registered.id;
      record.type = registered.type;
      at = list.insert(list.end(), provider_property(record));
    }
    VSS_PROVIDER_PROP& told = at->Obj.Prov;
    CoTaskMemFree(told.m_pwszProviderVersion);
    told.m_pwszProviderVersion = task_text(to_wide(registered.version));
    told.m_ProviderVersionId = registered.version_id.to<VSS_ID>();
    told.m_ClassId = registered.class_id.to<CLSID>();
  }
  return list;
}

void LabVss::Impl::wake_registered_providers() {
  for (const RegisteredClass& registered : registered_classes) {
    const ProviderRecord* const known = find_provider(registered.id);
    if (known != nullptr && !known->gone) continue;
    TaskContext owner;
    IUnknown* const object = object_of_class(*this, registered.class_id, owner);
    if (object == nullptr) continue;
    journal_registration(registered.name, registered.id, registered.type, hr::ok);
    add_provider(registered.name, registered.id, registered.type, object, owner);
    object->Release();
  }
}

}  // namespace vsslab

#include "service/management_calls.h"

#include <array>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "core/hresult.h"
#include "service/com.h"
#include "win32/process.h"

namespace vsslab {

namespace {

LONGLONG told_size(LabVss::Impl& service, const std::string& party, std::string_view event,
                   std::string_view argument, LONGLONG truth) {
  const std::string told = service.wire.told_value(party, event, argument, std::to_string(truth));
  LONGLONG value = truth;
  std::from_chars(told.data(), told.data() + told.size(), value);
  return value;
}

}  // namespace

// ---- one call -----------------------------------------------------------------------------------

ManagementCall::ManagementCall(LabVss::Impl& service, std::string_view name)
    : service_(service), name_(name) {
  LabProcess* const process = current_process();
  party_ = process != nullptr ? process->name : "unknown";
  const auto known = service.requesters.find(process);
  actor_ = known != service.requesters.end() ? known->second.actor
                                             : service.journal.actor(ActorKind::requester, party_);
  if (process != nullptr) stopped_ = service.requester_fault(*process, name);
}

void ManagementCall::enter(Args args) { enter_ = service_.wire.enter({0, actor_, name_, 0}, args); }

LONGLONG ManagementCall::told_size(std::string_view argument, LONGLONG truth) const {
  return vsslab::told_size(service_, party_, name_, argument, truth);
}

HRESULT ManagementCall::done(Hr result, Args args) {
  const Hr told = service_.wire.told(party_, name_, result);
  const Wire::Crossing crossing{0, actor_, name_, 0};
  seq_ = enter_ != 0 ? service_.wire.leave(crossing, enter_, told, args)
                     : service_.wire.instant(crossing, told, args);
  return told;
}

namespace {

std::string_view level_name(VSS_PROTECTION_LEVEL level) {
  // A caller can pass any number; as an enumeration it may not even be read.
  std::uint32_t number = 0;
  static_assert(sizeof number == sizeof level);
  std::memcpy(&number, &level, sizeof number);
  if (number == VSS_PROTECTION_LEVEL_ORIGINAL_VOLUME) return "VSS_PROTECTION_LEVEL_ORIGINAL_VOLUME";
  return number == VSS_PROTECTION_LEVEL_SNAPSHOT ? "VSS_PROTECTION_LEVEL_SNAPSHOT" : "unknown";
}

std::string_view fault_name(VSS_PROTECTION_FAULT fault) {
  static constexpr std::array<std::string_view, 17> kNames = {
      "VSS_PROTECTION_FAULT_NONE",
      "VSS_PROTECTION_FAULT_DIFF_AREA_MISSING",
      "VSS_PROTECTION_FAULT_IO_FAILURE_DURING_ONLINE",
      "VSS_PROTECTION_FAULT_META_DATA_CORRUPTION",
      "VSS_PROTECTION_FAULT_MEMORY_ALLOCATION_FAILURE",
      "VSS_PROTECTION_FAULT_MAPPED_MEMORY_FAILURE",
      "VSS_PROTECTION_FAULT_COW_READ_FAILURE",
      "VSS_PROTECTION_FAULT_COW_WRITE_FAILURE",
      "VSS_PROTECTION_FAULT_DIFF_AREA_FULL",
      "VSS_PROTECTION_FAULT_GROW_TOO_SLOW",
      "VSS_PROTECTION_FAULT_GROW_FAILED",
      "VSS_PROTECTION_FAULT_DESTROY_ALL_SNAPSHOTS",
      "VSS_PROTECTION_FAULT_FILE_SYSTEM_FAILURE",
      "VSS_PROTECTION_FAULT_IO_FAILURE",
      "VSS_PROTECTION_FAULT_DIFF_AREA_REMOVED",
      "VSS_PROTECTION_FAULT_EXTERNAL_WRITER_TO_DIFF_AREA",
      "VSS_PROTECTION_FAULT_MOUNT_DURING_CLUSTER_OFFLINE"};
  const auto index = static_cast<std::size_t>(fault);
  return index < kNames.size() ? kNames[index] : "unknown";
}

template <class Interface>
ComRef<Interface> ask(IUnknown& object) {
  void* found = nullptr;
  if (FAILED(object.QueryInterface(__uuidof(Interface), &found))) return {};
  return ComRef<Interface>(static_cast<Interface*>(found));
}

// ---- what a query lists -------------------------------------------------------------------------

// A provider's enumeration: each object is journalled when the caller fetches it.
class WatchedEnum final : public ComObject<IVssEnumMgmtObject> {
 public:
  WatchedEnum(LabVss::Impl& service, ComRef<IVssEnumMgmtObject> inner, std::string party,
              Wire::Crossing query)
      : service_(service), inner_(std::move(inner)), party_(std::move(party)), query_(query) {}

  HRESULT STDMETHODCALLTYPE Next(ULONG wanted, VSS_MGMT_OBJECT_PROP* out, ULONG* fetched) override {
    ULONG given = 0;
    if (out == nullptr || (fetched == nullptr && wanted != 1)) return E_POINTER;
    const HRESULT hr = inner_->Next(wanted, out, &given);
    for (ULONG i = 0; i < given; ++i) tell(out[i]);
    if (fetched != nullptr) *fetched = given;
    return hr;
  }
  HRESULT STDMETHODCALLTYPE Skip(ULONG count) override { return inner_->Skip(count); }
  HRESULT STDMETHODCALLTYPE Reset() override { return inner_->Reset(); }
  HRESULT STDMETHODCALLTYPE Clone(IVssEnumMgmtObject** out) override {
    if (out == nullptr) return E_POINTER;
    *out = nullptr;
    IVssEnumMgmtObject* clone = nullptr;
    const HRESULT hr = inner_->Clone(&clone);
    if (FAILED(hr)) return hr;
    *out = new WatchedEnum(service_, ComRef<IVssEnumMgmtObject>(clone), party_, query_);
    return hr;
  }

 protected:
  void* query(const Guid& iid) override {
    const bool mine =
        iid == Guid::from(__uuidof(IUnknown)) || iid == Guid::from(__uuidof(IVssEnumMgmtObject));
    return mine ? static_cast<IVssEnumMgmtObject*>(this) : nullptr;
  }

 private:
  void tell(VSS_MGMT_OBJECT_PROP& object) {
    Wire::Crossing crossing = query_;
    if (object.Type == VSS_MGMT_OBJECT_DIFF_AREA) {
      crossing.name = "DiffArea";
      VSS_DIFF_AREA_PROP& area = object.Obj.DiffArea;
      area.m_llMaximumDiffSpace =
          told_size(service_, party_, crossing.name, "maximum", area.m_llMaximumDiffSpace);
      area.m_llAllocatedDiffSpace =
          told_size(service_, party_, crossing.name, "allocated", area.m_llAllocatedDiffSpace);
      area.m_llUsedDiffSpace =
          told_size(service_, party_, crossing.name, "used", area.m_llUsedDiffSpace);
      service_.wire.instant(crossing, std::nullopt,
                            {{"volume", text_of(area.m_pwszVolumeName)},
                             {"storage", text_of(area.m_pwszDiffAreaVolumeName)},
                             {"maximum", std::to_string(area.m_llMaximumDiffSpace)},
                             {"allocated", std::to_string(area.m_llAllocatedDiffSpace)},
                             {"used", std::to_string(area.m_llUsedDiffSpace)}});
    } else if (object.Type == VSS_MGMT_OBJECT_DIFF_VOLUME) {
      crossing.name = "DiffVolume";
      const VSS_DIFF_VOLUME_PROP& volume = object.Obj.DiffVol;
      service_.wire.instant(crossing, std::nullopt,
                            {{"volume", text_of(volume.m_pwszVolumeName)},
                             {"display", text_of(volume.m_pwszVolumeDisplayName)},
                             {"free", std::to_string(volume.m_llVolumeFreeSpace)},
                             {"size", std::to_string(volume.m_llVolumeTotalSpace)}});
    }
  }

  LabVss::Impl& service_;
  ComRef<IVssEnumMgmtObject> inner_;
  std::string party_;
  Wire::Crossing query_;
};

// ---- the provider's interface -------------------------------------------------------------------

class WatchedManagement final : public IVssDifferentialSoftwareSnapshotMgmt3 {
 public:
  WatchedManagement(LabVss::Impl& service, const ProviderRecord& provider, IUnknown& managed)
      : service_(service),
        context_(provider.context),
        first_(ask<IVssDifferentialSoftwareSnapshotMgmt>(managed)),
        second_(ask<IVssDifferentialSoftwareSnapshotMgmt2>(managed)),
        third_(ask<IVssDifferentialSoftwareSnapshotMgmt3>(managed)) {}
  WatchedManagement(const WatchedManagement&) = delete;
  WatchedManagement& operator=(const WatchedManagement&) = delete;

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    if (out == nullptr) return E_POINTER;
    *out = nullptr;
    const bool known =
        IsEqualIID(iid, __uuidof(IUnknown)) ||
        (first_ && IsEqualIID(iid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt))) ||
        (second_ && IsEqualIID(iid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt2))) ||
        (third_ && IsEqualIID(iid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt3)));
    if (!known) return E_NOINTERFACE;
    AddRef();
    *out = static_cast<IVssDifferentialSoftwareSnapshotMgmt3*>(this);
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() override {
    const ULONG left = --references_;
    if (left == 0) delete this;
    return left;
  }

  HRESULT STDMETHODCALLTYPE AddDiffArea(VSS_PWSZ volume, VSS_PWSZ on, LONGLONG maximum) override {
    return change("AddDiffArea",
                  {{"volume", text_of(volume)},
                   {"storage", text_of(on)},
                   {"maximum", std::to_string(maximum)}},
                  [&] { return first_->AddDiffArea(volume, on, maximum); });
  }
  HRESULT STDMETHODCALLTYPE ChangeDiffAreaMaximumSize(VSS_PWSZ volume, VSS_PWSZ on,
                                                      LONGLONG maximum) override {
    return change("ChangeDiffAreaMaximumSize",
                  {{"volume", text_of(volume)},
                   {"storage", text_of(on)},
                   {"maximum", std::to_string(maximum)}},
                  [&] { return first_->ChangeDiffAreaMaximumSize(volume, on, maximum); });
  }
  HRESULT STDMETHODCALLTYPE QueryVolumesSupportedForDiffAreas(VSS_PWSZ volume,
                                                              IVssEnumMgmtObject** out) override {
    return list("QueryVolumesSupportedForDiffAreas", {"volume", text_of(volume)}, out,
                [&] { return first_->QueryVolumesSupportedForDiffAreas(volume, out); });
  }
  HRESULT STDMETHODCALLTYPE QueryDiffAreasForVolume(VSS_PWSZ volume,
                                                    IVssEnumMgmtObject** out) override {
    return list("QueryDiffAreasForVolume", {"volume", text_of(volume)}, out,
                [&] { return first_->QueryDiffAreasForVolume(volume, out); });
  }
  HRESULT STDMETHODCALLTYPE QueryDiffAreasOnVolume(VSS_PWSZ volume,
                                                   IVssEnumMgmtObject** out) override {
    return list("QueryDiffAreasOnVolume", {"volume", text_of(volume)}, out,
                [&] { return first_->QueryDiffAreasOnVolume(volume, out); });
  }
  HRESULT STDMETHODCALLTYPE QueryDiffAreasForSnapshot(VSS_ID snapshot,
                                                      IVssEnumMgmtObject** out) override {
    return list("QueryDiffAreasForSnapshot", {"snapshot", Guid::from(snapshot).to_string()}, out,
                [&] { return first_->QueryDiffAreasForSnapshot(snapshot, out); });
  }

  HRESULT STDMETHODCALLTYPE ChangeDiffAreaMaximumSizeEx(VSS_PWSZ volume, VSS_PWSZ on,
                                                        LONGLONG maximum,
                                                        BOOL is_volatile) override {
    return change(
        "ChangeDiffAreaMaximumSizeEx",
        {{"volume", text_of(volume)},
         {"storage", text_of(on)},
         {"maximum", std::to_string(maximum)},
         {"volatile", journal_bool(is_volatile != FALSE)}},
        [&] { return second_->ChangeDiffAreaMaximumSizeEx(volume, on, maximum, is_volatile); });
  }
  HRESULT STDMETHODCALLTYPE MigrateDiffAreas(VSS_PWSZ volume, VSS_PWSZ on, VSS_PWSZ to) override {
    return change("MigrateDiffAreas",
                  {{"volume", text_of(volume)}, {"storage", text_of(on)}, {"to", text_of(to)}},
                  [&] { return second_->MigrateDiffAreas(volume, on, to); });
  }
  HRESULT STDMETHODCALLTYPE QueryMigrationStatus(VSS_PWSZ volume, VSS_PWSZ on,
                                                 IVssAsync** out) override {
    if (out != nullptr) *out = nullptr;
    return ask_for("QueryMigrationStatus", {{"volume", text_of(volume)}, {"storage", text_of(on)}},
                   [&] { return second_->QueryMigrationStatus(volume, on, out); });
  }
  HRESULT STDMETHODCALLTYPE SetSnapshotPriority(VSS_ID snapshot, BYTE priority) override {
    return change(
        "SetSnapshotPriority",
        {{"snapshot", Guid::from(snapshot).to_string()}, {"priority", std::to_string(priority)}},
        [&] { return second_->SetSnapshotPriority(snapshot, priority); });
  }

  HRESULT STDMETHODCALLTYPE SetVolumeProtectLevel(VSS_PWSZ volume,
                                                  VSS_PROTECTION_LEVEL level) override {
    return change("SetVolumeProtectLevel",
                  {{"volume", text_of(volume)}, {"level", level_name(level)}},
                  [&] { return third_->SetVolumeProtectLevel(volume, level); });
  }
  HRESULT STDMETHODCALLTYPE GetVolumeProtectLevel(VSS_PWSZ volume,
                                                  VSS_VOLUME_PROTECTION_INFO* info) override {
    ManagementCall call(service_, "GetVolumeProtectLevel");
    const std::string name = text_of(volume);
    const Hr result = call.stopped()
                          ? *call.stopped()
                          : inside([&] { return third_->GetVolumeProtectLevel(volume, info); });
    if (failed(result) || info == nullptr || call.stopped()) {
      return call.done(result, {{"volume", name}});
    }
    return call.done(result,
                     {{"volume", name},
                      {"level", level_name(info->m_protectionLevel)},
                      {"offline", journal_bool(info->m_volumeIsOfflineForProtection != FALSE)},
                      {"fault", fault_name(info->m_protectionFault)},
                      {"status", hresult_name(info->m_failureStatus)},
                      {"unused", journal_bool(info->m_volumeHasUnusedDiffArea != FALSE)}});
  }
  HRESULT STDMETHODCALLTYPE ClearVolumeProtectFault(VSS_PWSZ volume) override {
    return change("ClearVolumeProtectFault", {{"volume", text_of(volume)}},
                  [&] { return third_->ClearVolumeProtectFault(volume); });
  }
  HRESULT STDMETHODCALLTYPE DeleteUnusedDiffAreas(VSS_PWSZ on) override {
    return change("DeleteUnusedDiffAreas", {{"storage", text_of(on)}},
                  [&] { return third_->DeleteUnusedDiffAreas(on); });
  }
  HRESULT STDMETHODCALLTYPE QuerySnapshotDeltaBitmap(VSS_ID older, VSS_ID younger, ULONG* block,
                                                     ULONG* length, BYTE** bitmap) override {
    return ask_for(
        "QuerySnapshotDeltaBitmap",
        {{"older", Guid::from(older).to_string()}, {"younger", Guid::from(younger).to_string()}},
        [&] { return third_->QuerySnapshotDeltaBitmap(older, younger, block, length, bitmap); });
  }

 private:
  ~WatchedManagement() = default;

  // The provider works in its own process, whoever asked.
  template <class Call>
  Hr inside(Call call) {
    Scheduler& scheduler = service_.scheduler;
    const TaskContext caller = scheduler.context();
    scheduler.set_context(context_);
    const Hr result = call();
    scheduler.set_context(caller);
    return result;
  }

  template <class Call>
  HRESULT change(std::string_view name, Args args, Call action) {
    ManagementCall call(service_, name);
    call.enter(args);
    return call.done(call.stopped() ? *call.stopped() : inside(action));
  }
  template <class Call>
  HRESULT ask_for(std::string_view name, Args args, Call action) {
    ManagementCall call(service_, name);
    return call.done(call.stopped() ? *call.stopped() : inside(action), args);
  }
  template <class Call>
  HRESULT list(std::string_view name, ArgText of, IVssEnumMgmtObject** out, Call action) {
    ManagementCall call(service_, name);
    if (out != nullptr) *out = nullptr;
    const Hr result = call.stopped() ? *call.stopped() : inside(action);
    const HRESULT told = call.done(result, {of});
    if (out != nullptr && *out != nullptr) {
      *out = new WatchedEnum(service_, ComRef<IVssEnumMgmtObject>(*out), call.party(),
                             call.listing({}));
    }
    return told;
  }

  LabVss::Impl& service_;
  const TaskContext context_;
  const ComRef<IVssDifferentialSoftwareSnapshotMgmt> first_;
  const ComRef<IVssDifferentialSoftwareSnapshotMgmt2> second_;
  const ComRef<IVssDifferentialSoftwareSnapshotMgmt3> third_;
  ULONG references_ = 1;
};

}  // namespace

HRESULT watch_management(LabVss::Impl& service, const ProviderRecord& provider, IUnknown& managed,
                         REFIID iid, void** out) {
  auto* const watched = new WatchedManagement(service, provider, managed);
  const HRESULT hr = watched->QueryInterface(iid, out);
  watched->Release();
  return hr;
}

}  // namespace vsslab

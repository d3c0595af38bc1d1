// Providers: registration, choice, and their calls on the wire.

#include <vsprov.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/limits.h"
#include "service/com.h"
#include "service/impl.h"
#include "win32/process.h"

namespace vsslab {

namespace {

using plan::FaultAction;

// The provider works in its own process, whoever asked; what it throws is an error like any other.
Hr in_process_of(Scheduler& scheduler, const ProviderRecord& provider,
                 const std::function<Hr()>& call) {
  const TaskContext caller = scheduler.context();
  scheduler.set_context(provider.context);
  Hr result = hr::com_unexpected;
  try {
    result = call();
  } catch (...) {
    // com_unexpected is no listed code, so the requester learns of it.
  }
  scheduler.set_context(caller);
  return result;
}

template <class Interface>
Interface* ask(IUnknown* object) {
  void* pointer = nullptr;
  if (object == nullptr || failed(object->QueryInterface(__uuidof(Interface), &pointer))) {
    return nullptr;
  }
  return static_cast<Interface*>(pointer);
}

std::string_view provider_type_name(int type) {
  static constexpr std::array<std::string_view, 5> kNames = {
      "VSS_PROV_UNKNOWN", "VSS_PROV_SYSTEM", "VSS_PROV_SOFTWARE", "VSS_PROV_HARDWARE",
      "VSS_PROV_FILESHARE"};
  return type >= 0 && type < 5 ? kNames[static_cast<std::size_t>(type)] : kNames[0];
}

// Codes that a provider may return (error-handling-in-shadow-copy-providers.md and the method
// pages: X12, the per-method list wins).
bool listed(std::string_view method, Hr result) {
  static constexpr std::array<Hr, 12> kAnywhere = {
      hr::ok,
      hr::out_of_memory,
      hr::invalid_arg,
      hr::access_denied,
      hr::bad_state,
      hr::object_not_found,
      hr::insufficient_storage,
      hr::volume_not_supported,
      hr::volume_not_supported_by_provider,
      hr::maximum_number_of_snapshots_reached,
      hr::provider_veto,
      static_cast<Hr>(0x800423FE) /* VSS_E_CANNOT_REVERT_DISKID */};
  // Pages with a list of their own.
  const bool of_every_method = result == hr::ok || result == hr::out_of_memory ||
                               result == hr::invalid_arg || result == hr::provider_veto;
  if (method == "PreFinalCommitSnapshots" || method == "PostFinalCommitSnapshots" ||
      method == "OnLoad") {
    return of_every_method;
  }
  if (method == "BeginPrepareSnapshot") {
    return of_every_method || result == hr::unsupported_context ||
           result == hr::nested_volume_limit || result == hr::volume_not_supported_by_provider ||
           result == hr::maximum_number_of_volumes_reached ||
           result == hr::maximum_number_of_snapshots_reached;
  }
  if (std::find(kAnywhere.begin(), kAnywhere.end(), result) != kAnywhere.end()) return true;
  if (method == "RevertToSnapshot") {
    return result == hr::revert_in_progress || result == hr::not_impl ||
           result == hr::volume_in_use || result == hr::unsupported_context;
  }
  if (method == "IsVolumeSupported") return result == hr::nested_volume_limit;
  if (method == "EndPrepareSnapshots") return result == hr::reboot_required;
  return method == "Query" && result == hr::s_false;
}

Hr set_call(IVssProviderCreateSnapshotSet& provider, std::string_view method, const VSS_ID& set,
            LONG count) {
  if (method == "EndPrepareSnapshots") return provider.EndPrepareSnapshots(set);
  if (method == "PreCommitSnapshots") return provider.PreCommitSnapshots(set);
  if (method == "CommitSnapshots") return provider.CommitSnapshots(set);
  if (method == "PostCommitSnapshots") return provider.PostCommitSnapshots(set, count);
  if (method == "PreFinalCommitSnapshots") return provider.PreFinalCommitSnapshots(set);
  if (method == "PostFinalCommitSnapshots") return provider.PostFinalCommitSnapshots(set);
  VSSLAB_ASSERT(method == "AbortSnapshots");
  return provider.AbortSnapshots(set);
}

}  // namespace

Hr LabVss::register_provider(std::string_view name, const Guid& id, int type, IUnknown* provider) {
  Impl& service = *impl_;
  const ActorId actor = service.journal.actor(ActorKind::provider, name);
  const Hr result = service.find_provider(id) != nullptr ? hr::provider_already_registered : hr::ok;
  service.wire.instant({0, actor, "Register", 0}, result,
                       {{"id", id.to_string()}, {"type", provider_type_name(type)}});
  if (failed(result)) return result;
  auto record = std::make_unique<ProviderRecord>();
  record->name = name;
  record->actor = actor;
  record->id = id;
  record->type = type;
  record->context = service.scheduler.context();
  record->software = ask<IVssSoftwareSnapshotProvider>(provider);
  record->create = ask<IVssProviderCreateSnapshotSet>(provider);
  record->notifications = ask<IVssProviderNotifications>(provider);
  if (record->software == nullptr || record->create == nullptr) return hr::no_interface;
  service.providers.push_back(std::move(record));
  return hr::ok;
}

ProviderRecord* LabVss::Impl::find_provider(const Guid& id) {
  for (const auto& provider : providers) {
    if (provider->id == id) return provider.get();
  }
  return nullptr;
}

Hr LabVss::Impl::load(ProviderRecord& provider, Seq cause) {
  if (provider.loaded) return hr::ok;
  provider.loaded = true;
  if (provider.notifications == nullptr) return hr::ok;
  const Wire::Crossing crossing{0, provider.actor, "OnLoad", cause};
  const Seq enter = wire.enter(crossing);
  const Hr result = provider.notifications->OnLoad(nullptr);
  wire.leave(crossing, enter, result);
  if (failed(result)) provider.loaded = false;
  return result;
}

LabVss::Impl::Called LabVss::Impl::call_provider(const BackupSession& session,
                                                 ProviderRecord& provider, std::string_view method,
                                                 Seq cause, Args args,
                                                 const std::function<Hr()>& call,
                                                 const std::function<Answers()>& answered) {
  const Wire::Crossing crossing{session.number, provider.actor, method, cause};
  const plan::Fault* fault = nullptr;
  if (wire.has_faults()) {
    if (wire.fault(provider.name, method, {FaultAction::drop}) != nullptr) return {hr::ok, 0};
    fault = wire.fault(provider.name, method,
                       {FaultAction::fail, FaultAction::veto, FaultAction::wrong_code,
                        FaultAction::late, FaultAction::hang, FaultAction::crash});
  }
  const Seq enter = wire.enter(crossing, args);
  Hr result = hr::ok;
  if (fault != nullptr && fault->action == FaultAction::hang && fault->delay == Duration(0)) {
    scheduler.park_forever();
  }
  if (fault != nullptr && fault->delay > Duration(0)) scheduler.sleep_for(fault->delay);
  const bool answers_itself =
      fault != nullptr && fault->action != FaultAction::late && fault->action != FaultAction::hang;
  if (!answers_itself) {
    result = in_process_of(scheduler, provider, call);
  } else if (fault->action == FaultAction::crash) {
    result = hr::rpc_call_failed;
  } else {
    const Hr usual =
        fault->action == FaultAction::wrong_code ? static_cast<Hr>(0x80071234) : hr::provider_veto;
    result = fault->code.value_or(usual);
  }
  const Answers answers = answered && !answers_itself ? answered() : Answers{};
  std::vector<ArgText> told(args.span().begin(), args.span().end());
  for (const auto& [key, value] : answers) told.push_back({key, value});
  const Seq leave = wire.leave(crossing, enter, result, std::span<const ArgText>(told));
  if (wire.has_faults() && wire.fault(provider.name, method, {FaultAction::twice}) != nullptr) {
    const Seq again = wire.enter(crossing, args);
    wire.leave(crossing, again, in_process_of(scheduler, provider, call), args);
  }
  return {result, leave};
}

LabVss::Impl::Called LabVss::Impl::delete_copy(const BackupSession& session,
                                               ProviderRecord& provider, const Guid& id, bool force,
                                               Seq cause) {
  LONG deleted = 0;
  VSS_ID kept{};
  return call_provider(
      session, provider, "DeleteSnapshots", cause,
      {{"id", id.to_string()}, {"type", "VSS_OBJECT_SNAPSHOT"}},
      [&] {
        return provider.software->DeleteSnapshots(id.to<VSS_ID>(), VSS_OBJECT_SNAPSHOT,
                                                  force ? TRUE : FALSE, &deleted, &kept);
      },
      [&] {
        return Answers{{"deleted", std::to_string(deleted)},
                       {"failed", Guid::from(kept).to_string()}};
      });
}

Hr LabVss::Impl::translate(const BackupSession& session, const ProviderRecord& provider,
                           std::string_view method, Hr result, Seq cause) {
  if (succeeded(result)) return result;
  const bool known = listed(method, result);
  // A call of the creation that fails ends the set: the log has to say why.
  const bool ends_set =
      method.ends_with("Snapshots") && method != "AbortSnapshots" && method != "DeleteSnapshots";
  if (!known || ends_set || result == hr::provider_veto) {
    event_log(
        &session, cause, "error", 12293,
        fmt::format("Error calling a routine on a Shadow Copy Provider {{{}}}. Routine "
                    "details {} [hr = {}, {}].",
                    provider.id.to_string(), method, hresult_hex(result), hresult_name(result)),
        provider.name);
  }
  return known ? result : hr::unexpected_provider_error;
}

Hr LabVss::Impl::is_volume_supported(BackupSession& session, ProviderRecord& provider,
                                     std::string_view volume, Seq cause, bool& supported) {
  supported = false;
  if (const Hr result = load(provider, cause); failed(result)) {
    return translate(session, provider, "OnLoad", result, cause);
  }
  std::wstring wide = to_wide(volume);
  BOOL answer = FALSE;
  const Called called = call_provider(
      session, provider, "IsVolumeSupported", cause, {{"volume", volume}},
      [&] { return provider.software->IsVolumeSupported(wide.data(), &answer); },
      [&] {
        return Answers{{"supported", std::string(journal_bool(answer != FALSE))}};
      });
  supported = succeeded(called.hr) && answer != FALSE;
  return translate(session, provider, "IsVolumeSupported", called.hr, called.leave);
}

// Any hardware provider that supports the volume, else any software provider, else the system
// provider; every provider is asked (selecting-providers.md).
Hr LabVss::Impl::choose_provider(BackupSession& session, const Guid& id, std::string_view volume,
                                 Seq cause, ProviderRecord*& chosen) {
  chosen = nullptr;
  if (!id.is_null()) {
    ProviderRecord* named = find_provider(id);
    if (named == nullptr) return hr::provider_not_registered;
    bool supported = false;
    const Hr result = is_volume_supported(session, *named, volume, cause, supported);
    if (failed(result)) return result;
    if (!supported) return hr::volume_not_supported_by_provider;
    chosen = named;
    return hr::ok;
  }
  const auto rank = [](const ProviderRecord& provider) {
    if (provider.type == VSS_PROV_HARDWARE) return 0;
    return provider.type == VSS_PROV_SYSTEM ? 2 : 1;
  };
  for (const auto& provider : providers) {
    bool supported = false;
    const Hr result = is_volume_supported(session, *provider, volume, cause, supported);
    if (failed(result)) return result;
    if (supported && (chosen == nullptr || rank(*provider) < rank(*chosen)))
      chosen = provider.get();
  }
  return chosen != nullptr ? hr::ok : hr::volume_not_supported;
}

Hr LabVss::Impl::call_set(const std::shared_ptr<BackupSession>& session, std::string_view method,
                          Seq cause, std::optional<Duration> limit) {
  std::vector<ProviderRecord*> involved;
  for (const SnapshotEntry& entry : session->set->entries) {
    if (std::find(involved.begin(), involved.end(), entry.provider) == involved.end()) {
      involved.push_back(entry.provider);
    }
  }
  auto latch = std::make_shared<Latch>(scheduler);
  auto results = std::make_shared<std::vector<Hr>>(involved.size(), hr::ok);
  std::vector<std::shared_ptr<Ticket>> tickets;
  for (std::size_t i = 0; i < involved.size(); ++i) {
    tickets.push_back(std::make_shared<Ticket>(latch));
    scheduler.spawn(
        method, involved[i]->context,
        [this, session, method = std::string(method), cause, results, i, provider = involved[i],
         ticket = tickets.back()] {
          const std::string set = session->set->id.to_string();
          LONG count = 0;
          for (const SnapshotEntry& entry : session->set->entries) {
            if (entry.provider == provider) ++count;
          }
          const std::string count_text = std::to_string(count);
          const ArgText with_count[] = {{"set", set}, {"count", count_text}};
          const std::size_t args_count = method == "PostCommitSnapshots" ? 2 : 1;
          const Args args(std::span<const ArgText>(with_count, args_count));
          const Called called = call_provider(*session, *provider, method, cause, args, [&] {
            return set_call(*provider->create, method, session->set->id.to<VSS_ID>(), count);
          });
          // The result of AbortSnapshots is nobody's concern (VSSP-ABORT-003).
          if (method != "AbortSnapshots") {
            (*results)[i] = translate(*session, *provider, method, called.hr, called.leave);
          }
          ticket->finish();
        });
  }
  if (!latch->wait(limit.value_or(limits::kProviderResponseLimit))) {
    return limit.has_value() ? hr::hold_writes_timeout : hr::unexpected_provider_error;
  }
  for (const Hr result : *results) {
    if (failed(result)) return result;
  }
  return hr::ok;
}

void LabVss::Impl::delete_snapshot_records(
    const BackupSession* session, std::string_view reason, Seq cause,
    const std::function<bool(const SnapshotRecord&)>& which) {
  std::erase_if(snapshots, [&](const SnapshotRecord& record) {
    if (!which(record)) return false;
    fact(session, "SnapshotDeleted", cause,
         {{"snapshot", record.id.to_string()},
          {"set", record.set_id.to_string()},
          {"volume", record.volume},
          {"reason", reason}});
    return true;
  });
}

}  // namespace vsslab

// Providers: registration, choice, and their calls on the wire.

#include <vsprov.h>

#include <algorithm>
#include <array>
#include <exception>
#include <stdexcept>

#include <fmt/format.h>

#include "core/limits.h"
#include "service/com.h"
#include "service/enum_object.h"
#include "service/event_text.h"
#include "service/impl.h"
#include "volume/path.h"
#include "volume/volume_set.h"
#include "win32/process.h"

namespace vsslab {

namespace {

using plan::FaultAction;

// RPC_E_SERVERFAULT: what COM tells the caller of a method that threw.
constexpr Hr kServerFault = static_cast<Hr>(0x80010105);

// "X:" or "X:\\"
bool is_drive_name(std::string_view name) {
  return name.size() >= 2 && name.size() <= 3 && name[1] == ':';
}

std::string share_name(const Lab& lab, std::string_view name) {
  return fmt::format("\\\\{}\\{}", lab.computer_name, name);
}

// What a method answered, and what it threw.
struct Answer {
  Hr hr = hr::ok;
  std::string exception;
};

// The provider works in its own process, whoever asked.
Answer in_process_of(Scheduler& scheduler, const ProviderRecord& provider,
                     const std::function<Hr()>& call) {
  const TaskContext caller = scheduler.context();
  scheduler.set_context(provider.context);
  Answer answer;
  try {
    answer.hr = call();
  } catch (const std::exception& error) {
    answer = {kServerFault, fmt::format("C++ exception: {}", error.what())};
  } catch (...) {
    answer = {kServerFault, "an exception that is no std::exception"};
  }
  scheduler.set_context(caller);
  return answer;
}

// What a task that may outlive its caller needs of a call's arguments.
class KeptArgs {
 public:
  explicit KeptArgs(const Args& args) {
    for (const ArgText& arg : args.span()) texts_.emplace_back(arg.key, arg.value);
    for (const auto& [key, value] : texts_) args_.push_back({key, value});
  }
  KeptArgs(const KeptArgs&) = delete;
  KeptArgs& operator=(const KeptArgs&) = delete;
  Args get() const { return Args(std::span<const ArgText>(args_)); }

 private:
  std::vector<std::pair<std::string, std::string>> texts_;
  std::vector<ArgText> args_;
};

template <class Interface>
Interface* ask(IUnknown* object) {
  void* pointer = nullptr;
  if (object == nullptr || failed(object->QueryInterface(__uuidof(Interface), &pointer))) {
    return nullptr;
  }
  return static_cast<Interface*>(pointer);
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

std::string_view provider_type_name(int type) {
  static constexpr std::array<std::string_view, 5> kNames = {
      "VSS_PROV_UNKNOWN", "VSS_PROV_SYSTEM", "VSS_PROV_SOFTWARE", "VSS_PROV_HARDWARE",
      "VSS_PROV_FILESHARE"};
  return type >= 0 && type < 5 ? kNames[static_cast<std::size_t>(type)] : kNames[0];
}

Hr LabVss::register_provider(std::string_view name, const Guid& id, int type, IUnknown* provider) {
  Impl& service = *impl_;
  const Hr result = service.is_registered(id) ? hr::provider_already_registered : hr::ok;
  service.journal_registration(name, id, type, result);
  if (failed(result)) return result;
  return service.add_provider(name, id, type, provider, service.scheduler.context());
}

void LabVss::Impl::journal_registration(std::string_view name, const Guid& id, int type,
                                        Hr result) {
  wire.instant({0, journal.actor(ActorKind::provider, name), "Register", 0},
               wire.told(name, "Register", result),
               {{"id", id.to_string()}, {"type", provider_type_name(type)}});
}

Hr LabVss::Impl::add_provider(std::string_view name, const Guid& id, int type, IUnknown* provider,
                              TaskContext context) {
  auto record = std::make_unique<ProviderRecord>();
  record->name = name;
  record->actor = journal.actor(ActorKind::provider, name);
  record->id = id;
  record->type = type;
  record->context = context;
  record->software = ask<IVssSoftwareSnapshotProvider>(provider);
  record->create = ask<IVssProviderCreateSnapshotSet>(provider);
  record->notifications = ask<IVssProviderNotifications>(provider);
  if (record->software == nullptr || record->create == nullptr) {
    for (IUnknown* held : std::initializer_list<IUnknown*>{record->software, record->create,
                                                           record->notifications}) {
      if (held != nullptr) held->Release();
    }
    return hr::no_interface;
  }
  providers.push_back(std::move(record));
  return hr::ok;
}

bool LabVss::has_provider_of(const LabProcess& process) const {
  return std::any_of(impl_->providers.begin(), impl_->providers.end(),
                     [&](const auto& provider) { return provider->context.owner == &process; });
}

ProviderRecord* LabVss::Impl::find_provider(const Guid& id) {
  // The one that registered last: those before it are gone.
  for (auto provider = providers.rbegin(); provider != providers.rend(); ++provider) {
    if ((*provider)->id == id) return provider->get();
  }
  return nullptr;
}

Hr LabVss::Impl::load(ProviderRecord& provider, Seq cause) {
  if (provider.loaded) return hr::ok;
  provider.loaded = true;
  if (provider.notifications == nullptr) return hr::ok;
  const Called called = call_provider(
      0, provider, "OnLoad", cause, {},
      [notifications = provider.notifications] { return notifications->OnLoad(nullptr); });
  if (called.hr != hr::ok) provider.loaded = false;
  return called.hr;
}

LabVss::Impl::Called LabVss::Impl::call_provider(std::uint32_t session, ProviderRecord& provider,
                                                 std::string_view method, Seq cause, Args args,
                                                 std::function<Hr()> call,
                                                 std::function<Answers()> answered,
                                                 std::optional<Duration> limit) {
  struct Outcome {
    Called called{hr::unexpected_provider_error, 0};
    Outcome(const Args& given) : args(given) {}
    KeptArgs args;
  };
  auto outcome = std::make_shared<Outcome>(args);
  outcome->called.leave = cause;
  auto latch = std::make_shared<Latch>(scheduler);
  auto ticket = std::make_shared<Ticket>(latch);
  scheduler.spawn(method, provider.context,
                  [this, session, &provider, method = std::string(method), cause, outcome, ticket,
                   call = std::move(call), answered = std::move(answered)] {
                    const Called called = call_provider_here(session, provider, method, cause,
                                                             outcome->args.get(), call, answered);
                    if (ticket->done()) return;
                    outcome->called = called;
                    ticket->finish();
                  });
  const bool in_time = latch->wait(limit.value_or(provider_response_limit));
  if (!in_time) ticket->finish();  // an answer that comes later is nobody's
  return outcome->called;
}

namespace {

// What a provider allocated is freed in its own process, as COM does it when a structure crosses to
// another: memory that CoTaskMemFree does not know is that provider's crash.
void take_strings(VSS_SNAPSHOT_PROP& properties) {
  for (VSS_PWSZ* const text :
       {&properties.m_pwszSnapshotDeviceObject, &properties.m_pwszOriginalVolumeName,
        &properties.m_pwszOriginatingMachine, &properties.m_pwszServiceMachine,
        &properties.m_pwszExposedName, &properties.m_pwszExposedPath}) {
    if (*text == nullptr) continue;
    const VSS_PWSZ given = *text;
    *text = task_text(given);
    CoTaskMemFree(given);
  }
}

}  // namespace

LabVss::Impl::Called LabVss::Impl::snapshot_properties(std::uint32_t session,
                                                       ProviderRecord& provider, const Guid& id,
                                                       Seq cause, VSS_SNAPSHOT_PROP& out) {
  auto properties = std::make_shared<VSS_SNAPSHOT_PROP>();
  const Called called = call_provider(
      session, provider, "GetSnapshotProperties", cause, {{"snapshot", id.to_string()}},
      [software = provider.software, id, properties] {
        const Hr result = software->GetSnapshotProperties(id.to<VSS_ID>(), properties.get());
        if (result == hr::ok) take_strings(*properties);
        return result;
      },
      [properties]() -> Answers {
        return {{"id", Guid::from(properties->m_SnapshotId).to_string()},
                {"set", Guid::from(properties->m_SnapshotSetId).to_string()},
                {"provider", Guid::from(properties->m_ProviderId).to_string()},
                {"device", text_of(properties->m_pwszSnapshotDeviceObject)},
                {"volume", text_of(properties->m_pwszOriginalVolumeName)},
                {"count", std::to_string(properties->m_lSnapshotsCount)},
                {"state", std::string(snapshot_state_name(properties->m_eStatus))}};
      });
  out = *properties;
  if (called.hr != hr::ok) return called;
  for (const SnapshotRecord& record : snapshots) {
    if (record.id != id || record.exposed.empty()) continue;
    CoTaskMemFree(out.m_pwszExposedName);
    CoTaskMemFree(out.m_pwszExposedPath);
    out.m_pwszExposedName = task_text(to_wide(record.exposed));
    out.m_pwszExposedPath =
        record.exposed_path.empty() ? nullptr : task_text(to_wide(record.exposed_path));
    out.m_lSnapshotAttributes |= static_cast<LONG>(record.exposed_as);
  }
  return called;
}

bool LabVss::Impl::show(const SnapshotRecord& record, const std::string& name, bool locally,
                        const std::string& path_from_root) {
  Volume* const copy = lab.volumes->find_device(record.device);
  if (copy == nullptr) return false;
  if (is_drive_name(name)) return locally && lab.volumes->define_drive(name[0], record.device);
  if (locally) return lab.volumes->mount(*copy, name).has_value();
  if (name.find_first_of("\\/") != std::string::npos) return false;
  if (path_from_root.find_first_of("*?%") != std::string::npos) return false;
  const auto folder = split_path(path_from_root);
  const auto there = folder ? copy->stat(path_from_root) : FileResult<FileInfo>();
  if (!folder || (!folder->empty() && (!there || !there->directory))) return false;
  return lab.volumes->define_share(share_name(lab, name), record.device,
                                   folder->empty() ? std::string() : there->path);
}

void LabVss::Impl::hide(SnapshotRecord& record) {
  if (record.exposed_as != VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY) {
    lab.volumes->remove_share(share_name(lab, record.exposed));
  } else if (is_drive_name(record.exposed)) {
    lab.volumes->remove_drive(record.exposed[0]);
  } else {
    lab.volumes->unmount(record.exposed);
  }
  record.exposed.clear();
  record.exposed_path.clear();
  record.exposed_as = 0;
}

LabVss::Impl::Called LabVss::Impl::call_provider_here(std::uint32_t session,
                                                      ProviderRecord& provider,
                                                      std::string_view method, Seq cause, Args args,
                                                      const std::function<Hr()>& call,
                                                      const std::function<Answers()>& answered) {
  const Wire::Crossing crossing{session, provider.actor, method, cause};
  const plan::Fault* fault = nullptr;
  if (wire.has_faults()) {
    // What the wire does before the call arrives; the provider knows nothing of it.
    const plan::Fault* before =
        wire.fault(provider.name, method,
                   {FaultAction::drop, FaultAction::fail, FaultAction::late, FaultAction::hang},
                   Wire::Origin::wire);
    if (before != nullptr) {
      if (before->action == FaultAction::drop) return {hr::ok, cause};
      if (before->action == FaultAction::fail) {
        return {before->code.value_or(hr::rpc_call_failed), cause};
      }
      if (before->delay == Duration(0)) scheduler.park_forever();
      scheduler.sleep_for(before->delay);
    }
    fault = wire.fault(provider.name, method,
                       {FaultAction::fail, FaultAction::wrong_code, FaultAction::late,
                        FaultAction::hang, FaultAction::exception, FaultAction::crash},
                       Wire::Origin::party);
    if (fault == nullptr) {
      fault = wire.fault(provider.name, method, {FaultAction::crash}, Wire::Origin::wire);
    }
  }
  const Seq enter = wire.enter(crossing, args);
  Answer answer;
  if (fault != nullptr && fault->action == FaultAction::hang && fault->delay == Duration(0)) {
    scheduler.park_forever();
  }
  if (fault != nullptr && fault->delay > Duration(0)) scheduler.sleep_for(fault->delay);
  const bool answers_itself =
      fault != nullptr && fault->action != FaultAction::late && fault->action != FaultAction::hang;
  if (!answers_itself) {
    answer = in_process_of(scheduler, provider, call);
  } else if (fault->action == FaultAction::exception) {
    answer = in_process_of(scheduler, provider,
                           []() -> Hr { throw std::runtime_error("thrown as the scenario asks"); });
  } else if (fault->action == FaultAction::crash) {
    answer.hr = hr::rpc_call_failed;
  } else {
    const Hr usual =
        fault->action == FaultAction::wrong_code ? static_cast<Hr>(0x80071234) : hr::provider_veto;
    answer.hr = fault->code.value_or(usual);
    // A provider that vetoes says why in the event log; the scenario wants a veto, no misdeed.
    if (answer.hr == hr::provider_veto) {
      provider.vetoes_to_log.push_back(fmt::format("{} fails as the scenario asks", method));
      log_vetoes();
    }
  }
  std::vector<ArgText> told(args.span().begin(), args.span().end());
  Answers answers;
  if (!answer.exception.empty()) {
    answers.emplace_back("exception", answer.exception);
  } else if (answered && !answers_itself) {
    answers = answered();
  }
  for (const auto& [key, value] : answers) told.push_back({key, value});
  const Seq leave = wire.leave(crossing, enter, answer.hr, std::span<const ArgText>(told));
  if (wire.has_faults() && wire.fault(provider.name, method, {FaultAction::twice}) != nullptr) {
    const Seq again = wire.enter(crossing, args);
    wire.leave(crossing, again, in_process_of(scheduler, provider, call).hr, args);
  }
  return {wire.told(provider.name, method, answer.hr), leave};
}

void LabVss::Impl::log_vetoes() {
  const bool held = std::any_of(sessions.begin(), sessions.end(), [](const auto& session) {
    return session->set.has_value() && session->set->holds_writes;
  });
  if (held) return;
  for (const auto& provider : providers) {
    for (const std::string& text : std::exchange(provider->vetoes_to_log, {})) {
      wire.instant({0, provider->actor, "EventLog", 0}, std::nullopt,
                   {{"source", provider->name}, {"type", "error"}, {"id", "1"}, {"text", text}});
    }
  }
}

LabVss::Impl::Called LabVss::Impl::delete_copy(const BackupSession& session,
                                               ProviderRecord& provider, const Guid& id, bool force,
                                               Seq cause) {
  struct Told {
    LONG deleted = 0;
    VSS_ID kept{};
  };
  auto told = std::make_shared<Told>();
  return call_provider(
      session.number, provider, "DeleteSnapshots", cause,
      {{"id", id.to_string()}, {"type", "VSS_OBJECT_SNAPSHOT"}},
      [software = provider.software, id, force, told] {
        return software->DeleteSnapshots(id.to<VSS_ID>(), VSS_OBJECT_SNAPSHOT, force ? TRUE : FALSE,
                                         &told->deleted, &told->kept);
      },
      [told] {
        return Answers{{"deleted", std::to_string(told->deleted)},
                       {"failed", Guid::from(told->kept).to_string()}};
      });
}

Hr LabVss::Impl::translate(const BackupSession& session, const ProviderRecord& provider,
                           std::string_view method, Hr result, Seq cause) {
  // S_FALSE is the first of the page's examples of a code that is not expected.
  if (result == hr::ok) return result;
  const bool known = listed(method, result);
  // A call of the creation that fails ends the set: the log has to say why.
  const bool ends_set =
      method.ends_with("Snapshots") && method != "AbortSnapshots" && method != "DeleteSnapshots";
  if (!known || ends_set || result == hr::provider_veto) {
    event_log(&session, cause, "error", 12293,
              provider_call_text(provider.id.to_string(), method, result), provider.name);
  }
  return known ? result : hr::unexpected_provider_error;
}

Hr LabVss::Impl::is_volume_supported(BackupSession& session, ProviderRecord& provider,
                                     std::string_view volume, Seq cause, bool& supported) {
  supported = false;
  if (const Hr result = load(provider, cause); result != hr::ok) {
    return translate(session, provider, "OnLoad", result, cause);
  }
  auto answer = std::make_shared<BOOL>(FALSE);
  const Called called = call_provider(
      session.number, provider, "IsVolumeSupported", cause, {{"volume", volume}},
      [software = provider.software, wide = to_wide(volume), answer]() mutable {
        return software->IsVolumeSupported(wide.data(), answer.get());
      },
      [answer] {
        return Answers{{"supported", journal_bool(*answer != FALSE)}};
      });
  const std::string heard = wire.told_value(provider.name, "IsVolumeSupported", "supported",
                                            journal_bool(*answer != FALSE));
  supported = succeeded(called.hr) && heard == "yes";
  return translate(session, provider, "IsVolumeSupported", called.hr, called.leave);
}

// Any hardware provider that supports the volume, else any software provider, else the system
// provider; every provider is asked (selecting-providers.md).
Hr LabVss::Impl::choose_provider(BackupSession& session, const Guid& id, std::string_view volume,
                                 Seq cause, ProviderRecord*& chosen) {
  chosen = nullptr;
  wake_registered_providers();
  // Client-accessible copies are the system provider's alone (ne-vss-vss_snapshot_context.md).
  const bool system_only = (session.context & VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE) != 0 &&
                           session.context != static_cast<std::uint32_t>(VSS_CTX_ALL) &&
                           wire.fault("vss", "ProviderOfContext", {FaultAction::drop}) == nullptr;
  if (!id.is_null()) {
    ProviderRecord* named = find_provider(id);
    if (named == nullptr) {
      // A class that nobody offers cannot be asked.
      return is_registered(id) ? hr::unexpected_provider_error : hr::provider_not_registered;
    }
    if (system_only && named->type != VSS_PROV_SYSTEM) {
      return hr::volume_not_supported_by_provider;
    }
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
    if (provider->gone) continue;
    if (system_only && provider->type != VSS_PROV_SYSTEM) continue;
    bool supported = false;
    const Hr result = is_volume_supported(session, *provider, volume, cause, supported);
    if (failed(result)) return result;
    if (supported && (chosen == nullptr || rank(*provider) < rank(*chosen)))
      chosen = provider.get();
  }
  return chosen != nullptr ? hr::ok : hr::volume_not_supported;
}

bool LabVss::Impl::is_set_call(std::string_view method) {
  static constexpr std::string_view kCalls[] = {
      "EndPrepareSnapshots", "PreCommitSnapshots",      "CommitSnapshots",
      "PostCommitSnapshots", "PreFinalCommitSnapshots", "PostFinalCommitSnapshots",
      "AbortSnapshots"};
  return std::find(std::begin(kCalls), std::end(kCalls), method) != std::end(kCalls);
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
          const std::string count_text =
              method == "PostCommitSnapshots"
                  ? wire.told_value(provider->name, method, "count", std::to_string(count))
                  : std::to_string(count);
          const ArgText with_count[] = {{"set", set}, {"count", count_text}};
          const std::size_t args_count = method == "PostCommitSnapshots" ? 2 : 1;
          const Args args(std::span<const ArgText>(with_count, args_count));
          const Called called =
              call_provider_here(session->number, *provider, method, cause, args, [&] {
                return set_call(*provider->create, method, session->set->id.to<VSS_ID>(),
                                std::stol(count_text));
              });
          // The result of AbortSnapshots is nobody's concern (VSSP-ABORT-003).
          if (method != "AbortSnapshots") {
            (*results)[i] = translate(*session, *provider, method, called.hr, called.leave);
          }
          ticket->finish();
        });
  }
  // A set that is aborted meanwhile is no longer waited for (EndPrepareSnapshots may be long).
  if (method == "EndPrepareSnapshots") session->cancels = latch;
  const bool all_answered = latch->wait(limit.value_or(provider_response_limit));
  session->cancels.reset();
  if (!all_answered && latch->interrupted()) return kCancelled;
  if (!all_answered) {
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
  std::erase_if(snapshots, [&](SnapshotRecord& record) {
    if (!which(record)) return false;
    if (!record.exposed.empty()) hide(record);
    fact(session, "SnapshotDeleted", cause,
         {{"snapshot", record.id.to_string()},
          {"set", record.set_id.to_string()},
          {"volume", record.volume},
          {"reason", reason}});
    return true;
  });
}

}  // namespace vsslab

// Backup objects coming and going, and the operations that reach writers on their behalf.

#include <vsadmin.h>
#include <vsmgmt.h>
#include <vsprov.h>

#include <algorithm>

#include <fmt/format.h>

#include "core/limits.h"
#include "metadata/component_path.h"
#include "plan/words.h"
#include "service/com.h"
#include "service/impl.h"
#include "service/provider_admin.h"
#include "service/snapshot_mgmt.h"
#include "volume/volume_set.h"
#include "win32/process.h"

namespace vsslab {

LabVss::LabVss(Lab& lab, Journal& journal, Options options)
    : impl_(std::make_unique<Impl>(lab, journal, std::move(options))) {
  lab.observers.push_back(this);
  register_exports(lab);
  lab.create_instance = [this, next = lab.create_instance](const Guid& clsid, const Guid& iid,
                                                           void** out) -> Hr {
    if (clsid == Guid::from(CLSID_VssSnapshotMgmt)) {
      const ComRef<SnapshotMgmt> made(make_snapshot_mgmt(*impl_));
      return made->QueryInterface(iid.to<IID>(), out);
    }
    if (clsid == Guid::from(CLSID_VSSCoordinator)) return make_provider_admin(*impl_, iid, out);
    return next ? next(clsid, iid, out) : REGDB_E_CLASSNOTREG;
  };
  impl_->watch_volumes();
  impl_->watch_consoles();
}

LabVss::~LabVss() {
  std::erase(impl_->lab.observers, this);
  impl_->lab.create_instance = nullptr;
  if (impl_->watches_consoles) impl_->lab.console = nullptr;
}

LabVss::Impl::Impl(Lab& lab_in, Journal& journal_in, Options options)
    : lab(lab_in),
      scheduler(lab_in.scheduler),
      journal(journal_in),
      wire(journal_in, lab_in.scheduler, std::move(options.faults)),
      prng(Prng(options.seed).fork(0x56535321)),
      profile(std::move(options.profile)),
      writer_response_limit(options.response_limit.value_or(limits::kWriterResponseLimit)),
      provider_response_limit(options.response_limit.value_or(limits::kProviderResponseLimit)),
      service_actor(journal_in.actor(ActorKind::service, "vss")),
      kept_instance_ids(std::move(options.kept_instance_ids)) {}

LabVss::Impl::~Impl() {
  for (const auto& provider : providers) {
    if (provider->software != nullptr) provider->software->Release();
    if (provider->create != nullptr) provider->create->Release();
    if (provider->notifications != nullptr) provider->notifications->Release();
  }
}

Seq LabVss::Impl::fact(const BackupSession* session, std::string_view name, Seq cause, Args args,
                       std::int32_t document, std::optional<Hr> hr) {
  return wire.instant({session != nullptr ? session->number : 0, service_actor, name, cause}, hr,
                      args, document);
}

void LabVss::Impl::event_log(const BackupSession* session, Seq cause, std::string_view type, int id,
                             std::string_view text, std::string_view party) {
  ++events_logged;
  if (wire.fault("vss", "EventLog", {plan::FaultAction::drop}) != nullptr) return;
  const std::string number = std::to_string(id);
  fact(session, "EventLog", cause,
       {{"source", "VSS"}, {"type", type}, {"id", number}, {"text", text}, {"party", party}});
}

// A process's first object bears its name; further ones are numbered.
std::string LabVss::Impl::actor_name_for(const LabProcess& process, ActorKind kind) {
  const auto found = writers_of.find(&process);
  const bool counts = kind == ActorKind::writer && found != writers_of.end();
  const std::size_t same = counts ? found->second.size() : 0;
  return same == 0 ? process.name : fmt::format("{}#{}", process.name, same + 1);
}

Volume* LabVss::Impl::volume(std::string_view name) {
  return lab.volumes != nullptr ? lab.volumes->find_volume(name) : nullptr;
}

std::shared_ptr<BackupSession> LabVss::Impl::open_session(LabProcess& process) {
  auto session = std::make_shared<BackupSession>();
  session->number = ++sessions_made;
  session->session_id = Guid::random(prng);
  session->process = &process;
  session->requester = process.name;
  session->actor = journal.actor(ActorKind::requester, process.name);
  requesters[&process] = {session->actor, session->number};
  sessions.push_back(session);
  return session;
}

// In component mode only writers with an explicitly included component take part (X35); in volume
// mode every enabled one.
bool LabVss::Impl::takes_part(const BackupSession& session, const WriterSession& writer) const {
  if (!writer.identified) return false;
  if (!session.document.select_components) return true;
  return writer.document_entry.has_value();
}

namespace {

bool contains(const std::vector<Guid>& ids, const Guid& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool enabled(const BackupSession& session, const WriterRecord& writer) {
  if (session.any_enabled && !contains(session.enabled_classes, writer.class_id)) return false;
  return !contains(session.disabled_classes, writer.class_id) &&
         !contains(session.disabled_instances, writer.instance_id);
}

// A text says the same as its model, unless a character had to be replaced in it.
bool says_the_same(std::string_view text) {
  return text.find("\xEF\xBF\xBD") == std::string_view::npos;
}

}  // namespace

std::int32_t LabVss::Impl::keep_document(const metadata::BackupComponents& document,
                                         std::string text) {
  StoredDocument stored{DocumentKind::backup_components, std::move(text)};
  if (says_the_same(stored.text)) {
    stored.backup_components = std::make_shared<const metadata::BackupComponents>(document);
  }
  return journal.add_document(std::move(stored));
}

void LabVss::Impl::gather(const std::shared_ptr<BackupSession>& session, Seq cause) {
  for (const auto& writer : writers) {
    if (!writer->subscribed || !enabled(*session, *writer)) continue;
    auto in = std::make_unique<WriterSession>();
    in->writer = writer.get();
    in->instance_id = writer->instance_id;
    in->has_slot = writer->sessions_open < limits::kWriterSessionsMax;
    ++writer->sessions_open;
    session->writers.push_back(std::move(in));
  }
  let_go_before(session, "Identify", cause);
  deliver_all(session, WriterEvent::identify, cause, [](const WriterSession&) { return true; });
  for (const auto& writer : express) {
    if (writer->gone || !enabled(*session, *writer)) continue;
    auto in = std::make_unique<WriterSession>();
    in->writer = writer.get();
    in->instance_id = writer->instance_id;
    in->identified = true;
    in->active = false;  // no event is ever delivered
    in->metadata = writer->stored;
    in->metadata_xml = writer->stored_xml;
    ++writer->sessions_open;
    session->writers.push_back(std::move(in));
  }
  for (const auto& in : session->writers) {
    std::int32_t document = -1;
    if (in->identified) {
      const bool faithful = in->active && says_the_same(in->metadata_xml);
      document = journal.add_document(
          {DocumentKind::writer_metadata, in->metadata_xml, faithful ? in->metadata : nullptr});
    }
    const std::string instance = in->instance_id.to_string();
    fact(session.get(), "WriterMetadata", cause,
         {{"writer", in->writer->name},
          {"instance", instance},
          {"accepted", journal_bool(in->identified)}},
         document);
  }
  // A writer that failed Identify has neither a document nor a status in this session.
  const auto failed =
      std::stable_partition(session->writers.begin(), session->writers.end(), [](const auto& in) {
        return in->identified || in->pending == nullptr || !in->pending->done();
      });
  for (auto in = failed; in != session->writers.end(); ++in) {
    --(*in)->writer->sessions_open;
    session->unidentified.push_back(std::move(*in));
  }
  session->writers.erase(failed, session->writers.end());
  for (const auto& in : session->writers) {
    if (!in->identified) continue;
    session->identified.push_back(in.get());
    session->by_instance.emplace(in->instance_id, in.get());
  }
}

void LabVss::Impl::prepare_for_backup(const std::shared_ptr<BackupSession>& session, Seq cause) {
  let_go_before(session, "PrepareForBackup", cause);
  deliver_all(session, WriterEvent::prepare_for_backup, cause, [&](const WriterSession& writer) {
    return writer.active && takes_part(*session, writer);
  });
  let_go_after(session, "PrepareForBackup");
}

void LabVss::Impl::request_cancel(BackupSession& session) {
  session.cancel_requested = true;
  if (session.cancels != nullptr) session.cancels->interrupt();
}

std::optional<Hr> LabVss::Impl::requester_fault(LabProcess& requester, std::string_view call) {
  using plan::FaultAction;
  if (!wire.has_faults()) return std::nullopt;
  const plan::Fault* fault = wire.fault(requester.name, call,
                                        {FaultAction::fail, FaultAction::drop, FaultAction::late,
                                         FaultAction::hang, FaultAction::crash},
                                        Wire::Origin::wire);
  if (fault == nullptr) return std::nullopt;
  if (fault->action == FaultAction::fail) return fault->code.value_or(hr::unexpected);
  if (fault->action == FaultAction::drop) return hr::ok;
  if (fault->action == FaultAction::crash) {
    requester.end("crash", 0xC0000005);
    scheduler.park_forever();
  }
  scheduler.sleep_for(fault->delay);
  return std::nullopt;
}

// Everything under way ends: Abort to the writers that are not past PostSnapshot (X06).
void LabVss::Impl::abort_backup(const std::shared_ptr<BackupSession>& session, Seq cause) {
  if (session->state == ObjectState::snapping) {
    request_cancel(*session);
    while (session->running) scheduler.wait(session->idle);
  } else {
    abort_writers(session, cause);
  }
  end_set(*session, cause, "aborted");
  session->state = ObjectState::aborted;
}

void LabVss::Impl::close_session(const std::shared_ptr<BackupSession>& session, Seq cause) {
  if (session->closed) return;
  session->closed = true;
  request_cancel(*session);
  while (session->running) scheduler.wait(session->idle);
  end_set(*session, cause, "aborted");
  if (!session->for_restore) {
    auto latch = std::make_shared<Latch>(scheduler);
    for (const auto& writer : session->writers) {
      if (writer->freeze_timer != 0) scheduler.cancel(writer->freeze_timer);
      writer->freeze_timer = 0;
      if (!writer->in_operation || writer->writer->gone) continue;
      // After Freeze either Thaw or Abort must come, whatever became of the requester.
      if (writer->froze && !writer->thawed && !writer->aborted) send_abort(session, *writer, cause);
      if ((writer->delivered_early & bit(WriterEvent::backup_shutdown)) != 0) continue;
      deliver(session, *writer, WriterEvent::backup_shutdown, cause,
              writer->writer->busy ? std::make_shared<Latch>(scheduler) : latch);
    }
    latch->wait(writer_response_limit);
  }
  if (session->set.has_value() && session->auto_release() &&
      wire.fault("vss", "AutoRelease", {plan::FaultAction::drop}) == nullptr) {
    release_copies(session, cause);
  }
  if (!session->document.writers.empty() || session->set.has_value()) {
    const std::int32_t document =
        keep_document(session->document, metadata::emit(session->document));
    fact(session.get(), "BackupComponents", cause, {}, document);
  }
  for (const auto& writer : session->writers) {
    --writer->writer->sessions_open;
    if (!writer->in_operation) continue;
    writer->writer->last_state = writer->state;
    writer->writer->last_code = writer->code;
  }
  RequesterProcess& requester = requesters[session->process];
  if (requester.session == session->number) requester.session = 0;
  std::erase(sessions, session);
}

void LabVss::Impl::release_copies(const std::shared_ptr<BackupSession>& session, Seq cause) {
  const auto mine = [&](const SnapshotRecord& record) { return record.session == session->number; };
  const std::vector<SnapshotRecord> copies = snapshots;  // the calls may take their time
  std::vector<Guid> deleted;
  for (const SnapshotRecord& record : copies) {
    if (!mine(record)) continue;
    const Called called = delete_copy(*session, *record.provider, record.id, true, cause);
    if (succeeded(
            translate(*session, *record.provider, "DeleteSnapshots", called.hr, called.leave))) {
      deleted.push_back(record.id);
    }
  }
  // A copy that its provider could not delete is still there, and Query shows it.
  delete_snapshot_records(session.get(), "auto-release", cause, [&](const SnapshotRecord& record) {
    return std::find(deleted.begin(), deleted.end(), record.id) != deleted.end();
  });
}

std::size_t LabVss::subscribed_writers() const {
  return static_cast<std::size_t>(
      std::count_if(impl_->writers.begin(), impl_->writers.end(),
                    [](const auto& writer) { return writer->subscribed; }));
}

bool LabVss::closing() const {
  return std::any_of(impl_->sessions.begin(), impl_->sessions.end(),
                     [](const auto& session) { return session->closed; });
}

std::vector<std::string> LabVss::unused_faults() const {
  std::vector<std::string> lines;
  for (const plan::Fault* fault : impl_->wire.unused_faults()) {
    lines.push_back(fmt::format("line {}: the fault '{}' of {}{}{} hit nothing in this run",
                                fault->line, plan::fault_action_name(fault->action), fault->event,
                                fault->party.empty() ? "" : " at ", fault->party));
  }
  return lines;
}

void LabVss::process_ended(LabProcess& process, std::string_view why, std::uint32_t exit_code) {
  Impl& service = *impl_;
  // The journal knows two ways: the party left by itself, or it went down. What the lab ends after
  // the run is no event.
  if (why == "killed") return;
  const std::string_view reason = why == "exit" || why == "ctrl" ? "exit" : "crash";
  const std::string code = journal_hex(exit_code);
  // What left its thread uncaught, when that is why.
  const std::string& thrown = process.crash_text();
  std::vector<ArgText> how{{"reason", reason}, {"code", code}};
  if (!thrown.empty()) how.push_back({"exception", thrown});
  const Args args = std::span<const ArgText>(how);
  bool recorded = false;
  const auto its = service.writers_of.find(&process);
  const auto writers = its != service.writers_of.end() ? its->second : decltype(its->second){};
  for (WriterRecord* writer : writers) {
    if (writer->gone) continue;
    if (writer->subscribed || reason == "crash") {
      service.wire.instant({0, writer->actor, "ProcessExit", 0}, std::nullopt, args);
      recorded = true;
    }
    service.writer_lost(*writer, reason);
  }
  for (const auto& provider : service.providers) {
    if (provider->context.owner == &process) provider->gone = true;
  }
  const auto open = service.sessions;
  for (const auto& session : open) {
    if (session->process != &process || session->closed) continue;
    const Seq exit = service.wire.instant({session->number, session->actor, "ProcessExit", 0},
                                          std::nullopt, args);
    recorded = true;
    // The infrastructure, not the requester, generates BackupShutdown (VSSC-EVENT-002).
    service.scheduler.spawn("requester gone", {},
                            [&service, session, exit] { service.close_session(session, exit); });
  }
  if (!recorded && (reason == "crash" || exit_code != 0)) {
    how.insert(how.begin(), {"party", process.name});
    service.fact(nullptr, "PartyGone", 0, std::span<const ArgText>(how));
  }
}

void LabVss::shut_down() {
  Impl& service = *impl_;
  if (service.down) return;
  service.down = true;
  const auto unload = [&service] {
    for (const auto& provider : service.providers) {
      if (!provider->loaded || provider->gone || provider->notifications == nullptr) continue;
      service.call_provider(
          0, *provider, "OnUnload", 0, {{"force", "yes"}},
          [notifications = provider->notifications] { return notifications->OnUnload(TRUE); }, {},
          limits::kProviderUnloadLimit);
      provider->loaded = false;
    }
  };
  if (service.scheduler.current() != 0) {
    unload();
    return;
  }
  // A provider is waited for, and only a task can wait.
  service.scheduler.spawn("shut down", {}, unload);
  service.scheduler.run({});
}

}  // namespace vsslab

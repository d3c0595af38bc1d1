#include "service/backup_object.h"

#include <fmt/format.h>

#include "win32/process.h"

namespace vsslab {

namespace {

// Bits that VSS sets itself; a requester that hands one in beyond its context's own is refused
// (VSSR-CTX-009).
constexpr std::uint32_t kContexts[] = {
    VSS_CTX_BACKUP,       VSS_CTX_FILE_SHARE_BACKUP, VSS_CTX_NAS_ROLLBACK,
    VSS_CTX_APP_ROLLBACK, VSS_CTX_CLIENT_ACCESSIBLE, VSS_CTX_CLIENT_ACCESSIBLE_WRITERS};
constexpr std::uint32_t kRequesterBits =
    VSS_VOLSNAP_ATTR_TRANSPORTABLE | VSS_VOLSNAP_ATTR_DIFFERENTIAL | VSS_VOLSNAP_ATTR_PLEX |
    VSS_VOLSNAP_ATTR_NO_AUTORECOVERY | VSS_VOLSNAP_ATTR_NOT_TRANSACTED |
    VSS_VOLSNAP_ATTR_ROLLBACK_RECOVERY | VSS_VOLSNAP_ATTR_TXF_RECOVERY;

Hr check_context(std::uint32_t context) {
  if (context == static_cast<std::uint32_t>(VSS_CTX_ALL)) return hr::ok;
  bool known = false;
  for (const std::uint32_t base : kContexts) known |= (context & ~kRequesterBits) == base;
  if (!known) return hr::invalid_arg;
  const auto has = [&](std::uint32_t bits) { return (context & bits) == bits; };
  if (has(VSS_VOLSNAP_ATTR_DIFFERENTIAL | VSS_VOLSNAP_ATTR_PLEX)) return hr::invalid_arg;
  constexpr std::uint32_t kRecovery =
      VSS_VOLSNAP_ATTR_ROLLBACK_RECOVERY | VSS_VOLSNAP_ATTR_TXF_RECOVERY;
  if (has(VSS_VOLSNAP_ATTR_NO_AUTORECOVERY) && (context & kRecovery) != 0) return hr::invalid_arg;
  const bool client = has(VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE);
  if (client && (context & kRequesterBits) != 0) return hr::invalid_arg;
  return hr::ok;
}

std::string_view backup_type_name(VSS_BACKUP_TYPE type) {
  static constexpr std::string_view kNames[] = {
      "VSS_BT_UNDEFINED", "VSS_BT_FULL", "VSS_BT_INCREMENTAL", "VSS_BT_DIFFERENTIAL",
      "VSS_BT_LOG",       "VSS_BT_COPY", "VSS_BT_OTHER"};
  const auto index = static_cast<std::size_t>(type);
  return index < std::size(kNames) ? kNames[index] : kNames[0];
}

std::string_view restore_type_name(VSS_RESTORE_TYPE type) {
  static constexpr std::string_view kNames[] = {"VSS_RTYPE_UNDEFINED", "VSS_RTYPE_BY_COPY",
                                                "VSS_RTYPE_IMPORT", "VSS_RTYPE_OTHER"};
  const auto index = static_cast<std::size_t>(type);
  return index < std::size(kNames) ? kNames[index] : kNames[0];
}

}  // namespace

RequesterCall::RequesterCall(BackupObject& object, std::string_view name)
    : object_(object),
      name_(name),
      stopped_(object.service_.requester_fault(*object.session_->process, name)),
      admission_(admit(name, object.session_->facts())) {}

Seq RequesterCall::enter(std::initializer_list<ArgText> args) {
  const BackupSession& session = *object_.session_;
  enter_ = object_.service_.wire.enter({session.number, session.actor, name_, 0}, args);
  return enter_;
}

std::string RequesterCall::told_value(std::string_view argument, std::string truth) const {
  return object_.service_.wire.told_value(object_.session_->requester, name_, argument,
                                          std::move(truth));
}

HRESULT RequesterCall::done_with(Hr result, std::span<const ArgText> args, std::int32_t document) {
  const BackupSession& session = *object_.session_;
  Wire& wire = object_.service_.wire;
  const Hr told = wire.told(session.requester, name_, result);
  const Wire::Crossing crossing{session.number, session.actor, name_, 0};
  if (enter_ != 0) {
    wire.leave(crossing, enter_, told, args);
  } else {
    wire.instant(crossing, told, args, document);
  }
  return told;
}

BackupObject::BackupObject(LabVss::Impl& service, std::shared_ptr<BackupSession> session)
    : service_(service), session_(std::move(session)) {}

BackupObject::~BackupObject() = default;

void* BackupObject::query(const Guid& iid) {
  const Guid mine[] = {Guid::from(__uuidof(IUnknown)),
                       Guid::from(__uuidof(IVssBackupComponents)),
                       Guid::from(__uuidof(IVssBackupComponentsEx)),
                       Guid::from(__uuidof(IVssBackupComponentsEx2)),
                       Guid::from(__uuidof(IVssBackupComponentsEx3)),
                       Guid::from(__uuidof(IVssBackupComponentsEx4))};
  for (const Guid& id : mine) {
    if (id == iid) return static_cast<IVssBackupComponentsEx4*>(this);
  }
  return nullptr;
}

void BackupObject::final_release() {
  if (!session_->closed) {
    const Wire::Crossing crossing{session_->number, session_->actor, "Release", 0};
    const Seq enter = service_.wire.enter(crossing);
    service_.close_session(session_, enter);
    service_.wire.leave(crossing, enter, std::nullopt);
  }
  // Its process may have died: then somebody else closes the session, and what runs still uses us.
  while (session_->running) service_.scheduler.wait(session_->idle);
  delete this;
}

HRESULT BackupObject::initialize(std::string_view name, BSTR xml, bool restore) {
  RequesterCall call(*this, name);
  const std::string text = text_of(xml);
  const std::string handed_in = journal_bool(!text.empty());
  if (!call.admitted()) return call.done(call.refusal(), {{"document", handed_in}});
  if (restore && text.empty()) return call.done(hr::invalid_arg, {{"document", handed_in}});
  if (!text.empty()) {
    auto document = metadata::parse_backup_components(text, "backup components document");
    if (!document) return call.done(hr::invalid_xml_document, {{"document", handed_in}});
    session_->document = std::move(*document);
    session_->started_from_document = true;
  }
  session_->for_restore = restore;
  session_->state = restore ? ObjectState::restore_init : ObjectState::init;
  return call.done(hr::ok, {{"document", handed_in}});
}

HRESULT BackupObject::InitializeForBackup(BSTR xml) {
  return initialize("InitializeForBackup", xml, false);
}

HRESULT BackupObject::InitializeForRestore(BSTR xml) {
  return initialize("InitializeForRestore", xml, true);
}

HRESULT BackupObject::SetContext(LONG context) {
  RequesterCall call(*this, "SetContext");
  const auto bits = static_cast<std::uint32_t>(context);
  Hr result = hr::ok;
  if (!call.admitted()) {
    result = call.refusal();
  } else if (session_->context_set) {
    result = hr::bad_state;  // at most once
  } else {
    result = check_context(bits);
  }
  if (call.admitted() && succeeded(result)) {
    session_->context = bits;
    session_->context_set = true;
  }
  return call.done(result, {{"context", journal_hex(bits)}});
}

HRESULT BackupObject::SetBackupState(bool select_components, bool bootable, VSS_BACKUP_TYPE type,
                                     bool partial) {
  RequesterCall call(*this, "SetBackupState");
  Hr result = hr::ok;
  if (!call.admitted()) {
    result = call.refusal();
  } else if (type <= VSS_BT_UNDEFINED || type > VSS_BT_OTHER) {
    result = hr::invalid_arg;
  } else {
    session_->state_set = true;
    session_->backup_type = static_cast<std::uint32_t>(type);
    session_->document.select_components = select_components;
    session_->document.bootable_system_state_backup = bootable;
    session_->document.backup_type = static_cast<metadata::BackupType>(type);
    session_->document.partial_file_support = partial;
  }
  return call.done(result, {{"components", journal_bool(select_components)},
                            {"bootable", journal_bool(bootable)},
                            {"type", backup_type_name(type)},
                            {"partial", journal_bool(partial)}});
}

HRESULT BackupObject::SetRestoreState(VSS_RESTORE_TYPE type) {
  RequesterCall call(*this, "SetRestoreState");
  Hr result = call.admitted() ? hr::ok : call.refusal();
  if (call.admitted()) session_->restore_type = static_cast<std::uint32_t>(type);
  return call.done(result, {{"type", restore_type_name(type)}});
}

HRESULT BackupObject::writer_list(std::string_view name, const VSS_ID* ids, UINT count) {
  RequesterCall call(*this, name);
  std::string list;
  std::vector<Guid> guids;
  for (UINT i = 0; ids != nullptr && i < count; ++i) {
    guids.push_back(Guid::from(ids[i]));
    list += (list.empty() ? "" : ",") + guids.back().to_string();
  }
  if (!call.admitted()) return call.done(call.refusal(), {{"ids", list}});
  if (ids == nullptr && count > 0) return call.done(hr::invalid_arg, {{"ids", list}});
  if (name == "EnableWriterClasses") {
    // The first enabling call ends what was disabled before (VSSR-META-014).
    if (!session_->any_enabled) session_->disabled_classes.clear();
    session_->any_enabled = true;
  }
  auto& target = name == "EnableWriterClasses"    ? session_->enabled_classes
                 : name == "DisableWriterClasses" ? session_->disabled_classes
                                                  : session_->disabled_instances;
  target.insert(target.end(), guids.begin(), guids.end());
  return call.done(hr::ok, {{"ids", list}});
}

HRESULT BackupObject::DisableWriterClasses(const VSS_ID* ids, UINT count) {
  return writer_list("DisableWriterClasses", ids, count);
}

HRESULT BackupObject::EnableWriterClasses(const VSS_ID* ids, UINT count) {
  return writer_list("EnableWriterClasses", ids, count);
}

HRESULT BackupObject::DisableWriterInstances(const VSS_ID* ids, UINT count) {
  return writer_list("DisableWriterInstances", ids, count);
}

HRESULT BackupObject::GetSessionId(VSS_ID* id) {
  RequesterCall call(*this, "GetSessionId");
  if (!call.admitted()) return call.done(call.refusal());
  if (id == nullptr) return call.done(hr::invalid_arg);
  *id = session_->session_id.to<VSS_ID>();
  return call.done(hr::ok, {{"id", session_->session_id.to_string()}});
}

HRESULT BackupObject::async_call(std::string_view name, IVssAsync** out, Phase_ phase,
                                 std::function<Hr(Seq)> operation, std::function<Hr()> check) {
  RequesterCall call(*this, name);
  const Seq enter = call.enter();
  if (out == nullptr) return call.done(hr::invalid_arg, {{"async", "null"}});
  *out = nullptr;
  if (!call.admitted() || session_->running) {
    return call.done(call.admitted() ? hr::bad_state : call.refusal());
  }
  if (check) {
    if (const Hr result = check(); failed(result)) return call.done(result);
  }
  session_->state = phase.during;
  StartedAsync started = start_async(
      service_, session_, name, enter, [operation, enter] { return operation(enter); },
      [session = session_, phase](Hr result) {
        if (session->state == phase.during) {
          session->state = succeeded(result) ? phase.good : phase.bad;
        }
      });
  *out = started.object;
  return call.done(hr::ok, {{"async", started.name}});
}

HRESULT LabVss::create_backup_components(IVssBackupComponents** out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  LabProcess* process = current_process();
  if (process == nullptr || impl_->down) return E_UNEXPECTED;
  auto session = impl_->open_session(*process);
  impl_->wire.instant({session->number, session->actor, "CreateVssBackupComponents", 0}, hr::ok);
  *out = new BackupObject(*impl_, std::move(session));
  return S_OK;
}

}  // namespace vsslab

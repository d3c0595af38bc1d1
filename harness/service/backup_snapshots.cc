// Finished shadow copies: asked for, deleted, exposed, reverted to, broken, imported.

#include <vsprov.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "metadata/component_path.h"
#include "service/backup_object.h"
#include "service/enum_object.h"
#include "volume/volume.h"
#include "volume/volume_set.h"

namespace vsslab {

namespace {

constexpr Hr kNontransportableBcd = static_cast<Hr>(0x800423FD);
constexpr Hr kLegacyProvider = static_cast<Hr>(0x800423F7);

std::string_view object_type_name(VSS_OBJECT_TYPE type) {
  static constexpr std::string_view kNames[] = {"VSS_OBJECT_UNKNOWN", "VSS_OBJECT_NONE",
                                                "VSS_OBJECT_SNAPSHOT_SET", "VSS_OBJECT_SNAPSHOT",
                                                "VSS_OBJECT_PROVIDER"};
  const auto index = static_cast<std::size_t>(type);
  return index < std::size(kNames) ? kNames[index] : kNames[0];
}

// What Query lists: the object's own context; administration sees all.
bool in_context(const BackupSession& session, const SnapshotRecord& record) {
  constexpr std::uint32_t kContextBits =
      VSS_VOLSNAP_ATTR_PERSISTENT | VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE |
      VSS_VOLSNAP_ATTR_NO_AUTO_RELEASE | VSS_VOLSNAP_ATTR_NO_WRITERS;
  if (session.context == static_cast<std::uint32_t>(VSS_CTX_ALL)) return true;
  return (record.attributes & kContextBits) == (session.context & kContextBits);
}

}  // namespace

HRESULT BackupObject::GetSnapshotProperties(VSS_ID snapshot_in, VSS_SNAPSHOT_PROP* out) {
  RequesterCall call(*this, "GetSnapshotProperties");
  const Guid id = Guid::from(snapshot_in);
  const std::string id_text = id.to_string();
  if (!call.admitted()) return call.done(call.refusal(), {{"snapshot", id_text}});
  if (out == nullptr) return call.done(hr::invalid_arg, {{"snapshot", id_text}});
  for (const SnapshotRecord& record : service_.snapshots) {
    if (record.id != id) continue;
    ProviderRecord& provider = *record.provider;
    const auto called = service_.snapshot_properties(session_->number, provider, id, 0, *out);
    const Hr result =
        service_.translate(*session_, provider, "GetSnapshotProperties", called.hr, called.leave);
    if (failed(result)) return call.done(result, {{"snapshot", id_text}});
    const std::string count = call.told_value("count", std::to_string(out->m_lSnapshotsCount));
    out->m_lSnapshotsCount = std::stol(count);
    return call.done(hr::ok, {{"snapshot", id_text},
                              {"state", snapshot_state_name(out->m_eStatus)},
                              {"set", Guid::from(out->m_SnapshotSetId).to_string()},
                              {"device", text_of(out->m_pwszSnapshotDeviceObject)},
                              {"attributes",
                               journal_hex(static_cast<std::uint32_t>(out->m_lSnapshotAttributes))},
                              {"count", count}});
  }
  return call.done(hr::object_not_found, {{"snapshot", id_text}});
}

HRESULT BackupObject::Query(VSS_ID queried, VSS_OBJECT_TYPE queried_type,
                            VSS_OBJECT_TYPE returned_type, IVssEnumObject** out) {
  RequesterCall call(*this, "Query");
  const std::string queried_text = Guid::from(queried).to_string();
  const auto done = [&](Hr result, std::size_t count) {
    return call.done(result, {{"queried", queried_text},
                              {"type", object_type_name(queried_type)},
                              {"returned", object_type_name(returned_type)},
                              {"count", std::to_string(count)}});
  };
  if (!call.admitted()) return done(call.refusal(), 0);
  if (out == nullptr) return done(hr::invalid_arg, 0);
  *out = nullptr;
  const bool kind_known =
      returned_type == VSS_OBJECT_SNAPSHOT || returned_type == VSS_OBJECT_PROVIDER;
  if (!Guid::from(queried).is_null() || queried_type != VSS_OBJECT_NONE || !kind_known) {
    return done(hr::invalid_arg, 0);
  }
  std::vector<VSS_OBJECT_PROP> list;
  if (returned_type == VSS_OBJECT_SNAPSHOT) {
    std::vector<std::pair<ProviderRecord*, Guid>> ids;  // the calls may take their time
    for (const SnapshotRecord& record : service_.snapshots) {
      if (!in_context(*session_, record)) continue;
      ids.emplace_back(record.provider, record.id);
    }
    // What a provider does not answer for is not listed.
    for (const auto& [provider, id] : ids) {
      VSS_OBJECT_PROP property{};
      property.Type = VSS_OBJECT_SNAPSHOT;
      const auto called =
          service_.snapshot_properties(session_->number, *provider, id, 0, property.Obj.Snap);
      if (called.hr == hr::ok) list.push_back(property);
    }
  } else {
    list = service_.provider_list();
  }
  const std::size_t count = list.size();
  *out = make_enum_object(list);
  return done(count > 0 ? hr::ok : hr::s_false, count);
}

HRESULT BackupObject::DeleteSnapshots(VSS_ID source_in, VSS_OBJECT_TYPE type, BOOL force,
                                      LONG* deleted, VSS_ID* not_deleted) {
  RequesterCall call(*this, "DeleteSnapshots");
  const Guid source = Guid::from(source_in);
  const std::string id_text = source.to_string();
  const Seq enter = call.enter(
      {{"id", id_text}, {"type", object_type_name(type)}, {"force", journal_bool(force != FALSE)}});
  if (!call.admitted()) return call.done(call.refusal());
  if (deleted == nullptr || not_deleted == nullptr) return call.done(hr::invalid_arg);
  if (type != VSS_OBJECT_SNAPSHOT && type != VSS_OBJECT_SNAPSHOT_SET) {
    return call.done(hr::invalid_arg);
  }
  *deleted = 0;
  *not_deleted = VSS_ID{};
  std::vector<Guid> wanted;
  for (const SnapshotRecord& record : service_.snapshots) {
    if ((type == VSS_OBJECT_SNAPSHOT ? record.id : record.set_id) == source) {
      wanted.push_back(record.id);
    }
  }
  Hr result = wanted.empty() ? hr::object_not_found : hr::ok;
  // One by one; the first failure ends it.
  for (const Guid& id : wanted) {
    const auto record = std::find_if(service_.snapshots.begin(), service_.snapshots.end(),
                                     [&](const SnapshotRecord& r) { return r.id == id; });
    ProviderRecord& provider = *record->provider;
    const auto called = service_.delete_copy(*session_, provider, id, force != FALSE, enter);
    result = service_.translate(*session_, provider, "DeleteSnapshots", called.hr, called.leave);
    if (failed(result)) {
      *not_deleted = id.to<VSS_ID>();
      break;
    }
    ++*deleted;
    service_.delete_snapshot_records(session_.get(), "requester", enter,
                                     [&](const SnapshotRecord& r) { return r.id == id; });
  }
  const std::string told_deleted = call.told_value("deleted", std::to_string(*deleted));
  const std::string told_failed = call.told_value("failed", Guid::from(*not_deleted).to_string());
  *deleted = std::stol(told_deleted);
  *not_deleted = Guid::parse(told_failed)->to<VSS_ID>();
  return call.done(result, {{"deleted", told_deleted}, {"failed", told_failed}});
}

// Broken copies become plain volumes; a software provider's cannot be (VSSR-BREAK-001).
HRESULT BackupObject::BreakSnapshotSet(VSS_ID set_in) {
  RequesterCall call(*this, "BreakSnapshotSet");
  const Guid set = Guid::from(set_in);
  if (!call.admitted()) return call.done(call.refusal(), {{"id", set.to_string()}});
  const bool known =
      std::any_of(service_.snapshots.begin(), service_.snapshots.end(),
                  [&](const SnapshotRecord& record) { return record.set_id == set; });
  return call.done(known ? hr::provider_veto : hr::object_not_found, {{"id", set.to_string()}});
}

HRESULT BackupObject::BreakSnapshotSetEx(VSS_ID set, DWORD, IVssAsync** async) {
  const Guid id = Guid::from(set);
  const ObjectState now = session_->state;
  return async_call("BreakSnapshotSetEx", async, {now, now, now}, [this, id](Seq) {
    const bool known =
        std::any_of(service_.snapshots.begin(), service_.snapshots.end(),
                    [&](const SnapshotRecord& record) { return record.set_id == id; });
    return known ? hr::provider_veto : hr::object_not_found;
  });
}

HRESULT BackupObject::ExposeSnapshot(VSS_ID snapshot_in, VSS_PWSZ path_from_root, LONG attributes,
                                     VSS_PWSZ expose, VSS_PWSZ* exposed) {
  RequesterCall call(*this, "ExposeSnapshot");
  const Guid id = Guid::from(snapshot_in);
  std::string name = text_of(expose);
  const auto done = [&](Hr result) {
    return call.done(result, {{"id", id.to_string()},
                              {"attributes", journal_hex(static_cast<std::uint32_t>(attributes))},
                              {"name", name}});
  };
  if (!call.admitted()) return done(call.refusal());
  const bool locally = attributes == VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY;
  const bool remotely = attributes == VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY;
  if (exposed == nullptr || locally == remotely) return done(hr::invalid_arg);
  if (locally && (path_from_root != nullptr || name.empty())) return done(hr::invalid_arg);
  *exposed = nullptr;
  for (SnapshotRecord& record : service_.snapshots) {
    if (record.id != id) continue;
    const bool client = (record.attributes & VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE) != 0;
    const bool persistent = (record.attributes & VSS_VOLSNAP_ATTR_PERSISTENT) != 0;
    if (client || (locally && !persistent)) return done(hr::invalid_arg);
    if (!record.exposed.empty()) return done(hr::object_already_exists);
    // VSS determines the share's name when it is given none.
    if (name.empty()) name = "shadow-" + id.to_string().substr(0, 8);
    const std::string path = text_of(path_from_root);
    if (!service_.show(record, name, locally, path)) return done(hr::invalid_arg);
    record.exposed = name;
    record.exposed_path = path;
    record.exposed_as = static_cast<std::uint32_t>(attributes);
    *exposed = task_text(to_wide(name));
    return done(hr::ok);
  }
  return done(hr::object_not_found);
}

HRESULT BackupObject::UnexposeSnapshot(VSS_ID snapshot_in) {
  RequesterCall call(*this, "UnexposeSnapshot");
  const Guid id = Guid::from(snapshot_in);
  if (!call.admitted()) return call.done(call.refusal(), {{"id", id.to_string()}});
  for (SnapshotRecord& record : service_.snapshots) {
    if (record.id != id || record.exposed.empty()) continue;
    service_.hide(record);
    return call.done(hr::ok, {{"id", id.to_string()}});
  }
  return call.done(hr::object_not_found, {{"id", id.to_string()}});
}

HRESULT BackupObject::RevertToSnapshot(VSS_ID snapshot_in, BOOL force) {
  RequesterCall call(*this, "RevertToSnapshot");
  const Guid id = Guid::from(snapshot_in);
  const auto done = [&](Hr result) {
    return call.done(result, {{"id", id.to_string()}, {"force", journal_bool(force != FALSE)}});
  };
  if (!call.admitted()) return done(call.refusal());
  for (const SnapshotRecord& record : service_.snapshots) {
    if (record.id != id) continue;
    if ((record.attributes & VSS_VOLSNAP_ATTR_PERSISTENT) == 0)
      return done(hr::unsupported_context);
    ProviderRecord& provider = *record.provider;
    const auto called = service_.call_provider(
        session_->number, provider, "RevertToSnapshot", 0, {{"snapshot", id.to_string()}},
        [software = provider.software, id] { return software->RevertToSnapshot(id.to<VSS_ID>()); });
    return done(
        service_.translate(*session_, provider, "RevertToSnapshot", called.hr, called.leave));
  }
  return done(hr::object_not_found);
}

HRESULT BackupObject::QueryRevertStatus(VSS_PWSZ volume_in, IVssAsync** async) {
  RequesterCall call(*this, "QueryRevertStatus");
  const std::string volume = text_of(volume_in);
  if (!call.admitted()) return call.done(call.refusal(), {{"volume", volume}});
  if (async == nullptr || volume_in == nullptr) {
    return call.done(hr::invalid_arg, {{"volume", volume}});
  }
  *async = nullptr;
  if (service_.volume(volume) == nullptr) {
    return call.done(hr::object_not_found, {{"volume", volume}});
  }
  Hr result = hr::object_not_found;
  for (const auto& provider : service_.providers) {
    if (provider->gone) continue;
    auto answer = std::make_shared<IVssAsync*>(nullptr);
    const auto called = service_.call_provider(
        session_->number, *provider, "QueryRevertStatus", 0, {{"volume", volume}},
        [software = provider->software, wide = to_wide(volume), answer]() mutable {
          return software->QueryRevertStatus(wide.data(), answer.get());
        });
    result = service_.translate(*session_, *provider, "QueryRevertStatus", called.hr, called.leave);
    if (called.hr != hr::ok || *answer == nullptr) continue;
    *async = *answer;
    break;
  }
  return call.done(result, {{"volume", volume}});
}

// Only a document with transport data can be imported; software copies make none.
HRESULT BackupObject::ImportSnapshots(IVssAsync** async) {
  const ObjectState now = session_->state;
  return async_call(
      "ImportSnapshots", async, {now, now, now}, [](Seq) { return kNontransportableBcd; },
      [this] { return session_->started_from_document ? hr::ok : hr::bad_state; });
}

// LUN swaps and resynchronisation need a hardware provider; none is registered that could do them.
HRESULT BackupObject::PreFastRecovery(VSS_ID, DWORD, IVssAsync**) {
  RequesterCall call(*this, "PreFastRecovery");
  return call.done(call.admitted() ? hr::not_impl : call.refusal());
}

HRESULT BackupObject::FastRecovery(VSS_ID, DWORD, IVssAsync**) {
  RequesterCall call(*this, "FastRecovery");
  return call.done(call.admitted() ? hr::not_impl : call.refusal());
}

HRESULT BackupObject::AddSnapshotToRecoverySet(VSS_ID snapshot, DWORD, VSS_PWSZ) {
  RequesterCall call(*this, "AddSnapshotToRecoverySet");
  const std::string id = Guid::from(snapshot).to_string();
  return call.done(call.admitted() ? kLegacyProvider : call.refusal(), {{"snapshot", id}});
}

HRESULT BackupObject::RecoverSet(DWORD, IVssAsync** async) {
  const ObjectState now = session_->state;
  return async_call("RecoverSet", async, {now, now, now}, [](Seq) { return kLegacyProvider; });
}

HRESULT BackupObject::GetRootAndLogicalPrefixPaths(VSS_PWSZ path_in, VSS_PWSZ* root,
                                                   VSS_PWSZ* prefix, BOOL) {
  RequesterCall call(*this, "GetRootAndLogicalPrefixPaths");
  const std::string path = text_of(path_in);
  if (!call.admitted()) return call.done(call.refusal(), {{"path", path}});
  if (path_in == nullptr || root == nullptr || prefix == nullptr) {
    return call.done(hr::invalid_arg, {{"path", path}});
  }
  const auto found = metadata::volume_root(path);
  if (!found) return call.done(hr::object_not_found, {{"path", path}});
  for (VSS_PWSZ* out : {root, prefix}) *out = task_text(to_wide(*found));
  return call.done(hr::ok, {{"path", path}, {"root", *found}});
}

}  // namespace vsslab

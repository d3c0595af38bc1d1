// The shadow copy set: opened, filled, prepared and made.

#include <vsprov.h>

#include <algorithm>
#include <string>

#include "core/limits.h"
#include "service/backup_object.h"
#include "volume/volume.h"

namespace vsslab {

namespace {

// The form of a volume's name, with the trailing backslash (VSSR-SET-005).
bool well_formed_volume(std::string_view name) {
  return name.size() >= 3 && name.back() == '\\' && (name[1] == ':' || name.starts_with("\\\\"));
}

// The bits of VSS_FILE_SPEC_BACKUP_TYPE for a backup that copies the set, and from a shadow copy.
constexpr std::uint32_t needs_copy_bits(std::uint32_t backup_type) {
  switch (backup_type) {
    case VSS_BT_DIFFERENTIAL:
      return VSS_FSBT_DIFFERENTIAL_BACKUP_REQUIRED | VSS_FSBT_DIFFERENTIAL_SNAPSHOT_REQUIRED;
    case VSS_BT_INCREMENTAL:
      return VSS_FSBT_INCREMENTAL_BACKUP_REQUIRED | VSS_FSBT_INCREMENTAL_SNAPSHOT_REQUIRED;
    case VSS_BT_LOG:
      return VSS_FSBT_LOG_BACKUP_REQUIRED | VSS_FSBT_LOG_SNAPSHOT_REQUIRED;
    default:
      return VSS_FSBT_FULL_BACKUP_REQUIRED | VSS_FSBT_FULL_SNAPSHOT_REQUIRED;
  }
}

constexpr std::uint32_t schema_bit(std::uint32_t backup_type) {
  switch (backup_type) {
    case VSS_BT_DIFFERENTIAL:
      return VSS_BS_DIFFERENTIAL;
    case VSS_BT_INCREMENTAL:
      return VSS_BS_INCREMENTAL;
    case VSS_BT_LOG:
      return VSS_BS_LOG;
    default:
      return 0;
  }
}

// A set that is not copied at all needs no shadow copy either, and a log backup copies logs alone.
bool needs_copy(const metadata::FileSet& set, std::uint32_t backup_type) {
  if (backup_type == VSS_BT_LOG && set.kind != metadata::FileKind::database_log) return false;
  const std::uint32_t bits = needs_copy_bits(backup_type);
  return (set.backup_type & bits) == bits;
}

// A backup in which no file set of a selected component must come from a shadow copy may do
// without. The pages leave it open whether a writer that does not support the type is backed up
// whole: both readings are let pass.
bool needs_no_copy(const BackupSession& session) {
  if (!session.document.select_components || session.document.writers.empty()) return false;
  const std::uint32_t type = session.backup_type;
  for (const WriterComponents& selected : session.document.writers) {
    for (const auto& writer : session.writers) {
      if (writer->instance_id != selected.instance_id || writer->metadata == nullptr) continue;
      for (const ComponentEntry& entry : selected.components) {
        for (const auto& component : writer->metadata->components) {
          if (component.name != entry.name || component.logical_path != entry.logical_path)
            continue;
          const bool whole = (writer->metadata->backup_schema & schema_bit(type)) == 0;
          for (const auto& file : component.files) {
            if (needs_copy(file, type) && (!whole || needs_copy(file, VSS_BT_FULL))) return false;
          }
        }
      }
    }
  }
  return true;
}

}  // namespace

HRESULT BackupObject::StartSnapshotSet(VSS_ID* set) {
  RequesterCall call(*this, "StartSnapshotSet");
  if (!call.admitted()) return call.done(call.refusal());
  if (set == nullptr) return call.done(hr::invalid_arg);
  if (session_->context == static_cast<std::uint32_t>(VSS_CTX_ALL)) return call.done(hr::bad_state);
  if (session_->running) return call.done(hr::bad_state);
  if (service_.creating != nullptr) return call.done(hr::snapshot_set_in_progress);
  session_->set.emplace();
  session_->set->id = Guid::random(service_.prng);
  session_->document.snapshot_set_id = session_->set->id;
  service_.creating = session_.get();
  session_->state = ObjectState::set_open;
  const std::string id = session_->set->id.to_string();
  const std::string told_id = call.told_value("set", id);
  *set = Guid::parse(told_id)->to<VSS_ID>();
  const HRESULT told = call.done(hr::ok, {{"set", told_id}});
  service_.fact(session_.get(), "SnapshotSetStarted", 0, {{"set", id}});
  return told;
}

HRESULT BackupObject::AddToSnapshotSet(VSS_PWSZ volume_in, VSS_ID provider_in, VSS_ID* snapshot) {
  RequesterCall call(*this, "AddToSnapshotSet");
  const std::string volume = text_of(volume_in);
  const Guid provider_id = Guid::from(provider_in);
  const std::string provider_text = provider_id.to_string();
  const Seq enter = call.enter({{"volume", volume}, {"provider", provider_text}});
  const auto refuse = [&](Hr result) {
    return call.done(result, {{"volume", volume}, {"provider", provider_text}});
  };
  if (!call.admitted()) return refuse(call.refusal());
  if (snapshot == nullptr || volume_in == nullptr) return refuse(hr::invalid_arg);
  if (!well_formed_volume(volume)) return refuse(hr::invalid_arg);
  Volume* found = service_.volume(volume);
  if (found == nullptr) return refuse(hr::object_not_found);
  auto& entries = session_->set->entries;
  if (entries.size() >= limits::kVolumesInSetMax) {
    return refuse(hr::maximum_number_of_volumes_reached);
  }
  for (const SnapshotEntry& entry : entries) {
    if (service_.volume(entry.volume) == found) return refuse(hr::object_already_exists);
  }
  ProviderRecord* provider = nullptr;
  Hr result = service_.choose_provider(*session_, provider_id, volume, enter, provider);
  if (failed(result)) return refuse(result);
  service_.fact(session_.get(), "ProviderChosen", enter,
                {{"volume", volume}, {"provider", provider->name}});

  // A service that lies gives the id of the copy before once more.
  const bool used_again =
      service_.wire.fault("vss", "SnapshotId", {plan::FaultAction::drop}) != nullptr &&
      !service_.snapshots.empty();
  const Guid id = used_again ? service_.snapshots.back().id : Guid::random(service_.prng);
  const std::string set_text = session_->set->id.to_string();
  const std::string id_text = id.to_string();
  const std::string context_text = service_.wire.told_value(
      provider->name, "BeginPrepareSnapshot", "context", journal_hex(session_->context));
  const std::string handed_volume =
      service_.wire.told_value(provider->name, "BeginPrepareSnapshot", "volume", volume);
  const LabVss::Impl::Called called = service_.call_provider(
      session_->number, *provider, "BeginPrepareSnapshot", enter,
      {{"set", set_text},
       {"snapshot", id_text},
       {"volume", handed_volume},
       {"context", context_text}},
      [software = provider->software, set = session_->set->id, id, wide = to_wide(handed_volume),
       context = static_cast<LONG>(std::stoul(context_text, nullptr, 16))]() mutable {
        return software->BeginPrepareSnapshot(set.to<VSS_ID>(), id.to<VSS_ID>(), wide.data(),
                                              context);
      });
  result =
      service_.translate(*session_, *provider, "BeginPrepareSnapshot", called.hr, called.leave);
  if (failed(result)) return refuse(result);
  entries.push_back({id, volume, provider});
  const std::string told_id = call.told_value("snapshot", id_text);
  *snapshot = Guid::parse(told_id)->to<VSS_ID>();
  return call.done(hr::ok,
                   {{"volume", volume}, {"provider", provider_text}, {"snapshot", told_id}});
}

HRESULT BackupObject::IsVolumeSupported(VSS_ID provider_in, VSS_PWSZ volume_in, BOOL* supported) {
  RequesterCall call(*this, "IsVolumeSupported");
  const std::string volume = text_of(volume_in);
  const Guid provider_id = Guid::from(provider_in);
  const std::string provider_text = provider_id.to_string();
  const Seq enter = call.enter({{"volume", volume}, {"provider", provider_text}});
  const auto refuse = [&](Hr result) { return call.done(result, {{"volume", volume}}); };
  if (!call.admitted()) return refuse(call.refusal());
  if (supported == nullptr || volume_in == nullptr) return refuse(hr::invalid_arg);
  *supported = FALSE;
  if (service_.volume(volume) == nullptr) return refuse(hr::object_not_found);
  ProviderRecord* provider = nullptr;
  const Hr result = service_.choose_provider(*session_, provider_id, volume, enter, provider);
  const bool unsupported =
      result == hr::volume_not_supported || result == hr::volume_not_supported_by_provider;
  if (failed(result) && !unsupported) return refuse(result);
  const std::string told = call.told_value("supported", journal_bool(provider != nullptr));
  *supported = told == "yes" ? TRUE : FALSE;
  return call.done(hr::ok, {{"volume", volume}, {"supported", told}});
}

HRESULT BackupObject::PrepareForBackup(IVssAsync** async) {
  return async_call(
      "PrepareForBackup", async,
      {ObjectState::preparing, ObjectState::prepared, ObjectState::snap_failed},
      [this](Seq enter) {
        const auto session = session_;
        service_.prepare_for_backup(session, enter);
        return hr::ok;
      },
      [this]() -> Hr {
        if (!session_->state_set) return hr::bad_state;
        const bool set_open = session_->state == ObjectState::set_open;
        return set_open || needs_no_copy(*session_) ? hr::ok : hr::bad_state;
      });
}

HRESULT BackupObject::DoSnapshotSet(IVssAsync** async) {
  return async_call(
      "DoSnapshotSet", async,
      {ObjectState::snapping, ObjectState::snapped, ObjectState::snap_failed},
      [this](Seq enter) {
        const auto session = session_;
        return service_.make_set(session, enter);
      },
      [this]() -> Hr {
        const bool open = session_->set.has_value() && service_.creating == session_.get();
        return open ? hr::ok : hr::bad_state;
      });
}

}  // namespace vsslab

// The shadow copy set: opened, filled, prepared and made.

#include <vsprov.h>

#include <algorithm>
#include <string>

#include "core/limits.h"
#include "metadata/backup_need.h"
#include "metadata/component_path.h"
#include "service/backup_object.h"
#include "volume/volume.h"

namespace vsslab {

namespace {

// The form of a volume's name, with the trailing backslash (VSSR-SET-005).
bool well_formed_volume(std::string_view name) {
  return name.size() >= 3 && name.back() == '\\' && (name[1] == ':' || name.starts_with("\\\\"));
}

// A backup in which no file set of a selected component, or of what comes along with it, must come
// from a shadow copy may do without. The pages leave it open whether a writer that does not support
// the type is backed up whole: both readings are let pass.
bool needs_no_copy(const BackupSession& session) {
  if (!session.document.select_components || session.document.writers.empty()) return false;
  const std::uint32_t type = session.backup_type;
  const auto asks = [type](const metadata::WriterMetadata& writer, const metadata::FileSet& set) {
    return metadata::copy_required(set, type) &&
           metadata::copy_required(set, metadata::effective_type(type, writer.backup_schema));
  };
  for (const WriterComponents& selected : session.document.writers) {
    for (const auto& writer : session.writers) {
      if (writer->instance_id != selected.instance_id || writer->metadata == nullptr) continue;
      const metadata::WriterMetadata& document = *writer->metadata;
      const metadata::ComponentTree tree(document);
      for (const ComponentEntry& entry : selected.components) {
        const auto index = tree.index_of({entry.logical_path, entry.name});
        if (!index) continue;
        for (const std::size_t part : tree.parts(*index)) {
          const auto& sets = document.components[part].files;
          if (std::any_of(sets.begin(), sets.end(),
                          [&](const auto& set) { return asks(document, set); })) {
            return false;
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

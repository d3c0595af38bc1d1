// The restore half: selection and options before PreRestore, records between PreRestore and
// PostRestore.

#include <algorithm>

#include "service/backup_object.h"
#include "service/restore_target.h"

namespace vsslab {

namespace {

// A writer that said NEVER expects no restore events (VSSW-REST-001).
bool wants_restore_events(const WriterSession& writer) {
  return writer.metadata != nullptr && writer.metadata->restore_method.has_value() &&
         writer.metadata->restore_method->writer_restore != metadata::WriterRestore::never;
}

// IF_REPLACE_FAILS: PostRestore only when files of the writer did not all come back
// (VSSW-REST-002).
bool wants_post_restore(const LabVss::Impl& service, const BackupSession& session,
                        const WriterSession& writer) {
  if (!wants_restore_events(writer)) return false;
  if (writer.metadata->restore_method->writer_restore !=
      metadata::WriterRestore::if_replace_fails) {
    return true;
  }
  for (const WriterComponents& components : session.document.writers) {
    if (components.writer_id != writer.writer->class_id) continue;
    for (const ComponentEntry& entry : components.components) {
      if (entry.selected_for_restore &&
          entry.file_restore_status != metadata::FileRestoreStatus::all &&
          restored_to(service, session, components, entry) == writer.writer) {
        return true;
      }
    }
  }
  return false;
}

// What the service takes for the writer's wish: the truth, unless the wire falsifies it.
bool taken_for(Wire& wire, const WriterSession& writer, std::string_view event, bool wanted) {
  return wire.told_value(writer.writer->name, event, "wanted", journal_bool(wanted)) ==
         journal_bool(true);
}

}  // namespace

HRESULT BackupObject::SetSelectedForRestore(VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                                            LPCWSTR name, bool selected) {
  return SetSelectedForRestoreEx(writer, type, path, name, selected, VSS_ID{});
}

HRESULT BackupObject::SetSelectedForRestoreEx(VSS_ID writer, VSS_COMPONENT_TYPE, LPCWSTR path,
                                              LPCWSTR name, bool selected, VSS_ID instance) {
  const Guid class_id = Guid::from(writer);
  const Guid wanted = Guid::from(instance);
  const auto set = [&](ComponentEntry& entry) {
    const WriterSession* live = nullptr;
    const WriterSession* chosen = nullptr;
    for (const auto& in : session_->writers) {
      if (!in->identified || in->writer->class_id != class_id) continue;
      if (live == nullptr) live = in.get();
      if (in->instance_id == wanted) chosen = in.get();
    }
    if (live == nullptr) return hr::object_not_found;
    if (!wanted.is_null()) {
      const bool moves =
          chosen != nullptr && chosen->metadata != nullptr &&
          (chosen->metadata->backup_schema & VSS_BS_WRITER_SUPPORTS_RESTORE_WITH_MOVE) != 0;
      if (!moves) return hr::invalid_arg;
    }
    entry.selected_for_restore = selected;
    entry.restore_instance_id = wanted;
    return hr::ok;
  };
  if (wanted.is_null()) {
    return component_setter("SetSelectedForRestore", writer, path, name,
                            {{"selected", journal_bool(selected)}}, set);
  }
  return component_setter("SetSelectedForRestore", writer, path, name,
                          {{"selected", journal_bool(selected)}, {"instance", wanted.to_string()}},
                          set);
}

HRESULT BackupObject::SetRestoreOptions(VSS_ID writer, VSS_COMPONENT_TYPE, LPCWSTR path,
                                        LPCWSTR name, LPCWSTR options) {
  const std::string value = text_of(options);
  return component_setter("SetRestoreOptions", writer, path, name, {{"value", value}},
                          [&](ComponentEntry& entry) {
                            entry.restore_options = value;
                            return hr::ok;
                          });
}

HRESULT BackupObject::SetAdditionalRestores(VSS_ID writer, VSS_COMPONENT_TYPE, LPCWSTR path,
                                            LPCWSTR name, bool additional) {
  return component_setter("SetAdditionalRestores", writer, path, name,
                          {{"value", journal_bool(additional)}}, [&](ComponentEntry& entry) {
                            entry.additional_restores = additional;
                            return hr::ok;
                          });
}

HRESULT BackupObject::AddAlternativeLocationMapping(VSS_ID writer, VSS_COMPONENT_TYPE, LPCWSTR path,
                                                    LPCWSTR name, LPCWSTR file_path,
                                                    LPCWSTR filespec, bool recursive,
                                                    LPCWSTR destination) {
  metadata::AlternateLocationMapping mapping;
  mapping.path = text_of(file_path);
  mapping.filespec = text_of(filespec);
  mapping.recursive = recursive;
  mapping.alternate_path = text_of(destination);
  return component_setter("AddAlternativeLocationMapping", writer, path, name,
                          {{"file_path", mapping.path},
                           {"filespec", mapping.filespec},
                           {"destination", mapping.alternate_path}},
                          [&](ComponentEntry& entry) {
                            entry.alternate_locations.push_back(mapping);
                            return hr::ok;
                          });
}

HRESULT BackupObject::AddRestoreSubcomponent(VSS_ID writer, VSS_COMPONENT_TYPE, LPCWSTR path,
                                             LPCWSTR name, LPCWSTR sub_path, LPCWSTR sub_name,
                                             bool repair) {
  const std::string sub_path_text = text_of(sub_path);
  const std::string sub_name_text = text_of(sub_name);
  const bool given = sub_path != nullptr && sub_name != nullptr && !repair;
  return component_setter("AddRestoreSubcomponent", writer, path, name,
                          {{"sub_path", sub_path_text}, {"sub_component", sub_name_text}},
                          [&](ComponentEntry& entry) {
                            if (!given) return hr::invalid_arg;
                            if (!entry.selected_for_restore) return hr::bad_state;
                            metadata::RestoreSubcomponent sub;
                            sub.logical_path = sub_path_text;
                            sub.component_name = sub_name_text;
                            entry.restore_subcomponents.push_back(std::move(sub));
                            return hr::ok;
                          });
}

HRESULT BackupObject::SetFileRestoreStatus(VSS_ID writer, VSS_COMPONENT_TYPE, LPCWSTR path,
                                           LPCWSTR name, VSS_FILE_RESTORE_STATUS status) {
  return component_setter(
      "SetFileRestoreStatus", writer, path, name,
      {{"status", std::to_string(static_cast<int>(status))}}, [&](ComponentEntry& entry) {
        entry.file_restore_status = static_cast<metadata::FileRestoreStatus>(status);
        return hr::ok;
      });
}

HRESULT BackupObject::AddNewTarget(VSS_ID writer, VSS_COMPONENT_TYPE, LPCWSTR path, LPCWSTR name,
                                   LPCWSTR file_path, LPCWSTR file_name, bool recursive,
                                   LPCWSTR alternate) {
  metadata::AlternateLocationMapping target;
  target.path = text_of(file_path);
  target.filespec = text_of(file_name);
  target.recursive = recursive;
  target.alternate_path = text_of(alternate);
  return component_setter("AddNewTarget", writer, path, name,
                          {{"file_path", target.path},
                           {"filespec", target.filespec},
                           {"alternate", target.alternate_path}},
                          [&](ComponentEntry& entry) {
                            entry.new_targets.push_back(target);
                            return hr::ok;
                          });
}

HRESULT BackupObject::SetRangesFilePath(VSS_ID writer, VSS_COMPONENT_TYPE, LPCWSTR path,
                                        LPCWSTR name, UINT index, LPCWSTR ranges) {
  const std::string value = text_of(ranges);
  return component_setter("SetRangesFilePath", writer, path, name,
                          {{"index", std::to_string(index)}, {"value", value}},
                          [&](ComponentEntry& entry) {
                            if (index >= entry.partial_files.size()) return hr::object_not_found;
                            entry.partial_files[index].ranges = value;
                            return hr::ok;
                          });
}

HRESULT BackupObject::PreRestore(IVssAsync** async) {
  return async_call(
      "PreRestore", async,
      {ObjectState::restore_pre_running, ObjectState::restore_pre_restored,
       ObjectState::restore_gathered},
      [this](Seq enter) {
        const auto session = session_;
        service_.let_go_before(session, "PreRestore", enter);
        service_.deliver_all(
            session, WriterEvent::pre_restore, enter, [&](const WriterSession& writer) {
              return restore_entry_of(service_, *session, *writer.writer).has_value() &&
                     taken_for(service_.wire, writer, "PreRestore", wants_restore_events(writer));
            });
        return hr::ok;
      });
}

HRESULT BackupObject::PostRestore(IVssAsync** async) {
  return async_call(
      "PostRestore", async,
      {ObjectState::restore_post_running, ObjectState::restore_post_restored,
       ObjectState::restore_pre_restored},
      [this](Seq enter) {
        const auto session = session_;
        const bool lost = std::any_of(
            session->writers.begin(), session->writers.end(),
            [](const auto& writer) { return writer->in_operation && writer->writer->gone; });
        service_.let_go_before(session, "PostRestore", enter);
        service_.deliver_all(session, WriterEvent::post_restore, enter,
                             [&](const WriterSession& writer) {
                               return writer.in_operation &&
                                      taken_for(service_.wire, writer, "PostRestore",
                                                wants_post_restore(service_, *session, writer));
                             });
        return lost ? hr::unexpected_writer_error : hr::ok;
      });
}

HRESULT BackupObject::SetAuthoritativeRestore(VSS_ID writer, VSS_COMPONENT_TYPE, LPCWSTR path,
                                              LPCWSTR name, bool auth) {
  return component_setter("SetAuthoritativeRestore", writer, path, name,
                          {{"value", journal_bool(auth)}}, [&](ComponentEntry& entry) {
                            entry.authoritative_restore = auth;
                            return hr::ok;
                          });
}

HRESULT BackupObject::SetRollForward(VSS_ID writer, VSS_COMPONENT_TYPE, LPCWSTR path, LPCWSTR name,
                                     VSS_ROLLFORWARD_TYPE roll, LPCWSTR point) {
  const std::string value = text_of(point);
  return component_setter("SetRollForward", writer, path, name, {{"value", value}},
                          [&](ComponentEntry& entry) {
                            entry.roll_forward_type = static_cast<metadata::RollForwardType>(roll);
                            entry.roll_forward_point = value;
                            return hr::ok;
                          });
}

HRESULT BackupObject::SetRestoreName(VSS_ID writer, VSS_COMPONENT_TYPE, LPCWSTR path, LPCWSTR name,
                                     LPCWSTR restore_name) {
  const std::string value = text_of(restore_name);
  return component_setter("SetRestoreName", writer, path, name, {{"value", value}},
                          [&](ComponentEntry& entry) {
                            entry.restore_name = value;
                            return hr::ok;
                          });
}

}  // namespace vsslab

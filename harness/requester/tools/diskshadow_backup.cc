// DiskShadow's backups and restores.
#include <algorithm>

#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/tools/cabinet.h"
#include "requester/tools/diskshadow.h"

namespace vsslab::requester {

namespace {

// As DiskShadow's own manifest: UTF-16.
std::string utf16(std::string_view utf8) {
  std::string bytes;
  for (const WCHAR unit : wide(utf8)) {
    bytes += static_cast<char>(unit & 0xFF);
    bytes += static_cast<char>(unit >> 8 & 0xFF);
  }
  return bytes;
}

std::string in_attribute(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '\'') {
      out += "&apos;";
    } else {
      out += c == ' ' ? "%s" : std::string(1, c);
    }
  }
  return out;
}

std::string base_name(const std::string& path) {
  const std::size_t slash = path.find_last_of("\\/");
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

}  // namespace

void DiskShadow::begin_backup(const DiskWords& words) {
  if (!words.empty()) usage("begin backup");
  if (in_backup_ || in_restore_) refuse("A backup or restore is already in progress.");
  in_backup_ = true;
}

void DiskShadow::open_session() {
  if (vss_) vss_->release();
  vss_ = std::make_unique<BackupObject>();
  writers_.clear();
  check(vss_->create(), "CreateVssBackupComponents");
  check(vss_->get()->InitializeForBackup(NULL), "InitializeForBackup");
  const LONG context = context_ | options_;
  if (context != VSS_CTX_BACKUP) check(vss_->get()->SetContext(context), "SetContext");
  const bool with_writers = (context & VSS_VOLSNAP_ATTR_NO_WRITERS) == 0;
  check(vss_->get()->SetBackupState(with_writers, with_writers,
                                    in_backup_ ? VSS_BT_FULL : VSS_BT_COPY, false),
        "SetBackupState");
}

void DiskShadow::create(const DiskWords& words) {
  if (!words.empty()) usage("create");
  if (additions_.empty()) refuse("No volume was added to the shadow copy set.");
  if (made_ && in_backup_) refuse("The shadow copies of this backup were created already.");
  std::vector<std::string> volumes;
  for (const Addition& addition : additions_) volumes.push_back(addition.volume);
  open_session();
  try {
    if ((context_ & VSS_VOLSNAP_ATTR_NO_WRITERS) == 0) choose_components(volumes);
    make_set(volumes);
  } catch (const CommandFailed&) {
    if (vss_->exists()) vss_->get()->AbortBackup();
    vss_->release();
    throw;
  }
  made_ = true;
  name_copies();
  try {
    save_metadata();
  } catch (const CommandFailed&) {
    // Without its metadata this is no backup: the writers are told, and let go.
    print("The shadow copies were made; the backup is given up.\n");
    additions_.clear();
    in_backup_ = false;
    complete(false);
    throw;
  }
  auto all = administration();
  std::vector<CopyInfo> copies = all_copies(*all);
  all->release();
  std::erase_if(copies, [&](const CopyInfo& copy) { return !IsEqualGUID(copy.set, set_); });
  print(fmt::format("\nQuerying all shadow copies with the shadow copy set ID {}\n", braced(set_)));
  print_copies(copies);
  additions_.clear();
  if (!in_backup_) complete();
}

void DiskShadow::choose_components(const std::vector<std::string>& volumes) {
  wait("GatherWriterMetadata", *vss_,
       [&](IVssAsync** out) { return vss_->get()->GatherWriterMetadata(out); });
  check(read_shown_writers(*vss_->get(), true, writers_), "GetWriterMetadata");
  exclude_components(volumes);
  for (ShownWriter& writer : writers_) {
    if (writer.excluded) continue;
    for (ShownComponent& component : writer.components) {
      if (!component.can_be_included()) continue;
      component.included = std::none_of(
          writer.components.begin(), writer.components.end(), [&](const ShownComponent& above) {
            return above.is_ancestor_of(component) && above.can_be_included();
          });
    }
  }
  verify_components();
  add_components();
}

// A name that is nobody's excludes nobody: the user should know.
void DiskShadow::tell_unknown_exclusions(const std::vector<ShownWriter>& writers) {
  for (const std::string& text : excluded_) {
    const bool known = std::any_of(writers.begin(), writers.end(), [&](const ShownWriter& writer) {
      return writer.is_named(text) ||
             std::any_of(writer.components.begin(), writer.components.end(),
                         [&](const ShownComponent& component) {
                           return names_component(writer, component, text);
                         });
    });
    if (!known) print(fmt::format("There is no writer or component \"{}\" to exclude.\n", text));
  }
}

void DiskShadow::exclude_components(const std::vector<std::string>& volumes) {
  tell_unknown_exclusions(writers_);
  for (ShownWriter& writer : writers_) {
    for (const std::string& text : excluded_) writer.excluded |= writer.is_named(text);
    const auto leave_out = [&](ShownComponent& component) {
      component.excluded = true;
      if (!component.top_level || component.selectable || writer.excluded) return;
      tell(
          fmt::format("The writer \"{}\" is now entirely excluded from the backup because the "
                      "top-level\nnon selectable component \"{}\" is excluded.",
                      writer.name, component.full));
      writer.excluded = true;
    };
    for (ShownComponent& component : writer.components) {
      if (writer.excluded) break;
      const bool named = std::any_of(
          excluded_.begin(), excluded_.end(),
          [&](const std::string& text) { return names_component(writer, component, text); });
      const auto missing = std::find_if(
          component.volumes.begin(), component.volumes.end(), [&](const std::string& volume) {
            return std::none_of(volumes.begin(), volumes.end(), [&](const std::string& other) {
              return equal_words(other, volume);
            });
          });
      if (missing != component.volumes.end()) {
        tell(
            fmt::format("Component \"{}\" from writer \"{}\" is excluded from backup,\n"
                        "because it requires volume {} which is not in the shadow copy set.",
                        component.full, writer.name, drive_of(*missing)));
      }
      if (named || missing != component.volumes.end()) leave_out(component);
    }
    for (ShownComponent& component : writer.components) {
      for (const ShownComponent& below : writer.components) {
        if (below.excluded && component.is_ancestor_of(below)) component.excluded = true;
      }
    }
    const bool any = std::any_of(writer.components.begin(), writer.components.end(),
                                 [](const ShownComponent& one) { return one.can_be_included(); });
    if (any || writer.excluded) continue;
    tell(fmt::format("Excluding writer \"{}\", because all of its components have been excluded.",
                     writer.name));
    writer.excluded = true;
  }
}

void DiskShadow::verify_components() {
  for (const std::string& text : verified_) {
    bool found = false;
    bool taken = true;
    for (const ShownWriter& writer : writers_) {
      for (const ShownComponent& component : writer.components) {
        if (!writer.is_named(text) && !names_component(writer, component, text)) continue;
        found = true;
        const bool implied = std::any_of(writer.components.begin(), writer.components.end(),
                                         [&](const ShownComponent& above) {
                                           return above.included && above.is_ancestor_of(component);
                                         });
        taken &= !writer.excluded && (component.included || implied);
      }
    }
    if (found && taken) continue;
    refuse(
        fmt::format("\nThe writer or component \"{}\" is not included in the shadow copy.", text));
  }
}

void DiskShadow::add_components() {
  for (ShownWriter& writer : writers_) {
    if (writer.excluded) continue;
    bool first = true;
    for (ShownComponent& component : writer.components) {
      if (!component.included) continue;
      if (first) tell(fmt::format("\n* Including writer \"{}\":", writer.name));
      first = false;
      tell("\t+ Adding component: " + component.full);
      check(vss_->get()->AddComponent(writer.instance, writer.id, component.type,
                                      or_null(wide(component.path)), wide(component.name).c_str()),
            "AddComponent");
    }
  }
  tell("");
}

void DiskShadow::make_set(const std::vector<std::string>& volumes) {
  check(vss_->get()->StartSnapshotSet(&set_), "StartSnapshotSet");
  for (Addition& addition : additions_) {
    std::wstring name = wide(addition.volume);
    check(vss_->get()->AddToSnapshotSet(name.data(), addition.provider, &addition.copy),
          "AddToSnapshotSet");
  }
  const bool with_writers = (context_ & VSS_VOLSNAP_ATTR_NO_WRITERS) == 0;
  if (with_writers) {
    wait("PrepareForBackup", *vss_,
         [&](IVssAsync** out) { return vss_->get()->PrepareForBackup(out); });
  }
  wait("DoSnapshotSet", *vss_, [&](IVssAsync** out) { return vss_->get()->DoSnapshotSet(out); });
  if (with_writers) check_writers(writers_);
}

// A writer that takes part and failed ends the command.
void DiskShadow::check_writers(const std::vector<ShownWriter>& taking_part) {
  std::vector<WriterInfo> states;
  check(query_writers(*vss_, states), "GatherWriterStatus");
  bool failed_one = false;
  for (const WriterInfo& state : states) {
    if (state.state < VSS_WS_FAILED_AT_IDENTIFY) continue;
    for (const ShownWriter& writer : taking_part) {
      if (!IsEqualGUID(writer.instance, state.instance) || writer.excluded) continue;
      failed_one = true;
      print(
          fmt::format("\nThe writer \"{}\" is in a failed state.\n"
                      "\t- Status: {} ({})\n\t- Writer Failure code: 0x{:08x} ({})\n"
                      "\t- Writer ID: {}\n\t- Instance ID: {}\n",
                      state.name, static_cast<int>(state.state), word_of(state.state),
                      static_cast<std::uint32_t>(state.failure), hresult_name(state.failure),
                      braced(state.id), braced(state.instance)));
    }
  }
  if (failed_one) throw CommandFailed{};
}

void DiskShadow::name_copies() {
  for (std::size_t i = 0; i < additions_.size(); ++i) {
    Addition& addition = additions_[i];
    if (addition.alias.empty()) addition.alias = fmt::format("VSS_SHADOW_{}", i + 1);
    set_alias(addition.alias, braced(addition.copy));
    print(fmt::format("Alias {} for shadow ID {} set as environment variable.\n", addition.alias,
                      braced(addition.copy)));
  }
  set_alias("VSS_SHADOW_SET", braced(set_));
  print(fmt::format("Alias VSS_SHADOW_SET for shadow set ID {} set as environment variable.\n",
                    braced(set_)));
}

void DiskShadow::save_metadata() {
  if (metadata_file_.empty()) {
    // The document is made all the same; see docs/fidelity.md on the cabinet.
    BSTR xml = NULL;
    check(vss_->get()->SaveAsXML(&xml), "SaveAsXML");
    SysFreeString(xml);
    return;
  }
  std::vector<CabinetFile> files(1);
  std::string manifest = fmt::format("<Manifest ><ShadowCopySet GUID = '{}' MachineName = '{}' >",
                                     braced(set_), in_attribute(computer_name()));
  for (const Addition& addition : additions_) {
    manifest += fmt::format(
        "<ShadowCopy GUID = '{}' Alias = '{}' OriginalVolume = '{}' Provider = '{}' ></ShadowCopy>",
        braced(addition.copy), in_attribute(addition.alias), drive_of(addition.volume),
        braced(addition.provider));
  }
  manifest += "</ShadowCopySet><BackupComponents File = 'BCDocument.xml' ></BackupComponents>";
  manifest += "<Aliases >";
  for (const auto& [name, value] : aliases_) {
    if (name.starts_with("DISKSH_PARAM_")) continue;  // of this call, not of the set
    manifest += fmt::format("<Alias Name = '{}' Value = '{}' ></Alias>", in_attribute(name),
                            in_attribute(value));
  }
  manifest += fmt::format("</Aliases><Writers Count = '{}' >", writers_.size());
  BSTR xml = NULL;
  check(vss_->get()->SaveAsXML(&xml), "SaveAsXML");
  files.push_back({"BCDocument.xml", take(xml)});
  for (std::size_t i = 0; i < writers_.size(); ++i) {
    const std::string name = fmt::format("WM{}.xml", i);
    manifest += fmt::format("<Writer Name = '{}' MetadataFile = '{}' ></Writer>",
                            in_attribute(writers_[i].name), name);
    files.push_back({name, writers_[i].xml});
  }
  manifest += "</Writers></Manifest>";
  files[0] = {"Manifest.xml", utf16(manifest)};
  const auto written = write_any(host_, metadata_file_, write_cabinet(files));
  if (!written) refuse(fmt::format("\"{}\": {}", metadata_file_, written.error().message));
  for (const CabinetFile& file : files) {
    tell(fmt::format("Inserted file {} into .cab file {}", file.name, base_name(metadata_file_)));
  }
}

void DiskShadow::complete(bool succeeded) {
  made_ = false;
  if ((context_ & VSS_VOLSNAP_ATTR_NO_WRITERS) != 0 || !vss_ || !vss_->exists()) return;
  for (ShownWriter& writer : writers_) {
    if (writer.excluded) continue;
    for (ShownComponent& component : writer.components) {
      if (!component.included) continue;
      check(vss_->get()->SetBackupSucceeded(writer.instance, writer.id, component.type,
                                            or_null(wide(component.path)),
                                            wide(component.name).c_str(), succeeded),
            "SetBackupSucceeded");
    }
  }
  wait("BackupComplete", *vss_, [&](IVssAsync** out) { return vss_->get()->BackupComplete(out); });
  check_writers(writers_);
}

void DiskShadow::end_backup(const DiskWords& words) {
  if (!words.empty()) usage("end backup");
  // Without BEGIN BACKUP the copy backup was completed by CREATE: nothing is left to do.
  if (!in_backup_ && IsEqualGUID(set_, VSS_ID{})) refuse("No backup is in progress.");
  in_backup_ = false;
  if (made_) complete();
}

void DiskShadow::select_for_restore() {
  if (loaded_.empty()) refuse("No metadata was loaded.");
  if (vss_) vss_->release();
  vss_ = std::make_unique<BackupObject>();
  writers_.clear();
  restorable_.clear();
  check(vss_->create(), "CreateVssBackupComponents");
  const Bstr document(loaded_);
  check(vss_->get()->InitializeForRestore(document.get()), "InitializeForRestore");
  wait("GatherWriterMetadata", *vss_,
       [&](IVssAsync** out) { return vss_->get()->GatherWriterMetadata(out); });
  check(read_shown_writers(*vss_->get(), false, writers_), "GetWriterMetadata");
  const auto missing = [&](const VSS_ID& id) {
    print(fmt::format("The writer with ID {} is not present on this system.\n", braced(id)));
  };
  check(read_restorable(*vss_->get(), writers_, missing, restorable_), "GetWriterComponents");
  tell_unknown_exclusions(restorable_);
  for (ShownWriter& writer : restorable_) {
    for (const std::string& text : excluded_) writer.excluded |= writer.is_named(text);
    if (!writer.supports_restore()) {
      tell(fmt::format("Excluding writer \"{}\", because it does not support restore events.",
                       writer.name));
      writer.excluded = true;
    }
    if (writer.excluded) continue;
    print(fmt::format("\n* Including writer \"{}\":\n", writer.name));
    for (ShownComponent& component : writer.components) {
      for (const std::string& text : excluded_) {
        component.excluded |= names_component(writer, component, text);
      }
      if (component.excluded) continue;
      component.included = true;
      print("\t+ Selecting component: " + component.full + "\n");
    }
  }
  verify_restorable();
}

// `writer verify` holds for a restore too.
void DiskShadow::verify_restorable() {
  for (const std::string& text : verified_) {
    bool taken = false;
    for (const ShownWriter& writer : restorable_) {
      for (const ShownComponent& component : writer.components) {
        if (!component.included) continue;
        taken |= writer.is_named(text) || names_component(writer, component, text);
      }
    }
    if (taken) continue;
    vss_->release();
    refuse(fmt::format("\nThe writer or component \"{}\" is not included in the restore.", text));
  }
}

void DiskShadow::simulate_restore(const DiskWords& words) {
  if (!words.empty()) usage("simulate restore");
  if (in_backup_ || in_restore_) refuse("A backup or restore is already in progress.");
  select_for_restore();
  vss_->release();
}

void DiskShadow::begin_restore(const DiskWords& words) {
  if (!words.empty()) usage("begin restore");
  if (in_backup_ || in_restore_) refuse("A backup or restore is already in progress.");
  select_for_restore();
  for (const ShownWriter& writer : restorable_) {
    for (const ShownComponent& component : writer.components) {
      if (!component.included) continue;
      check(vss_->get()->SetSelectedForRestore(writer.id, component.type,
                                               or_null(wide(component.path)),
                                               wide(component.name).c_str(), true),
            "SetSelectedForRestore");
    }
  }
  wait("PreRestore", *vss_, [&](IVssAsync** out) { return vss_->get()->PreRestore(out); });
  try {
    check_writers(restorable_);
  } catch (const CommandFailed&) {
    // Nothing of theirs may be restored now, and the writers are let go.
    print("\nThe restore is given up.\n");
    tell_restored(VSS_RS_NONE);
    vss_->release();
    throw;
  }
  in_restore_ = true;
}

void DiskShadow::tell_restored(VSS_FILE_RESTORE_STATUS status) {
  for (const ShownWriter& writer : restorable_) {
    for (const ShownComponent& component : writer.components) {
      if (!component.included) continue;
      check(vss_->get()->SetFileRestoreStatus(writer.id, component.type,
                                              or_null(wide(component.path)),
                                              wide(component.name).c_str(), status),
            "SetFileRestoreStatus");
    }
  }
  wait("PostRestore", *vss_, [&](IVssAsync** out) { return vss_->get()->PostRestore(out); });
}

void DiskShadow::end_restore(const DiskWords& words) {
  if (!words.empty()) usage("end restore");
  if (!in_restore_) refuse("No restore is in progress.");
  in_restore_ = false;
  tell_restored(VSS_RS_ALL);
  check_writers(restorable_);
  vss_->release();
}

void DiskShadow::import_set(const DiskWords& words) {
  if (!words.empty()) usage("import");
  if (loaded_.empty()) refuse("No metadata was loaded.");
  BackupObject vss;
  const Bstr document(loaded_);
  try {
    check(vss.create(), "CreateVssBackupComponents");
    check(vss.get()->InitializeForBackup(document.get()), "InitializeForBackup");
    check(vss.get()->SetContext(static_cast<LONG>(VSS_CTX_ALL)), "SetContext");
    wait("ImportSnapshots", vss, [&](IVssAsync** out) { return vss.get()->ImportSnapshots(out); });
  } catch (const CommandFailed&) {
    vss.release();
    throw;
  }
  vss.release();
}

}  // namespace vsslab::requester

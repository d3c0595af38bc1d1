// DiskShadow's lists, and its commands on copies that exist.
#include <algorithm>

#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/tools/diskshadow.h"

namespace vsslab::requester {

namespace {

std::string_view truth(bool value) { return value ? "TRUE" : "FALSE"; }

std::string shown(const std::string& volume) {
  const std::string drive = drive_of(volume);
  return drive.empty() ? volume : fmt::format("{} [{}]", volume, drive);
}

}  // namespace

std::unique_ptr<BackupObject> DiskShadow::administration() {
  auto vss = std::make_unique<BackupObject>();
  check(vss->create(), "CreateVssBackupComponents");
  check(vss->get()->InitializeForBackup(NULL), "InitializeForBackup");
  check(vss->get()->SetContext(static_cast<LONG>(VSS_CTX_ALL)), "SetContext");
  return vss;
}

std::vector<CopyInfo> DiskShadow::all_copies(BackupObject& vss) {
  std::vector<CopyInfo> copies;
  check(query_copies(*vss.get(), copies), "Query");
  return copies;
}

std::string DiskShadow::alias_of(const VSS_ID& id) const {
  for (const auto& [name, value] : aliases_) {
    if (value == braced(id)) return fmt::format("%{}%", name);
  }
  return {};
}

void DiskShadow::print_copies(const std::vector<CopyInfo>& copies) {
  for (const CopyInfo& copy : copies) {
    const std::string alias = alias_of(copy.id);
    const std::string set_alias = alias_of(copy.set);
    std::string exposed = "Not exposed";
    if (copy.has(VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY)) {
      exposed = "Exposed locally as: " + copy.exposed_name;
    } else if (copy.has(VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY)) {
      exposed = "Exposed remotely as: " + copy.exposed_name;
    }
    print(fmt::format(
        "\n\t* Shadow copy ID = {}{}\n"
        "\t\t- Shadow copy set: {}{}\n"
        "\t\t- Original count of shadow copies = {}\n"
        "\t\t- Original volume name: {}\n"
        "\t\t- Creation time: {}\n"
        "\t\t- Shadow copy device name: {}\n"
        "\t\t- Originating machine: {}\n"
        "\t\t- Service machine: {}\n"
        "\t\t- {}\n"
        "\t\t- Provider ID: {}\n"
        "\t\t- Attributes: {}\n",
        braced(copy.id), alias.empty() ? alias : "\t\t" + alias, braced(copy.set),
        set_alias.empty() ? set_alias : "\t" + set_alias, copy.count, shown(copy.volume),
        us_time(copy.created), copy.device, copy.originating_machine, copy.service_machine, exposed,
        braced(copy.provider), attribute_words(copy.attributes)));
  }
  print(fmt::format("\nNumber of shadow copies listed: {}\n", copies.size()));
}

void DiskShadow::list_shadows(const DiskWords& words) {
  const bool all = words.size() == 1 && equal_words(words[0], "all");
  const bool set = words.size() == 2 && equal_words(words[0], "set");
  const bool one = words.size() == 2 && equal_words(words[0], "id");
  if (!all && !set && !one) usage("list shadows");
  const VSS_ID id = all ? VSS_ID{} : id_of(words[1]);
  auto vss = administration();
  std::vector<CopyInfo> copies = all_copies(*vss);
  vss->release();
  std::erase_if(copies, [&](const CopyInfo& copy) {
    return !all && !IsEqualGUID(set ? copy.set : copy.id, id);
  });
  print(all ? std::string("\nQuerying all shadow copies on the computer ...\n")
            : fmt::format("\nQuerying {} {} ...\n",
                          set ? "all shadow copies with the shadow copy set ID"
                              : "the shadow copy with the shadow copy ID",
                          braced(id)));
  if (copies.empty()) {
    print("There are no shadow copies on the computer.\n");
    return;
  }
  print_copies(copies);
}

void DiskShadow::list_providers(const DiskWords& words) {
  if (!words.empty()) usage("list providers");
  auto vss = administration();
  std::vector<ProviderInfo> providers;
  check(query_providers(*vss->get(), providers), "Query");
  vss->release();
  static constexpr std::string_view kTypes[] = {"VSS_PROV_UNKNOWN", "VSS_PROV_SYSTEM",
                                                "VSS_PROV_SOFTWARE", "VSS_PROV_HARDWARE"};
  for (const ProviderInfo& provider : providers) {
    const auto type = static_cast<std::size_t>(provider.type);
    print(fmt::format("* ProviderID: {}\n\tType: [{}] {}\n\tName: {}\n\tVersion: {}\n\tCLSID: {}\n",
                      braced(provider.id), type, kTypes[type < std::size(kTypes) ? type : 0],
                      provider.name, provider.version, braced(provider.class_id)));
  }
  print(fmt::format("{} provider{} registered.\n", providers.size(),
                    providers.size() == 1 ? "" : "s"));
}

void DiskShadow::list_writers(const DiskWords& words) {
  const bool status = words.size() == 1 && equal_words(words[0], "status");
  const bool detailed = words.size() == 1 && equal_words(words[0], "detailed");
  const bool metadata = words.empty() || (words.size() == 1 && equal_words(words[0], "metadata"));
  if (!status && !detailed && !metadata) usage("list writers");
  if (status) {
    list_writer_status();
    return;
  }
  print("\nListing writer metadata ...\n");
  BackupObject vss;
  std::vector<ShownWriter> writers;
  try {
    check(vss.create(), "CreateVssBackupComponents");
    check(vss.get()->InitializeForBackup(NULL), "InitializeForBackup");
    wait("GatherWriterMetadata", vss,
         [&](IVssAsync** out) { return vss.get()->GatherWriterMetadata(out); });
    check(read_shown_writers(*vss.get(), false, writers), "GetWriterMetadata");
  } catch (const CommandFailed&) {
    vss.release();
    throw;
  }
  vss.release();
  for (const ShownWriter& writer : writers) print_writer(writer, detailed);
  print(fmt::format("\n{} writers listed.\n", writers.size()));
}

// While a backup runs its writers are asked, else those of the machine.
void DiskShadow::list_writer_status() {
  print("\nListing writer status ...\n");
  std::vector<WriterInfo> writers;
  if (vss_ && vss_->exists() && (made_ || in_restore_)) {
    check(query_writers(*vss_, writers), "GatherWriterStatus");
  } else {
    BackupObject vss;
    Hr result = vss.create();
    if (succeeded(result)) result = vss.get()->InitializeForBackup(NULL);
    if (succeeded(result)) result = query_writers(vss, writers);
    vss.release();
    check(result, "GatherWriterStatus");
  }
  for (const WriterInfo& writer : writers) {
    print(
        fmt::format("* WRITER \"{}\"\n"
                    "\t- Status: {} ({})\n"
                    "\t- Writer Failure code: 0x{:08x} ({})\n"
                    "\t- Writer ID: {}\n"
                    "\t- Instance ID: {}\n",
                    writer.name, static_cast<int>(writer.state), word_of(writer.state),
                    static_cast<std::uint32_t>(writer.failure), hresult_name(writer.failure),
                    braced(writer.id), braced(writer.instance)));
  }
  print(fmt::format("{} writers listed.\n", writers.size()));
}

void DiskShadow::print_writer(const ShownWriter& writer, bool detailed) {
  print(fmt::format(
      "\n\t* WRITER \"{}\"\n"
      "\t\t- Writer ID   = {}\n"
      "\t\t- Writer instance ID = {}\n"
      "\t\t- Supports restore events = {}\n"
      "\t\t- Writer restore conditions = {}\n"
      "\t\t- Restore method = {}\n"
      "\t\t- Requires reboot after restore = {}\n"
      "\t\t- Excluded files:\n",
      writer.name, braced(writer.id), braced(writer.instance), truth(writer.supports_restore()),
      word_of(writer.conditions), word_of(writer.method), truth(writer.reboot)));
  const auto print_files = [&](const ShownFiles& files) {
    print(fmt::format("\t\t\t\t- {}: Path = {}, Filespec = {}{}\n", files.kind, files.path,
                      files.filespec, files.recursive ? ", Recursive" : ""));
  };
  for (const ShownFiles& files : writer.excludes) print_files(files);
  for (const ShownComponent& component : writer.components) {
    print(fmt::format(
        "\t\t+ Component \"{}:{}\"\n"
        "\t\t\t- Name: {}\n"
        "\t\t\t- Logical path: {}\n"
        "\t\t\t- Full path: {}\n"
        "\t\t\t- Caption: {}\n"
        "\t\t\t- Type: {} [{}]\n"
        "\t\t\t- Is selectable: {}\n"
        "\t\t\t- Is top level: {}\n"
        "\t\t\t- Notify on backup complete: {}\n",
        writer.name, component.full, component.name, component.path, component.full,
        component.caption, word_of(component.type), static_cast<int>(component.type),
        truth(component.selectable), truth(component.top_level), truth(component.notify)));
    if (detailed) {
      print("\t\t\t- Components:\n");
      for (const ShownFiles& files : component.files) print_files(files);
    }
    print("\t\t\t- Paths affected by this component:\n");
    for (const std::string& path : component.paths) print("\t\t\t\t- " + path + "\n");
    print("\t\t\t- Volumes affected by this component:\n");
    for (const std::string& volume : component.volumes) {
      print("\t\t\t\t- " + shown(volume) + "\n");
    }
    print("\t\t\t- Component Dependencies:\n");
    for (const ShownDependency& on : component.dependencies) {
      print(fmt::format("\t\t\t\t- Dependency to \"{}:{}\\{}\"\n", braced(on.writer),
                        on.path.empty() ? "" : "\\" + on.path, on.name));
    }
  }
}

void DiskShadow::delete_shadows(const DiskWords& words) {
  const bool all = words.size() == 1 && equal_words(words[0], "all");
  if (!all && words.size() != 2) usage("delete shadows");
  const auto is = [&](std::string_view word) { return !all && equal_words(words[0], word); };
  const bool by_volume = is("volume") || is("oldest");
  if (!all && !by_volume && !is("set") && !is("id") && !is("exposed")) usage("delete shadows");
  std::string volume;
  if (by_volume && (volume = volume_name_of(words[1])).empty()) {
    refuse(fmt::format("The volume \"{}\" was not found.", words[1]));
  }
  const VSS_ID id = is("set") || is("id") ? id_of(words[1]) : VSS_ID{};
  auto vss = administration();
  std::vector<CopyInfo> copies = all_copies(*vss);
  const bool any = !copies.empty();
  std::erase_if(copies, [&](const CopyInfo& copy) {
    if (by_volume) return copy.volume != volume;
    if (is("exposed")) return !same_place(copy.exposed_name, words[1]);
    return !all && !IsEqualGUID(is("set") ? copy.set : copy.id, id);
  });
  if (is("oldest") && copies.size() > 1) copies.resize(1);
  for (const CopyInfo& copy : copies) {
    print(
        fmt::format("Deleting shadow copy {} on volume {} from provider {} [Attributes: "
                    "0x{:08x}]...\n",
                    braced(copy.id), copy.volume, braced(copy.provider),
                    static_cast<std::uint32_t>(copy.attributes)));
    LONG deleted = 0;
    VSS_ID left{};
    const HRESULT result =
        vss->get()->DeleteSnapshots(copy.id, VSS_OBJECT_SNAPSHOT, FALSE, &deleted, &left);
    if (FAILED(result)) vss->release();
    check(result, "DeleteSnapshots");
  }
  vss->release();
  if (copies.empty() && any) {
    refuse(by_volume ? fmt::format("The volume {} has no shadow copies.", words[1])
                     : fmt::format("No shadow copy on the computer is that of \"{}\".", words[1]));
  }
  print(copies.empty() ? std::string("There are no shadow copies on the computer.\n")
                       : fmt::format("\nNumber of shadow copies deleted: {}\n", copies.size()));
}

void DiskShadow::expose(const DiskWords& words) {
  if (words.size() != 2) usage("expose");
  const VSS_ID copy = id_of(words[0]);
  const bool drive = words[1].size() == 2 && words[1][1] == ':';
  const bool folder = words[1].size() > 2 && words[1][1] == ':';
  if (drive && !volume_name_of(words[1]).empty()) {
    refuse(fmt::format("The drive letter {} is already in use.", words[1]));
  }
  if (folder && !folder_is_empty(words[1]).value_or(false)) {
    refuse(fmt::format("The mount point {} is not an empty directory.", words[1]));
  }
  auto vss = administration();
  std::wstring name = wide(words[1]);
  VSS_PWSZ exposed = NULL;
  const HRESULT result = vss->get()->ExposeSnapshot(
      copy, NULL,
      drive || folder ? VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY : VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY,
      name.data(), &exposed);
  vss->release();
  check(result, "ExposeSnapshot");
  std::string as = narrow(exposed);
  CoTaskMemFree(exposed);
  if (drive && !as.ends_with('\\')) as += '\\';
  print(fmt::format("The shadow copy was successfully exposed as {}.\n", as));
}

void DiskShadow::unexpose(const DiskWords& words) {
  if (words.size() != 1) usage("unexpose");
  auto vss = administration();
  auto id = parse_id(words[0]);
  if (!id) {
    for (const CopyInfo& copy : all_copies(*vss)) {
      if (same_place(copy.exposed_name, words[0])) id = copy.id;
    }
  }
  if (!id) {
    vss->release();
    refuse(fmt::format("No shadow copy is exposed as \"{}\".", words[0]));
  }
  const HRESULT result = vss->get()->UnexposeSnapshot(*id);
  vss->release();
  check(result, "UnexposeSnapshot");
  print("The shadow copy was successfully unexposed.\n");
}

void DiskShadow::break_set(const DiskWords& words) {
  DWORD flags = 0;
  bool plain = true;
  if (words.empty()) usage("break");
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (equal_words(words[i], "writable")) {
      flags |= VSS_BREAKEX_FLAG_MAKE_READ_WRITE;
      plain = false;
    } else if (equal_words(words[i], "nostripping")) {
      flags |= VSS_BREAKEX_FLAG_REVERT_IDENTITY_NONE;
      plain = false;
    } else if (!equal_words(words[i], "readonly")) {
      usage("break");
    }
  }
  const VSS_ID set = id_of(words.back());
  auto vss = administration();
  try {
    if (plain) {
      check(vss->get()->BreakSnapshotSet(set), "BreakSnapshotSet");
    } else {
      wait("BreakSnapshotSetEx", *vss,
           [&](IVssAsync** out) { return vss->get()->BreakSnapshotSetEx(set, flags, out); });
    }
  } catch (const CommandFailed&) {
    vss->release();
    throw;
  }
  vss->release();
}

void DiskShadow::mask(const DiskWords& words) {
  if (words.size() != 1) usage("mask");
  const VSS_ID set = id_of(words[0]);
  auto vss = administration();
  try {
    wait("BreakSnapshotSetEx", *vss, [&](IVssAsync** out) {
      return vss->get()->BreakSnapshotSetEx(set, VSS_BREAKEX_FLAG_MASK_LUNS, out);
    });
  } catch (const CommandFailed&) {
    vss->release();
    throw;
  }
  vss->release();
}

void DiskShadow::revert(const DiskWords& words) {
  if (words.size() != 1) usage("revert");
  const VSS_ID copy = id_of(words[0]);
  auto vss = administration();
  VSS_SNAPSHOT_PROP properties{};
  Hr result = vss->get()->GetSnapshotProperties(copy, &properties);
  std::string volume;
  if (succeeded(result)) {
    const CopyInfo info = take_properties(properties);
    volume = info.volume;
    // "This is supported only for shadow copies in the CLIENTACCESSIBLE context".
    if (!info.has(VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE)) {
      vss->release();
      refuse("Only shadow copies made in the CLIENTACCESSIBLE context can be reverted to.");
    }
  }
  if (succeeded(result)) result = vss->get()->RevertToSnapshot(copy, TRUE);
  Held<IVssAsync> async;
  std::wstring name = wide(volume);
  if (succeeded(result) && SUCCEEDED(vss->get()->QueryRevertStatus(name.data(), async.out())) &&
      async) {
    result = async->Wait(INFINITE);
  }
  async.reset();
  vss->release();
  check(result, "RevertToSnapshot");
  print("The shadow copy has been successfully reverted.\n");
}

void DiskShadow::resync(const DiskWords& words) {
  DWORD flags = 0;
  for (const std::string& word : words) {
    if (equal_words(word, "revertsignature")) {
      flags |= VSS_RECOVERY_REVERT_IDENTITY_ALL;
    } else if (equal_words(word, "novolumecheck")) {
      flags |= VSS_RECOVERY_NO_VOLUME_CHECK;
    } else {
      usage("resync");
    }
  }
  if (loaded_.empty()) refuse("No metadata was loaded.");
  BackupObject vss;
  try {
    const Bstr document(loaded_);
    check(vss.create(), "CreateVssBackupComponents");
    check(vss.get()->InitializeForRestore(document.get()), "InitializeForRestore");
    for (const auto& [alias, value] : aliases_) {
      const auto copy = parse_id(value);
      if (!copy || alias == "VSS_SHADOW_SET") continue;
      check(vss.get()->AddSnapshotToRecoverySet(*copy, 0, NULL), "AddSnapshotToRecoverySet");
    }
    wait("RecoverSet", vss, [&](IVssAsync** out) { return vss.get()->RecoverSet(flags, out); });
  } catch (const CommandFailed&) {
    vss.release();
    throw;
  }
  vss.release();
}

}  // namespace vsslab::requester

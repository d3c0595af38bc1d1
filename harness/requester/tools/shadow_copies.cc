// VShadow on the copies that exist.
#include <algorithm>

#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/tools/shadow_client.h"

namespace vsslab::requester {

CopyInfo ShadowClient::properties(const VSS_ID& copy) {
  VSS_SNAPSHOT_PROP found{};
  check(vss_.get()->GetSnapshotProperties(copy, &found),
        "m_pVssObject->GetSnapshotProperties(snapshotID, &Snap)");
  return take_properties(found);
}

void ShadowClient::print_copy(const CopyInfo& copy) {
  line(fmt::format(
      "* SNAPSHOT ID = {} ...\n"
      "   - Shadow copy Set: {}\n"
      "   - Original count of shadow copies = {}\n"
      "   - Original Volume name: {}\n"
      "   - Creation Time: {}\n"
      "   - Shadow copy device name: {}\n"
      "   - Originating machine: {}\n"
      "   - Service machine: {}",
      braced(copy.id), braced(copy.set), copy.count, shown_volume(copy.volume),
      us_time(copy.created), copy.device, copy.originating_machine, copy.service_machine));
  if (copy.has(VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY)) {
    line("   - Exposed locally as: " + copy.exposed_name);
  } else if (copy.has(VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY)) {
    line("   - Exposed remotely as " + copy.exposed_name);
    if (!copy.exposed_path.empty()) line("   - Path exposed: " + copy.exposed_path);
  } else {
    line("   - Not Exposed");
  }
  line(fmt::format("   - Provider id: {}\n   - Attributes: {}\n", braced(copy.provider),
                   attribute_words(copy.attributes)));
}

void ShadowClient::query(const VSS_ID& set) {
  const bool all = IsEqualGUID(set, GUID_NULL) != 0;
  line(all ? std::string("\nQuerying all shadow copies in the system ...\n")
           : fmt::format("\nQuerying all shadow copies with the SnapshotSetID {} ...\n",
                         braced(set)));
  std::vector<CopyInfo> copies;
  check(query_copies(*vss_.get(), copies), "m_pVssObject->Query");
  if (copies.empty() && all) line("\nThere are no shadow copies in the system\n");
  for (const CopyInfo& copy : copies) {
    if (all || IsEqualGUID(copy.set, set)) print_copy(copy);
  }
}

void ShadowClient::query_one(const VSS_ID& copy) { print_copy(properties(copy)); }

void ShadowClient::delete_copies(const VSS_ID& id, VSS_OBJECT_TYPE type) {
  LONG deleted = 0;
  VSS_ID left{};
  const HRESULT result = vss_.get()->DeleteSnapshots(id, type, FALSE, &deleted, &left);
  if (SUCCEEDED(result)) return;
  line(
      fmt::format("Error while deleting shadow copies...\n"
                  "- Last shadow copy that could not be deleted: {}",
                  braced(left)));
  check(result, "m_pVssObject->DeleteSnapshots");
}

void ShadowClient::delete_all() {
  std::vector<CopyInfo> copies;
  check(query_copies(*vss_.get(), copies), "m_pVssObject->Query");
  if (copies.empty()) line("\nThere are no shadow copies on the system\n");
  for (const CopyInfo& copy : copies) {
    line(fmt::format("- Deleting shadow copy {} on {} from provider {} [0x{:08x}]...",
                     braced(copy.id), copy.volume, braced(copy.provider),
                     static_cast<std::uint32_t>(copy.attributes)));
    delete_copies(copy.id, VSS_OBJECT_SNAPSHOT);
  }
}

void ShadowClient::delete_oldest(const std::string& volume) {
  const std::string name = volume_name_of(volume);
  if (name.empty()) {
    line(fmt::format("\nERROR: there is no volume '{}'", volume));
    throw ToolFailed{E_INVALIDARG};
  }
  std::vector<CopyInfo> copies;
  check(query_copies(*vss_.get(), copies), "m_pVssObject->Query");
  const auto oldest = std::find_if(copies.begin(), copies.end(),
                                   [&](const CopyInfo& copy) { return copy.volume == name; });
  if (oldest == copies.end()) {
    line("\nThere are no shadow copies on the system\n");
    return;
  }
  line(fmt::format("- Deleting shadow copy {} on {} from provider {} [0x{:08x}]...",
                   braced(oldest->id), name, braced(oldest->provider),
                   static_cast<std::uint32_t>(oldest->attributes)));
  delete_copies(oldest->id, VSS_OBJECT_SNAPSHOT);
}

void ShadowClient::break_set(const VSS_ID& set, bool writable) {
  line(fmt::format("- Calling BreakSnapshotSet on {} ...", braced(set)));
  check(vss_.get()->BreakSnapshotSet(set), "m_pVssObject->BreakSnapshotSet(snapshotSetID)");
  if (writable) {
    line(fmt::format("- Making shadow copy devices from {} read-write...", braced(set)));
  }
  line("Break done.");
}

void ShadowClient::break_set_ex(const VSS_ID& set, DWORD flags) {
  line(fmt::format("- Calling BreakSnapshotSetEx on {} ...", braced(set)));
  if (flags == 0) {
    line("- No BreakSnapshotSetEx flags, can use -mask, -rw, -forcerevert, or -norevert");
  }
  wait("BreakSnapshotSetEx",
       [&](IVssAsync** out) { return vss_.get()->BreakSnapshotSetEx(set, flags, out); });
  line("BreakEx done.");
}

// Where a copy is to be seen: a free letter, or a folder that is there and empty.
void ShadowClient::check_place(const std::string& place, bool drive) {
  const auto refuse = [&](std::string_view why) {
    line(fmt::format("\nERROR: the second parameter to -el [{}] is {}!", place, why));
    throw ToolFailed{E_INVALIDARG};
  };
  if (drive) {
    line(fmt::format("- Checking if '{}' is a valid drive letter ...", place));
    // A letter that a copy is exposed by is a device's, no volume's.
    const bool used = GetFileAttributesW(wide(place + "\\").c_str()) != INVALID_FILE_ATTRIBUTES;
    if (used || !volume_name_of(place).empty()) refuse("a drive letter already in use");
    return;
  }
  line(fmt::format("- Checking if '{}' is a valid empty directory ...", place));
  const auto empty = folder_is_empty(place);
  if (!empty) refuse("not a valid directory");
  if (!*empty) refuse("not an empty directory");
}

void ShadowClient::expose(const VSS_ID& copy, LONG how, const std::string& name,
                          const std::string& path) {
  const bool locally = how == VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY;
  line(locally ? fmt::format("- Exposing shadow copy {} under the path '{}'", braced(copy), name)
               : fmt::format("- Exposing shadow copy {} under the share '{}' (path from root: "
                             "'{}')",
                             braced(copy), name, path));
  VSS_SNAPSHOT_PROP found{};
  const HRESULT known = vss_.get()->GetSnapshotProperties(copy, &found);
  if (known == VSS_E_OBJECT_NOT_FOUND) {
    line("\nERROR: there is no snapshot with the given ID");
    throw ToolFailed{E_INVALIDARG};
  }
  check(known, "m_pVssObject->GetSnapshotProperties(snapshotID, &Snap)");
  const CopyInfo shown = take_properties(found);
  if (shown.has(VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE)) {
    line(
        "\nERROR: the snapshot ID identifies a Client Accessible snapshot which cannot be exposed");
    throw ToolFailed{E_INVALIDARG};
  }
  // VShadow's own words, though it is not what these copies are.
  if (!shown.exposed_name.empty() || !shown.exposed_path.empty()) {
    line("\nERROR: Client-accessible (SFSF) snapshots cannot be exposed.");
    throw ToolFailed{E_INVALIDARG};
  }
  const bool drive = name.size() == 2 && name[1] == ':';
  const std::string place = locally && !drive && !name.ends_with('\\') ? name + "\\" : name;
  if (locally) check_place(place, drive);
  std::wstring wide_name = wide(place);
  std::wstring wide_path = wide(path);
  VSS_PWSZ exposed = NULL;
  check(vss_.get()->ExposeSnapshot(copy, path.empty() ? NULL : wide_path.data(), how,
                                   wide_name.data(), &exposed),
        "m_pVssObject->ExposeSnapshot");
  line(fmt::format("- Shadow copy exposed as '{}'", narrow(exposed)));
  CoTaskMemFree(exposed);
}

void ShadowClient::revert(const VSS_ID& id) {
  VSS_SNAPSHOT_PROP found{};
  check(vss_.get()->GetSnapshotProperties(id, &found),
        "m_pVssObject->GetSnapshotProperties(snapshotID, &Snap)");
  const CopyInfo copy = take_properties(found);
  line(fmt::format("- Reverting to shadow copy {} on {} from provider {} [0x{:08x}]...",
                   braced(copy.id), copy.volume, braced(copy.provider),
                   static_cast<std::uint32_t>(copy.attributes)));
  const HRESULT result = vss_.get()->RevertToSnapshot(id, TRUE);
  if (FAILED(result)) {
    if (result == VSS_E_REVERT_IN_PROGRESS) {
      line(fmt::format("A revert is current in progress on the volume {}", copy.volume));
    } else {
      line(fmt::format("RevertToSnapshot on Shadow Copy {} failed with error 0x{:08x} ({})",
                       braced(id), static_cast<std::uint32_t>(result), hresult_name(result)));
    }
    throw ToolFailed{result};
  }
  Held<IVssAsync> async;
  std::wstring volume = wide(copy.volume);
  const HRESULT asked = vss_.get()->QueryRevertStatus(volume.data(), async.out());
  if (FAILED(asked)) {
    line(
        fmt::format("QueryRevertStatus failed with error 0x{:08x}\n"
                    "Revert may still be in progress, but cannot be tracked",
                    static_cast<std::uint32_t>(asked)));
    return;
  }
  if (async) check(async->Wait(INFINITE), "pAsync->Wait()");
  line("The shadow copy has been successfully reverted");
}

void ShadowClient::resync(const std::vector<std::pair<VSS_ID, std::string>>& copies, DWORD flags) {
  for (const auto& [copy, destination] : copies) {
    std::wstring name = wide(destination);
    check(vss_.get()->AddSnapshotToRecoverySet(copy, 0, destination.empty() ? NULL : name.data()),
          "m_pVssObject->AddSnapshotToRecoverySet");
  }
  wait("RecoverSet", [&](IVssAsync** out) { return vss_.get()->RecoverSet(flags, out); });
  line("Resync done.");
}

}  // namespace vsslab::requester

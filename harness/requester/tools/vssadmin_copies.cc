#include "requester/tools/vssadmin_copies.h"

#include <algorithm>

#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/tools/text.h"

namespace vsslab::requester {

namespace {

constexpr DWORD kRetryMs = 60'000;
constexpr unsigned kRetryMinutesMax = 24 * 60;

// The context that the attributes stand for.
std::string type_of(const CopyInfo& copy) {
  constexpr LONG kContextBits = VSS_VOLSNAP_ATTR_PERSISTENT | VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE |
                                VSS_VOLSNAP_ATTR_NO_AUTO_RELEASE | VSS_VOLSNAP_ATTR_NO_WRITERS;
  switch (copy.attributes & kContextBits) {
    case VSS_CTX_CLIENT_ACCESSIBLE:
      return "ClientAccessible";
    case VSS_CTX_CLIENT_ACCESSIBLE_WRITERS:
      return "ClientAccessibleWriters";
    case VSS_CTX_APP_ROLLBACK:
      return "ApplicationRollback";
    case VSS_CTX_NAS_ROLLBACK:
      return "DataVolumeRollback";
    case VSS_CTX_FILE_SHARE_BACKUP:
      return "FileShareBackup";
    case VSS_CTX_BACKUP:
      return "Backup";
    default:
      return "Unknown";
  }
}

std::string attributes_of(const CopyInfo& copy) {
  struct Name {
    LONG bit;
    std::string_view text;
  };
  static constexpr Name kNames[] = {
      {VSS_VOLSNAP_ATTR_PERSISTENT, "Persistent"},
      {VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE, "Client-accessible"},
      {VSS_VOLSNAP_ATTR_NO_AUTO_RELEASE, "No auto release"},
      {VSS_VOLSNAP_ATTR_NO_WRITERS, "No writers"},
      {VSS_VOLSNAP_ATTR_TRANSPORTABLE, "Transportable"},
      {VSS_VOLSNAP_ATTR_IMPORTED, "Imported"},
      {VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, "Exposed locally"},
      {VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY, "Exposed remotely"},
      {VSS_VOLSNAP_ATTR_PLEX, "Plex"},
      {VSS_VOLSNAP_ATTR_HARDWARE_ASSISTED, "Hardware assisted"},
      {VSS_VOLSNAP_ATTR_DIFFERENTIAL, "Differential"},
      {VSS_VOLSNAP_ATTR_AUTORECOVER, "Auto recovered"},
  };
  std::string text;
  for (const Name& name : kNames) {
    if (!copy.has(name.bit)) continue;
    if (!text.empty()) text += ", ";
    text += name.text;
  }
  return text.empty() ? "None" : text;
}

std::string shown_volume(const std::string& volume) {
  const std::string drive = drive_of(volume);
  return drive.empty() ? volume : fmt::format("({}){}", drive.substr(0, 2), volume);
}

std::string provider_name(const std::vector<ProviderInfo>& providers, const VSS_ID& id) {
  for (const ProviderInfo& provider : providers) {
    if (IsEqualGUID(provider.id, id)) return provider.name;
  }
  return "Unknown";
}

void print_copy(ToolHost& host, const CopyInfo& copy, const std::vector<ProviderInfo>& providers) {
  host.print(
      fmt::format("      Shadow Copy ID: {}\n"
                  "         Original Volume: {}\n"
                  "         Shadow Copy Volume: {}\n"
                  "         Originating Machine: {}\n"
                  "         Service Machine: {}\n"
                  "         Provider: '{}'\n"
                  "         Type: {}\n"
                  "         Attributes: {}\n",
                  braced(copy.id), shown_volume(copy.volume), copy.device, copy.originating_machine,
                  copy.service_machine, provider_name(providers, copy.provider), type_of(copy),
                  attributes_of(copy)));
}

// The id in /shadow or /set; nothing and an error printed when it is none.
std::optional<VSS_ID> id_option(AdminCall& call, const char* option) {
  auto id = parse_id(call.option(option));
  if (!id) admin_bad_option(call.host, call.option(option));
  return id;
}

bool deletable(const CopyInfo& copy) { return copy.has(VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE); }

// What /for, /shadow and /all select. False: an error was printed and stands in `code`.
bool select_copies(AdminCall& call, std::vector<CopyInfo>& copies, int& code) {
  code = kAdminError;
  if (call.has("for")) {
    const std::string volume = admin_volume(call, "for");
    if (volume.empty()) return false;
    std::erase_if(copies, [&](const CopyInfo& copy) { return copy.volume != volume; });
  }
  for (const char* const option : {"shadow", "set"}) {
    if (!call.has(option)) continue;
    const auto id = id_option(call, option);
    if (!id) return false;
    const bool set = std::string_view(option) == "set";
    std::erase_if(
        copies, [&](const CopyInfo& copy) { return !IsEqualGUID(set ? copy.set : copy.id, *id); });
  }
  if (!copies.empty()) return true;
  code = admin_nothing(call.host);
  return false;
}

// Creates the copy; VSS_E_SNAPSHOT_SET_IN_PROGRESS when another one is being created.
Hr create_copy(BackupObject& vss, const std::string& volume, CopyInfo& made) {
  Hr result = admin_object(vss, VSS_CTX_CLIENT_ACCESSIBLE);
  if (failed(result)) return result;
  result = vss.get()->StartSnapshotSet(&vss.set);
  VSS_ID id{};
  std::wstring name = wide(volume);
  if (succeeded(result)) result = vss.get()->AddToSnapshotSet(name.data(), GUID_NULL, &id);
  if (succeeded(result)) {
    result = vss.run("DoSnapshotSet",
                     [&](IVssAsync** async) { return vss.get()->DoSnapshotSet(async); });
  }
  VSS_SNAPSHOT_PROP properties{};
  if (succeeded(result)) result = vss.get()->GetSnapshotProperties(id, &properties);
  if (succeeded(result)) made = take_properties(properties);
  return result;
}

}  // namespace

int admin_list_shadows(AdminCall& call) {
  if (call.has("shadow") && call.has("set")) {
    return admin_error(call.host, "/Shadow and /Set cannot be given together.");
  }
  BackupObject vss;
  std::vector<CopyInfo> copies;
  std::vector<ProviderInfo> providers;
  Hr result = admin_object(vss);
  if (succeeded(result)) result = query_copies(*vss.get(), copies);
  if (succeeded(result)) result = query_providers(*vss.get(), providers);
  vss.release();
  if (failed(result)) return admin_failed(call.host, result);
  int code = kAdminDone;
  if (!select_copies(call, copies, code)) return code;
  std::vector<VSS_ID> done;
  for (const CopyInfo& first : copies) {
    const auto same = [&](const VSS_ID& id) { return IsEqualGUID(id, first.set) != 0; };
    if (std::any_of(done.begin(), done.end(), same)) continue;
    done.push_back(first.set);
    call.host.print(
        fmt::format("Contents of shadow copy set ID: {}\n"
                    "   Contained {} shadow copies at creation time: {}\n",
                    braced(first.set), first.count, us_time(first.created)));
    for (const CopyInfo& copy : copies) {
      if (same(copy.set)) print_copy(call.host, copy, providers);
    }
    call.host.print("\n");
  }
  return kAdminDone;
}

int admin_create_shadow(AdminCall& call) {
  if (!call.has("for")) return admin_error(call.host, "The /For option is missing.");
  unsigned minutes = 0;
  if (call.has("autoretry")) {
    const std::string text = call.option("autoretry");
    for (const char digit : text) {
      if (digit < '0' || digit > '9') return admin_bad_option(call.host, text);
      minutes = minutes * 10 + static_cast<unsigned>(digit - '0');
      if (minutes > kRetryMinutesMax) return admin_bad_option(call.host, text);
    }
  }
  const std::string volume = admin_volume(call, "for");
  if (volume.empty()) return kAdminError;
  for (unsigned minute = 0;; ++minute) {
    BackupObject vss;
    CopyInfo made;
    const Hr result = create_copy(vss, volume, made);
    vss.release();
    if (result == hr::snapshot_set_in_progress && minute < minutes) {
      Sleep(kRetryMs);
      continue;
    }
    if (failed(result)) return admin_failed(call.host, result);
    const std::string drive = drive_of(volume);
    call.host.print(
        fmt::format("Successfully created shadow copy for '{}'\n"
                    "    Shadow Copy ID: {}\n"
                    "    Shadow Copy Volume Name: {}\n",
                    drive.empty() ? volume : drive, braced(made.id), made.device));
    return kAdminDone;
  }
}

int admin_delete_shadows(AdminCall& call) {
  // /For with one of the others, or one of the others alone; /Oldest is the oldest of a volume.
  const int which = call.has("oldest") + call.has("shadow") + call.has("all");
  if (which > 1 || (which == 0 && !call.has("for")) || (call.has("oldest") && !call.has("for"))) {
    return admin_error(call.host,
                       "Give /For, /Shadow or /All; one of /Oldest, /All and /Shadow goes with "
                       "/For.");
  }
  BackupObject vss;
  std::vector<CopyInfo> copies;
  Hr result = admin_object(vss);
  if (succeeded(result)) result = query_copies(*vss.get(), copies);
  if (failed(result)) {
    vss.release();
    return admin_failed(call.host, result);
  }
  int code = kAdminDone;
  const bool selected = select_copies(call, copies, code);
  if (selected) {
    std::erase_if(copies, [](const CopyInfo& copy) { return !deletable(copy); });
    if (call.has("oldest") && copies.size() > 1) copies.resize(1);
  }
  const auto leave = [&](int with) {
    vss.release();
    return with;
  };
  if (!selected) return leave(code);
  if (copies.empty()) {
    return leave(
        admin_error(call.host,
                    "Snapshots were found, but they were outside of your allowed context. "
                    " Try removing them with the\nbackup application which created them."));
  }
  if (!admin_confirms(
          call, fmt::format("Do you really want to delete {} shadow copies", copies.size()))) {
    return leave(kAdminDone);
  }
  std::size_t deleted = 0;
  for (const CopyInfo& copy : copies) {
    LONG gone = 0;
    VSS_ID not_deleted{};
    result = vss.get()->DeleteSnapshots(copy.id, VSS_OBJECT_SNAPSHOT, FALSE, &gone, &not_deleted);
    if (failed(result)) break;
    deleted += static_cast<std::size_t>(gone);
  }
  vss.release();
  if (failed(result)) return admin_failed(call.host, result);
  call.host.print(fmt::format("Successfully deleted {} shadow copies.\n", deleted));
  return kAdminDone;
}

int admin_revert_shadow(AdminCall& call) {
  if (!call.has("shadow")) return admin_error(call.host, "The /Shadow option is missing.");
  const auto id = id_option(call, "shadow");
  if (!id) return kAdminError;
  BackupObject vss;
  std::vector<CopyInfo> copies;
  Hr result = admin_object(vss);
  if (succeeded(result)) result = query_copies(*vss.get(), copies);
  int code = kAdminDone;
  if (failed(result)) code = admin_failed(call.host, result);
  if (succeeded(result) && select_copies(call, copies, code)) {
    const std::string drive = drive_of(copies.front().volume);
    code = kAdminDone;
    if (admin_confirms(call, fmt::format("Do you really want to revert volume '{}' to the shadow "
                                         "copy, and lose what was written to it since",
                                         drive.empty() ? copies.front().volume : drive))) {
      result = vss.get()->RevertToSnapshot(*id, call.has("forcedismount"));
      if (failed(result)) code = admin_failed(call.host, result);
      if (succeeded(result)) call.host.print("The revert operation was started.\n");
    }
  }
  vss.release();
  return code;
}

int admin_query_reverts(AdminCall& call) {
  if (call.has("for") == call.has("all")) {
    return admin_error(call.host, "Give one of /For and /All.");
  }
  std::vector<std::string> volumes;
  if (call.has("for")) {
    volumes.push_back(admin_volume(call, "for"));
    if (volumes.back().empty()) return kAdminError;
  } else {
    WCHAR name[MAX_PATH] = {};
    const HANDLE search = FindFirstVolumeW(name, MAX_PATH);
    for (BOOL more = search != INVALID_HANDLE_VALUE; more;
         more = FindNextVolumeW(search, name, MAX_PATH)) {
      volumes.push_back(narrow(name));
    }
    if (search != INVALID_HANDLE_VALUE) FindVolumeClose(search);
  }
  BackupObject vss;
  if (const Hr made = admin_object(vss); failed(made)) return admin_failed(call.host, made);
  bool any = false;
  for (const std::string& volume : volumes) {
    Held<IVssAsync> revert;
    std::wstring name = wide(volume);
    if (FAILED(vss.get()->QueryRevertStatus(name.data(), revert.out())) || !revert) continue;
    HRESULT status = S_OK;
    if (FAILED(revert->QueryStatus(&status, NULL))) continue;
    any = true;
    call.host.print(fmt::format(
        "Volume {}: {}\n", shown_volume(volume),
        status == VSS_S_ASYNC_PENDING ? "a revert is in progress" : "the last revert is complete"));
  }
  vss.release();
  return any ? kAdminDone : admin_nothing(call.host);
}

}  // namespace vsslab::requester

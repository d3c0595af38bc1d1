// Shadow storage, over IVssSnapshotMgmt and the provider's management interface.
#include <vsmgmt.h>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/management.h"
#include "requester/tools/text.h"
#include "requester/tools/vssadmin_copies.h"

namespace vsslab::requester {

namespace {

constexpr LONGLONG kLeastBytes = 320LL << 20;
constexpr LONGLONG kUnbounded = -1;  // VSS_ASSOC_NO_MAX_SPACE

using Management = IVssDifferentialSoftwareSnapshotMgmt;

struct Area {
  std::string volume, storage;
  LONGLONG maximum = 0, allocated = 0, used = 0;
};

// Adds the associations of one query; a volume without any is no error.
Hr add_areas(Management& management, const std::string& volume, bool on, std::vector<Area>& areas) {
  Held<IVssEnumMgmtObject> list;
  std::wstring name = wide(volume);
  const HRESULT asked = on ? management.QueryDiffAreasOnVolume(name.data(), list.out())
                           : management.QueryDiffAreasForVolume(name.data(), list.out());
  if (FAILED(asked) || asked == S_FALSE || !list) return asked;
  return for_each_managed(*list.get(), [&](const VSS_MGMT_OBJECT_PROP& object) {
    const VSS_DIFF_AREA_PROP& from = object.Obj.DiffArea;
    areas.push_back({narrow(from.m_pwszVolumeName), narrow(from.m_pwszDiffAreaVolumeName),
                     from.m_llMaximumDiffSpace, from.m_llAllocatedDiffSpace,
                     from.m_llUsedDiffSpace});
  });
}

std::vector<std::string> all_volumes() {
  std::vector<std::string> volumes;
  WCHAR name[MAX_PATH] = {};
  const HANDLE search = FindFirstVolumeW(name, MAX_PATH);
  for (BOOL more = search != INVALID_HANDLE_VALUE; more;
       more = FindNextVolumeW(search, name, MAX_PATH)) {
    volumes.push_back(narrow(name));
  }
  if (search != INVALID_HANDLE_VALUE) FindVolumeClose(search);
  return volumes;
}

// A volume's size, as the provider tells it of those that can hold storage; 0 for others.
ULONGLONG bytes_of(Management& management, const std::string& volume) {
  Held<IVssEnumMgmtObject> list;
  std::wstring name = wide(volume);
  ULONGLONG bytes = 0;
  if (FAILED(management.QueryVolumesSupportedForDiffAreas(name.data(), list.out())) || !list) {
    return bytes;
  }
  for_each_managed(*list.get(), [&](const VSS_MGMT_OBJECT_PROP& object) {
    const VSS_DIFF_VOLUME_PROP& from = object.Obj.DiffVol;
    if (narrow(from.m_pwszVolumeName) == volume) {
      bytes = static_cast<ULONGLONG>(from.m_llVolumeTotalSpace);
    }
  });
  return bytes;
}

// "22.1 GB", as Windows shortens sizes.
std::string shown_bytes(LONGLONG bytes) {
  static constexpr std::string_view kUnits[] = {"bytes", "KB", "MB", "GB", "TB", "PB", "EB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < std::size(kUnits)) value /= 1024, ++unit;
  if (unit == 0) return fmt::format("{} bytes", bytes);
  // Three digits, cut and not rounded.
  const int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
  const double scale = decimals == 2 ? 100 : decimals == 1 ? 10 : 1;
  return fmt::format("{:.{}f} {}", std::floor(value * scale) / scale, decimals, kUnits[unit]);
}

std::string shown_space(LONGLONG bytes, ULONGLONG of) {
  if (bytes == kUnbounded) return "UNBOUNDED (100%)";
  const auto percent = of == 0 ? 0 : static_cast<ULONGLONG>(bytes) * 100 / of;
  return fmt::format("{} ({}%)", shown_bytes(bytes), percent);
}

std::string shown_name(const std::string& volume) {
  const std::string drive = drive_of(volume);
  return drive.empty() ? volume : fmt::format("({}){}", drive.substr(0, 2), volume);
}

// "900MB", "20%" of `of`, "UNBOUNDED"; nothing for anything else.
std::optional<LONGLONG> parse_size(const std::string& text, ULONGLONG of) {
  const std::string word = lower(text);
  if (word == "unbounded") return kUnbounded;
  std::size_t digits = 0;
  LONGLONG value = 0;
  for (; digits < word.size() && word[digits] >= '0' && word[digits] <= '9'; ++digits) {
    if (value > (1LL << 50)) return std::nullopt;
    value = value * 10 + (word[digits] - '0');
  }
  if (digits == 0) return std::nullopt;
  std::string unit = word.substr(digits);
  if (unit == "%") {
    if (value > 100) return std::nullopt;
    return static_cast<LONGLONG>(of / 100) * value;
  }
  if (unit.size() == 2 && unit[1] == 'b') unit.pop_back();
  if (unit == "b") unit.clear();
  const std::size_t power = unit.empty() ? 0 : std::string_view(" kmgtpe").find(unit[0]);
  if (unit.size() > 1 || power == std::string_view::npos) return std::nullopt;
  for (std::size_t i = 0; i < power; ++i) {
    if (value > (1LL << 52)) return std::nullopt;
    value *= 1024;
  }
  return value;
}

int storage_failed(ToolHost& host, Hr result) {
  const auto code = static_cast<std::uint32_t>(result);
  if (code == 0x80042308) return admin_nothing(host);  // VSS_E_OBJECT_NOT_FOUND
  if (code == 0x8004230D) {                            // VSS_E_OBJECT_ALREADY_EXISTS
    return admin_error(host, "The specified shadow copy storage association already exists.");
  }
  if (code == 0x8004231E) {  // VSS_E_MAXIMUM_DIFFAREA_ASSOCIATIONS_REACHED
    return admin_error(host, "The maximum number of shadow copy storage associations was reached.");
  }
  if (code == 0x8004231F) {  // VSS_E_INSUFFICIENT_STORAGE
    return admin_error(host,
                       "Insufficient storage available to create either the shadow copy "
                       "storage file or other shadow copy data.");
  }
  if (code == 0x80042306) {  // VSS_E_PROVIDER_VETO
    return admin_error(host, "The shadow copy storage association is in use.");
  }
  return admin_failed(host, result);
}

struct Pair {
  std::string volume, storage;
};

// /for and /on, both needed.
std::optional<Pair> read_pair(AdminCall& call) {
  for (const char* const option : {"for", "on"}) {
    if (call.has(option)) continue;
    admin_error(call.host, "The /For and /On options are both needed.");
    return std::nullopt;
  }
  Pair pair{admin_volume(call, "for"), {}};
  if (pair.volume.empty()) return std::nullopt;
  pair.storage = admin_volume(call, "on");
  if (pair.storage.empty()) return std::nullopt;
  return pair;
}

// /maxsize; an error is printed for a bad one.
std::optional<LONGLONG> read_size(AdminCall& call, Management& management,
                                  const std::string& storage) {
  if (!call.has("maxsize")) return kUnbounded;
  const auto size = parse_size(call.option("maxsize"), bytes_of(management, storage));
  if (!size) {
    admin_bad_option(call.host, call.option("maxsize"));
  } else if (*size != kUnbounded && *size < kLeastBytes) {
    admin_error(call.host, "The /MaxSize must be 320MB or greater.");
    return std::nullopt;
  }
  return size;
}

// AddDiffArea or ChangeDiffAreaMaximumSize over the pair and the size of the command line.
using SizeCall = HRESULT (STDMETHODCALLTYPE Management::*)(VSS_PWSZ, VSS_PWSZ, LONGLONG);

int set_storage(AdminCall& call, SizeCall method, std::string_view done) {
  const auto pair = read_pair(call);
  if (!pair) return kAdminError;
  Held<Management> management;
  Hr result = open_management(__uuidof(Management), reinterpret_cast<void**>(management.out()));
  if (failed(result)) return storage_failed(call.host, result);
  const auto size = read_size(call, *management.get(), pair->storage);
  if (!size) return kAdminError;
  std::wstring volume = wide(pair->volume);
  std::wstring storage = wide(pair->storage);
  result = (management.get()->*method)(volume.data(), storage.data(), *size);
  if (failed(result)) return storage_failed(call.host, result);
  call.host.print(fmt::format("Successfully {} the shadow copy storage association\n", done));
  return kAdminDone;
}

}  // namespace

int admin_add_storage(AdminCall& call) {
  return set_storage(call, &Management::AddDiffArea, "added");
}

int admin_resize_storage(AdminCall& call) {
  return set_storage(call, &Management::ChangeDiffAreaMaximumSize, "resized");
}

// The associations that /for and /on select; all without them.
static Hr select_areas(AdminCall& call, Management& management, const std::string& volume,
                       const std::string& storage, std::vector<Area>& areas) {
  std::vector<std::string> volumes{volume};
  if (!call.has("for")) volumes = call.has("on") ? std::vector{storage} : all_volumes();
  for (const std::string& name : volumes) {
    const Hr result = add_areas(management, name, !call.has("for") && call.has("on"), areas);
    // A volume that cannot be copied has no association either.
    if (failed(result) && (call.has("for") || call.has("on"))) return result;
  }
  if (call.has("for") && call.has("on")) {
    std::erase_if(areas, [&](const Area& area) { return area.storage != storage; });
  }
  return hr::ok;
}

int admin_list_storage(AdminCall& call) {
  if (call.has("for") && call.has("on")) {
    return admin_error(call.host, "/For and /On cannot be given together.");
  }
  std::string volume, storage;
  if (call.has("for") && (volume = admin_volume(call, "for")).empty()) return kAdminError;
  if (call.has("on") && (storage = admin_volume(call, "on")).empty()) return kAdminError;
  Held<Management> management;
  std::vector<Area> areas;
  Hr result = open_management(__uuidof(Management), reinterpret_cast<void**>(management.out()));
  if (succeeded(result)) result = select_areas(call, *management.get(), volume, storage, areas);
  if (failed(result)) return storage_failed(call.host, result);
  if (areas.empty()) return admin_nothing(call.host);
  for (const Area& area : areas) {
    const ULONGLONG of = bytes_of(*management.get(), area.storage);
    call.host.print(
        fmt::format("Shadow Copy Storage association\n"
                    "   For volume: {}\n"
                    "   Shadow Copy Storage volume: {}\n"
                    "   Used Shadow Copy Storage space: {}\n"
                    "   Allocated Shadow Copy Storage space: {}\n"
                    "   Maximum Shadow Copy Storage space: {}\n\n",
                    shown_name(area.volume), shown_name(area.storage), shown_space(area.used, of),
                    shown_space(area.allocated, of), shown_space(area.maximum, of)));
  }
  return kAdminDone;
}

int admin_delete_storage(AdminCall& call) {
  if (!call.has("for")) return admin_error(call.host, "The /For option is missing.");
  const std::string volume = admin_volume(call, "for");
  if (volume.empty()) return kAdminError;
  std::string storage;
  if (call.has("on") && (storage = admin_volume(call, "on")).empty()) return kAdminError;
  Held<Management> management;
  std::vector<Area> areas;
  Hr result = open_management(__uuidof(Management), reinterpret_cast<void**>(management.out()));
  if (succeeded(result)) result = select_areas(call, *management.get(), volume, storage, areas);
  if (failed(result)) return storage_failed(call.host, result);
  if (areas.empty()) return admin_nothing(call.host);
  if (!admin_confirms(call, fmt::format("Do you really want to delete {} shadow copy storage "
                                        "associations",
                                        areas.size()))) {
    return kAdminDone;
  }
  for (const Area& area : areas) {
    std::wstring name = wide(area.volume);
    std::wstring on = wide(area.storage);
    // A size of nothing deletes an association (nf-vsmgmt-…-changediffareamaximumsize).
    result = management->ChangeDiffAreaMaximumSize(name.data(), on.data(), 0);
    if (failed(result)) return storage_failed(call.host, result);
  }
  call.host.print("Successfully deleted the shadow copy storage association(s)\n");
  return kAdminDone;
}

}  // namespace vsslab::requester

#include "win32/registry.h"

#include <windows.h>

#include <winreg.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "volume/path.h"
#include "win32/call.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

constexpr std::size_t kRegistryKeysMax = 65'536;        // registry_keys_max
constexpr std::size_t kRegistryNameMax = 255;           // Windows' own limit, in characters
constexpr std::size_t kRegistryValueMax = 1024 * 1024;  // Windows' own limit, in bytes
constexpr std::uint8_t kUserSid[] = {1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0,    0, 1, 0,   // S-1-5-21-1-
                                     0, 0, 2, 0, 0, 0, 3, 0, 0,  0, 0xe9, 3, 0, 0};  // 2-3-1001

class KeyObject final : public KernelObject {
 public:
  explicit KeyObject(std::string path_in) : path(std::move(path_in)) {}
  bool waitable() const override { return false; }
  bool signaled(ThreadKey) const override { return false; }
  std::string path;
};

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('\\'), path.size());
    if (end != 0) parts.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return parts;
}

std::vector<std::uint8_t> text_data(std::string_view text) {
  const std::wstring wide = to_wide(text);
  std::vector<std::uint8_t> data((wide.size() + 1) * sizeof(wchar_t));
  std::memcpy(data.data(), wide.c_str(), data.size());
  return data;
}

// Where a key handle stands; nothing for one that is none.
std::optional<std::string> path_of(HKEY key) {
  switch (static_cast<std::uint32_t>(number_of(key))) {
    case 0x80000000u:
      return "HKLM\\Software\\Classes";
    case 0x80000001u:
      return "HKCU";
    case 0x80000002u:
      return "HKLM";
    case 0x80000003u:
      return "HKU";
    default:
      break;
  }
  const auto object = object_as<KeyObject>(key);
  if (object == nullptr) return std::nullopt;
  return object->path;
}

std::string below(const std::string& path, LPCWSTR name) {
  const std::string sub = to_utf8(name);
  return sub.empty() ? path : path + "\\" + sub;
}

// Runs `body(registry, path)` for a key's handle.
template <class Body>
LSTATUS with_key(HKEY key, Body body) {
  return on_lab<>(LSTATUS{ERROR_INVALID_HANDLE}, [&](Lab& lab) -> LSTATUS {
    const auto path = path_of(key);
    if (!path) return ERROR_INVALID_HANDLE;
    if (lab.registry == nullptr) lab.registry = std::make_shared<Registry>();
    return body(*lab.registry, *path);
  });
}

}  // namespace

std::vector<std::uint8_t> lab_user_sid() { return {std::begin(kUserSid), std::end(kUserSid)}; }

Registry::Registry() {
  bool made = false;
  const std::string list = "HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList";
  RegistryKey* const profile = make(list + "\\S-1-5-21-1-2-3-1001", made);
  const auto set = [](RegistryKey& key, const char* name, DWORD type,
                      std::vector<std::uint8_t> data) {
    key.values[fold_case(name)] = {name, type, std::move(data)};
  };
  set(*find(list), "ProfilesDirectory", REG_EXPAND_SZ, text_data("%SystemDrive%\\Users"));
  set(*profile, "ProfileImagePath", REG_EXPAND_SZ, text_data("%SystemDrive%\\Users\\lab"));
  set(*profile, "Flags", REG_DWORD, std::vector<std::uint8_t>(4, 0));
  set(*profile, "Sid", REG_BINARY, lab_user_sid());
}

RegistryKey* Registry::find(std::string_view path) {
  RegistryKey* key = &root_;
  for (const std::string& part : parts_of(path)) {
    const auto at = key->keys.find(fold_case(part));
    if (at == key->keys.end()) return nullptr;
    key = &at->second;
  }
  return key;
}

RegistryKey* Registry::make(std::string_view path, bool& made) {
  RegistryKey* key = &root_;
  made = false;
  for (const std::string& part : parts_of(path)) {
    const auto at = key->keys.find(fold_case(part));
    if (at != key->keys.end()) {
      key = &at->second;
      continue;
    }
    if (count_ == kRegistryKeysMax || part.size() > kRegistryNameMax) return nullptr;
    ++count_;
    made = true;
    key = &key->keys[fold_case(part)];
    key->name = part;
  }
  return key;
}

void Registry::clear(RegistryKey& key) {
  for (auto& [folded, sub] : key.keys) clear(sub);
  count_ -= key.keys.size();
  key.keys.clear();
  key.values.clear();
}

bool Registry::remove(std::string_view path) {
  const auto parts = parts_of(path);
  if (parts.size() < 2) return false;
  RegistryKey* const parent = find(path.substr(0, path.rfind('\\')));
  if (parent == nullptr) return false;
  const auto at = parent->keys.find(fold_case(parts.back()));
  if (at == parent->keys.end() || !at->second.keys.empty()) return false;
  parent->keys.erase(at);
  --count_;
  return true;
}

}  // namespace vsslab

using namespace vsslab;

EXTERN_C LSTATUS RegOpenKeyExW(HKEY key, LPCWSTR sub, DWORD, REGSAM, PHKEY out) {
  if (out == nullptr) return ERROR_INVALID_PARAMETER;
  *out = nullptr;
  return with_key(key, [&](Registry& registry, const std::string& path) -> LSTATUS {
    const std::string full = below(path, sub);
    if (registry.find(full) == nullptr) return ERROR_FILE_NOT_FOUND;
    *out = open_handle(std::make_shared<KeyObject>(full));
    return *out != nullptr ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
  });
}

EXTERN_C LSTATUS RegCreateKeyExW(HKEY key, LPCWSTR sub, DWORD, LPWSTR, DWORD, REGSAM,
                                 LPSECURITY_ATTRIBUTES, PHKEY out, LPDWORD disposition) {
  if (out == nullptr) return ERROR_INVALID_PARAMETER;
  *out = nullptr;
  return with_key(key, [&](Registry& registry, const std::string& path) -> LSTATUS {
    const std::string full = below(path, sub);
    bool made = false;
    if (registry.make(full, made) == nullptr) return ERROR_NOT_ENOUGH_MEMORY;
    if (disposition != nullptr) *disposition = made ? 1 : 2;  // REG_CREATED_NEW_KEY, …OPENED_…
    *out = open_handle(std::make_shared<KeyObject>(full));
    return *out != nullptr ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
  });
}

EXTERN_C LSTATUS RegQueryValueExW(HKEY key, LPCWSTR name, LPDWORD, LPDWORD type, LPBYTE data,
                                  LPDWORD size) {
  if (data != nullptr && size == nullptr) return ERROR_INVALID_PARAMETER;
  return with_key(key, [&](Registry& registry, const std::string& path) -> LSTATUS {
    const RegistryKey* const found = registry.find(path);
    if (found == nullptr) return ERROR_FILE_NOT_FOUND;
    const auto at = found->values.find(fold_case(to_utf8(name)));
    if (at == found->values.end()) return ERROR_FILE_NOT_FOUND;
    const RegistryValue& value = at->second;
    if (type != nullptr) *type = value.type;
    if (size == nullptr) return ERROR_SUCCESS;
    const DWORD room = *size;
    *size = static_cast<DWORD>(value.data.size());
    if (data == nullptr) return ERROR_SUCCESS;
    if (room < value.data.size()) return ERROR_MORE_DATA;
    std::copy(value.data.begin(), value.data.end(), data);
    return ERROR_SUCCESS;
  });
}

EXTERN_C LSTATUS RegSetValueExW(HKEY key, LPCWSTR name, DWORD, DWORD type, const BYTE* data,
                                DWORD size) {
  if ((data == nullptr && size != 0) || size > kRegistryValueMax) return ERROR_INVALID_PARAMETER;
  return with_key(key, [&](Registry& registry, const std::string& path) -> LSTATUS {
    RegistryKey* const found = registry.find(path);
    if (found == nullptr) return ERROR_FILE_NOT_FOUND;
    const std::string utf8 = to_utf8(name);
    if (utf8.size() > kRegistryNameMax) return ERROR_INVALID_PARAMETER;
    found->values[fold_case(utf8)] = {utf8, type, {data, data + size}};
    return ERROR_SUCCESS;
  });
}

EXTERN_C LSTATUS RegEnumKeyExW(HKEY key, DWORD index, LPWSTR name, LPDWORD size, LPDWORD, LPWSTR,
                               LPDWORD, FILETIME* written) {
  if (name == nullptr || size == nullptr) return ERROR_INVALID_PARAMETER;
  return with_key(key, [&](Registry& registry, const std::string& path) -> LSTATUS {
    const RegistryKey* const found = registry.find(path);
    if (found == nullptr || index >= found->keys.size()) return ERROR_NO_MORE_ITEMS;
    const std::wstring wide = to_wide(std::next(found->keys.begin(), index)->second.name);
    if (wide.size() + 1 > *size) return ERROR_MORE_DATA;
    std::copy_n(wide.c_str(), wide.size() + 1, name);
    *size = static_cast<DWORD>(wide.size());
    if (written != nullptr) *written = FILETIME{};
    return ERROR_SUCCESS;
  });
}

EXTERN_C LSTATUS RegEnumKeyW(HKEY key, DWORD index, LPWSTR name, DWORD size) {
  return RegEnumKeyExW(key, index, name, &size, nullptr, nullptr, nullptr, nullptr);
}

EXTERN_C LSTATUS RegDeleteKeyW(HKEY key, LPCWSTR sub) {
  return with_key(key, [&](Registry& registry, const std::string& path) -> LSTATUS {
    const std::string full = below(path, sub);
    if (registry.find(full) == nullptr) return ERROR_FILE_NOT_FOUND;
    return registry.remove(full) ? ERROR_SUCCESS : ERROR_ACCESS_DENIED;  // it has keys below
  });
}

EXTERN_C LSTATUS RegDeleteValueW(HKEY key, LPCWSTR name) {
  return with_key(key, [&](Registry& registry, const std::string& path) -> LSTATUS {
    RegistryKey* const found = registry.find(path);
    const bool gone = found != nullptr && found->values.erase(fold_case(to_utf8(name))) != 0;
    return gone ? ERROR_SUCCESS : ERROR_FILE_NOT_FOUND;
  });
}

EXTERN_C LSTATUS RegDeleteTreeW(HKEY key, LPCWSTR sub) {
  return with_key(key, [&](Registry& registry, const std::string& path) -> LSTATUS {
    const std::string full = below(path, sub);
    RegistryKey* const found = registry.find(full);
    if (found == nullptr) return ERROR_FILE_NOT_FOUND;
    registry.clear(*found);
    if (to_utf8(sub).empty()) return ERROR_SUCCESS;  // the key itself stays
    return registry.remove(full) ? ERROR_SUCCESS : ERROR_ACCESS_DENIED;
  });
}

EXTERN_C LSTATUS RegEnumValueW(HKEY key, DWORD index, LPWSTR name, LPDWORD size, LPDWORD,
                               LPDWORD type, LPBYTE data, LPDWORD data_size) {
  if (name == nullptr || size == nullptr) return ERROR_INVALID_PARAMETER;
  return with_key(key, [&](Registry& registry, const std::string& path) -> LSTATUS {
    const RegistryKey* const found = registry.find(path);
    if (found == nullptr || index >= found->values.size()) return ERROR_NO_MORE_ITEMS;
    const RegistryValue& value = std::next(found->values.begin(), index)->second;
    const std::wstring wide = to_wide(value.name);
    if (wide.size() + 1 > *size) return ERROR_MORE_DATA;
    if (data_size != nullptr) {
      const DWORD room = *data_size;
      *data_size = static_cast<DWORD>(value.data.size());
      if (data != nullptr && room < value.data.size()) return ERROR_MORE_DATA;
    }
    std::copy_n(wide.c_str(), wide.size() + 1, name);
    *size = static_cast<DWORD>(wide.size());
    if (type != nullptr) *type = value.type;
    if (data != nullptr) std::copy(value.data.begin(), value.data.end(), data);
    return ERROR_SUCCESS;
  });
}

EXTERN_C LSTATUS RegQueryInfoKeyW(HKEY key, LPWSTR, LPDWORD class_size, LPDWORD, LPDWORD keys,
                                  LPDWORD key_length, LPDWORD class_length, LPDWORD values,
                                  LPDWORD name_length, LPDWORD value_length, LPDWORD security,
                                  FILETIME* written) {
  return with_key(key, [&](Registry& registry, const std::string& path) -> LSTATUS {
    const RegistryKey* const found = registry.find(path);
    if (found == nullptr) return ERROR_FILE_NOT_FOUND;
    std::size_t longest_key = 0, longest_name = 0, longest_value = 0;
    for (const auto& [folded, sub] : found->keys) {
      longest_key = std::max(longest_key, to_wide(sub.name).size());
    }
    for (const auto& [folded, value] : found->values) {
      longest_name = std::max(longest_name, to_wide(value.name).size());
      longest_value = std::max(longest_value, value.data.size());
    }
    const auto give = [](LPDWORD out, std::size_t number) {
      if (out != nullptr) *out = static_cast<DWORD>(number);
    };
    give(class_size, 0);
    give(class_length, 0);
    give(security, 0);
    give(keys, found->keys.size());
    give(key_length, longest_key);
    give(values, found->values.size());
    give(name_length, longest_name);
    give(value_length, longest_value);
    if (written != nullptr) *written = FILETIME{};
    return ERROR_SUCCESS;
  });
}

EXTERN_C LSTATUS RegGetValueW(HKEY key, LPCWSTR sub, LPCWSTR name, DWORD flags, LPDWORD type,
                              PVOID data, LPDWORD size) {
  HKEY open = nullptr;
  LSTATUS status = RegOpenKeyExW(key, sub, 0, KEY_READ, &open);
  if (status != ERROR_SUCCESS) return status;
  DWORD kind = REG_NONE;
  status = RegQueryValueExW(open, name, nullptr, &kind, nullptr, nullptr);
  const DWORD bits[] = {0x1, 0x2, 0x4, 0x8, 0x10, 0, 0, 0x20, 0, 0, 0, 0x40};  // RRF_RT_… by type
  const bool allowed = kind < ARRAYSIZE(bits) && (flags & RRF_RT_ANY & bits[kind]) != 0;
  if (status == ERROR_SUCCESS && !allowed) status = 1630;  // ERROR_UNSUPPORTED_TYPE
  if (status == ERROR_SUCCESS) {
    status = RegQueryValueExW(open, name, nullptr, type, static_cast<LPBYTE>(data), size);
  }
  RegCloseKey(open);
  return status;
}

EXTERN_C LSTATUS RegSetKeyValueW(HKEY key, LPCWSTR sub, LPCWSTR name, DWORD type, LPCVOID data,
                                 DWORD size) {
  HKEY open = nullptr;
  LSTATUS status = RegCreateKeyExW(key, sub, 0, nullptr, 0, KEY_WRITE, nullptr, &open, nullptr);
  if (status != ERROR_SUCCESS) return status;
  status = RegSetValueExW(open, name, 0, type, static_cast<const BYTE*>(data), size);
  RegCloseKey(open);
  return status;
}

EXTERN_C LSTATUS RegOpenKeyW(HKEY key, LPCWSTR sub, PHKEY out) {
  return RegOpenKeyExW(key, sub, 0, KEY_ALL_ACCESS, out);
}
EXTERN_C LSTATUS RegCreateKeyW(HKEY key, LPCWSTR sub, PHKEY out) {
  return RegCreateKeyExW(key, sub, 0, nullptr, 0, KEY_ALL_ACCESS, nullptr, out, nullptr);
}
EXTERN_C LSTATUS RegFlushKey(HKEY key) {
  return with_key(key, [](Registry&, const std::string&) -> LSTATUS { return ERROR_SUCCESS; });
}

EXTERN_C LSTATUS RegCloseKey(HKEY key) {
  if (number_of(key) >= 0x80000000u) return ERROR_SUCCESS;
  return CloseHandle(key) ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
}

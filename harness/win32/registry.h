// The lab machine's registry, in memory.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vsslab {

struct RegistryValue {
  std::string name;  // as it was written
  std::uint32_t type = 0;
  std::vector<std::uint8_t> data;  // text as WCHAR
};

struct RegistryKey {
  std::string name;                             // as it was written
  std::map<std::string, RegistryKey> keys;      // by folded name
  std::map<std::string, RegistryValue> values;  // by folded name
};

class Registry {
 public:
  // With the profile of the machine's one user.
  Registry();

  // `path` from a root on, "HKLM\\Software\\…". Null when there is none.
  RegistryKey* find(std::string_view path);
  // Makes what is missing. Null when the registry is full (registry_keys_max) or a name is too
  // long.
  RegistryKey* make(std::string_view path, bool& made);
  bool remove(std::string_view path);
  void clear(RegistryKey& key);  // its values, and the keys below it with theirs

 private:
  RegistryKey root_;
  std::size_t count_ = 0;
};

// The one user of the lab machine, LAB\lab, whose profile is C:\Users\lab.
std::vector<std::uint8_t> lab_user_sid();

}  // namespace vsslab

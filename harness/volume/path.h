// Paths and names as Windows compares them. All text is UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vsslab {

// The form in which names are compared: upper case of ASCII, Latin, Greek and Cyrillic letters.
std::string fold_case(std::string_view name);
bool same_name(std::string_view a, std::string_view b);

// FindFirstFile's `*` and `?`, without regard to case: "*.*" matches every name, "*." those without
// a period, "a??" also "a", "x.???" also "x.c" and "x".
bool matches_wildcard(std::string_view pattern, std::string_view name);

// "dir\\sub\\file" into names; both slashes separate, empty names and "." vanish, ".." goes up.
// Nothing when a name is not allowed on NTFS, a path leaves the volume, or a limit is exceeded.
std::optional<std::vector<std::string>> split_path(std::string_view path);

}  // namespace vsslab

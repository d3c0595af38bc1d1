#include "metadata/normal_path.h"

#include <algorithm>
#include <vector>

#include "core/ascii.h"

namespace vsslab::metadata {

namespace {

using ascii::is_letter;

// Nearly every path is in its one spelling already, but for a backslash at the end.
bool is_normal(std::string_view path) {
  if (path.starts_with("\\\\")) {
    const bool named = path.starts_with("\\\\?\\") || path.starts_with("\\\\.\\");
    if (named && path.size() > 5 && path[5] == ':') return false;
    path.remove_prefix(std::min<std::size_t>(named ? 4 : 2, path.size()));
  }
  for (std::size_t at = 0; at < path.size(); ++at) {
    const char c = path[at];
    const char next = at + 1 < path.size() ? path[at + 1] : '\\';
    if (c == '/' || (c == '\\' && at + 1 < path.size() && (next == '\\' || next == '.')))
      return false;
    if ((c == '.' || c == ' ') && (next == '\\' || next == '/')) return false;
  }
  return true;
}

// How much of the path no ".." goes above: "C:", "\\server\share", "\\?\Volume{…}".
std::size_t head_of(std::string_view path) {
  const auto end_of_name = [&](std::size_t at) {
    return std::min(path.find('\\', at), path.size());
  };
  if (path.starts_with("\\\\?\\") || path.starts_with("\\\\.\\")) return end_of_name(4);
  if (path.starts_with("\\\\")) return end_of_name(std::min(end_of_name(2) + 1, path.size()));
  const bool drive = path.size() >= 2 && is_letter(path[0]) && path[1] == ':';
  return drive && (path.size() == 2 || path[2] == '\\') ? 2 : 0;
}

}  // namespace

std::string normal_path(std::string_view expanded_path) {
  std::string text(expanded_path);
  if (!is_normal(text)) {
    std::replace(text.begin(), text.end(), '/', '\\');
    const bool prefixed = text.starts_with("\\\\?\\") || text.starts_with("\\\\.\\");
    if (prefixed && text.size() > 5 && is_letter(text[4]) && text[5] == ':') text.erase(0, 4);
    const std::size_t head = head_of(text);
    if (head == 0) return text;
    std::vector<std::string_view> names;
    const std::string_view whole = text;
    for (std::size_t at = head; at < whole.size();) {
      const std::size_t end = std::min(whole.find('\\', at), whole.size());
      std::string_view name = whole.substr(at, end - at);
      at = end + 1;
      if (name == "..") {
        if (!names.empty()) names.pop_back();
        continue;
      }
      while (name.ends_with('.') || name.ends_with(' ')) name.remove_suffix(1);
      if (!name.empty()) names.push_back(name);
    }
    std::string normal = text.substr(0, head);
    for (const std::string_view name : names) normal.append("\\").append(name);
    text = std::move(normal);
  }
  while (text.ends_with('\\')) text.pop_back();
  return text;
}

}  // namespace vsslab::metadata

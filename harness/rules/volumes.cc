#include "rules/volumes.h"

#include "rules/support.h"

namespace vsslab::rules {
namespace {

std::string with_backslash(std::string_view volume) {
  std::string text = lower(volume);
  if (!text.empty() && text.back() != '\\') text += '\\';
  return text;
}

}  // namespace

std::string volume_path(std::string_view guid) {
  const std::string text = guid_text(guid);
  return text.empty() ? text : "\\\\?\\volume{" + text + "}\\";
}

VolumeNames::VolumeNames(const RunView& run) {
  for (const Call* call : run.lab_calls()) {
    if (call->name != Ev::volume) continue;
    const std::string root = with_backslash(run.arg(*call, "root").value_or(""));
    const std::string path = volume_path(run.arg(*call, "guid").value_or(""));
    // A second event of one volume names a folder that it is mounted in.
    const auto known = key_of_.find(path);
    const std::string key = !path.empty() && known != key_of_.end() ? known->second
                            : root.empty()                          ? path
                                                                    : root;
    if (!root.empty()) key_of_.emplace(root, key);
    if (!path.empty()) key_of_.emplace(path, key);
    if (!root.empty() && root != key) mounts_.emplace(root, key);
  }
}

std::string VolumeNames::key(std::string_view volume) const {
  std::string text = with_backslash(volume);
  const auto found = key_of_.find(text);
  return found == key_of_.end() ? text : found->second;
}

bool VolumeNames::knows(std::string_view volume) const {
  return key_of_.count(with_backslash(volume)) != 0;
}

std::string VolumeNames::of_path(std::string_view path) const {
  const std::string text = with_backslash(path);
  for (std::size_t end = text.rfind('\\'); end != std::string::npos;
       end = end == 0 ? std::string::npos : text.rfind('\\', end - 1)) {
    const auto found = key_of_.find(std::string_view(text).substr(0, end + 1));
    if (found != key_of_.end()) return found->second;
  }
  return {};
}

}  // namespace vsslab::rules

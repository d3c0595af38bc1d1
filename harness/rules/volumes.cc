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

VolumeNames::VolumeNames(const RunView& run) {
  for (const Call* call : run.lab_calls()) {
    const auto root = run.arg(*call, "root"), guid = run.arg(*call, "guid");
    if (call->name != Ev::volume || !root || !guid) continue;
    root_of_.emplace("\\\\?\\volume{" + guid_text(*guid) + "}\\", with_backslash(*root));
  }
}

std::string VolumeNames::key(std::string_view volume) const {
  std::string text = with_backslash(volume);
  const auto found = root_of_.find(text);
  return found == root_of_.end() ? text : found->second;
}

}  // namespace vsslab::rules

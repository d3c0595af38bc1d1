#include "volume/volume_set.h"

#include <algorithm>
#include <utility>

#include "volume/path.h"

namespace vsslab {

namespace {

constexpr std::string_view kDevicePrefix = "GLOBALROOT\\Device\\";

bool is_drive(std::string_view path) {
  return path.size() >= 2 && path[1] == ':' &&
         ((path[0] >= 'A' && path[0] <= 'Z') || (path[0] >= 'a' && path[0] <= 'z'));
}

bool starts_with_name(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && same_name(text.substr(0, prefix.size()), prefix);
}

std::string_view without_last_slash(std::string_view text) {
  if (text.ends_with('\\') || text.ends_with('/')) text.remove_suffix(1);
  return text;
}

// What follows "\\\\?\\" or "\\\\.\\"; the whole path when neither stands there.
std::string_view without_namespace(std::string_view path) {
  if (path.starts_with("\\\\?\\") || path.starts_with("\\\\.\\")) path.remove_prefix(4);
  return path;
}

}  // namespace

Result<Volume*> VolumeSet::add(Volume::Options options) {
  const bool drive = is_drive(options.root) && options.root.size() == 3 && options.root[2] == '\\';
  const std::string own_name = "\\\\?\\Volume{" + options.guid.to_string() + "}\\";
  if (!drive && !same_name(options.root, own_name)) {
    return fail(Error{"'" + options.root + "' is no volume root",
                      {},
                      0,
                      {},
                      "a root is a drive letter with ':\\', for example 'C:\\', or the volume's "
                      "own name \\\\?\\Volume{…}\\"});
  }
  if (options.size < kBlockBytes) {
    return fail("volume '" + options.root + "' is smaller than one block of 16384 bytes");
  }
  for (const auto& volume : volumes_) {
    if (same_name(volume->root(), options.root)) {
      return fail("volume '" + options.root + "' exists already");
    }
    if (volume->options().guid == options.guid) {
      return fail("volumes '" + volume->root() + "' and '" + options.root + "' have one GUID");
    }
  }
  volumes_.push_back(std::make_unique<Volume>(std::move(options), scheduler_));
  volumes_.back()->set_observer(observer_);
  return volumes_.back().get();
}

std::vector<Volume*> VolumeSet::volumes() const {
  std::vector<Volume*> all;
  for (const auto& volume : volumes_) all.push_back(volume.get());
  return all;
}

Volume* VolumeSet::find_volume(std::string_view name) const {
  const auto location = resolve(name);
  if (!location || !location->path.empty() || !location->volume->device().empty()) return nullptr;
  return location->volume;
}

void VolumeSet::add_device(std::shared_ptr<Volume> copy) {
  copy->set_observer(observer_);
  std::string key = fold_case(copy->device());
  devices_.insert_or_assign(std::move(key), std::move(copy));
}

void VolumeSet::remove_device(std::string_view device) {
  const auto found = devices_.find(fold_case(without_last_slash(device)));
  if (found == devices_.end()) return;
  found->second->take_offline();
  removed_.push_back(std::move(found->second));
  devices_.erase(found);
}

Volume* VolumeSet::find_device(std::string_view device) const {
  const auto found = devices_.find(fold_case(without_last_slash(device)));
  return found == devices_.end() ? nullptr : found->second.get();
}

std::optional<VolumeSet::Location> VolumeSet::resolve(std::string_view path) const {
  const std::string_view rest = without_namespace(path);
  if (rest.size() != path.size() && starts_with_name(rest, kDevicePrefix)) {
    const std::size_t end = std::min(rest.find_first_of("\\/", kDevicePrefix.size()), rest.size());
    Volume* const copy = find_device("\\\\?\\" + std::string(rest.substr(0, end)));
    if (copy == nullptr) return std::nullopt;
    return Location{copy, std::string(rest.substr(std::min(end + 1, rest.size())))};
  }
  for (const auto& volume : volumes_) {
    if (is_drive(rest) && same_name(rest.substr(0, 2), volume->root().substr(0, 2))) {
      const bool absolute = rest.size() == 2 || rest[2] == '\\' || rest[2] == '/';
      if (!absolute) return std::nullopt;
      return Location{volume.get(),
                      std::string(rest.substr(std::min<std::size_t>(3, rest.size())))};
    }
    const std::string_view guid_name = without_last_slash(without_namespace(volume->guid_path()));
    if (rest.size() != path.size() && starts_with_name(rest, guid_name)) {
      const std::string_view tail = rest.substr(guid_name.size());
      if (!tail.empty() && tail[0] != '\\' && tail[0] != '/') continue;
      return Location{volume.get(),
                      std::string(tail.substr(std::min<std::size_t>(1, tail.size())))};
    }
  }
  return std::nullopt;
}

void VolumeSet::set_observer(VolumeObserver observer) {
  observer_ = std::move(observer);
  for (const auto& volume : volumes_) volume->set_observer(observer_);
  for (const auto& [name, copy] : devices_) copy->set_observer(observer_);
}

}  // namespace vsslab

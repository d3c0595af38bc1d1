#include "volume/volume_set.h"

#include <algorithm>
#include <utility>

#include "volume/path.h"

namespace vsslab {

namespace {

constexpr int kMountsFollowedMax = 32;  // mounts_followed_max: of one path
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

Volume* VolumeSet::add(std::unique_ptr<Volume> volume) {
  volumes_.push_back(std::move(volume));
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
  if (found != devices_.end()) return found->second.get();
  std::shared_ptr<Volume> more =
      device_finder_ ? device_finder_(without_last_slash(device)) : nullptr;
  if (more == nullptr) return nullptr;
  Volume* const volume = more.get();
  devices_.emplace(fold_case(without_last_slash(device)), std::move(more));
  return volume;
}

bool VolumeSet::define_drive(char letter, std::string_view device) {
  const char capital = static_cast<char>(letter & ~0x20);
  const std::string root = std::string(1, capital) + ":";
  if (!is_drive(root) || find_device(device) == nullptr || resolve(root)) return false;
  drives_.emplace(capital, without_last_slash(device));
  return true;
}

bool VolumeSet::remove_drive(char letter) {
  return drives_.erase(static_cast<char>(letter & ~0x20)) != 0;
}

bool VolumeSet::define_share(std::string_view name, std::string_view device,
                             std::string_view path) {
  if (find_device(device) == nullptr) return false;
  return shares_
      .emplace(fold_case(name), Share{std::string(without_last_slash(device)), std::string(path)})
      .second;
}

bool VolumeSet::remove_share(std::string_view name) { return shares_.erase(fold_case(name)) != 0; }

std::optional<VolumeSet::Location> VolumeSet::resolve(std::string_view path,
                                                      bool follow_last) const {
  auto at = place(path);
  if (at && may_have_mounts() && !follow(*at, follow_last, nullptr)) return std::nullopt;
  return at;
}

// Goes on to the volume behind each mounted folder on the way. `way`: gets the path as far as the
// last folder that was followed. False when folders lead in a circle, or to no volume.
bool VolumeSet::follow(Location& at, bool last, std::string* way) const {
  for (int turns = 0; turns <= kMountsFollowedMax; ++turns) {
    if (!at.volume->device().empty()) return true;
    const auto names = split_path(at.path);
    if (!names) return true;
    const auto folder = at.volume->first_mounted(*names);
    if (!folder || (folder->depth == names->size() && !last)) return true;
    const auto target = std::find_if(volumes_.begin(), volumes_.end(), [&](const auto& volume) {
      return same_name(volume->guid_path(), folder->target);
    });
    Volume* const lead = target != volumes_.end() ? target->get() : find_device(folder->target);
    if (lead == nullptr) return false;
    const std::size_t depth = folder->depth;
    std::string rest;
    for (std::size_t i = 0; i < names->size(); ++i) {
      const std::string& name = (*names)[i];
      if (i >= depth) rest += (rest.empty() ? "" : "\\") + name;
      if (i < depth && way != nullptr) *way += name + "\\";
    }
    at = {lead, std::move(rest)};
  }
  return false;
}

FileResult<void> VolumeSet::mount(const Volume& target, std::string_view path) {
  const auto at = resolve(path, false);
  if (!at) return tl::make_unexpected(FileError::path_not_found);
  const std::string& name = target.device().empty() ? target.guid_path() : target.device();
  if (auto made = at->volume->set_mounted(at->path, name); !made) return made;
  mounts_.push_back({at->volume, at->volume->stat(at->path)->path});
  return {};
}

void VolumeSet::unmount(std::string_view path) {
  const auto at = resolve(path, false);
  if (at && !at->volume->writes_held()) (void)at->volume->set_mounted(at->path, "");
}

std::vector<std::string> VolumeSet::paths_of(const Volume& volume) const {
  if (paths_finder_) return paths_finder_(volume);
  std::vector<std::string> paths;
  if (volume.root().size() == 3) paths.push_back(volume.root());
  for (const Mount& mount : mounts_) {
    const auto names = split_path(mount.path);
    const FileNode* const node = find_node(mount.on->tree(), *names);
    if (node == nullptr || !same_name(node->mounted, volume.guid_path())) continue;
    std::string path = mount.on->root() + mount.path + "\\";
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) {
      paths.push_back(std::move(path));
    }
  }
  return paths;
}

std::optional<std::string> VolumeSet::mount_path_of(std::string_view path) const {
  auto at = place(path);
  if (!at) return std::nullopt;
  if (!at->volume->device().empty()) return at->volume->device() + "\\";
  std::string way = at->volume->root();
  if (may_have_mounts() && !follow(*at, true, &way)) return std::nullopt;
  return way;
}

std::optional<VolumeSet::Location> VolumeSet::place(std::string_view path) const {
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
  if (!shares_.empty() && path.starts_with("\\\\") && rest.size() == path.size()) {
    const std::size_t server = path.find('\\', 2);
    const std::size_t end = server == std::string_view::npos ? server : path.find('\\', server + 1);
    const auto share = shares_.find(fold_case(path.substr(0, end)));
    Volume* const copy = share == shares_.end() ? nullptr : find_device(share->second.device);
    if (copy == nullptr) return std::nullopt;
    std::string below = share->second.path;
    if (end != std::string_view::npos) {
      if (!below.empty()) below += '\\';
      below += path.substr(end + 1);
    }
    return Location{copy, std::move(below)};
  }
  if (is_drive(rest) && (rest.size() == 2 || rest[2] == '\\' || rest[2] == '/')) {
    const auto drive = drives_.find(static_cast<char>(rest[0] & ~0x20));
    Volume* const copy = drive == drives_.end() ? nullptr : find_device(drive->second);
    if (copy == nullptr) return std::nullopt;
    return Location{copy, std::string(rest.substr(std::min<std::size_t>(3, rest.size())))};
  }
  return std::nullopt;
}

void VolumeSet::set_observer(VolumeObserver observer) {
  observer_ = std::move(observer);
  for (const auto& volume : volumes_) volume->set_observer(observer_);
  for (const auto& [name, copy] : devices_) copy->set_observer(observer_);
}

}  // namespace vsslab

// The volumes of one lab, and the devices of shadow copies beside them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/scheduler.h"
#include "volume/volume.h"

namespace vsslab {

class VolumeSet {
 public:
  explicit VolumeSet(Scheduler* scheduler = nullptr) : scheduler_(scheduler) {}

  Scheduler* scheduler() const { return scheduler_; }

  // An Error when the root is neither "X:\\" nor the volume's own name "\\?\Volume{…}\" (a volume
  // without a letter), or is there already.
  Result<Volume*> add(Volume::Options options);
  // A volume of another kind, such as one that lies in another process.
  Volume* add(std::unique_ptr<Volume> volume);
  // In the order of adding.
  std::vector<Volume*> volumes() const;

  // By any name that Windows takes for a volume: "C:", "C:\\", "c:\\", "\\\\?\\Volume{…}\\" with or
  // without the last backslash. Null when there is none.
  Volume* find_volume(std::string_view name) const;

  // A shadow copy's device, "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1".
  void add_device(std::shared_ptr<Volume> copy);
  // The copy can never be reached again: whoever still holds its Volume finds it empty.
  void remove_device(std::string_view device);
  Volume* find_device(std::string_view device) const;
  // The number of the next shadow copy device of this machine: 1, 2, …
  std::uint32_t next_device_number() { return ++last_device_; }

  // A drive letter for a device, as DefineDosDevice makes one; not among volumes(). False when the
  // letter is taken or there is no such device.
  bool define_drive(char letter, std::string_view device);
  bool remove_drive(char letter);

  // A share "\\\\LAB\\name" of a folder of a device. False when the name is taken.
  bool define_share(std::string_view name, std::string_view device, std::string_view path);
  bool remove_share(std::string_view name);

  struct Location {
    Volume* volume = nullptr;
    std::string path;  // relative to its root
  };
  // Where a full path leads: "C:\\dir\\x", "\\\\?\\C:\\dir\\x", "\\\\?\\Volume{…}\\dir\\x",
  // "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1\\dir\\x", also with "\\\\.\\"; below a
  // share. Mounted folders on the way are followed, the last one only when `follow_last`; inside a
  // shadow copy none is.
  std::optional<Location> resolve(std::string_view path, bool follow_last = true) const;

  // Makes the empty folder `path` lead to `target`, a volume or a shadow copy's device.
  FileResult<void> mount(const Volume& target, std::string_view path);
  // The folder is a plain one again, at once if its volume takes writes; else it leads nowhere.
  void unmount(std::string_view path);
  // Every name by which a volume is reached besides its own: its drive, then mounted folders with
  // a backslash at the end, in the order of mounting.
  std::vector<std::string> paths_of(const Volume& volume) const;
  // "C:\\mnt\\data\\": the drive, mounted folder or device below which `path` lies. As written.
  std::optional<std::string> mount_path_of(std::string_view path) const;

  // Asked for a device that is not here; null when there is none. What it gives is added.
  void set_device_finder(std::function<std::shared_ptr<Volume>(std::string_view)> finder) {
    device_finder_ = std::move(finder);
  }

  // Of volumes that lie in another process, which knows what is mounted where: asked for
  // paths_of().
  void set_paths_finder(std::function<std::vector<std::string>(const Volume&)> finder) {
    paths_finder_ = std::move(finder);
  }

  // For every volume and device, also those added later.
  void set_observer(VolumeObserver observer);

 private:
  Scheduler* scheduler_;
  std::vector<std::unique_ptr<Volume>> volumes_;
  std::function<std::shared_ptr<Volume>(std::string_view)> device_finder_;
  std::function<std::vector<std::string>(const Volume&)> paths_finder_;
  // mutable: a look-up may find one more.
  mutable std::map<std::string, std::shared_ptr<Volume>, std::less<>> devices_;  // by folded name
  std::map<char, std::string> drives_;  // define_drive(): device by capital letter
  struct Share {
    std::string device, path;
  };
  std::map<std::string, Share, std::less<>> shares_;  // by folded name
  std::vector<std::shared_ptr<Volume>> removed_;      // handles may still point to them
  std::optional<Location> place(std::string_view path) const;
  bool may_have_mounts() const { return !mounts_.empty() || paths_finder_ != nullptr; }
  bool follow(Location& at, bool last, std::string* way) const;

  struct Mount {
    Volume* on;
    std::string path;  // relative to its root
  };
  std::vector<Mount> mounts_;  // ever made; the folders' own word counts
  std::uint32_t last_device_ = 0;
  VolumeObserver observer_;
};

}  // namespace vsslab

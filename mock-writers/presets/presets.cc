#include "mock-writers/presets/presets.h"

#include <algorithm>
#include <array>

int vsslab_preset_order_writer(int argc, wchar_t** argv);
int vsslab_preset_express_writer(int argc, wchar_t** argv);
int vsslab_preset_full_backup(int argc, wchar_t** argv);
int vsslab_preset_file_backup(int argc, wchar_t** argv);
int vsslab_preset_keeps_copies(int argc, wchar_t** argv);
int vsslab_preset_keeps_shared_copies(int argc, wchar_t** argv);

namespace vsslab {

namespace {

constexpr std::array kPresets{
    Preset{"order-writer", PresetKind::writer, &vsslab_preset_order_writer,
           "An application with a file group and a database that goes on writing."},
    Preset{"express-writer", PresetKind::writer, &vsslab_preset_express_writer,
           "A program that stores an express writer's document: no event reaches it."},
    Preset{"full-backup", PresetKind::requester, &vsslab_preset_full_backup,
           "A full backup of every component, with every status checked."},
    Preset{"file-backup", PresetKind::requester, &vsslab_preset_file_backup,
           "A full backup that reads every file of the components from its shadow copy."},
    Preset{"keeps-copies", PresetKind::requester, &vsslab_preset_keeps_copies,
           "Persistent shadow copies of C:, one after the other, until VSS refuses (520 at most)."},
    Preset{"keeps-shared-copies", PresetKind::requester, &vsslab_preset_keeps_shared_copies,
           "The same with client-accessible copies (70 at most)."},
};

}  // namespace

std::span<const Preset> presets() { return kPresets; }

const Preset* find_preset(std::string_view name, PresetKind kind) {
  const auto found = std::find_if(kPresets.begin(), kPresets.end(), [&](const Preset& preset) {
    return preset.name == name && preset.kind == kind;
  });
  return found == kPresets.end() ? nullptr : &*found;
}

}  // namespace vsslab

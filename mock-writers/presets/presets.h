// Parties that scenarios take by name (preset="order-writer"): programs written as for Windows,
// each with its wmain. Their global variables exist once, so one of each kind runs in a lab at a
// time.
#pragma once

#include <span>
#include <string_view>

namespace vsslab {

enum class PresetKind { writer, requester };

struct Preset {
  std::string_view name;
  PresetKind kind;
  int (*main)(int argc, wchar_t** argv);
  std::string_view what;  // one sentence, for lists
};

std::span<const Preset> presets();
// Null when there is none of that name and kind.
const Preset* find_preset(std::string_view name, PresetKind kind);

}  // namespace vsslab

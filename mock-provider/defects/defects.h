// Providers with one named bug each. A rule that claims a bug is tested by running the provider
// that has it; everything else about these providers is the reference provider.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "mock-provider/system/provider.h"

class IUnknown;

namespace vsslab {

struct ProviderDefect {
  std::string_view name;         // "slow-commit"
  std::string_view sentence;     // what it does wrong
  std::string_view rule;         // the rule that it breaks
  std::string_view second_rule;  // one that the same bug breaks too; may be empty
  std::string_view needs;        // what the scenario has to bring; empty: any full backup
  // One reference for the caller, as make_system_provider() gives it.
  IUnknown* (*make)(VolumeSet& volumes, SystemProviderOptions options);
};

std::span<const ProviderDefect> provider_defects();  // sorted by name
const ProviderDefect* find_provider_defect(std::string_view name);

}  // namespace vsslab

// The reference software provider: what the system provider of Windows does, over the lab's
// volumes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/guid.h"
#include "core/limits.h"
#include "core/time.h"

class IUnknown;

namespace vsslab {

class VolumeSet;

struct SystemProviderOptions {
  Guid id = *Guid::parse("b5946137-7b9f-4925-af80-51abd60b20d5");  // Windows' system provider
  std::string machine = "LAB";         // m_pwszOriginatingMachine, m_pwszServiceMachine
  std::vector<std::string> volumes{};  // supported ones by any of their names; empty: all
  std::uint32_t copies_per_volume_max = limits::kSoftwareCopiesPerVolumeMax;
  std::uint32_t shared_copies_per_volume_max = 64;  // MaxShadowCopies, when nobody changed it
  Duration revert_time{0};  // how long RevertToSnapshot takes after it has returned
};

// One reference for the caller. It has IVssSoftwareSnapshotProvider, IVssProviderCreateSnapshotSet
// and IVssProviderNotifications. The volumes must outlive it.
IUnknown* make_system_provider(VolumeSet& volumes, SystemProviderOptions options = {});

}  // namespace vsslab

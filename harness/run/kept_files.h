// What the requesters of a scenario copied, as files of the host.
#pragma once

#include <string>

#include "core/error.h"
#include "plan/plan.h"
#include "volume/volume_set.h"

namespace vsslab {

// Every folder that a backup of the plan names (Backup@to), below `folder`: C:\backup\a.txt becomes
// FOLDER/C/backup/a.txt. A folder that is not there is passed over. Nothing outside of `folder` is
// touched.
Result<void> keep_backup_folders(const VolumeSet& volumes, const plan::ScenarioPlan& plan,
                                 const std::string& folder);
// One of them.
Result<void> keep_folder(const VolumeSet& volumes, const std::string& path,
                         const std::string& folder);

}  // namespace vsslab

// vssadmin's commands on shadow copies. Internal to requester/tools/.
#pragma once

#include <vsbackup.h>
#include <vss.h>

#include "requester/backup_object.h"
#include "requester/tools/vssadmin.h"

namespace vsslab::requester {

// A backup object for administration, or for another context.
Hr admin_object(BackupObject& vss, LONG context = static_cast<LONG>(VSS_CTX_ALL));

int admin_create_shadow(AdminCall& call);
int admin_delete_shadows(AdminCall& call);
int admin_list_shadows(AdminCall& call);
int admin_revert_shadow(AdminCall& call);
int admin_query_reverts(AdminCall& call);

}  // namespace vsslab::requester

// CLSID_VSSCoordinator: the account that VSS keeps of the providers on the machine (vsadmin.h).
#pragma once

#include <windows.h>

#include "service/impl.h"

namespace vsslab {

// What CoCreateInstance gives for it.
HRESULT make_provider_admin(LabVss::Impl& service, const Guid& iid, void** out);

}  // namespace vsslab

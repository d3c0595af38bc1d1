// A provider in a library as it is installed on Windows: its DllRegisterServer tells VSS of it
// through IVssAdmin::RegisterProvider, its DllGetClassObject makes it.
#pragma once

#include <string>

#include "core/error.h"
#include "core/os/library.h"
#include "run/parties.h"

namespace vsslab::sdk {

bool is_com_server(const os::Library& library);

// Registers and makes the provider, in the process of the lab that the caller is in. `path` is
// named in errors.
Result<Parties::Provider> provider_of_com_server(const os::Library& library,
                                                 const std::string& path);

}  // namespace vsslab::sdk

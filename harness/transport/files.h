// Files and volumes of the service's machine, as a program in another process uses them: every call
// is made there, on behalf of that program's process, so that it waits while writes are held and is
// in the journal like everybody else's.
#pragma once

#include <memory>
#include <string>

#include "transport/root.h"
#include "volume/volume_set.h"

namespace vsslab::transport {

// The server's side of RootService::File.
HRESULT serve_file(VolumeSet& volumes, UINT operation, const std::string& request,
                   std::string& reply);

// The client's: fills `volumes` with stand-ins for the machine's. False when it gave none.
bool fetch_volumes(RootService& root, VolumeSet& volumes);

}  // namespace vsslab::transport

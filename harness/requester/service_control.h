// Stopping and starting the service that a writer names. Internal to requester/.
#pragma once

#include <cstdint>
#include <string>

namespace vsslab::requester {

// Windows' code, 0 when it is done. A service that is in that state already is no error.
std::uint32_t stop_service(const std::string& name);
std::uint32_t start_service(const std::string& name);

}  // namespace vsslab::requester

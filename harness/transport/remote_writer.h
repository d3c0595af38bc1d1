// The service's stand-in for a writer whose program runs elsewhere.
#pragma once

#include "transport/remote.h"

namespace vsslab::transport {

class RemoteWriter final : public CVssWriterEx, public RemoteObject {
 public:
  RemoteWriter(Connection& connection, std::uint32_t object);
  enum { VSSLAB_TABLE_WRITER(VSSLAB_NUMBER) };
  VSSLAB_TABLE_WRITER(VSSLAB_PROXY)
};

std::unique_ptr<RootService> make_remote_root(Connection& connection);
std::uint32_t add_root(Connection& connection, RootService& root);

}  // namespace vsslab::transport

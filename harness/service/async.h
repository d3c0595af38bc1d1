// IVssAsync: an operation that runs in a task of the service (nf-vss-ivssasync-*.md).
#pragma once

#include <windows.h>

#include <vss.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "service/impl.h"

namespace vsslab {

// Starts `operation` on behalf of a requester's call. `finished` runs with the result before
// anybody who waits is woken. The returned object carries one reference. `name` ("A7") is in the
// journal.
struct StartedAsync {
  IVssAsync* object = nullptr;
  std::string name;
};
StartedAsync start_async(LabVss::Impl& service, const std::shared_ptr<BackupSession>& session,
                         std::string_view call, Seq enter, std::function<Hr()> operation,
                         std::function<void(Hr)> finished);

}  // namespace vsslab

// The parties that a run can put into a lab. They come from the mocks (or from a customer's
// sources) through these functions, because run/ includes no mock.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/guid.h"
#include "plan/plan.h"

class IUnknown;

namespace vsslab {

class VolumeSet;

using PartyMain = std::function<int()>;

struct Parties {
  // The main function of a writer's process.
  std::function<Result<PartyMain>(const plan::WriterPlan&, std::uint64_t seed)> writer;
  // The main function of a requester's process that is a class (RequesterPlan::class_name).
  std::function<Result<PartyMain>(const plan::RequesterPlan&)> requester;
  // A provider object with one reference for the caller, and the id it registers with.
  struct Provider {
    IUnknown* object = nullptr;
    Guid id;
    int type = 1;  // VSS_PROVIDER_TYPE
  };
  std::function<Result<Provider>(const plan::ProviderPlan&, VolumeSet&)> provider;
  // Opens a database through the running task's lab, without writing to it.
  struct DatabaseState {
    std::string integrity;  // "ok", or what is wrong
    std::int64_t transactions = 0;
    bool complete = false;   // exactly the first so many transactions
    bool recovered = false;  // it had to be rolled back, or a log replayed
  };
  std::function<DatabaseState(const std::string& path)> look_at_database;
};

}  // namespace vsslab

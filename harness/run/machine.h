// The simulated machine of one scenario: scheduler, volumes, service, journal, providers, in the
// order in which they need one another.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "core/error.h"
#include "core/scheduler.h"
#include "journal/journal.h"
#include "plan/plan.h"
#include "run/parties.h"
#include "run/result.h"
#include "service/lab_vss.h"
#include "volume/volume_set.h"
#include "win32/lab.h"

namespace vsslab {

class Machine {
 public:
  Machine(const plan::ScenarioPlan& plan, std::uint64_t seed, std::unique_ptr<Scheduler> scheduler,
          std::shared_ptr<Journal> journal);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // Volumes with their files, and the providers. An Error when the scenario asks for something that
  // cannot be built (a volume twice, an unknown class).
  Result<void> build(const Parties& parties);

  // After a restart: nobody has a file open, the delayed moves are made, automatic services run.
  void come_up();
  // The machine's own programs do this; an Error is about a line of the scenario.
  Result<void> change_files(const plan::ChangePlan& plan);
  // Compares files with what the scenario expects at the end.
  void compare_files(ScenarioResult& result);

  // What the host refused while the scenario was played; empty when all is well.
  std::string trouble() const;

  Scheduler& scheduler() { return *scheduler_; }
  Lab& lab() { return *lab_; }
  LabVss& service() { return *service_; }
  Journal& journal() { return *journal_; }
  const plan::ScenarioPlan& plan() const { return plan_; }

 private:
  Result<void> add_volume(const plan::VolumePlan& volume);
  Result<void> add_file(Volume& volume, const plan::FilePlan& file, std::uint64_t salt);
  std::string content_of(const plan::FilePlan& file, std::uint64_t salt) const;
  Result<void> add_mounts();
  void add_services();
  Result<void> add_provider(const Parties& parties, const plan::ProviderPlan& provider);
  LabVss::Options service_options() const;

  const plan::ScenarioPlan& plan_;
  std::uint64_t seed_;
  Prng prng_;
  std::unique_ptr<Scheduler> scheduler_;
  std::shared_ptr<Journal> journal_;
  VolumeSet volumes_;
  std::unique_ptr<Lab> lab_;
  std::unique_ptr<LabVss> service_;
  std::map<std::string, std::uint64_t> made_;  // digests of the scenario's files, by folded path
  std::uint64_t changes_ = 0;
};

}  // namespace vsslab

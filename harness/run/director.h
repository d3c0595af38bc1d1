// The course of one scenario: writers come up, requesters run, what is under way comes to its end,
// everybody is asked to leave. It runs as a task of the lab.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "run/machine.h"
#include "run/programs.h"
#include "run/requester_watch.h"
#include "win32/process.h"

namespace vsslab {

class Director : public LabObserver {
 public:
  Director(Machine& machine, const Parties& parties, std::uint64_t seed);
  ~Director() override;

  // To be called before the scheduler runs: makes every party's main function, so that an unknown
  // class is an error before anything happens.
  Result<void> prepare();

  // The body of the task.
  void run();

  // The machine goes down and comes up, in the requester's task that asked for it.
  void reboot(const plan::RebootPlan& plan);

  // "quiet" when every requester came to its end, else "budget".
  const std::string& ended() const { return ended_; }
  // What kept the run from its end; empty when all is well.
  std::string problem() const;

  // Adds what the requesters said; after the parties are in the result.
  void report(ScenarioResult& result) const;

  void process_ended(LabProcess& process, std::string_view reason, std::uint32_t code) override;

 private:
  struct Party {
    std::string name;
    Duration delay{0};
    PartyMain main;
    LabProcess* process = nullptr;
    bool requester = false;
    unsigned starts = 0;     // asked for; only the last one counts
    bool subscribes = true;  // a writer's process that waits for events of VSS
    const plan::ProgramPlan* program = nullptr;
  };

  void add_programs();
  void start(Party& party);
  void start_providers();
  bool failed();
  bool subscribed();
  void wait_for_writers();
  bool over(Party& party);
  void ask_to_leave(Party& party);
  void dismiss(std::vector<Party>& parties);
  void wait_for_requesters();
  void settle();
  void note_hung_parties();
  std::size_t count_open_handlers();

  Machine& machine_;
  const Parties& parties_;
  std::uint64_t seed_;
  Scheduler& scheduler_;
  std::vector<Party> writers_;
  std::vector<Party> requesters_;
  std::vector<Party> providers_;  // that are programs
  std::unique_ptr<Programs> programs_;
  std::vector<std::unique_ptr<RequesterWatch>> watches_;
  WaitQueue changed_;
  std::string ended_ = "budget";
  std::string problem_;
  bool down_ = false;            // the machine restarts
  std::vector<Party*> put_off_;  // whose time to start came meanwhile
  std::size_t looked_at_ = 0;    // events of the journal
  std::size_t stirred_ = 0;      // of them, those that say more than that an application works
  std::set<Seq> open_handlers_;  // enters of writers and providers without a leave
};

}  // namespace vsslab

// Bugs in Initialize and Subscribe.

#include "mock-writers/defects/defective.h"
#include "mock-writers/process.h"

namespace vsslab::mock {

namespace {

// Does not look at what Initialize returned.
class SubscribesUninitialised final : public Defective {
 public:
  using Defective::Defective;
  HRESULT initialize() override {
    const Registration r = registration();
    InitializeEx(r.writer_id, NULL, r.major_version, r.minor_version, r.usage, r.source);
    return S_OK;
  }
  HRESULT subscribe() override {
    Subscribe();
    return S_OK;
  }
};

class InitialisesTwice final : public Defective {
 public:
  using Defective::Defective;
  HRESULT initialize() override {
    const Registration r = registration();
    const HRESULT hr = Initialize(r.writer_id, r.name.c_str(), r.usage, r.source);
    initialize_with(r);
    return hr;
  }
};

class SubscribesTwice final : public Defective {
 public:
  using Defective::Defective;
  HRESULT subscribe() override {
    const HRESULT hr = Subscribe();
    Subscribe();
    return hr;
  }
};

template <DWORD mask>
class SubscribesWith final : public Defective {
 public:
  using Defective::Defective;
  HRESULT subscribe() override { return Subscribe(mask); }
};

// One field of the registration is wrong.
template <void (*alter)(Registration&)>
class Registers final : public Defective {
 public:
  using Defective::Defective;

 protected:
  Registration registration() const override {
    Registration r = Defective::registration();
    alter(r);
    return r;
  }
};

void undefined_usage(Registration& r) { r.usage = VSS_UT_UNDEFINED; }
void undefined_source(Registration& r) { r.source = VSS_ST_UNDEFINED; }
void unknown_level(Registration& r) { r.level = VSS_APP_UNKNOWN; }
void automatic_level(Registration& r) { r.level = VSS_APP_AUTO; }
void alternate_writer(Registration& r) { r.alternate = VSS_AWS_THIS_IS_ALTERNATE_WRITER; }
void throttling(Registration& r) { r.throttling = true; }
void limit_in_seconds(Registration& r) { r.freeze_ms = 60; }
void no_name(Registration& r) { r.name.clear(); }

// Two instances of the class in one process, and no names to tell them apart.
int run_nameless_instances(const plan::WriterPlan& plan, std::uint64_t seed) {
  plan::WriterPlan first = sound_plan(plan);
  first.instance_name.clear();
  plan::WriterPlan second = first;
  for (plan::TestComponent& component : second.test.components) {
    component.name += "2";
    for (plan::ComponentFile& files : component.files) files.path += "2";
  }
  Defective one(first, seed);
  Defective two(second, seed + 1);
  return run_until_stopped(
      [&] {
        for (Defective* writer : {&one, &two}) {
          const HRESULT hr = writer->initialize();
          if (hr != S_OK) return FAILED(hr) ? hr : E_FAIL;
          const HRESULT subscribed = writer->subscribe();
          if (FAILED(subscribed)) return subscribed;
        }
        return S_OK;
      },
      [&] {
        one.leave();
        two.leave();
      });
}

constexpr DWORD kReservedMask =
    VSS_SM_BACKUP_EVENTS_FLAG | VSS_SM_RESTORE_EVENTS_FLAG | VSS_SM_IO_THROTTLING_FLAG;

constexpr Defect kDefects[] = {
    {"subscribe-uninitialised",
     "subscribes although Initialize was refused",
     {"VSSW-INIT-001"},
     "",
     run_defect<SubscribesUninitialised>},
    {"initialises-twice",
     "calls Initialize and then InitializeEx",
     {"VSSW-INIT-013"},
     "",
     run_defect<InitialisesTwice>},
    {"undefined-usage",
     "initialises with VSS_UT_UNDEFINED",
     {"VSSW-INIT-003"},
     "",
     run_defect<Registers<undefined_usage>>},
    {"undefined-source",
     "initialises with VSS_ST_UNDEFINED",
     {"VSSW-INIT-003"},
     "",
     run_defect<Registers<undefined_source>>},
    {"unknown-level",
     "initialises with VSS_APP_UNKNOWN",
     {"VSSW-INIT-004"},
     "",
     run_defect<Registers<unknown_level>>},
    {"automatic-level",
     "initialises with the reserved VSS_APP_AUTO",
     {"VSSW-INIT-004"},
     "",
     run_defect<Registers<automatic_level>>},
    {"limit-in-seconds",
     "gives the freeze time-out in seconds: 60 ms",
     {"VSSW-INIT-005"},
     "",
     run_defect<Registers<limit_in_seconds>>},
    {"alternate-writer",
     "initialises as an alternate writer",
     {"VSSW-INIT-006"},
     "",
     run_defect<Registers<alternate_writer>>},
    {"throttling",
     "initialises with I/O throttling",
     {"VSSW-INIT-006"},
     "",
     run_defect<Registers<throttling>>},
    {"nameless-writer",
     "initialises with an empty name",
     {"VSSM-WMD-002"},
     "",
     run_defect<Registers<no_name>>},
    {"nameless-instances",
     "runs two instances that want restore events and have no names",
     {"VSSW-INIT-007"},
     "",
     run_nameless_instances},
    {"subscribes-twice",
     "calls Subscribe a second time",
     {"VSSW-INIT-009"},
     "",
     run_defect<SubscribesTwice>},
    {"backup-events-only",
     "subscribes to backup events alone",
     {"VSSW-INIT-010"},
     "",
     run_defect<SubscribesWith<VSS_SM_BACKUP_EVENTS_FLAG>>},
    {"reserved-mask",
     "subscribes with the reserved throttling bit",
     {"VSSW-INIT-010"},
     "",
     run_defect<SubscribesWith<kReservedMask>>},
};

}  // namespace

std::span<const Defect> registration_defects() { return kDefects; }

}  // namespace vsslab::mock

// Bugs in how failures are reported.

#include <vsserror.h>

#include <stdexcept>

#include "mock-writers/defects/defective.h"

namespace vsslab::mock {

namespace {

class FailsInIdentify final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnIdentifyEx(IVssCreateWriterMetadataEx* metadata) override {
    SetWriterFailure(VSS_E_WRITERERROR_NONRETRYABLE);
    return Defective::OnIdentifyEx(metadata);
  }
};

class FalseWithoutCode final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnPrepareSnapshot() override {
    log_error(plan().name, "PrepareForSnapshot failed");
    return false;
  }
};

template <HRESULT code>
class FailsWith final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnPrepareSnapshot() override {
    complain(code, "PrepareForSnapshot failed");
    return false;
  }
};

// Gives up in PostSnapshot by way of SetWriterFailureEx.
template <HRESULT code>
class FailsExWith : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnPostSnapshot(IVssWriterComponents* components) override {
    Defective::OnPostSnapshot(components);
    SetWriterFailureEx(code, E_FAIL, L"the defect's own text");
    log_error(plan().name, "PostSnapshot failed");
    return false;
  }
};

// SetFailure on every component; the writer's own code is up to the caller.
class FailsComponents : public Defective {
 public:
  using Defective::Defective;

 protected:
  void fail_components(IVssWriterComponents* components, HRESULT code, DWORD reserved) {
    for_each_component(components, [&](IVssComponent& component, const auto*) {
      IVssComponentEx2* extended = NULL;
      if (SUCCEEDED(component.QueryInterface(__uuidof(IVssComponentEx2),
                                             reinterpret_cast<void**>(&extended)))) {
        extended->SetFailure(code, E_FAIL, L"the defect's own text", reserved);
        extended->Release();
      }
      return true;
    });
    log_error(plan().name, "a component failed");
  }
};

class PartialFailurePlain final : public FailsComponents {
 public:
  using FailsComponents::FailsComponents;
  bool STDMETHODCALLTYPE OnPostSnapshot(IVssWriterComponents* components) override {
    fail_components(components, VSS_E_WRITERERROR_NONRETRYABLE, 0);
    SetWriterFailure(VSS_E_WRITERERROR_PARTIAL_FAILURE);
    return false;
  }
};

class ComponentFailureAlone final : public FailsComponents {
 public:
  using FailsComponents::FailsComponents;
  bool STDMETHODCALLTYPE OnPostSnapshot(IVssWriterComponents* components) override {
    fail_components(components, VSS_E_WRITERERROR_NONRETRYABLE, 0);
    return true;
  }
};

template <HRESULT code, DWORD reserved>
class ComponentFailure final : public FailsComponents {
 public:
  using FailsComponents::FailsComponents;
  bool STDMETHODCALLTYPE OnPostSnapshot(IVssWriterComponents* components) override {
    fail_components(components, code, reserved);
    SetWriterFailureEx(VSS_E_WRITERERROR_PARTIAL_FAILURE, E_FAIL, L"see the components");
    return false;
  }
};

class FailsOnAnotherThread final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnPrepareSnapshot() override {
    const HANDLE worker = CreateThread(NULL, 0, work, this, 0, NULL);
    if (worker != NULL) {
      WaitForSingleObject(worker, INFINITE);
      CloseHandle(worker);
    }
    return Defective::OnPrepareSnapshot();
  }

 private:
  static DWORD WINAPI work(LPVOID writer) {
    static_cast<FailsOnAnotherThread*>(writer)->SetWriterFailure(VSS_E_WRITERERROR_RETRYABLE);
    return 0;
  }
};

class FailsUnlogged final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnPrepareSnapshot() override {
    SetWriterFailure(VSS_E_WRITERERROR_RETRYABLE);
    return false;
  }
};

class FailsUnasked final : public Defective {
 public:
  using Defective::Defective;
  HRESULT subscribe() override {
    const HRESULT hr = Defective::subscribe();
    SetWriterFailure(VSS_E_WRITERERROR_RETRYABLE);
    return hr;
  }
};

class MissingVolumesByWrongCode final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnPrepareSnapshot() override {
    for (const plan::TestComponent& component : config().components) {
      for (const plan::ComponentFile& files : component.files) {
        if (IsPathAffected(expand(wide(files.path)).c_str())) continue;
        complain(VSS_E_WRITERERROR_NONRETRYABLE, "a volume is missing");
        return false;
      }
    }
    return true;
  }
};

class ThrowsInFreeze final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnFreeze() override { throw std::runtime_error("the log is full"); }
};

class ThrowsInPostSnapshot final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnPostSnapshot(IVssWriterComponents*) override { throw 42; }
};

constexpr HRESULT kPartial = static_cast<HRESULT>(VSS_E_WRITERERROR_PARTIAL_FAILURE);
constexpr HRESULT kNonRetryable = static_cast<HRESULT>(VSS_E_WRITERERROR_NONRETRYABLE);
constexpr HRESULT kAccessDenied = static_cast<HRESULT>(E_ACCESSDENIED);
constexpr HRESULT kProviderVeto = static_cast<HRESULT>(VSS_E_PROVIDER_VETO);

constexpr Defect kDefects[] = {
    {"exception-in-freeze",
     "lets a C++ exception out of Freeze",
     {"VSSW-SEC-005"},
     "",
     run_defect<ThrowsInFreeze>},
    {"exception-in-post-snapshot",
     "throws something that is no std::exception out of PostSnapshot",
     {"VSSW-SEC-005"},
     "",
     run_defect<ThrowsInPostSnapshot>},
    {"false-without-code",
     "returns false from PrepareForSnapshot and sets no code",
     {"VSSW-FAIL-001"},
     "",
     run_defect<FalseWithoutCode>},
    {"disallowed-code",
     "reports E_ACCESSDENIED with SetWriterFailure",
     {"VSSW-FAIL-003"},
     "",
     run_defect<FailsWith<kAccessDenied>>},
    {"provider-code",
     "reports VSS_E_PROVIDER_VETO with SetWriterFailure",
     {"VSSW-FAIL-003"},
     "",
     run_defect<FailsWith<kProviderVeto>>},
    {"partial-failure-plain",
     "reports PARTIAL_FAILURE with SetWriterFailure, not the Ex form",
     {"VSSW-FAIL-003"},
     "",
     run_defect<PartialFailurePlain>},
    {"disallowed-code-ex",
     "reports E_ACCESSDENIED with SetWriterFailureEx",
     {"VSSW-FAIL-004"},
     "",
     run_defect<FailsExWith<kAccessDenied>>},
    {"partial-failure-alone",
     "reports PARTIAL_FAILURE while no component failed",
     {"VSSW-FAIL-005"},
     "",
     run_defect<FailsExWith<kPartial>>},
    {"component-failure-alone",
     "fails components without PARTIAL_FAILURE for the writer",
     {"VSSW-FAIL-005"},
     "",
     run_defect<ComponentFailureAlone>},
    {"component-partial-failure",
     "gives PARTIAL_FAILURE as a component's code",
     {"VSSW-FAIL-006"},
     "",
     run_defect<ComponentFailure<kPartial, 0>>},
    {"component-reserved-argument",
     "calls SetFailure with a reserved argument of 1",
     {"VSSW-FAIL-006"},
     "",
     run_defect<ComponentFailure<kNonRetryable, 1>>},
    {"failure-in-identify",
     "calls SetWriterFailure in Identify",
     {"VSSW-FAIL-007"},
     "",
     run_defect<FailsInIdentify>},
    {"failure-on-another-thread",
     "calls SetWriterFailure on a worker thread",
     {"VSSW-FAIL-008"},
     "",
     run_defect<FailsOnAnotherThread>},
    {"missing-volumes-wrong-code",
     "reports missing volumes as NONRETRYABLE",
     {"VSSW-FAIL-010"},
     "a requester that adds its components but not their volumes",
     run_defect<MissingVolumesByWrongCode>},
    {"unlogged-failure",
     "fails without an entry in the event log",
     {"VSSW-FAIL-011"},
     "",
     run_defect<FailsUnlogged>},
    {"unsolicited-failure",
     "calls SetWriterFailure when no handler runs",
     {"VSSW-FAIL-008", "VSSW-ORDER-011"},
     "",
     run_defect<FailsUnasked>},
};

}  // namespace

std::span<const Defect> failure_defects() { return kDefects; }

}  // namespace vsslab::mock

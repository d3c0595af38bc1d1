#include "mock-provider/defects/defects.h"

#include <algorithm>
#include <utility>

#include "mock-provider/system/event_log.h"
#include "mock-provider/system/system_provider.h"

namespace vsslab {

namespace {

// "0x80071234" is no code of VSS, of COM or of Windows.
constexpr HRESULT kUnlisted = static_cast<HRESULT>(0x80071234);

template <class Defective>
IUnknown* make(VolumeSet& volumes, SystemProviderOptions options) {
  return static_cast<IVssSoftwareSnapshotProvider*>(new Defective(volumes, std::move(options)));
}

// ---- limits ----

class CountsNoCopies final : public SystemProvider {
 public:
  CountsNoCopies(VolumeSet& volumes, SystemProviderOptions options)
      : SystemProvider(volumes, without_limits(std::move(options))) {}

 private:
  static SystemProviderOptions without_limits(SystemProviderOptions options) {
    options.copies_per_volume_max = UINT32_MAX;
    options.shared_copies_per_volume_max = UINT32_MAX;
    return options;
  }
};

// ---- time ----

template <DWORD milliseconds>
class SlowCommit final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE CommitSnapshots(VSS_ID set_id) override {
    Sleep(milliseconds);
    return SystemProvider::CommitSnapshots(set_id);
  }
};

class SlowPreCommit final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE PreCommitSnapshots(VSS_ID set_id) override {
    Sleep(70'000);
    return SystemProvider::PreCommitSnapshots(set_id);
  }
};

class SlowBeginPrepare final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE BeginPrepareSnapshot(VSS_ID set_id, VSS_ID snapshot_id,
                                                 VSS_PWSZ volume_name, LONG context) override {
    Sleep(90'000);
    return SystemProvider::BeginPrepareSnapshot(set_id, snapshot_id, volume_name, context);
  }
};

class DeafEndPrepare final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE EndPrepareSnapshots(VSS_ID set_id) override {
    Sleep(90'000);
    return SystemProvider::EndPrepareSnapshots(set_id);
  }
};

// ---- input and output where there must be none ----

class WritesInCommit final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE CommitSnapshots(VSS_ID set_id) override {
    for (const auto& copy : in_creation()) {
      static_cast<void>(copy->volume->write_file("provider\\trace.log", "commit"));
    }
    return SystemProvider::CommitSnapshots(set_id);
  }
};

class LogsInCommit final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE CommitSnapshots(VSS_ID set_id) override {
    report_event("The provider commits a set of shadow copies.");
    return SystemProvider::CommitSnapshots(set_id);
  }
};

class WorksAfterEndPrepare final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE EndPrepareSnapshots(VSS_ID set_id) override {
    const HRESULT result = SystemProvider::EndPrepareSnapshots(set_id);
    if (SUCCEEDED(result) && !in_creation().empty()) {
      const HANDLE thread =
          CreateThread(nullptr, 0, &prepare, in_creation().front()->volume, 0, nullptr);
      if (thread != nullptr) CloseHandle(thread);
    }
    return result;
  }

 private:
  static DWORD WINAPI prepare(LPVOID volume) {
    static_cast<void>(static_cast<Volume*>(volume)->write_file("provider\\area.dat",
                                                               std::string(kBlockBytes, '\0')));
    return 0;
  }
};

// ---- results ----

class UnlistedInEndPrepare final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE EndPrepareSnapshots(VSS_ID) override { return kUnlisted; }
};

class UnlistedInBeginPrepare final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE BeginPrepareSnapshot(VSS_ID, VSS_ID, VSS_PWSZ, LONG) override {
    return kUnlisted;
  }
};

class SilentVeto final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE CommitSnapshots(VSS_ID) override { return VSS_E_PROVIDER_VETO; }
};

class UnlistedInOnLoad final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE OnLoad(IUnknown*) override { return kUnlisted; }
};

class BusyWhenForced final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE OnUnload(BOOL force) override {
    SystemProvider::OnUnload(force);
    return S_FALSE;
  }
};

class LosesSetBeforeFinal final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE PreFinalCommitSnapshots(VSS_ID) override {
    return VSS_E_OBJECT_NOT_FOUND;
  }
};

class NoFinalCommit final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE PreFinalCommitSnapshots(VSS_ID) override { return E_NOTIMPL; }
};

// ---- which set is meant ----

class KeepsOldSet final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE BeginPrepareSnapshot(VSS_ID set_id, VSS_ID snapshot_id,
                                                 VSS_PWSZ volume_name, LONG context) override {
    const bool another =
        !in_creation().empty() && in_creation().front()->set_id != Guid::from(set_id);
    if (another) return VSS_E_BAD_STATE;
    return SystemProvider::BeginPrepareSnapshot(set_id, snapshot_id, volume_name, context);
  }
};

class AbortsAnything final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE AbortSnapshots(VSS_ID set_id) override {
    SystemProvider::AbortSnapshots(set_id);
    return S_OK;
  }
};

class RefusesAbort final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE AbortSnapshots(VSS_ID set_id) override {
    const HRESULT result = SystemProvider::AbortSnapshots(set_id);
    return SUCCEEDED(result) ? VSS_E_BAD_STATE : result;
  }
};

class InvalidInsteadOfNotFound final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE EndPrepareSnapshots(VSS_ID set_id) override {
    return other_code(SystemProvider::EndPrepareSnapshots(set_id));
  }
  HRESULT STDMETHODCALLTYPE PreCommitSnapshots(VSS_ID set_id) override {
    return other_code(SystemProvider::PreCommitSnapshots(set_id));
  }
  HRESULT STDMETHODCALLTYPE CommitSnapshots(VSS_ID set_id) override {
    return other_code(SystemProvider::CommitSnapshots(set_id));
  }
  HRESULT STDMETHODCALLTYPE PostCommitSnapshots(VSS_ID set_id, LONG count) override {
    return other_code(SystemProvider::PostCommitSnapshots(set_id, count));
  }

 private:
  static HRESULT other_code(HRESULT result) {
    return result == VSS_E_OBJECT_NOT_FOUND ? E_INVALIDARG : result;
  }
};

class AnyContextAnyTime final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE SetContext(LONG) override { return S_OK; }
};

// ---- what it tells about its copies ----

class Misreports : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE GetSnapshotProperties(VSS_ID snapshot_id,
                                                  VSS_SNAPSHOT_PROP* properties) override {
    const HRESULT result = SystemProvider::GetSnapshotProperties(snapshot_id, properties);
    if (SUCCEEDED(result)) falsify(*properties);
    return result;
  }

 protected:
  virtual void falsify(VSS_SNAPSHOT_PROP& properties) const = 0;
};

class WrongState final : public Misreports {
 public:
  using Misreports::Misreports;

 protected:
  void falsify(VSS_SNAPSHOT_PROP& properties) const override {
    properties.m_eStatus = VSS_SS_PREPARED;
  }
};

class WrongSetId final : public Misreports {
 public:
  using Misreports::Misreports;

 protected:
  void falsify(VSS_SNAPSHOT_PROP& properties) const override {
    properties.m_SnapshotSetId = properties.m_SnapshotId;
  }
};

class WrongCount final : public Misreports {
 public:
  using Misreports::Misreports;

 protected:
  void falsify(VSS_SNAPSHOT_PROP& properties) const override { ++properties.m_lSnapshotsCount; }
};

class LiesAboutDeletions final : public SystemProvider {
 public:
  using SystemProvider::SystemProvider;
  HRESULT STDMETHODCALLTYPE DeleteSnapshots(VSS_ID source_id, VSS_OBJECT_TYPE source_type,
                                            BOOL force, LONG* deleted,
                                            VSS_ID* not_deleted) override {
    const HRESULT result =
        SystemProvider::DeleteSnapshots(source_id, source_type, force, deleted, not_deleted);
    if (deleted != nullptr) ++*deleted;
    return result;
  }
};

constexpr std::string_view kUnknownSetNeeds =
    "a wire fault that drops BeginPrepareSnapshot, so that the set is unknown to the provider";

constexpr ProviderDefect kDefects[] = {
    {"abort-of-unknown-set", "answers S_OK when a set that it does not know is aborted",
     "VSSP-ABORT-002", "", kUnknownSetNeeds, &make<AbortsAnything>},
    {"abort-refused", "answers VSS_E_BAD_STATE to AbortSnapshots", "VSSP-ABORT-004", "",
     "a set that fails or is aborted after EndPrepareSnapshots", &make<RefusesAbort>},
    {"busy-when-forced", "answers S_FALSE to a forced OnUnload", "VSSP-LOAD-003", "", "",
     &make<BusyWhenForced>},
    {"commit-after-limit", "takes 12 seconds in CommitSnapshots", "VSSP-TIME-001", "VSSP-TIME-004",
     "", &make<SlowCommit<12'000>>},
    {"commit-slow", "takes 4 seconds in CommitSnapshots", "VSSP-TIME-004", "", "",
     &make<SlowCommit<4'000>>},
    {"context-not-frozen", "takes another context while it prepares a set", "VSSP-SW-001", "",
     "a service that calls the provider's SetContext during a set", &make<AnyContextAnyTime>},
    {"counts-no-copies", "makes more shadow copies of a volume than are allowed", "VSSC-LIMIT-002",
     "VSSC-LIMIT-003", "", make<CountsNoCopies>},
    {"deaf-end-prepare", "sleeps 90 seconds in EndPrepareSnapshots, also when the set is aborted",
     "VSSP-END-002", "", "a requester that aborts or cancels during EndPrepareSnapshots",
     &make<DeafEndPrepare>},
    {"deletion-count", "reports one deletion more than it made", "VSSP-SW-004", "",
     "a requester that calls DeleteSnapshots", &make<LiesAboutDeletions>},
    {"final-commit-missing", "answers E_NOTIMPL to PreFinalCommitSnapshots", "VSSP-FINAL-001",
     "VSSP-ERR-006", "", &make<NoFinalCommit>},
    {"final-commit-not-found", "has lost the set at PreFinalCommitSnapshots", "VSSP-ERR-006", "",
     "", &make<LosesSetBeforeFinal>},
    {"invalid-instead-of-not-found", "answers E_INVALIDARG to steps of a set that it does not know",
     "VSSP-ERR-005", "", kUnknownSetNeeds, &make<InvalidInsteadOfNotFound>},
    {"keeps-old-set", "refuses a new set while an abandoned one is open", "VSSP-PREP-003",
     "VSSP-PREP-004", "a set that is abandoned before DoSnapshotSet, and another after it",
     &make<KeepsOldSet>},
    {"log-in-commit", "writes to the event log while writes are held", "VSSP-TIME-003", "", "",
     &make<LogsInCommit>},
    {"precommit-outlasts-freeze", "takes 70 seconds in PreCommitSnapshots", "VSSP-TIME-002", "",
     "a writer with a freeze limit of 60 seconds", &make<SlowPreCommit>},
    {"silent-veto", "vetoes CommitSnapshots and writes nothing to the event log", "VSSP-ERR-003",
     "", "", &make<SilentVeto>},
    {"slow-begin-prepare", "takes 90 seconds in BeginPrepareSnapshot", "VSSP-PREP-002", "", "",
     &make<SlowBeginPrepare>},
    {"unlisted-code", "answers 0x80071234 to EndPrepareSnapshots", "VSSP-ERR-001", "", "",
     &make<UnlistedInEndPrepare>},
    {"unlisted-code-in-begin", "answers 0x80071234 to BeginPrepareSnapshot", "VSSP-PREP-004", "",
     "", &make<UnlistedInBeginPrepare>},
    {"unlisted-code-in-load", "answers 0x80071234 to OnLoad", "VSSP-LOAD-002", "", "",
     &make<UnlistedInOnLoad>},
    {"work-after-end-prepare", "goes on preparing in a thread after EndPrepareSnapshots returned",
     "VSSP-END-001", "", "", &make<WorksAfterEndPrepare>},
    {"write-in-commit", "writes to the volume while writes are held", "VSSP-COMMIT-002",
     "VSSP-TIME-001", "", &make<WritesInCommit>},
    {"wrong-count", "gives one copy too many as the size of the set", "VSSC-LIFE-003", "",
     "a requester that calls GetSnapshotProperties", &make<WrongCount>},
    {"wrong-set-id", "gives the copy's own id as that of its set", "VSSC-LIFE-002", "",
     "a requester that calls GetSnapshotProperties", &make<WrongSetId>},
    {"wrong-state", "shows a finished copy as VSS_SS_PREPARED", "VSSR-QUERY-004", "",
     "a requester that calls GetSnapshotProperties", &make<WrongState>},
};

}  // namespace

std::span<const ProviderDefect> provider_defects() { return kDefects; }

const ProviderDefect* find_provider_defect(std::string_view name) {
  const auto at =
      std::find_if(std::begin(kDefects), std::end(kDefects),
                   [name](const ProviderDefect& defect) { return defect.name == name; });
  return at == std::end(kDefects) ? nullptr : at;
}

}  // namespace vsslab

// Bugs in time, in what handlers ask VSS, and in the use of the document after Identify.

#include <stdexcept>
#include <string>

#include "mock-writers/defects/defective.h"
#include "mock-writers/files.h"

namespace vsslab::mock {

namespace {

class HangsInFreeze final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnFreeze() override {
    Sleep(INFINITE);
    return true;
  }
};

// Longer than its own limit by a quarter.
class LateInFreeze final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnFreeze() override {
    const DWORD limit = registration().freeze_ms;
    Sleep(limit + limit / 4);
    return true;
  }
};

// Within its limit, but with what belongs into PrepareForSnapshot.
class SlowInFreeze final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnFreeze() override {
    const DWORD limit = registration().freeze_ms;
    Sleep(limit / 4 * 3);
    return true;
  }
};

// A background thread that nobody stopped.
class WritesWhileFrozen final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnFreeze() override {
    frozen_ = true;
    worker_ = CreateThread(NULL, 0, work, this, 0, NULL);
    return true;
  }
  bool STDMETHODCALLTYPE OnThaw() override {
    stop();
    return true;
  }
  bool STDMETHODCALLTYPE OnAbort() override {
    stop();
    return Defective::OnAbort();
  }

 private:
  static DWORD WINAPI work(LPVOID writer) {
    static_cast<WritesWhileFrozen*>(writer)->write_on();
    return 0;
  }
  void write_on() {
    constexpr int kWritesMax = 1000;
    const std::wstring folder = L"C:\\DefectData";
    make_folder(folder);
    const HANDLE file = CreateFileW(join(folder, L"journal.dat").c_str(), GENERIC_WRITE, 0, NULL,
                                    OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE) return;
    for (int i = 0; frozen_ && i < kWritesMax; ++i) {
      const char entry[] = "one more entry\n";
      DWORD written = 0;
      WriteFile(file, entry, sizeof(entry) - 1, &written, NULL);
      Sleep(50);
    }
    CloseHandle(file);
  }
  void stop() {
    frozen_ = false;
    if (worker_ != NULL) {
      WaitForSingleObject(worker_, INFINITE);
      CloseHandle(worker_);
    }
    worker_ = NULL;
  }

  volatile bool frozen_ = false;
  HANDLE worker_ = NULL;
};

class SetIdInShutdown final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnBackupShutdown(VSS_ID set) override {
    GetCurrentSnapshotSetId();
    return Defective::OnBackupShutdown(set);
  }
};

class SetIdInBackupComplete final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnBackupComplete(IVssWriterComponents* components) override {
    GetCurrentSnapshotSetId();
    return Defective::OnBackupComplete(components);
  }
};

class DeviceNameInFreeze final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnFreeze() override {
    if (GetCurrentVolumeCount() > 0) {
      LPCWSTR device = NULL;
      GetSnapshotDeviceName(GetCurrentVolumeArray()[0], &device);
    }
    return true;
  }
};

class DeviceNameOfForeignVolume final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnPostSnapshot(IVssWriterComponents* components) override {
    GetCurrentVolumeCount();
    GetCurrentVolumeArray();
    LPCWSTR device = NULL;
    GetSnapshotDeviceName(L"Q:\\", &device);
    return Defective::OnPostSnapshot(components);
  }
};

class DeviceNameUnasked final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnPostSnapshot(IVssWriterComponents* components) override {
    LPCWSTR device = NULL;
    GetSnapshotDeviceName(L"C:\\", &device);
    return Defective::OnPostSnapshot(components);
  }
};

class BackupTypeInIdentify final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnIdentifyEx(IVssCreateWriterMetadataEx* metadata) override {
    GetBackupType();
    return Defective::OnIdentifyEx(metadata);
  }
};

// Forgets after the first time which backup types it supports.
class ChangesDocument final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnIdentifyEx(IVssCreateWriterMetadataEx* metadata) override {
    Defective::OnIdentifyEx(metadata);
    if (++identifies_ > 1) metadata->SetBackupSchema(VSS_BS_COPY);
    return true;
  }

 private:
  int identifies_ = 0;
};

class KeepsMetadata final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnIdentifyEx(IVssCreateWriterMetadataEx* metadata) override {
    kept_ = metadata;
    return Defective::OnIdentifyEx(metadata);
  }
  bool STDMETHODCALLTYPE OnPrepareBackup(IVssWriterComponents* components) override {
    if (kept_ != NULL) {
      kept_->AddComponent(VSS_CT_FILEGROUP, NULL, L"TooLate", NULL, NULL, 0, false, false, true);
    }
    kept_ = NULL;
    return Defective::OnPrepareBackup(components);
  }

 private:
  IVssCreateWriterMetadataEx* kept_ = NULL;
};

// On Windows this would read at address 0 and end the process.
class UsesNullComponents final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnPrepareBackup(IVssWriterComponents* components) override {
    if (components == NULL) throw std::runtime_error("access violation at 0: no components");
    return Defective::OnPrepareBackup(components);
  }
};

class AbortsOnce final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnAbort() override {
    if (aborted_) {
      complain(VSS_E_WRITERERROR_NONRETRYABLE, "there is nothing to abort");
      return false;
    }
    aborted_ = true;
    return Defective::OnAbort();
  }

 private:
  bool aborted_ = false;
};

class IgnoresSuccess final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnBackupComplete(IVssWriterComponents*) override {
    const std::wstring folder = L"C:\\DefectData";
    make_folder(folder);
    const HANDLE log = CreateFileW(join(folder, L"log.dat").c_str(), GENERIC_WRITE, 0, NULL,
                                   OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (log == INVALID_HANDLE_VALUE) return false;
    const char head[] = "everything before this is saved\n";
    DWORD written = 0;
    WriteFile(log, head, sizeof(head) - 1, &written, NULL);
    CloseHandle(log);
    return true;
  }
};

constexpr Defect kDefects[] = {
    {"hang-in-freeze",
     "never returns from Freeze",
     {"VSSW-TIME-009"},
     "",
     run_defect<HangsInFreeze>},
    {"late-in-freeze",
     "stays in Freeze a quarter longer than its own limit",
     {"VSSW-TIME-009"},
     "",
     run_defect<LateInFreeze>},
    {"slow-in-freeze",
     "uses three quarters of its limit in Freeze",
     {"VSSW-TIME-003"},
     "",
     run_defect<SlowInFreeze>},
    {"writes-while-frozen",
     "goes on writing to C: between Freeze and Thaw",
     {"VSSW-TIME-006"},
     "a provider that takes some time, so that writes fall between Freeze and Thaw",
     run_defect<WritesWhileFrozen>},
    {"set-id-in-backup-shutdown",
     "asks for the set id in BackupShutdown",
     {"VSSW-SNAP-003"},
     "",
     run_defect<SetIdInShutdown>},
    {"set-id-in-backup-complete",
     "asks for the set id in BackupComplete",
     {"VSSW-SNAP-003"},
     "",
     run_defect<SetIdInBackupComplete>},
    {"device-name-in-freeze",
     "asks for a snapshot device in Freeze",
     {"VSSW-POST-006"},
     "",
     run_defect<DeviceNameInFreeze>},
    {"device-name-of-foreign-volume",
     "asks for the snapshot device of a volume that is not in the set",
     {"VSSW-POST-006"},
     "",
     run_defect<DeviceNameOfForeignVolume>},
    {"device-name-unasked",
     "asks for a snapshot device without the list of volumes",
     {"VSSW-POST-005"},
     "",
     run_defect<DeviceNameUnasked>},
    {"backup-type-in-identify",
     "asks for the backup type in Identify",
     {"VSSW-PREP-002"},
     "",
     run_defect<BackupTypeInIdentify>},
    {"changing-document",
     "declares another backup schema from the second Identify on",
     {"VSSW-IDENT-001"},
     "two requesters, or one that gathers twice with two objects",
     run_defect<ChangesDocument>},
    {"kept-metadata-object",
     "uses the IVssCreateWriterMetadata after Identify returned",
     {"VSSW-IDENT-007"},
     "",
     run_defect<KeepsMetadata>},
    {"null-components",
     "uses the component pointer when it is NULL",
     {"VSSW-PREP-001", "VSSW-SEC-005"},
     "a backup in volume mode",
     run_defect<UsesNullComponents>},
    {"abort-once",
     "fails the second Abort of an operation",
     {"VSSW-ABORT-002"},
     "an Abort that is delivered twice",
     run_defect<AbortsOnce>},
    {"ignores-success",
     "gives its log free in BackupComplete without reading GetBackupSucceeded",
     {"VSSW-DONE-004"},
     "",
     run_defect<IgnoresSuccess>},
};

}  // namespace

std::span<const Defect> handler_defects() { return kDefects; }

}  // namespace vsslab::mock

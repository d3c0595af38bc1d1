// A small lab for the service's tests: virtual time, one volume, writers and requesters as lambdas.
#pragma once

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/scheduler.h"
#include "journal/journal.h"
#include "journal/text.h"
#include "service/lab_vss.h"
#include "volume/volume_set.h"
#include "win32/lab.h"
#include "win32/process.h"
#include "win32/wide.h"

namespace vsslab::test {

// A writer that does what its members say; everything succeeds by default.
class TestWriter : public CVssWriterEx2 {
 public:
  std::function<bool(TestWriter&)> on_freeze, on_thaw, on_prepare_snapshot, on_abort;
  std::function<bool(TestWriter&, IVssWriterComponents*)> on_prepare_backup, on_post_snapshot,
      on_backup_complete;
  std::function<bool(TestWriter&, IVssCreateWriterMetadata*)> on_identify;
  std::vector<std::string> events;

  bool OnIdentify(IVssCreateWriterMetadata* metadata) override {
    events.push_back("Identify");
    if (on_identify) return on_identify(*this, metadata);
    metadata->SetRestoreMethod(VSS_RME_RESTORE_IF_CAN_REPLACE, nullptr, nullptr, VSS_WRE_ALWAYS,
                               false);
    metadata->AddComponent(VSS_CT_FILEGROUP, nullptr, L"Files", nullptr, nullptr, 0, false, false,
                           true);
    metadata->AddFilesToFileGroup(nullptr, L"Files", L"C:\\data", L"*", true, nullptr);
    return true;
  }
  bool OnPrepareBackup(IVssWriterComponents* components) override {
    events.push_back("PrepareForBackup");
    return on_prepare_backup ? on_prepare_backup(*this, components) : true;
  }
  bool OnPrepareSnapshot() override { return run("PrepareForSnapshot", on_prepare_snapshot); }
  bool OnFreeze() override { return run("Freeze", on_freeze); }
  bool OnThaw() override { return run("Thaw", on_thaw); }
  bool OnAbort() override { return run("Abort", on_abort); }
  bool OnPostSnapshot(IVssWriterComponents* components) override {
    events.push_back("PostSnapshot");
    return on_post_snapshot ? on_post_snapshot(*this, components) : true;
  }
  bool OnBackupComplete(IVssWriterComponents* components) override {
    events.push_back("BackupComplete");
    return on_backup_complete ? on_backup_complete(*this, components) : true;
  }
  bool OnBackupShutdown(VSS_ID) override {
    events.push_back("BackupShutdown");
    return true;
  }

  using CVssWriterEx2::GetCurrentSnapshotSetId;
  using CVssWriterEx2::GetSnapshotDeviceName;
  using CVssWriterEx2::IsPathAffected;
  using CVssWriterEx2::SetWriterFailure;
  using CVssWriterEx2::SetWriterFailureEx;

 private:
  bool run(const char* name, const std::function<bool(TestWriter&)>& handler) {
    events.push_back(name);
    return handler ? handler(*this) : true;
  }
};

inline VSS_ID writer_class(int number) {
  VSS_ID id{};
  id.Data1 = 0x5affb034;
  id.Data2 = static_cast<WORD>(number);
  return id;
}

// The steps of a full backup, each returning what the requester was told.
class Requester {
 public:
  HRESULT create() { return CreateVssBackupComponents(&base); }
  HRESULT wait(HRESULT started, IVssAsync* async) {
    if (FAILED(started)) return started;
    async->Wait();
    HRESULT result = S_OK;
    async->QueryStatus(&result, nullptr);
    async->Release();
    return result;
  }
  HRESULT gather() {
    IVssAsync* async = nullptr;
    const HRESULT started = base->GatherWriterMetadata(&async);
    return wait(started, async);
  }
  HRESULT prepare() {
    IVssAsync* async = nullptr;
    const HRESULT started = base->PrepareForBackup(&async);
    return wait(started, async);
  }
  HRESULT snap() {
    IVssAsync* async = nullptr;
    const HRESULT started = base->DoSnapshotSet(&async);
    return wait(started, async);
  }
  HRESULT complete() {
    IVssAsync* async = nullptr;
    const HRESULT started = base->BackupComplete(&async);
    return wait(started, async);
  }
  struct Status {
    VSS_WRITER_STATE state = VSS_WS_UNKNOWN;
    HRESULT failure = S_OK;
  };
  // Of the writer with the friendly name, or UNKNOWN.
  Status status(const std::wstring& name) {
    IVssAsync* async = nullptr;
    const HRESULT started = base->GatherWriterStatus(&async);
    wait(started, async);
    UINT count = 0;
    base->GetWriterStatusCount(&count);
    Status found;
    for (UINT i = 0; i < count; ++i) {
      VSS_ID instance, writer;
      BSTR text = nullptr;
      Status status;
      base->GetWriterStatus(i, &instance, &writer, &text, &status.state, &status.failure);
      if (name == text) found = status;
      SysFreeString(text);
    }
    base->FreeWriterStatus();
    return found;
  }
  // Initialise, gather, add every component, open a set on C:\, state, prepare.
  void up_to_prepared() {
    create();
    base->InitializeForBackup();
    gather();
    UINT count = 0;
    base->GetWriterMetadataCount(&count);
    for (UINT i = 0; i < count; ++i) add_components(i);
    base->SetBackupState(true, false, VSS_BT_FULL, false);
    VSS_ID set, snapshot;
    base->StartSnapshotSet(&set);
    WCHAR volume[] = L"C:\\";
    base->AddToSnapshotSet(volume, VSS_ID{}, &snapshot);
    prepare();
  }
  void succeed_all() {
    for (const Added& added : components) {
      base->SetBackupSucceeded(added.instance, added.writer, VSS_CT_FILEGROUP, nullptr,
                               added.name.c_str(), true);
    }
  }
  void release() {
    base->Release();
    base = nullptr;
  }

  IVssBackupComponents* base = nullptr;

 private:
  struct Added {
    VSS_ID instance, writer;
    std::wstring name;
  };
  void add_components(UINT index) {
    IVssExamineWriterMetadata* metadata = nullptr;
    VSS_ID instance, writer;
    base->GetWriterMetadata(index, &instance, &metadata);
    BSTR name = nullptr;
    VSS_USAGE_TYPE usage;
    VSS_SOURCE_TYPE source;
    metadata->GetIdentity(&instance, &writer, &name, &usage, &source);
    SysFreeString(name);
    UINT includes, excludes, count;
    metadata->GetFileCounts(&includes, &excludes, &count);
    for (UINT i = 0; i < count; ++i) {
      IVssWMComponent* component = nullptr;
      metadata->GetComponent(i, &component);
      PVSSCOMPONENTINFO info = nullptr;
      component->GetComponentInfo(&info);
      base->AddComponent(instance, writer, info->type, info->bstrLogicalPath,
                         info->bstrComponentName);
      components.push_back({instance, writer, info->bstrComponentName});
      component->FreeComponentInfo(info);
      component->Release();
    }
    metadata->Release();
  }

  std::vector<Added> components;
};

// One machine: virtual time, C:\ and the system provider.
class LabFixture {
 public:
  explicit LabFixture(LabVss::Options options = {})
      : scheduler(make_virtual_scheduler()), volumes(scheduler.get()), lab(*scheduler) {
    (void)volumes.add(Volume::Options{});
    lab.volumes = &volumes;
    vss = std::make_unique<LabVss>(lab, journal, std::move(options));
    lab.vss = vss.get();
  }

  // A provider in a process of its own.
  Hr add_provider(const std::string& name, const Guid& id, IUnknown* provider) {
    const TaskContext before = scheduler->context();
    scheduler->set_context(create_process(lab, name).context());
    const Hr result = vss->register_provider(name, id, VSS_PROV_SYSTEM, provider);
    scheduler->set_context(before);
    return result;
  }

  // A writer that subscribes at the start and stays. The caller sets its handlers before run().
  TestWriter& add_writer(const std::string& name, int number,
                         VSS_APPLICATION_LEVEL level = VSS_APP_FRONT_END,
                         DWORD freeze_limit_ms = 60000) {
    writers.push_back(std::make_unique<TestWriter>());
    TestWriter* writer = writers.back().get();
    spawn_process(lab, name, [this, writer, number, level, freeze_limit_ms, name] {
      writer->Initialize(writer_class(number), to_wide(name).c_str(), VSS_UT_USERDATA, VSS_ST_OTHER,
                         level, freeze_limit_ms);
      writer->Subscribe();
      scheduler->park_forever();
      return 0;
    });
    return *writer;
  }

  // Runs after the writers have subscribed.
  void add_requester(std::function<void(Requester&)> body, const std::string& name = "backup",
                     Duration delay = std::chrono::seconds(1)) {
    spawn_process(lab, name, [this, body = std::move(body), delay] {
      scheduler->sleep_for(delay);
      Requester requester;
      body(requester);
      if (requester.base != nullptr) requester.release();
      return 0;
    });
  }

  void run() {
    scheduler->run({});
    vss->shut_down();
  }

  // Lines of the journal that hold every word, without the sequence number.
  std::vector<std::string> lines(const std::vector<std::string>& words) const {
    std::vector<std::string> found;
    for (const Event& event : journal.events()) {
      const std::string line = event_line(journal, event);
      const bool all = std::all_of(words.begin(), words.end(), [&](const std::string& word) {
        return line.find(word) != std::string::npos;
      });
      if (all) found.push_back(line);
    }
    return found;
  }
  // Position of the first such line, or -1.
  int at(const std::vector<std::string>& words) const {
    for (const Event& event : journal.events()) {
      const std::string line = event_line(journal, event);
      const bool all = std::all_of(words.begin(), words.end(), [&](const std::string& word) {
        return line.find(word) != std::string::npos;
      });
      if (all) return static_cast<int>(event.seq);
    }
    return -1;
  }

  std::unique_ptr<Scheduler> scheduler;
  VolumeSet volumes;
  Lab lab;
  Journal journal;
  std::unique_ptr<LabVss> vss;
  std::vector<std::unique_ptr<TestWriter>> writers;
};

}  // namespace vsslab::test

// A small lab for the service's tests: virtual time, one volume, writers and requesters as lambdas.
#pragma once

#include <windows.h>

#include <vss.h>
#include <vsbackup.h>
#include <vswriter.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/scheduler.h"
#include "journal/journal.h"
#include "journal/text.h"
#include "mock-provider/system/provider.h"
#include "service/lab_vss.h"
#include "volume/volume_set.h"
#include "win32/lab.h"
#include "win32/process.h"

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

}  // namespace vsslab::test

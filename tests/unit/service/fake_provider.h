// A provider that says yes to everything, after the time a test gives it.
#pragma once

#include <windows.h>

#include <vsprov.h>
#include <vss.h>

#include <map>
#include <string>

#include "core/scheduler.h"

namespace vsslab::test {

class FakeProvider : public IVssSoftwareSnapshotProvider,
                     public IVssProviderCreateSnapshotSet,
                     public IVssProviderNotifications {
 public:
  explicit FakeProvider(Scheduler& scheduler) : scheduler_(scheduler) {}

  std::map<std::string, Duration> takes;  // by method
  std::map<std::string, HRESULT> answers;
  bool wants_notifications = false;

  IUnknown* unknown() { return static_cast<IVssSoftwareSnapshotProvider*>(this); }

  ULONG STDMETHODCALLTYPE AddRef() override { return 2; }
  ULONG STDMETHODCALLTYPE Release() override { return 1; }
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    *out = nullptr;
    if (iid == __uuidof(IVssSoftwareSnapshotProvider)) {
      *out = static_cast<IVssSoftwareSnapshotProvider*>(this);
    }
    if (iid == __uuidof(IVssProviderCreateSnapshotSet)) {
      *out = static_cast<IVssProviderCreateSnapshotSet*>(this);
    }
    if (wants_notifications && iid == __uuidof(IVssProviderNotifications)) {
      *out = static_cast<IVssProviderNotifications*>(this);
    }
    return *out != nullptr ? S_OK : E_NOINTERFACE;
  }
  HRESULT STDMETHODCALLTYPE OnLoad(IUnknown*) override { return act("OnLoad"); }
  HRESULT STDMETHODCALLTYPE OnUnload(BOOL) override { return act("OnUnload"); }
  HRESULT STDMETHODCALLTYPE SetContext(LONG) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE GetSnapshotProperties(VSS_ID id, VSS_SNAPSHOT_PROP* out) override {
    *out = VSS_SNAPSHOT_PROP{};
    out->m_SnapshotId = id;
    out->m_eStatus = VSS_SS_CREATED;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE Query(VSS_ID, VSS_OBJECT_TYPE, VSS_OBJECT_TYPE,
                                  IVssEnumObject**) override {
    return E_NOTIMPL;
  }
  HRESULT STDMETHODCALLTYPE DeleteSnapshots(VSS_ID, VSS_OBJECT_TYPE, BOOL, LONG* deleted,
                                            VSS_ID*) override {
    *deleted = 1;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE BeginPrepareSnapshot(VSS_ID, VSS_ID, VSS_PWSZ, LONG) override {
    return act("BeginPrepareSnapshot");
  }
  HRESULT STDMETHODCALLTYPE IsVolumeSupported(VSS_PWSZ, BOOL* supported) override {
    *supported = TRUE;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE IsVolumeSnapshotted(VSS_PWSZ, BOOL* present, LONG*) override {
    *present = FALSE;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE SetSnapshotProperty(VSS_ID, VSS_SNAPSHOT_PROPERTY_ID,
                                                VARIANT) override {
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE RevertToSnapshot(VSS_ID) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE QueryRevertStatus(VSS_PWSZ, IVssAsync**) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE EndPrepareSnapshots(VSS_ID) override {
    return act("EndPrepareSnapshots");
  }
  HRESULT STDMETHODCALLTYPE PreCommitSnapshots(VSS_ID) override {
    return act("PreCommitSnapshots");
  }
  HRESULT STDMETHODCALLTYPE CommitSnapshots(VSS_ID) override { return act("CommitSnapshots"); }
  HRESULT STDMETHODCALLTYPE PostCommitSnapshots(VSS_ID, LONG) override {
    return act("PostCommitSnapshots");
  }
  HRESULT STDMETHODCALLTYPE PreFinalCommitSnapshots(VSS_ID) override {
    return act("PreFinalCommitSnapshots");
  }
  HRESULT STDMETHODCALLTYPE PostFinalCommitSnapshots(VSS_ID) override {
    return act("PostFinalCommitSnapshots");
  }
  HRESULT STDMETHODCALLTYPE AbortSnapshots(VSS_ID) override { return act("AbortSnapshots"); }

 private:
  HRESULT act(const std::string& method) {
    if (const auto time = takes.find(method); time != takes.end()) {
      scheduler_.sleep_for(time->second);
    }
    const auto answer = answers.find(method);
    return answer != answers.end() ? answer->second : S_OK;
  }

  Scheduler& scheduler_;
};

}  // namespace vsslab::test

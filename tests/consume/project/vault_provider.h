// A software provider of some other project. It keeps book of its copies in memory.
#pragma once

#include <windows.h>

#include <vsprov.h>
#include <vss.h>

#include <string>
#include <vector>

extern const GUID VAULT_PROVIDER_ID;

class VaultProvider : public IVssSoftwareSnapshotProvider,
                      public IVssProviderCreateSnapshotSet,
                      public IVssProviderNotifications {
 public:
  virtual ~VaultProvider() = default;

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override;
  ULONG STDMETHODCALLTYPE AddRef() override;
  ULONG STDMETHODCALLTYPE Release() override;

  HRESULT STDMETHODCALLTYPE SetContext(LONG context) override;
  HRESULT STDMETHODCALLTYPE GetSnapshotProperties(VSS_ID snapshot,
                                                  VSS_SNAPSHOT_PROP* properties) override;
  HRESULT STDMETHODCALLTYPE Query(VSS_ID id, VSS_OBJECT_TYPE queried, VSS_OBJECT_TYPE returned,
                                  IVssEnumObject** out) override;
  HRESULT STDMETHODCALLTYPE DeleteSnapshots(VSS_ID id, VSS_OBJECT_TYPE type, BOOL force,
                                            LONG* deleted, VSS_ID* not_deleted) override;
  HRESULT STDMETHODCALLTYPE BeginPrepareSnapshot(VSS_ID set, VSS_ID snapshot, VSS_PWSZ volume,
                                                 LONG context) override;
  HRESULT STDMETHODCALLTYPE IsVolumeSupported(VSS_PWSZ volume, BOOL* supported) override;
  HRESULT STDMETHODCALLTYPE IsVolumeSnapshotted(VSS_PWSZ volume, BOOL* present,
                                                LONG* compatibility) override;
  HRESULT STDMETHODCALLTYPE SetSnapshotProperty(VSS_ID snapshot, VSS_SNAPSHOT_PROPERTY_ID property,
                                                VARIANT value) override;
  HRESULT STDMETHODCALLTYPE RevertToSnapshot(VSS_ID snapshot) override;
  HRESULT STDMETHODCALLTYPE QueryRevertStatus(VSS_PWSZ volume, IVssAsync** async) override;

  HRESULT STDMETHODCALLTYPE EndPrepareSnapshots(VSS_ID set) override;
  HRESULT STDMETHODCALLTYPE PreCommitSnapshots(VSS_ID set) override;
  HRESULT STDMETHODCALLTYPE CommitSnapshots(VSS_ID set) override;
  HRESULT STDMETHODCALLTYPE PostCommitSnapshots(VSS_ID set, LONG count) override;
  HRESULT STDMETHODCALLTYPE PreFinalCommitSnapshots(VSS_ID set) override;
  HRESULT STDMETHODCALLTYPE PostFinalCommitSnapshots(VSS_ID set) override;
  HRESULT STDMETHODCALLTYPE AbortSnapshots(VSS_ID set) override;

  HRESULT STDMETHODCALLTYPE OnLoad(IUnknown* callback) override;
  HRESULT STDMETHODCALLTYPE OnUnload(BOOL force) override;

 private:
  struct Copy {
    VSS_ID set, id;
    std::wstring volume;
    LONG attributes;
    VSS_SNAPSHOT_STATE state;
    VSS_TIMESTAMP created;
  };
  HRESULT Move(const VSS_ID& set, VSS_SNAPSHOT_STATE from, VSS_SNAPSHOT_STATE to);
  HRESULT Fill(const Copy& copy, VSS_SNAPSHOT_PROP* properties) const;

  LONG m_references = 0;
  LONG m_context = VSS_CTX_BACKUP;
  std::vector<Copy> m_copies;
};

// The same with a defect: it commits in twenty seconds, while VSS holds all writes.
class SlowVaultProvider : public VaultProvider {
 public:
  HRESULT STDMETHODCALLTYPE CommitSnapshots(VSS_ID set) override;
};

// The class behind make_system_provider(). Providers with a defect derive from it.
#pragma once

#include <vsprov.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/scheduler.h"
#include "mock-provider/store/shadow_storage.h"
#include "mock-provider/system/provider.h"
#include "volume/volume_set.h"

namespace vsslab {

class SystemProvider : public IVssSoftwareSnapshotProvider,
                       public IVssProviderCreateSnapshotSet,
                       public IVssProviderNotifications {
 public:
  SystemProvider(VolumeSet& volumes, SystemProviderOptions options);
  SystemProvider(const SystemProvider&) = delete;
  SystemProvider& operator=(const SystemProvider&) = delete;

  // IUnknown
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID riid, void** out) override;
  ULONG STDMETHODCALLTYPE AddRef() override;
  ULONG STDMETHODCALLTYPE Release() override;

  // A protection fault of a volume, as a failing shadow copy storage area brings about. See
  // DiffAreas::raise_fault.
  void raise_protection_fault(Volume& volume, int fault, HRESULT status);

  // IVssSoftwareSnapshotProvider
  HRESULT STDMETHODCALLTYPE SetContext(LONG context) override;
  HRESULT STDMETHODCALLTYPE GetSnapshotProperties(VSS_ID snapshot_id,
                                                  VSS_SNAPSHOT_PROP* properties) override;
  HRESULT STDMETHODCALLTYPE Query(VSS_ID queried_id, VSS_OBJECT_TYPE queried_type,
                                  VSS_OBJECT_TYPE returned_type, IVssEnumObject** out) override;
  HRESULT STDMETHODCALLTYPE DeleteSnapshots(VSS_ID source_id, VSS_OBJECT_TYPE source_type,
                                            BOOL force, LONG* deleted,
                                            VSS_ID* not_deleted) override;
  HRESULT STDMETHODCALLTYPE BeginPrepareSnapshot(VSS_ID set_id, VSS_ID snapshot_id,
                                                 VSS_PWSZ volume_name, LONG new_context) override;
  HRESULT STDMETHODCALLTYPE IsVolumeSupported(VSS_PWSZ volume_name, BOOL* supported) override;
  HRESULT STDMETHODCALLTYPE IsVolumeSnapshotted(VSS_PWSZ volume_name, BOOL* present,
                                                LONG* compatibility) override;
  HRESULT STDMETHODCALLTYPE SetSnapshotProperty(VSS_ID snapshot_id,
                                                VSS_SNAPSHOT_PROPERTY_ID property,
                                                VARIANT value) override;
  HRESULT STDMETHODCALLTYPE RevertToSnapshot(VSS_ID snapshot_id) override;
  HRESULT STDMETHODCALLTYPE QueryRevertStatus(VSS_PWSZ volume_name, IVssAsync** out) override;

  // IVssProviderCreateSnapshotSet
  HRESULT STDMETHODCALLTYPE EndPrepareSnapshots(VSS_ID set_id) override;
  HRESULT STDMETHODCALLTYPE PreCommitSnapshots(VSS_ID set_id) override;
  HRESULT STDMETHODCALLTYPE CommitSnapshots(VSS_ID set_id) override;
  HRESULT STDMETHODCALLTYPE PostCommitSnapshots(VSS_ID set_id, LONG count) override;
  HRESULT STDMETHODCALLTYPE PreFinalCommitSnapshots(VSS_ID set_id) override;
  HRESULT STDMETHODCALLTYPE PostFinalCommitSnapshots(VSS_ID set_id) override;
  HRESULT STDMETHODCALLTYPE AbortSnapshots(VSS_ID set_id) override;

  // IVssProviderNotifications
  HRESULT STDMETHODCALLTYPE OnLoad(IUnknown* callback) override;
  HRESULT STDMETHODCALLTYPE OnUnload(BOOL force_unload) override;

 protected:
  // One shadow copy, in creation or finished.
  struct Copy {
    Guid id;
    Guid set_id;
    LONG set_size = 0;  // stays as it was when copies of the set are deleted
    LONG attributes = 0;
    VSS_SNAPSHOT_STATE state = VSS_SS_PREPARING;
    Volume* volume = nullptr;
    ShadowStorage* storage = nullptr;
    std::shared_ptr<CopySource> source;
    FileSystemState files;            // the directory tree at the commit
    std::shared_ptr<Volume> content;  // the device, from PostCommitSnapshots on
    VSS_TIMESTAMP created = 0;
    std::string exposed_name, exposed_path, originating_machine, service_machine;
  };

  virtual ~SystemProvider();  // by the last Release()

  VolumeSet& volumes() { return volumes_; }
  const SystemProviderOptions& options() const { return options_; }
  // A finished copy, or one of the set in creation that has its content already; null otherwise.
  Copy* find_copy(const VSS_ID& id);
  const std::vector<std::unique_ptr<Copy>>& in_creation() const { return creating_; }
  // Forgets the set in creation and what was taken for it.
  void drop_set();

 private:
  class DiffAreas;
  class Enumeration;
  class Revert;

  HRESULT step(const VSS_ID& set_id, VSS_SNAPSHOT_STATE from, VSS_SNAPSHOT_STATE to);
  HRESULT check_new_copy(const Guid& set_id, const Volume& volume, LONG context) const;
  HRESULT fill(const Copy& copy, VSS_SNAPSHOT_PROP& properties) const;
  void remove_copy(Copy& copy);
  std::string next_device();
  void mount(Copy& copy);
  void revert_now(const Copy& copy);
  bool supports(const Volume& volume) const;
  ShadowStorage& storage_of(Volume& volume);

  ULONG references_ = 1;
  VolumeSet& volumes_;
  SystemProviderOptions options_;
  Guid set_id_;  // of the set in creation; null: none
  VSS_SNAPSHOT_STATE set_state_ = VSS_SS_UNKNOWN;
  Time commit_time_{0};
  bool copy_refused_ = false;  // of the set that is made; the event log does not have it yet
  std::vector<std::unique_ptr<Copy>> creating_;
  std::vector<std::unique_ptr<Copy>> finished_;  // oldest first
  std::vector<std::unique_ptr<ShadowStorage>> storages_;
  std::unique_ptr<DiffAreas> diff_areas_;
  std::map<std::string, Revert*> reverts_;  // by the volume's GUID path; one reference each
};

}  // namespace vsslab

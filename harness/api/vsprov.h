// VSS providers (sdk-api, vsprov.h).
#ifndef VSSLAB_API_VSPROV_H
#define VSSLAB_API_VSPROV_H

#include <vdslun.h>
#include <vss.h>
#include <windows.h>

typedef VSS_PWSZ* PVSS_PWSZ;

// What a software provider implements.
// Page: nn-vsprov-ivsssoftwaresnapshotprovider.
class VSS_UUID("609e123e-2c5a-44d3-8f01-0b1d9a47d1ff") IVssSoftwareSnapshotProvider
    : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE SetContext(LONG lContext) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetSnapshotProperties(VSS_ID SnapshotId,
                                                          VSS_SNAPSHOT_PROP* pProp) = 0;
  virtual HRESULT STDMETHODCALLTYPE Query(VSS_ID QueriedObjectId,
                                          VSS_OBJECT_TYPE eQueriedObjectType,
                                          VSS_OBJECT_TYPE eReturnedObjectsType,
                                          IVssEnumObject** ppEnum) = 0;
  virtual HRESULT STDMETHODCALLTYPE DeleteSnapshots(VSS_ID SourceObjectId,
                                                    VSS_OBJECT_TYPE eSourceObjectType,
                                                    BOOL bForceDelete, LONG* plDeletedSnapshots,
                                                    VSS_ID* pNondeletedSnapshotID) = 0;
  virtual HRESULT STDMETHODCALLTYPE BeginPrepareSnapshot(VSS_ID SnapshotSetId, VSS_ID SnapshotId,
                                                         VSS_PWSZ pwszVolumeName,
                                                         LONG lNewContext) = 0;
  virtual HRESULT STDMETHODCALLTYPE IsVolumeSupported(VSS_PWSZ pwszVolumeName,
                                                      BOOL* pbSupportedByThisProvider) = 0;
  virtual HRESULT STDMETHODCALLTYPE IsVolumeSnapshotted(VSS_PWSZ pwszVolumeName,
                                                        BOOL* pbSnapshotsPresent,
                                                        LONG* plSnapshotCompatibility) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetSnapshotProperty(
      VSS_ID SnapshotId, VSS_SNAPSHOT_PROPERTY_ID eSnapshotPropertyId, VARIANT vProperty) = 0;
  virtual HRESULT STDMETHODCALLTYPE RevertToSnapshot(VSS_ID SnapshotId) = 0;
  virtual HRESULT STDMETHODCALLTYPE QueryRevertStatus(VSS_PWSZ pwszVolume, IVssAsync** ppAsync) = 0;
};
VSS_IID(IVssSoftwareSnapshotProvider, 0x609e123e, 0x2c5a, 0x44d3, 0x8f, 0x01, 0x0b, 0x1d, 0x9a,
        0x47, 0xd1, 0xff)

// The steps in which every provider creates a set of shadow copies.
// Page: nn-vsprov-ivssprovidercreatesnapshotset.
class VSS_UUID("5f894e5b-1e39-4778-8e23-9abad9f0e08c") IVssProviderCreateSnapshotSet
    : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE EndPrepareSnapshots(VSS_ID SnapshotSetId) = 0;
  virtual HRESULT STDMETHODCALLTYPE PreCommitSnapshots(VSS_ID SnapshotSetId) = 0;
  virtual HRESULT STDMETHODCALLTYPE CommitSnapshots(VSS_ID SnapshotSetId) = 0;
  virtual HRESULT STDMETHODCALLTYPE PostCommitSnapshots(VSS_ID SnapshotSetId,
                                                        LONG lSnapshotsCount) = 0;
  virtual HRESULT STDMETHODCALLTYPE PreFinalCommitSnapshots(VSS_ID SnapshotSetId) = 0;
  virtual HRESULT STDMETHODCALLTYPE PostFinalCommitSnapshots(VSS_ID SnapshotSetId) = 0;
  virtual HRESULT STDMETHODCALLTYPE AbortSnapshots(VSS_ID SnapshotSetId) = 0;
};
VSS_IID(IVssProviderCreateSnapshotSet, 0x5f894e5b, 0x1e39, 0x4778, 0x8e, 0x23, 0x9a, 0xba, 0xd9,
        0xf0, 0xe0, 0x8c)

// Loading and unloading of a provider.
// Page: nn-vsprov-ivssprovidernotifications.
class VSS_UUID("e561901f-03a5-4afe-86d0-72baeece7004") IVssProviderNotifications : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnLoad(IUnknown* pCallback) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnUnload(BOOL bForceUnload) = 0;
};
VSS_IID(IVssProviderNotifications, 0xe561901f, 0x03a5, 0x4afe, 0x86, 0xd0, 0x72, 0xba, 0xee, 0xce,
        0x70, 0x04)

// What a hardware provider implements.
// Page: nn-vsprov-ivsshardwaresnapshotprovider.
class VSS_UUID("9593a157-44e9-4344-bbeb-44fbf9b06b10") IVssHardwareSnapshotProvider
    : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE AreLunsSupported(LONG lLunCount, LONG lContext,
                                                     VSS_PWSZ* rgwszDevices,
                                                     VDS_LUN_INFORMATION* pLunInformation,
                                                     BOOL* pbIsSupported) = 0;
  virtual HRESULT STDMETHODCALLTYPE FillInLunInfo(VSS_PWSZ wszDeviceName,
                                                  VDS_LUN_INFORMATION* pLunInfo,
                                                  BOOL* pbIsSupported) = 0;
  virtual HRESULT STDMETHODCALLTYPE BeginPrepareSnapshot(VSS_ID SnapshotSetId, VSS_ID SnapshotId,
                                                         LONG lContext, LONG lLunCount,
                                                         VSS_PWSZ* rgDeviceNames,
                                                         VDS_LUN_INFORMATION* rgLunInformation) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetTargetLuns(LONG lLunCount, VSS_PWSZ* rgDeviceNames,
                                                  VDS_LUN_INFORMATION* rgSourceLuns,
                                                  VDS_LUN_INFORMATION* rgDestinationLuns) = 0;
  virtual HRESULT STDMETHODCALLTYPE LocateLuns(LONG lLunCount,
                                               VDS_LUN_INFORMATION* rgSourceLuns) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnLunEmpty(VSS_PWSZ wszDeviceName,
                                               VDS_LUN_INFORMATION* pInformation) = 0;
};
VSS_IID(IVssHardwareSnapshotProvider, 0x9593a157, 0x44e9, 0x4344, 0xbb, 0xeb, 0x44, 0xfb, 0xf9,
        0xb0, 0x6b, 0x10)

// Since Windows Server 2008: LUN resynchronisation.
// Page: nn-vsprov-ivsshardwaresnapshotproviderex.
class VSS_UUID("7f5ba925-cdb1-4d11-a71f-339eb7e709fd") IVssHardwareSnapshotProviderEx
    : public IVssHardwareSnapshotProvider {
 public:
  virtual HRESULT STDMETHODCALLTYPE
  GetProviderCapabilities(ULONGLONG* pllOriginalCapabilityMask) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnLunStateChange(VDS_LUN_INFORMATION* pSnapshotLuns,
                                                     VDS_LUN_INFORMATION* pOriginalLuns,
                                                     DWORD dwCount, DWORD dwFlags) = 0;
  virtual HRESULT STDMETHODCALLTYPE ResyncLuns(VDS_LUN_INFORMATION* pSourceLuns,
                                               VDS_LUN_INFORMATION* pTargetLuns, DWORD dwCount,
                                               IVssAsync** ppAsync) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnReuseLuns(VDS_LUN_INFORMATION* pSnapshotLuns,
                                                VDS_LUN_INFORMATION* pOriginalLuns,
                                                DWORD dwCount) = 0;
};
VSS_IID(IVssHardwareSnapshotProviderEx, 0x7f5ba925, 0xcdb1, 0x4d11, 0xa7, 0x1f, 0x33, 0x9e, 0xb7,
        0xe7, 0x09, 0xfd)

// What a provider for file shares implements.
// Page: nn-vsprov-ivssfilesharesnapshotprovider.
class VSS_UUID("c8636060-7c2e-11df-8c4a-0800200c9a66") IVssFileShareSnapshotProvider
    : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE SetContext(LONG lContext) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetSnapshotProperties(VSS_ID SnapshotId,
                                                          VSS_SNAPSHOT_PROP* pProp) = 0;
  virtual HRESULT STDMETHODCALLTYPE Query(VSS_ID QueriedObjectId,
                                          VSS_OBJECT_TYPE eQueriedObjectType,
                                          VSS_OBJECT_TYPE eReturnedObjectsType,
                                          IVssEnumObject** ppEnum) = 0;
  virtual HRESULT STDMETHODCALLTYPE DeleteSnapshots(VSS_ID SourceObjectId,
                                                    VSS_OBJECT_TYPE eSourceObjectType,
                                                    BOOL bForceDelete, LONG* plDeletedSnapshots,
                                                    VSS_ID* pNondeletedSnapshotID) = 0;
  virtual HRESULT STDMETHODCALLTYPE BeginPrepareSnapshot(VSS_ID SnapshotSetId, VSS_ID SnapshotId,
                                                         VSS_PWSZ pwszSharePath, LONG lNewContext,
                                                         VSS_ID ProviderId) = 0;
  virtual HRESULT STDMETHODCALLTYPE IsPathSupported(VSS_PWSZ pwszSharePath,
                                                    BOOL* pbSupportedByThisProvider) = 0;
  virtual HRESULT STDMETHODCALLTYPE IsPathSnapshotted(VSS_PWSZ pwszSharePath,
                                                      BOOL* pbSnapshotsPresent,
                                                      LONG* plSnapshotCompatibility) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetSnapshotProperty(
      VSS_ID SnapshotId, VSS_SNAPSHOT_PROPERTY_ID eSnapshotPropertyId, VARIANT vProperty) = 0;
};
VSS_IID(IVssFileShareSnapshotProvider, 0xc8636060, 0x7c2e, 0x11df, 0x8c, 0x4a, 0x08, 0x00, 0x20,
        0x0c, 0x9a, 0x66)

#endif

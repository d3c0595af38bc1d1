// The Virtual Disk Service, as far as VSS programs name it (learn.microsoft.com, vds.h; the order
// of the methods is that of [MS-VDS]). The lab has no such service, CoCreateInstance of
// CLSID_VdsLoader gives REGDB_E_CLASSNOTREG.
#ifndef VSSLAB_WIN_VDS_H
#define VSSLAB_WIN_VDS_H

#include <vdslun.h>
#include <vss_uuid.h>
#include <windows.h>

typedef GUID VDS_OBJECT_ID;

typedef enum _VDS_HEALTH { VDS_H_UNKNOWN = 0, VDS_H_HEALTHY = 1, VDS_H_FAILED = 8 } VDS_HEALTH;
typedef enum _VDS_VOLUME_TYPE { VDS_VT_UNKNOWN = 0, VDS_VT_SIMPLE = 10 } VDS_VOLUME_TYPE;
typedef enum _VDS_VOLUME_STATUS {
  VDS_VS_UNKNOWN = 0,
  VDS_VS_ONLINE = 1,
  VDS_VS_NO_MEDIA = 3,
  VDS_VS_OFFLINE = 4,
  VDS_VS_FAILED = 5
} VDS_VOLUME_STATUS;
typedef enum _VDS_VOLUME_FLAG {
  VDS_VF_SYSTEM_VOLUME = 0x1,
  VDS_VF_BOOT_VOLUME = 0x2,
  VDS_VF_ACTIVE = 0x4,
  VDS_VF_READONLY = 0x8,
  VDS_VF_HIDDEN = 0x10
} VDS_VOLUME_FLAG;
typedef enum _VDS_TRANSITION_STATE { VDS_TS_UNKNOWN = 0, VDS_TS_STABLE = 1 } VDS_TRANSITION_STATE;
typedef enum _VDS_FILE_SYSTEM_TYPE {
  VDS_FST_UNKNOWN = 0,
  VDS_FST_RAW = 1,
  VDS_FST_FAT = 2,
  VDS_FST_FAT32 = 3,
  VDS_FST_NTFS = 4
} VDS_FILE_SYSTEM_TYPE;
typedef enum _VDS_QUERY_PROVIDER_FLAG {
  VDS_QUERY_SOFTWARE_PROVIDERS = 0x1,
  VDS_QUERY_HARDWARE_PROVIDERS = 0x2
} VDS_QUERY_PROVIDER_FLAG;

typedef struct _VDS_VOLUME_PROP {
  VDS_OBJECT_ID id;
  VDS_VOLUME_TYPE type;
  VDS_VOLUME_STATUS status;
  VDS_HEALTH health;
  VDS_TRANSITION_STATE TransitionState;
  ULONGLONG ullSize;
  ULONG ulFlags;
  VDS_FILE_SYSTEM_TYPE RecommendedFileSystemType;
  LPWSTR pwszName;
} VDS_VOLUME_PROP, *PVDS_VOLUME_PROP;

#define VDS_E_OBJECT_DELETED ((HRESULT)0x8004240BL)
#define VDS_E_INVALID_PACK ((HRESULT)0x8004251AL)

class IVdsAsync;

class IEnumVdsObject : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE Next(ULONG celt, IUnknown** ppObjectArray,
                                         ULONG* pcFetched) = 0;
  virtual HRESULT STDMETHODCALLTYPE Skip(ULONG celt) = 0;
  virtual HRESULT STDMETHODCALLTYPE Reset() = 0;
  virtual HRESULT STDMETHODCALLTYPE Clone(IEnumVdsObject** ppEnum) = 0;
};
VSS_IID(IEnumVdsObject, 0x118610b7, 0x8d94, 0x4030, 0xb5, 0xb8, 0x50, 0x08, 0x89, 0x78, 0x8e, 0x4e)

class IVdsService : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE IsServiceReady() = 0;
  virtual HRESULT STDMETHODCALLTYPE WaitForServiceReady() = 0;
  virtual HRESULT STDMETHODCALLTYPE GetProperties(void* pServiceProp) = 0;
  virtual HRESULT STDMETHODCALLTYPE QueryProviders(DWORD masks, IEnumVdsObject** ppEnum) = 0;
};
VSS_IID(IVdsService, 0x0818a8ef, 0x9ba9, 0x40d8, 0xa6, 0xf9, 0xe2, 0x28, 0x33, 0xcc, 0x77, 0x1e)

class IVdsServiceLoader : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE LoadService(LPWSTR pwszMachineName,
                                                IVdsService** ppService) = 0;
};
VSS_IID(IVdsServiceLoader, 0xe0393303, 0x90d4, 0x4a97, 0xab, 0x71, 0xe9, 0xb6, 0x71, 0xee, 0x27,
        0x29)

class IVdsSwProvider : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE QueryPacks(IEnumVdsObject** ppEnum) = 0;
  virtual HRESULT STDMETHODCALLTYPE CreatePack(IUnknown** ppPack) = 0;
};
VSS_IID(IVdsSwProvider, 0x9aa58360, 0xce33, 0x4f92, 0xb6, 0x58, 0xed, 0x24, 0xb1, 0x44, 0x25, 0xb8)

class IVdsPack : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetProperties(void* pPackProp) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetProvider(IUnknown** ppProvider) = 0;
  virtual HRESULT STDMETHODCALLTYPE QueryVolumes(IEnumVdsObject** ppEnum) = 0;
  virtual HRESULT STDMETHODCALLTYPE QueryDisks(IEnumVdsObject** ppEnum) = 0;
};
VSS_IID(IVdsPack, 0x3b69d7f5, 0x9d94, 0x4648, 0x91, 0xca, 0x79, 0x93, 0x9b, 0xa2, 0x63, 0xbf)

class IVdsVolume : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetProperties(VDS_VOLUME_PROP* pVolumeProperties) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetPack(IVdsPack** ppPack) = 0;
  virtual HRESULT STDMETHODCALLTYPE QueryPlexes(IEnumVdsObject** ppEnum) = 0;
  virtual HRESULT STDMETHODCALLTYPE Extend(void* pInputDiskArray, LONG lNumberOfDisks,
                                           IVdsAsync** ppAsync) = 0;
  virtual HRESULT STDMETHODCALLTYPE Shrink(ULONGLONG ullNumberOfBytesToRemove,
                                           IVdsAsync** ppAsync) = 0;
  virtual HRESULT STDMETHODCALLTYPE AddPlex(VDS_OBJECT_ID VolumeId, IVdsAsync** ppAsync) = 0;
  virtual HRESULT STDMETHODCALLTYPE BreakPlex(VDS_OBJECT_ID plexId, IVdsAsync** ppAsync) = 0;
  virtual HRESULT STDMETHODCALLTYPE RemovePlex(VDS_OBJECT_ID plexId, IVdsAsync** ppAsync) = 0;
  virtual HRESULT STDMETHODCALLTYPE Delete(BOOL bForce) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetFlags(ULONG ulFlags, BOOL bRevertOnClose) = 0;
  virtual HRESULT STDMETHODCALLTYPE ClearFlags(ULONG ulFlags) = 0;
};
VSS_IID(IVdsVolume, 0x88306bb2, 0xe71f, 0x478c, 0x86, 0xa2, 0x79, 0xda, 0x20, 0x0a, 0x0f, 0x11)

class IVdsVolumeMF : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetFileSystemProperties(void* pFileSystemProp) = 0;
  virtual HRESULT STDMETHODCALLTYPE Format(VDS_FILE_SYSTEM_TYPE type, LPWSTR pwszLabel,
                                           DWORD dwUnitAllocationSize, BOOL bForce,
                                           BOOL bQuickFormat, BOOL bEnableCompression,
                                           IVdsAsync** ppAsync) = 0;
  virtual HRESULT STDMETHODCALLTYPE AddAccessPath(LPWSTR pwszPath) = 0;
  virtual HRESULT STDMETHODCALLTYPE QueryAccessPaths(LPWSTR** pwszPathArray,
                                                     LONG* plNumberOfAccessPaths) = 0;
  virtual HRESULT STDMETHODCALLTYPE QueryReparsePoints(void** ppReparsePointProps,
                                                       LONG* plNumberOfReparsePointProps) = 0;
  virtual HRESULT STDMETHODCALLTYPE DeleteAccessPath(LPWSTR pwszPath, BOOL bForce) = 0;
  virtual HRESULT STDMETHODCALLTYPE Mount() = 0;
  virtual HRESULT STDMETHODCALLTYPE Dismount(BOOL bForce, BOOL bPermanent) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetFileSystemFlags(ULONG ulFlags) = 0;
  virtual HRESULT STDMETHODCALLTYPE ClearFileSystemFlags(ULONG ulFlags) = 0;
};
VSS_IID(IVdsVolumeMF, 0xee2d5ded, 0x6236, 0x4169, 0x93, 0x1d, 0xb9, 0x77, 0x8c, 0xe0, 0x3d, 0xc6)

// Programs define it themselves: {9c38ed61-d565-4728-aeee-c80952f0ecde}.
EXTERN_C const CLSID CLSID_VdsLoader;

#endif

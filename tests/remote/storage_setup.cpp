// A setup program of its own: gives a volume shadow copy storage, registers a provider and an
// express writer, and says what it was told.

#include <windows.h>

#include <atlbase.h>
#include <stdio.h>
#include <vsadmin.h>
#include <vsmgmt.h>
#include <vss.h>
#include <vswriter.h>

static const VSS_ID kSystem = {
    0xb5946137, 0x7b9f, 0x4925, {0xaf, 0x80, 0x51, 0xab, 0xd6, 0x0b, 0x20, 0xd5}};
static const VSS_ID kOurs = {0x11, 0x22, 0x33, {1, 2, 3, 4, 5, 6, 7, 8}};
static int failures = 0;

static void Check(LPCWSTR what, HRESULT got, HRESULT wanted) {
  wprintf(L"%ls 0x%08lX\n", what, static_cast<unsigned long>(got));
  if (got != wanted) ++failures;
}

static void Storage() {
  CComPtr<IVssSnapshotMgmt> all;
  Check(L"CoCreateInstance", all.CoCreateInstance(CLSID_VssSnapshotMgmt), S_OK);
  CComQIPtr<IVssSnapshotMgmt2> least(all);
  LONGLONG bytes = 0;
  Check(L"GetMinDiffAreaSize", least->GetMinDiffAreaSize(&bytes), S_OK);
  CComPtr<IVssEnumMgmtObject> none;
  Check(L"QueryVolumesSupportedForSnapshots",
        all->QueryVolumesSupportedForSnapshots(kSystem, VSS_CTX_BACKUP, &none), E_NOTIMPL);
  CComPtr<IUnknown> found;
  Check(
      L"GetProviderMgmtInterface of another",
      all->GetProviderMgmtInterface(kOurs, __uuidof(IVssDifferentialSoftwareSnapshotMgmt), &found),
      E_INVALIDARG);
  Check(L"GetProviderMgmtInterface",
        all->GetProviderMgmtInterface(kSystem, __uuidof(IVssDifferentialSoftwareSnapshotMgmt),
                                      &found),
        S_OK);
  CComQIPtr<IVssDifferentialSoftwareSnapshotMgmt3> areas(found);
  if (!areas) {
    ++failures;
    return;
  }
  WCHAR source[] = L"C:\\";
  WCHAR storage[] = L"D:\\";
  Check(L"AddDiffArea", areas->AddDiffArea(source, storage, bytes), S_OK);
  Check(L"AddDiffArea again", areas->AddDiffArea(source, storage, bytes),
        VSS_E_OBJECT_ALREADY_EXISTS);
  CComPtr<IVssEnumMgmtObject> list;
  Check(L"QueryDiffAreasForVolume", areas->QueryDiffAreasForVolume(source, &list), S_OK);
  VSS_MGMT_OBJECT_PROP objects[4] = {};
  ULONG fetched = 0;
  Check(L"Next", list->Next(4, objects, &fetched), S_FALSE);
  if (fetched != 1 || objects[0].Type != VSS_MGMT_OBJECT_DIFF_AREA ||
      objects[0].Obj.DiffArea.m_llMaximumDiffSpace != bytes) {
    ++failures;
  }
  for (ULONG i = 0; i < fetched; ++i) {
    wprintf(L"%ls on %ls\n", objects[i].Obj.DiffArea.m_pwszVolumeName,
            objects[i].Obj.DiffArea.m_pwszDiffAreaVolumeName);
    CoTaskMemFree(objects[i].Obj.DiffArea.m_pwszVolumeName);
    CoTaskMemFree(objects[i].Obj.DiffArea.m_pwszDiffAreaVolumeName);
  }
  CComPtr<IVssEnumMgmtObject> volumes;
  Check(L"QueryVolumesSupportedForDiffAreas",
        areas->QueryVolumesSupportedForDiffAreas(source, &volumes), S_OK);
  while (volumes->Next(1, objects, &fetched) == S_OK) {
    wprintf(L"storage %ls\n", objects[0].Obj.DiffVol.m_pwszVolumeDisplayName);
    CoTaskMemFree(objects[0].Obj.DiffVol.m_pwszVolumeName);
    CoTaskMemFree(objects[0].Obj.DiffVol.m_pwszVolumeDisplayName);
  }
  Check(L"SetVolumeProtectLevel",
        areas->SetVolumeProtectLevel(source, VSS_PROTECTION_LEVEL_SNAPSHOT), S_OK);
  VSS_VOLUME_PROTECTION_INFO info = {};
  Check(L"GetVolumeProtectLevel", areas->GetVolumeProtectLevel(source, &info), S_OK);
  if (info.m_protectionLevel != VSS_PROTECTION_LEVEL_SNAPSHOT) ++failures;
  ULONG bits = 0;
  BYTE* bitmap = NULL;
  Check(L"QuerySnapshotDeltaBitmap",
        areas->QuerySnapshotDeltaBitmap(kOurs, kOurs, &bits, &bits, &bitmap), E_NOTIMPL);
}

static void Provider() {
  CComPtr<IVssAdmin> admin;
  Check(L"CoCreateInstance of the coordinator", admin.CoCreateInstance(CLSID_VSSCoordinator), S_OK);
  WCHAR name[] = L"Ours";
  WCHAR version[] = L"1.0";
  Check(L"RegisterProvider",
        admin->RegisterProvider(kOurs, kOurs, name, VSS_PROV_SOFTWARE, version, kOurs), S_OK);
  CComPtr<IVssEnumObject> list;
  Check(L"QueryProviders", admin->QueryProviders(&list), S_OK);
  Check(L"UnregisterProvider", admin->UnregisterProvider(kOurs), S_OK);
  Check(L"UnregisterProvider again", admin->UnregisterProvider(kOurs),
        VSS_E_PROVIDER_NOT_REGISTERED);
}

static void Express() {
  CComPtr<IVssExpressWriter> writer;
  Check(L"CreateVssExpressWriter", CreateVssExpressWriter(&writer), S_OK);
  CComPtr<IVssCreateExpressWriterMetadata> metadata;
  Check(L"CreateMetadata",
        writer->CreateMetadata(kOurs, L"Express", VSS_UT_USERDATA, 1, 0, 0, &metadata), S_OK);
  Check(L"SetRestoreMethod",
        metadata->SetRestoreMethod(VSS_RME_CUSTOM, NULL, NULL, VSS_WRE_NEVER, false),
        VSS_E_NOT_SUPPORTED);
  Check(L"AddComponent",
        metadata->AddComponent(VSS_CT_FILEGROUP, NULL, L"Files", NULL, NULL, 0, false, false, true),
        S_OK);
  Check(L"AddFilesToFileGroup",
        metadata->AddFilesToFileGroup(NULL, L"Files", L"C:\\data", L"*", true, NULL), S_OK);
  CComBSTR text;
  Check(L"SaveAsXML", metadata->SaveAsXML(&text), S_OK);
  if (text.Length() == 0) ++failures;
  Check(L"Register", writer->Register(), S_OK);
  Check(L"Unregister", writer->Unregister(kOurs), S_OK);
}

int wmain() {
  CoInitializeEx(NULL, COINIT_MULTITHREADED);
  Storage();
  Provider();
  Express();
  CoUninitialize();
  wprintf(L"%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}

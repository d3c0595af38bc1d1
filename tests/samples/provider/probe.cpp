// Drives the sample provider as VSS's coordinator does a hardware provider: a shadow copy of a LUN
// from BeginPrepareSnapshot to OnLunEmpty, a resynchronisation from it, a set that is aborted,
// calls out of order, a LUN of somebody else's. The LUNs are those of virtual_bus.cpp.

#include "stdafx.h"

#include "VssSampleProvider.h"

STDAPI DllGetClassObject(REFCLSID rclsid, REFIID riid, LPVOID* ppv);
STDAPI DllCanUnloadNow(void);
extern WCHAR* g_wszProviderName;

namespace {

const WCHAR kImage[] = L"C:\\Original.image";
const GUID kOriginal = {
    0x5e0f3ac1, 0x1b7d, 0x4c5a, {0x9a, 0x41, 0x77, 0x0d, 0x21, 0xc3, 0x9e, 0x60}};
const VSS_ID kSet = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
const VSS_ID kOtherSet = {2, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
const VSS_ID kCopy = {3, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};

int failures = 0;

void expect(bool holds, LPCWSTR what, HRESULT hr) {
  wprintf(L"%s: %s (0x%08x)\n", holds ? L"ok" : L"FAILED", what, hr);
  if (!holds) ++failures;
}

void write(LPCWSTR path, const char* text) {
  HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
  DWORD written = 0;
  WriteFile(file, text, (DWORD)strlen(text), &written, NULL);
  CloseHandle(file);
}

std::string read(LPCWSTR path) {
  char bytes[64] = {};
  DWORD count = 0;
  HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return "(no file)";
  ReadFile(file, bytes, sizeof bytes - 1, &count, NULL);
  CloseHandle(file);
  return bytes;
}

LPSTR text(const char* from) {
  LPSTR made = (LPSTR)CoTaskMemAlloc(strlen(from) + 1);
  return strcpy(made, from);
}

// What the driver reports of a drive of its own.
struct Lun {
  Lun() {
    memset(&information, 0, sizeof information);
    information.m_szVendorId = text("Microsoft Corporation");
    information.m_szProductId = text("VIRTUALSTORAGE");
    information.m_szProductRevision = text("1");
    information.m_szSerialNumber = text("5e0f3ac1-1b7d-4c5a-9a41-770d21c39e60");
    VDS_STORAGE_DEVICE_ID_DESCRIPTOR& descriptor = information.m_deviceIdDescriptor;
    descriptor.m_version = 1;
    descriptor.m_cIdentifiers = 1;
    descriptor.m_rgIdentifiers =
        (VDS_STORAGE_IDENTIFIER*)CoTaskMemAlloc(sizeof(VDS_STORAGE_IDENTIFIER));
    VDS_STORAGE_IDENTIFIER& identifier = descriptor.m_rgIdentifiers[0];
    identifier.m_CodeSet = VDSStorageIdCodeSetBinary;
    identifier.m_Type = VDSStorageIdTypeVendorId;
    const size_t name = wcslen(g_wszProviderName) * sizeof(WCHAR);
    identifier.m_cbIdentifier = (ULONG)(name + sizeof(GUID));
    identifier.m_rgbIdentifier = (BYTE*)CoTaskMemAlloc(identifier.m_cbIdentifier);
    memcpy(identifier.m_rgbIdentifier, g_wszProviderName, name);
    memcpy(identifier.m_rgbIdentifier + name, &kOriginal, sizeof(GUID));
  }
  VDS_LUN_INFORMATION information;
};

// As the driver's own tool makes the drive that is backed up.
HRESULT create_original() {
  write(kImage, "before");
  const size_t bytes = wcslen(kImage) * sizeof(WCHAR);
  std::vector<BYTE> room(sizeof(NEW_VIRTUAL_DRIVE_DESCRIPTION) + bytes, 0);
  NEW_VIRTUAL_DRIVE_DESCRIPTION* drive = (NEW_VIRTUAL_DRIVE_DESCRIPTION*)&room[0];
  drive->Length = (ULONG)room.size();
  drive->DeviceType = VIRTUAL_FIXED_DISK;
  drive->DriveID = kOriginal;
  drive->BlockSize = 512;
  drive->NumberOfBlocks = 1;
  drive->FileNameLength = (USHORT)bytes;
  memcpy(drive->Buffer, kImage, bytes);
  VIRTUAL_DRIVE_INFORMATION made;
  VstorInterface::VirtualBus bus;
  return bus.CreateDriveEx(drive, made);
}

std::wstring image_of(const GUID& copy) {
  WCHAR name[40];
  StringFromGUID2(copy, name, 40);
  return std::wstring(L"C:\\") + std::wstring(name + 1, 36) + L".image";
}

}  // namespace

int wmain(int, wchar_t**) {
  CoInitializeEx(NULL, COINIT_MULTITHREADED);
  {
    CComPtr<IClassFactory> factory;
    HRESULT hr = DllGetClassObject(CLSID_SampleProvider, IID_IClassFactory, (void**)&factory);
    expect(hr == S_OK, L"DllGetClassObject gives the class", hr);
    CComPtr<IClassFactory> none;
    hr = DllGetClassObject(IID_IUnknown, IID_IClassFactory, (void**)&none);
    expect(hr == CLASS_E_CLASSNOTAVAILABLE, L"and no other", hr);
    CComPtr<IVssHardwareSnapshotProvider> provider;
    hr = factory->CreateInstance(NULL, IID_IVssHardwareSnapshotProvider, (void**)&provider);
    expect(hr == S_OK, L"CreateInstance", hr);
    CComPtr<IVssHardwareSnapshotProviderEx> extended;
    hr = provider->QueryInterface(&extended);
    expect(hr == S_OK, L"IVssHardwareSnapshotProviderEx", hr);
    CComPtr<IVssProviderCreateSnapshotSet> sets;
    hr = provider->QueryInterface(&sets);
    expect(hr == S_OK, L"IVssProviderCreateSnapshotSet", hr);
    CComPtr<IVssProviderNotifications> notifications;
    hr = provider->QueryInterface(&notifications);
    expect(hr == S_OK, L"IVssProviderNotifications", hr);
    expect(notifications.IsEqualObject(provider), L"one object", S_OK);
    expect(DllCanUnloadNow() == S_FALSE, L"the library is in use", S_FALSE);
    hr = notifications->OnLoad(NULL);
    expect(hr == S_OK, L"OnLoad", hr);

    VDS_LUN_INFORMATION foreign = {};
    char vendor[] = "Somebody";
    char product[] = "Else";
    foreign.m_szVendorId = vendor;
    foreign.m_szProductId = product;
    WCHAR device[] = L"\\\\?\\Volume{00000000-0000-0000-0000-000000000001}";
    VSS_PWSZ devices[] = {device};
    BOOL supported = TRUE;
    hr = provider->AreLunsSupported(1, VSS_CTX_BACKUP, devices, &foreign, &supported);
    expect(hr == S_OK && !supported, L"another vendor's LUN is not supported", hr);
    hr = sets->CommitSnapshots(kSet);
    expect(hr == VSS_E_PROVIDER_VETO, L"CommitSnapshots of a set that never began", hr);

    hr = create_original();
    expect(hr == S_OK, L"the drive that is backed up", hr);
    Lun original;
    VDS_LUN_INFORMATION* lun = &original.information;
    hr = provider->AreLunsSupported(1, VSS_CTX_BACKUP, devices, lun, &supported);
    expect(hr == S_OK && supported && lun->m_BusType == VDSBusTypeScsi, L"AreLunsSupported", hr);
    hr = provider->BeginPrepareSnapshot(kSet, kCopy, VSS_CTX_BACKUP, 1, devices, lun);
    expect(hr == S_OK, L"BeginPrepareSnapshot", hr);
    hr = sets->EndPrepareSnapshots(kSet);
    expect(hr == S_OK, L"EndPrepareSnapshots", hr);
    hr = sets->PreCommitSnapshots(kSet);
    expect(hr == S_OK, L"PreCommitSnapshots", hr);
    hr = sets->CommitSnapshots(kSet);
    expect(hr == S_OK, L"CommitSnapshots", hr);
    write(kImage, "after");
    hr = sets->PostCommitSnapshots(kSet, 1);
    expect(hr == S_OK, L"PostCommitSnapshots", hr);
    VDS_LUN_INFORMATION target = {};
    hr = provider->GetTargetLuns(1, devices, lun, &target);
    expect(hr == S_OK && target.m_szSerialNumber != NULL, L"GetTargetLuns", hr);
    GUID copy = GUID_NULL;
    if (target.m_szSerialNumber != NULL) {
      WCHAR serial[40] = {};
      MultiByteToWideChar(CP_ACP, 0, target.m_szSerialNumber, -1, serial, 40);
      hr = CLSIDFromString(serial, &copy);
    }
    expect(hr == S_OK && copy != kOriginal, L"the copy is a LUN of its own", hr);
    hr = provider->LocateLuns(1, &target);
    expect(hr == S_OK, L"LocateLuns", hr);
    hr = sets->PreFinalCommitSnapshots(kSet);
    expect(hr == S_OK, L"PreFinalCommitSnapshots", hr);
    hr = sets->PostFinalCommitSnapshots(kSet);
    expect(hr == S_OK, L"PostFinalCommitSnapshots", hr);
    hr = provider->FillInLunInfo(device, &target, &supported);
    expect(hr == S_OK && supported, L"FillInLunInfo knows the copy", hr);
    const std::wstring image = image_of(copy);
    expect(read(image.c_str()) == "before" && read(kImage) == "after",
           L"the copy is of the moment of the commit", S_OK);

    CComPtr<IVssAsync> resync;
    hr = extended->ResyncLuns(&target, lun, 1, &resync);
    expect(hr == S_OK && resync != NULL, L"ResyncLuns", hr);
    hr = resync != NULL ? resync->Wait() : E_FAIL;
    expect(hr == S_OK && read(kImage) == "before", L"the drive has the copy's bytes again", hr);
    expect(read(image.c_str()) == "before", L"the copy is still there", S_OK);
    hr = provider->OnLunEmpty(device, &target);
    expect(hr == S_OK && read(image.c_str()) == "(no file)", L"OnLunEmpty deletes the copy", hr);
    hr = provider->FillInLunInfo(device, &target, &supported);
    expect(hr == S_OK && !supported, L"FillInLunInfo knows it no more", hr);

    hr = provider->BeginPrepareSnapshot(kOtherSet, kCopy, VSS_CTX_BACKUP, 1, devices, lun);
    expect(hr == S_OK, L"BeginPrepareSnapshot of another set", hr);
    hr = sets->EndPrepareSnapshots(kSet);
    expect(hr == VSS_E_PROVIDER_VETO, L"EndPrepareSnapshots of the first one", hr);
    hr = sets->AbortSnapshots(kOtherSet);
    expect(SUCCEEDED(hr), L"AbortSnapshots", hr);
    hr = notifications->OnUnload(TRUE);
    expect(hr == S_OK, L"OnUnload", hr);
  }
  expect(DllCanUnloadNow() == S_OK, L"the library can go", S_OK);
  CoUninitialize();
  return failures;
}

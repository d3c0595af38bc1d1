// A virtual bus of our own behind the sample provider's header, in place of the VirtualStorage
// driver that Microsoft does not publish: drives are what CreateDriveEx was told, their bytes the
// image file.

#include "stdafx.h"

EXTERN_C const CLSID CLSID_SampleProvider = {
    0x423bbc78, 0x9b20, 0x4bbe, {0xa9, 0x67, 0xb6, 0x3e, 0xc4, 0x3b, 0xc7, 0xf3}};

namespace VstorInterface {

namespace {

struct Drive {
  VIRTUAL_DRIVE_INFORMATION information;
  std::wstring image;
  ULONG number;
};

// The machine has one bus, whoever opens it.
std::map<GUID, Drive>& drives() {
  static std::map<GUID, Drive> all;
  return all;
}

Drive* find(const GUID& id) {
  const auto found = drives().find(id);
  return found == drives().end() ? nullptr : &found->second;
}

}  // namespace

VirtualBus::VirtualBus() : m_hBus(nullptr) {}
VirtualBus::~VirtualBus() {}

HRESULT VirtualBus::CreateDriveEx(PNEW_VIRTUAL_DRIVE_DESCRIPTION wanted,
                                  VIRTUAL_DRIVE_INFORMATION& made) {
  static ULONG last_number = 0;
  if (find(wanted->DriveID) != nullptr) return HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS);
  std::wstring image(wanted->FileNameLength / sizeof(WCHAR), L'\0');
  memcpy(&image[0], wanted->Buffer + wanted->FileNameOffset, wanted->FileNameLength);
  if (image.compare(0, 4, L"\\??\\") == 0) image.erase(0, 4);
  if (GetFileAttributesW(image.c_str()) == INVALID_FILE_ATTRIBUTES) {
    return HRESULT_FROM_WIN32(GetLastError());
  }
  made = {wanted->DriveID,   wanted->Flags,          wanted->DeviceType,
          wanted->BlockSize, wanted->NumberOfBlocks, TRUE};
  drives()[wanted->DriveID] = {made, image, ++last_number};
  return S_OK;
}

HRESULT VirtualBus::RemoveDrive(const GUID& id, bool) {
  return drives().erase(id) != 0 ? S_OK : HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
}

HRESULT VirtualBus::QueryMountedImage(const GUID& id, LPWSTR image, DWORD characters) {
  const Drive* drive = find(id);
  if (drive == nullptr) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
  if (drive->image.size() >= characters) return HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER);
  wcscpy(image, drive->image.c_str());
  return S_OK;
}

HRESULT VirtualBus::QueryStorageInformation(const GUID& id, STORAGE_INFORMATION& storage) {
  const Drive* drive = find(id);
  if (drive == nullptr) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
  storage.DeviceType = FILE_DEVICE_DISK;
  storage.DeviceNumber = drive->number;
  return S_OK;
}

HRESULT VirtualBus::ReSync(const GUID& id, LPCWSTR source) {
  const Drive* drive = find(id);
  if (drive == nullptr) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
  return CopyFileW(source, drive->image.c_str(), FALSE) ? S_OK : HRESULT_FROM_WIN32(GetLastError());
}

}  // namespace VstorInterface

// A virtual bus without a driver behind it, in place of the VirtualStorage driver that the sample
// provider is written for: it knows no drive and makes none.

#include "stdafx.h"

EXTERN_C const CLSID CLSID_SampleProvider = {
    0x423bbc78, 0x9b20, 0x4bbe, {0xa9, 0x67, 0xb6, 0x3e, 0xc4, 0x3b, 0xc7, 0xf3}};

namespace VstorInterface {

VirtualBus::VirtualBus() : m_hBus(nullptr) {}
VirtualBus::~VirtualBus() {}
bool VirtualBus::IsValid() { return false; }
HRESULT VirtualBus::QueryVersion(VIRTUAL_STORAGE_VERSION_INFORMATION&) { return E_NOTIMPL; }
HRESULT VirtualBus::CreateDriveEx(PNEW_VIRTUAL_DRIVE_DESCRIPTION, VIRTUAL_DRIVE_INFORMATION&) {
  return HRESULT_FROM_WIN32(ERROR_NOT_READY);
}
HRESULT VirtualBus::RemoveDrive(const GUID&, bool) { return HRESULT_FROM_WIN32(ERROR_NOT_FOUND); }
HRESULT VirtualBus::QueryStorageInformation(const GUID&, STORAGE_INFORMATION&) {
  return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
}
HRESULT VirtualBus::ReSync(const GUID&, LPCWSTR) { return E_NOTIMPL; }

}  // namespace VstorInterface

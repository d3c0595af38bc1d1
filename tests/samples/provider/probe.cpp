// Drives the sample provider as VSS's coordinator begins to: its class from DllGetClassObject, its
// interfaces, OnLoad, a LUN that is not its own, the steps of a set that never began, OnUnload.

#include "stdafx.h"

#include "VssSampleProvider.h"

STDAPI DllGetClassObject(REFCLSID rclsid, REFIID riid, LPVOID* ppv);
STDAPI DllCanUnloadNow(void);

namespace {

int failures = 0;

void expect(bool holds, LPCWSTR what, HRESULT hr) {
  wprintf(L"%s: %s (0x%08x)\n", holds ? L"ok" : L"FAILED", what, hr);
  if (!holds) ++failures;
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
    VDS_LUN_INFORMATION lun = {};
    char vendor[] = "Somebody";
    char product[] = "Else";
    lun.m_szVendorId = vendor;
    lun.m_szProductId = product;
    WCHAR device[] = L"\\\\?\\Volume{00000000-0000-0000-0000-000000000001}";
    VSS_PWSZ devices[] = {device};
    BOOL supported = TRUE;
    hr = provider->AreLunsSupported(1, VSS_CTX_BACKUP, devices, &lun, &supported);
    expect(hr == S_OK && !supported, L"another vendor's LUN is not supported", hr);
    VSS_ID set = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
    hr = sets->CommitSnapshots(set);
    expect(hr == VSS_E_PROVIDER_VETO, L"CommitSnapshots of a set that never began", hr);
    hr = sets->AbortSnapshots(set);
    expect(SUCCEEDED(hr), L"AbortSnapshots", hr);
    hr = notifications->OnUnload(TRUE);
    expect(hr == S_OK, L"OnUnload", hr);
  }
  expect(DllCanUnloadNow() == S_OK, L"the library can go", S_OK);
  CoUninitialize();
  return failures;
}

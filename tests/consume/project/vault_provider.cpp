#include "vault_provider.h"

#include <algorithm>

const GUID VAULT_PROVIDER_ID = {
    0x1d5c7e90, 0x6b24, 0x4f3d, {0xa8, 0x17, 0x92, 0x0b, 0xfe, 0x35, 0xc6, 0x48}};

static WCHAR* TaskString(const std::wstring& text) {
  const size_t bytes = (text.size() + 1) * sizeof(WCHAR);
  WCHAR* const copy = static_cast<WCHAR*>(CoTaskMemAlloc(bytes));
  if (copy != NULL) memcpy(copy, text.c_str(), bytes);
  return copy;
}

HRESULT VaultProvider::QueryInterface(REFIID iid, void** out) {
  if (out == NULL) return E_POINTER;
  *out = NULL;
  if (iid == IID_IUnknown || iid == IID_IVssSoftwareSnapshotProvider) {
    *out = static_cast<IVssSoftwareSnapshotProvider*>(this);
  } else if (iid == IID_IVssProviderCreateSnapshotSet) {
    *out = static_cast<IVssProviderCreateSnapshotSet*>(this);
  } else if (iid == IID_IVssProviderNotifications) {
    *out = static_cast<IVssProviderNotifications*>(this);
  } else {
    return E_NOINTERFACE;
  }
  AddRef();
  return S_OK;
}

ULONG VaultProvider::AddRef() { return InterlockedIncrement(&m_references); }

ULONG VaultProvider::Release() {
  const LONG left = InterlockedDecrement(&m_references);
  if (left == 0) delete this;
  return left;
}

HRESULT VaultProvider::SetContext(LONG context) {
  m_context = context;
  return S_OK;
}

HRESULT VaultProvider::IsVolumeSupported(VSS_PWSZ volume, BOOL* supported) {
  if (volume == NULL || supported == NULL) return E_INVALIDARG;
  *supported = TRUE;
  return S_OK;
}

HRESULT VaultProvider::IsVolumeSnapshotted(VSS_PWSZ volume, BOOL* present, LONG* compatibility) {
  if (volume == NULL || present == NULL || compatibility == NULL) return E_INVALIDARG;
  *compatibility = 0;
  *present = std::any_of(m_copies.begin(), m_copies.end(),
                         [&](const Copy& copy) { return copy.volume == volume; });
  return S_OK;
}

HRESULT VaultProvider::BeginPrepareSnapshot(VSS_ID set, VSS_ID snapshot, VSS_PWSZ volume,
                                            LONG context) {
  if (volume == NULL) return E_INVALIDARG;
  // A set that was given up before DoSnapshotSet ends when the next one begins.
  std::erase_if(m_copies,
                [&](const Copy& copy) { return copy.state != VSS_SS_CREATED && copy.set != set; });
  m_copies.push_back({set, snapshot, volume, context, VSS_SS_PREPARING, 0});
  return S_OK;
}

HRESULT VaultProvider::Move(const VSS_ID& set, VSS_SNAPSHOT_STATE from, VSS_SNAPSHOT_STATE to) {
  bool found = false;
  for (Copy& copy : m_copies) {
    if (copy.set != set) continue;
    if (copy.state != from) return VSS_E_BAD_STATE;
    found = true;
  }
  if (!found) return VSS_E_OBJECT_NOT_FOUND;
  for (Copy& copy : m_copies) {
    if (copy.set == set) copy.state = to;
  }
  return S_OK;
}

HRESULT VaultProvider::EndPrepareSnapshots(VSS_ID set) {
  return Move(set, VSS_SS_PREPARING, VSS_SS_PREPARED);
}
HRESULT VaultProvider::PreCommitSnapshots(VSS_ID set) {
  return Move(set, VSS_SS_PREPARED, VSS_SS_PRECOMMITTED);
}
HRESULT VaultProvider::CommitSnapshots(VSS_ID set) {
  SYSTEMTIME now;
  GetSystemTime(&now);
  FILETIME time;
  SystemTimeToFileTime(&now, &time);
  for (Copy& copy : m_copies) {
    if (copy.set != set) continue;
    copy.created = (static_cast<LONGLONG>(time.dwHighDateTime) << 32) | time.dwLowDateTime;
  }
  return Move(set, VSS_SS_PRECOMMITTED, VSS_SS_COMMITTED);
}
HRESULT VaultProvider::PostCommitSnapshots(VSS_ID set, LONG) {
  return Move(set, VSS_SS_COMMITTED, VSS_SS_PROCESSING_POSTCOMMIT);
}
HRESULT VaultProvider::PreFinalCommitSnapshots(VSS_ID set) {
  return Move(set, VSS_SS_PROCESSING_POSTCOMMIT, VSS_SS_PREFINALCOMMITTED);
}
HRESULT VaultProvider::PostFinalCommitSnapshots(VSS_ID set) {
  return Move(set, VSS_SS_PREFINALCOMMITTED, VSS_SS_CREATED);
}
HRESULT VaultProvider::AbortSnapshots(VSS_ID set) {
  std::erase_if(m_copies, [&](const Copy& copy) { return copy.set == set; });
  return S_OK;
}

HRESULT VaultProvider::Fill(const Copy& copy, VSS_SNAPSHOT_PROP* properties) const {
  WCHAR id[40];
  StringFromGUID2(copy.id, id, 40);
  *properties = VSS_SNAPSHOT_PROP{};
  properties->m_SnapshotId = copy.id;
  properties->m_SnapshotSetId = copy.set;
  properties->m_lSnapshotsCount = static_cast<LONG>(std::count_if(
      m_copies.begin(), m_copies.end(), [&](const Copy& other) { return other.set == copy.set; }));
  properties->m_pwszSnapshotDeviceObject = TaskString(std::wstring(L"\\\\?\\Vault\\") + id);
  properties->m_pwszOriginalVolumeName = TaskString(copy.volume);
  properties->m_pwszOriginatingMachine = TaskString(L"LAB");
  properties->m_pwszServiceMachine = TaskString(L"LAB");
  properties->m_ProviderId = VAULT_PROVIDER_ID;
  properties->m_lSnapshotAttributes = copy.attributes;
  properties->m_tsCreationTimestamp = copy.created;
  properties->m_eStatus = copy.state;
  return S_OK;
}

HRESULT VaultProvider::GetSnapshotProperties(VSS_ID snapshot, VSS_SNAPSHOT_PROP* properties) {
  if (properties == NULL) return E_INVALIDARG;
  for (const Copy& copy : m_copies) {
    if (copy.id == snapshot) return Fill(copy, properties);
  }
  return VSS_E_OBJECT_NOT_FOUND;
}

namespace {

// What Query hands out: the copies' properties, one after the other.
class Enumeration : public IVssEnumObject {
 public:
  explicit Enumeration(std::vector<VSS_OBJECT_PROP> all) : m_all(std::move(all)) {}
  virtual ~Enumeration() = default;
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    if (iid != IID_IUnknown && iid != IID_IVssEnumObject) return *out = NULL, E_NOINTERFACE;
    AddRef();
    *out = this;
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return InterlockedIncrement(&m_references); }
  ULONG STDMETHODCALLTYPE Release() override {
    const LONG left = InterlockedDecrement(&m_references);
    if (left == 0) delete this;
    return left;
  }
  HRESULT STDMETHODCALLTYPE Next(ULONG count, VSS_OBJECT_PROP* out, ULONG* fetched) override {
    ULONG given = 0;
    while (given < count && m_next < m_all.size()) out[given++] = m_all[m_next++];
    if (fetched != NULL) *fetched = given;
    return given == count ? S_OK : S_FALSE;
  }
  HRESULT STDMETHODCALLTYPE Skip(ULONG count) override {
    m_next = std::min(m_next + count, m_all.size());
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE Reset() override {
    m_next = 0;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE Clone(IVssEnumObject** out) override {
    *out = new Enumeration(m_all);
    (*out)->AddRef();
    return S_OK;
  }

 private:
  LONG m_references = 0;
  std::vector<VSS_OBJECT_PROP> m_all;
  size_t m_next = 0;
};

}  // namespace

HRESULT VaultProvider::Query(VSS_ID, VSS_OBJECT_TYPE, VSS_OBJECT_TYPE returned,
                             IVssEnumObject** out) {
  if (out == NULL || returned != VSS_OBJECT_SNAPSHOT) return E_INVALIDARG;
  std::vector<VSS_OBJECT_PROP> all;
  for (const Copy& copy : m_copies) {
    if (copy.state != VSS_SS_CREATED) continue;
    VSS_OBJECT_PROP item{};
    item.Type = VSS_OBJECT_SNAPSHOT;
    Fill(copy, &item.Obj.Snap);
    all.push_back(item);
  }
  const bool none = all.empty();
  *out = new Enumeration(std::move(all));
  (*out)->AddRef();
  return none ? S_FALSE : S_OK;
}

HRESULT VaultProvider::DeleteSnapshots(VSS_ID id, VSS_OBJECT_TYPE type, BOOL, LONG* deleted,
                                       VSS_ID* not_deleted) {
  if (deleted == NULL || not_deleted == NULL) return E_INVALIDARG;
  *not_deleted = GUID_NULL;
  const size_t before = m_copies.size();
  std::erase_if(m_copies, [&](const Copy& copy) {
    return type == VSS_OBJECT_SNAPSHOT_SET ? copy.set == id : copy.id == id;
  });
  *deleted = static_cast<LONG>(before - m_copies.size());
  return *deleted == 0 ? VSS_E_OBJECT_NOT_FOUND : S_OK;
}

HRESULT VaultProvider::SetSnapshotProperty(VSS_ID, VSS_SNAPSHOT_PROPERTY_ID, VARIANT) {
  return S_OK;
}
HRESULT VaultProvider::RevertToSnapshot(VSS_ID) { return E_NOTIMPL; }
HRESULT VaultProvider::QueryRevertStatus(VSS_PWSZ, IVssAsync**) { return E_NOTIMPL; }
HRESULT VaultProvider::OnLoad(IUnknown*) { return S_OK; }
HRESULT VaultProvider::OnUnload(BOOL) { return S_OK; }

HRESULT SlowVaultProvider::CommitSnapshots(VSS_ID set) {
  Sleep(20000);
  return VaultProvider::CommitSnapshots(set);
}

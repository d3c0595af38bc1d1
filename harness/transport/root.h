// What a program asks of the service itself.
#pragma once

#include <windows.h>

#include <vsadmin.h>
#include <vsbackup.h>
#include <vsmgmt.h>
#include <vsprov.h>
#include <vss.h>
#include <vswriter.h>

#include <string>

namespace vsslab::transport {

class RootService {
 public:
  virtual ~RootService() = default;
  virtual HRESULT CreateWriter(bool extended, CVssWriter* writer, IVssWriterImpl** out) = 0;
  virtual HRESULT CreateBackupComponents(IVssBackupComponents** out) = 0;
  virtual HRESULT IsVolumeSnapshotted(VSS_PWSZ volume, BOOL* present, LONG* compatibility) = 0;
  virtual HRESULT RegisterProvider(VSS_ID id, LPCWSTR name, UINT type,
                                   IVssSoftwareSnapshotProvider* software,
                                   IVssProviderCreateSnapshotSet* create,
                                   IVssProviderNotifications* notifications) = 0;
  virtual HRESULT ComSecurity(DWORD authentication, DWORD impersonation, DWORD capabilities) = 0;
  virtual HRESULT EventLog(LPCWSTR source, LPCWSTR type, UINT id, LPCWSTR text) = 0;
  // Files and volumes (files.h).
  virtual HRESULT File(UINT operation, const std::string* request, std::string* reply) = 0;
  virtual HRESULT CreateExpressWriter(IVssExpressWriter** out) = 0;
  virtual HRESULT CreateAdmin(IVssAdmin** out) = 0;
  // IVssSnapshotMgmt and its successor. `iid` is what the program asked for.
  virtual HRESULT OpenManagement(VSS_ID provider, IID iid,
                                 IVssDifferentialSoftwareSnapshotMgmt3** out) = 0;
  virtual HRESULT GetMinDiffAreaSize(LONGLONG* out) = 0;
  virtual HRESULT QueryVolumesSupportedForSnapshots(VSS_ID provider, LONG context,
                                                    IVssEnumMgmtObject** out) = 0;
  virtual HRESULT QuerySnapshotsByVolume(VSS_PWSZ volume, VSS_ID provider,
                                         IVssEnumObject** out) = 0;
};

}  // namespace vsslab::transport

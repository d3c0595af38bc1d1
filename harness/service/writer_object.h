// IVssWriterImpl: what CVssWriter's own methods call. The writer's half of the service.
#pragma once

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <string>
#include <vector>

#include "service/com.h"
#include "service/impl.h"

namespace vsslab {

class WriterObject final : public ComObject<IVssWriterImpl> {
 public:
  WriterObject(LabVss::Impl& service, WriterRecord& record) : service_(service), record_(record) {}
  ~WriterObject() override;

  HRESULT STDMETHODCALLTYPE Initialize(VSS_ID writer_id, LPCWSTR name, LPCWSTR instance_name,
                                       DWORD major, DWORD minor, VSS_USAGE_TYPE usage,
                                       VSS_SOURCE_TYPE source, VSS_APPLICATION_LEVEL level,
                                       DWORD timeout, VSS_ALTERNATE_WRITER_STATE alternate,
                                       bool throttling) override;
  HRESULT STDMETHODCALLTYPE Subscribe(DWORD timeout, DWORD mask) override;
  HRESULT STDMETHODCALLTYPE Unsubscribe() override;
  void STDMETHODCALLTYPE Uninitialize() override;
  LPCWSTR* STDMETHODCALLTYPE GetCurrentVolumeArray() override;
  UINT STDMETHODCALLTYPE GetCurrentVolumeCount() override;
  HRESULT STDMETHODCALLTYPE GetSnapshotDeviceName(LPCWSTR volume, LPCWSTR* device) override;
  VSS_ID STDMETHODCALLTYPE GetCurrentSnapshotSetId() override;
  LONG STDMETHODCALLTYPE GetContext() override;
  VSS_APPLICATION_LEVEL STDMETHODCALLTYPE GetCurrentLevel() override;
  bool STDMETHODCALLTYPE IsPathAffected(LPCWSTR path) override;
  bool STDMETHODCALLTYPE IsBootableSystemStateBackedUp() override;
  bool STDMETHODCALLTYPE AreComponentsSelected() override;
  VSS_BACKUP_TYPE STDMETHODCALLTYPE GetBackupType() override;
  VSS_RESTORE_TYPE STDMETHODCALLTYPE GetRestoreType() override;
  HRESULT STDMETHODCALLTYPE SetWriterFailure(HRESULT code) override;
  bool STDMETHODCALLTYPE IsPartialFileSupportEnabled() override;
  HRESULT STDMETHODCALLTYPE InstallAlternateWriter(VSS_ID writer, CLSID clsid) override;
  IVssExamineWriterMetadata* STDMETHODCALLTYPE GetIdentityInformation() override;
  HRESULT STDMETHODCALLTYPE SetWriterFailureEx(HRESULT code, HRESULT application,
                                               LPCWSTR text) override;
  HRESULT STDMETHODCALLTYPE GetSessionId(VSS_ID* id) override;
  bool STDMETHODCALLTYPE IsWriterShuttingDown() override;

 protected:
  void* query(const Guid& iid) override;

 private:
  // The handler that the calling thread runs, or null.
  HandlerFrame* frame() const;
  const Guid* kept_instance_of(const WriterRecord& record) const;
  Guid instance_for(const WriterRecord& record);
  bool in_set(const HandlerFrame* frame) const;
  HRESULT told(std::string_view call, Hr result, Args args = {}) const;
  HRESULT failure(std::string_view call, Hr code, Hr application, std::string_view text);

  LabVss::Impl& service_;
  WriterRecord& record_;
  std::vector<std::wstring> volume_names_;
  std::vector<LPCWSTR> volumes_;
  std::wstring device_;
  ComRef<IVssExamineWriterMetadata> identity_;
};

}  // namespace vsslab

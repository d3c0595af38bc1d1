// IVssExamineWriterMetadata (to Ex2): a writer's finished document, read by a requester or by the
// writer itself (GetIdentifyInformation).
#pragma once

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#include <memory>
#include <string>

#include "metadata/writer_metadata.h"
#include "service/com.h"

namespace vsslab {

class ExamineMetadata final : public ComObject<IVssExamineWriterMetadataEx2> {
 public:
  ExamineMetadata(std::shared_ptr<const metadata::WriterMetadata> document, std::string xml)
      : document_(std::move(document)), xml_(std::move(xml)) {}

  HRESULT STDMETHODCALLTYPE GetIdentity(VSS_ID* instance, VSS_ID* writer, BSTR* name,
                                        VSS_USAGE_TYPE* usage, VSS_SOURCE_TYPE* source) override;
  HRESULT STDMETHODCALLTYPE GetFileCounts(UINT* includes, UINT* excludes,
                                          UINT* components) override;
  HRESULT STDMETHODCALLTYPE GetIncludeFile(UINT index, IVssWMFiledesc** out) override;
  HRESULT STDMETHODCALLTYPE GetExcludeFile(UINT index, IVssWMFiledesc** out) override;
  HRESULT STDMETHODCALLTYPE GetComponent(UINT index, IVssWMComponent** out) override;
  HRESULT STDMETHODCALLTYPE GetRestoreMethod(VSS_RESTOREMETHOD_ENUM* method, BSTR* service,
                                             BSTR* user_procedure,
                                             VSS_WRITERRESTORE_ENUM* writer_restore,
                                             bool* reboot_required, UINT* mappings) override;
  HRESULT STDMETHODCALLTYPE GetAlternateLocationMapping(UINT index, IVssWMFiledesc** out) override;
  HRESULT STDMETHODCALLTYPE GetBackupSchema(DWORD* schema) override;
  HRESULT STDMETHODCALLTYPE GetDocument(IXMLDOMDocument** document) override;
  HRESULT STDMETHODCALLTYPE SaveAsXML(BSTR* xml) override;
  HRESULT STDMETHODCALLTYPE LoadFromXML(BSTR xml) override;
  HRESULT STDMETHODCALLTYPE GetIdentityEx(VSS_ID* instance, VSS_ID* writer, BSTR* name,
                                          BSTR* instance_name, VSS_USAGE_TYPE* usage,
                                          VSS_SOURCE_TYPE* source) override;
  HRESULT STDMETHODCALLTYPE GetVersion(DWORD* major, DWORD* minor) override;
  HRESULT STDMETHODCALLTYPE GetExcludeFromSnapshotCount(UINT* count) override;
  HRESULT STDMETHODCALLTYPE GetExcludeFromSnapshotFile(UINT index, IVssWMFiledesc** out) override;

 protected:
  void* query(const Guid& iid) override;

 private:
  std::shared_ptr<const metadata::WriterMetadata> document_;
  std::string xml_;
};

}  // namespace vsslab

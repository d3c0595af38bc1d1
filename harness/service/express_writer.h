// Express writers: a stored Writer Metadata Document instead of a running program. The service
// shows it to every requester; a component of it can be backed up, but no event is ever delivered.
#pragma once

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <memory>
#include <string_view>

#include "metadata/writer_metadata.h"
#include "service/com.h"
#include "service/impl.h"

namespace vsslab {

// What IVssExpressWriter::CreateMetadata hands out.
class ExpressMetadata final : public ComObject<IVssCreateExpressWriterMetadata> {
 public:
  ExpressMetadata(LabVss::Impl& service, std::shared_ptr<metadata::WriterMetadata> document)
      : service_(service), document_(std::move(document)) {}

  HRESULT STDMETHODCALLTYPE AddExcludeFiles(LPCWSTR path, LPCWSTR filespec,
                                            bool recursive) override;
  HRESULT STDMETHODCALLTYPE AddComponent(VSS_COMPONENT_TYPE type, LPCWSTR path, LPCWSTR name,
                                         LPCWSTR caption, const BYTE* icon, UINT icon_bytes,
                                         bool restore_metadata, bool notify, bool selectable,
                                         bool selectable_for_restore, DWORD flags) override;
  HRESULT STDMETHODCALLTYPE AddFilesToFileGroup(LPCWSTR path, LPCWSTR group, LPCWSTR file_path,
                                                LPCWSTR filespec, bool recursive, LPCWSTR alternate,
                                                DWORD backup_type) override;
  HRESULT STDMETHODCALLTYPE SetRestoreMethod(VSS_RESTOREMETHOD_ENUM method, LPCWSTR service,
                                             LPCWSTR user_procedure,
                                             VSS_WRITERRESTORE_ENUM writer_restore,
                                             bool reboot_required) override;
  HRESULT STDMETHODCALLTYPE AddComponentDependency(LPCWSTR path, LPCWSTR name, VSS_ID on_writer,
                                                   LPCWSTR on_path, LPCWSTR on_name) override;
  HRESULT STDMETHODCALLTYPE SetBackupSchema(DWORD schema) override;
  HRESULT STDMETHODCALLTYPE SaveAsXML(BSTR* xml) override;

 private:
  void* query(const Guid& iid) override;
  // Only a call that fails is journalled; the others show in the document.
  HRESULT told(std::string_view call, Hr result, Args args);

  LabVss::Impl& service_;
  std::shared_ptr<metadata::WriterMetadata> document_;
};

class ExpressWriter final : public ComObject<IVssExpressWriter> {
 public:
  explicit ExpressWriter(LabVss::Impl& service) : service_(service) {}

  HRESULT STDMETHODCALLTYPE CreateMetadata(VSS_ID writer, LPCWSTR name, VSS_USAGE_TYPE usage,
                                           DWORD major, DWORD minor, DWORD reserved,
                                           IVssCreateExpressWriterMetadata** out) override;
  HRESULT STDMETHODCALLTYPE LoadMetadata(LPCWSTR xml, DWORD reserved) override;
  HRESULT STDMETHODCALLTYPE Register() override;
  HRESULT STDMETHODCALLTYPE Unregister(VSS_ID writer) override;

 private:
  void* query(const Guid& iid) override;
  // Journals a call of the process that runs now.
  HRESULT told(std::string_view call, Hr result, Args args, bool with_document = false);

  LabVss::Impl& service_;
  Seq last_call_ = 0;
  std::shared_ptr<metadata::WriterMetadata>
      document_;  // of the last CreateMetadata or LoadMetadata
};

}  // namespace vsslab

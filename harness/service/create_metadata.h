// IVssCreateWriterMetadata(Ex): what a writer builds its document with inside Identify. Calls that
// fail are journalled; the finished document is, whole.
#pragma once

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <map>
#include <string>
#include <utility>

#include "metadata/writer_metadata.h"
#include "service/impl.h"

namespace vsslab {

class CreateMetadata final : public IVssCreateWriterMetadataEx {
 public:
  CreateMetadata(LabVss::Impl& service, HandlerFrame& frame, const WriterRecord& writer);

  // The document as it stands when Identify returns; later calls are refused.
  metadata::WriterMetadata finish();

  HRESULT STDMETHODCALLTYPE AddIncludeFiles(LPCWSTR path, LPCWSTR filespec, bool recursive,
                                            LPCWSTR alternate) override;
  HRESULT STDMETHODCALLTYPE AddExcludeFiles(LPCWSTR path, LPCWSTR filespec,
                                            bool recursive) override;
  HRESULT STDMETHODCALLTYPE AddComponent(VSS_COMPONENT_TYPE type, LPCWSTR path, LPCWSTR name,
                                         LPCWSTR caption, const BYTE* icon, UINT icon_bytes,
                                         bool restore_metadata, bool notify, bool selectable,
                                         bool selectable_for_restore, DWORD flags) override;
  HRESULT STDMETHODCALLTYPE AddDatabaseFiles(LPCWSTR path, LPCWSTR database, LPCWSTR file_path,
                                             LPCWSTR filespec, DWORD backup_type) override;
  HRESULT STDMETHODCALLTYPE AddDatabaseLogFiles(LPCWSTR path, LPCWSTR database, LPCWSTR file_path,
                                                LPCWSTR filespec, DWORD backup_type) override;
  HRESULT STDMETHODCALLTYPE AddFilesToFileGroup(LPCWSTR path, LPCWSTR group, LPCWSTR file_path,
                                                LPCWSTR filespec, bool recursive, LPCWSTR alternate,
                                                DWORD backup_type) override;
  HRESULT STDMETHODCALLTYPE SetRestoreMethod(VSS_RESTOREMETHOD_ENUM method, LPCWSTR service,
                                             LPCWSTR user_procedure,
                                             VSS_WRITERRESTORE_ENUM writer_restore,
                                             bool reboot_required) override;
  HRESULT STDMETHODCALLTYPE AddAlternateLocationMapping(LPCWSTR path, LPCWSTR filespec,
                                                        bool recursive,
                                                        LPCWSTR destination) override;
  HRESULT STDMETHODCALLTYPE AddComponentDependency(LPCWSTR path, LPCWSTR name, VSS_ID on_writer,
                                                   LPCWSTR on_path, LPCWSTR on_name) override;
  HRESULT STDMETHODCALLTYPE SetBackupSchema(DWORD schema) override;
  HRESULT STDMETHODCALLTYPE GetDocument(IXMLDOMDocument** document) override;
  HRESULT STDMETHODCALLTYPE SaveAsXML(BSTR* xml) override;
  HRESULT STDMETHODCALLTYPE AddExcludeFilesFromSnapshot(LPCWSTR path, LPCWSTR filespec,
                                                        bool recursive) override;

  // VSS owns the object; a reference keeps nothing alive beyond Identify.
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override;
  ULONG STDMETHODCALLTYPE AddRef() override { return 2; }
  ULONG STDMETHODCALLTYPE Release() override { return 1; }

 private:
  HRESULT told(std::string_view call, Hr result, LPCWSTR path, LPCWSTR name,
               std::string_view file_path = {}, std::string_view filespec = {});
  metadata::Component* find(LPCWSTR path, LPCWSTR name);
  HRESULT add_file(std::string_view call, metadata::FileKind kind, LPCWSTR path, LPCWSTR name,
                   LPCWSTR file_path, LPCWSTR filespec, bool recursive, LPCWSTR alternate,
                   DWORD backup_type);

  LabVss::Impl& service_;
  HandlerFrame* frame_;
  const WriterRecord& writer_;
  metadata::WriterMetadata document_;
  // Logical path and name to the component's place in the document.
  std::map<std::pair<std::string, std::string>, std::size_t> places_;
};

}  // namespace vsslab

// Stands in for VSS while a writer builds its document: keeps the calls as lines, and the document.
#pragma once

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "metadata/writer_metadata.h"
#include "mock-writers/text.h"

namespace vsslab::mock::test {

class Recorder final : public IVssCreateWriterMetadataEx {
 public:
  std::vector<std::string> calls;
  metadata::WriterMetadata document;
  std::string refuse;  // the call of this name gives E_INVALIDARG

  HRESULT STDMETHODCALLTYPE AddIncludeFiles(LPCWSTR, LPCWSTR, bool, LPCWSTR) override {
    return said("AddIncludeFiles", "");
  }
  HRESULT STDMETHODCALLTYPE AddExcludeFiles(LPCWSTR path, LPCWSTR filespec, bool deep) override {
    document.add_exclude_files({narrow(path), narrow(filespec), deep, {}});
    return said("AddExcludeFiles", fmt::format("{} {} {}", narrow(path), narrow(filespec), deep));
  }
  HRESULT STDMETHODCALLTYPE AddExcludeFilesFromSnapshot(LPCWSTR path, LPCWSTR filespec,
                                                        bool deep) override {
    document.add_exclude_files_from_snapshot({narrow(path), narrow(filespec), deep, {}});
    return said("AddExcludeFilesFromSnapshot", narrow(path));
  }
  HRESULT STDMETHODCALLTYPE AddComponent(VSS_COMPONENT_TYPE type, LPCWSTR path, LPCWSTR name,
                                         LPCWSTR caption, const BYTE*, UINT icon, bool restore,
                                         bool notify, bool selectable, bool for_restore,
                                         DWORD flags) override {
    metadata::Component component;
    component.type = static_cast<metadata::ComponentType>(type);
    component.logical_path = narrow(path);
    component.name = narrow(name);
    component.caption = narrow(caption);
    component.restore_metadata = restore;
    component.notify_on_backup_complete = notify;
    component.selectable = selectable;
    component.selectable_for_restore = for_restore;
    component.flags = flags;
    document.add_component(std::move(component));
    return said("AddComponent",
                fmt::format("{} {}:{} icon={} flags={}", static_cast<int>(type),
                            path == NULL ? "NULL" : narrow(path), narrow(name), icon, flags));
  }
  HRESULT STDMETHODCALLTYPE AddDatabaseFiles(LPCWSTR path, LPCWSTR name, LPCWSTR directory,
                                             LPCWSTR filespec, DWORD mask) override {
    return file("AddDatabaseFiles", metadata::FileKind::database, path, name, directory, filespec,
                false, NULL, mask);
  }
  HRESULT STDMETHODCALLTYPE AddDatabaseLogFiles(LPCWSTR path, LPCWSTR name, LPCWSTR directory,
                                                LPCWSTR filespec, DWORD mask) override {
    return file("AddDatabaseLogFiles", metadata::FileKind::database_log, path, name, directory,
                filespec, false, NULL, mask);
  }
  HRESULT STDMETHODCALLTYPE AddFilesToFileGroup(LPCWSTR path, LPCWSTR name, LPCWSTR directory,
                                                LPCWSTR filespec, bool deep, LPCWSTR alternate,
                                                DWORD mask) override {
    return file("AddFilesToFileGroup", metadata::FileKind::filegroup, path, name, directory,
                filespec, deep, alternate, mask);
  }
  HRESULT STDMETHODCALLTYPE SetRestoreMethod(VSS_RESTOREMETHOD_ENUM method, LPCWSTR service,
                                             LPCWSTR procedure, VSS_WRITERRESTORE_ENUM restore,
                                             bool reboot) override {
    metadata::RestoreMethod made;
    made.method = static_cast<metadata::RestoreMethodType>(method);
    made.service = narrow(service);
    made.user_procedure = narrow(procedure);
    made.writer_restore = static_cast<metadata::WriterRestore>(restore);
    made.reboot_required = reboot;
    document.set_restore_method(std::move(made));
    return said("SetRestoreMethod",
                fmt::format("{} {} {}", static_cast<int>(method),
                            service == NULL ? "NULL" : narrow(service), static_cast<int>(restore)));
  }
  HRESULT STDMETHODCALLTYPE AddAlternateLocationMapping(LPCWSTR path, LPCWSTR filespec, bool deep,
                                                        LPCWSTR to) override {
    return said("AddAlternateLocationMapping",
                fmt::format("{} {} {} {}", narrow(path), narrow(filespec), deep, narrow(to)));
  }
  HRESULT STDMETHODCALLTYPE AddComponentDependency(LPCWSTR path, LPCWSTR name, VSS_ID on,
                                                   LPCWSTR on_path, LPCWSTR on_name) override {
    return said("AddComponentDependency",
                fmt::format("{}:{} on {} {}:{}", narrow(path), narrow(name),
                            Guid::from(on).to_string(), narrow(on_path), narrow(on_name)));
  }
  HRESULT STDMETHODCALLTYPE SetBackupSchema(DWORD schema) override {
    document.backup_schema = schema;
    return said("SetBackupSchema", fmt::format("{:#x}", schema));
  }
  HRESULT STDMETHODCALLTYPE GetDocument(IXMLDOMDocument**) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE SaveAsXML(BSTR*) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID, void**) override { return E_NOINTERFACE; }
  ULONG STDMETHODCALLTYPE AddRef() override { return 2; }
  ULONG STDMETHODCALLTYPE Release() override { return 1; }

 private:
  HRESULT said(const std::string& call, const std::string& text) {
    calls.push_back(text.empty() ? call : call + " " + text);
    return call == refuse ? E_INVALIDARG : S_OK;
  }
  HRESULT file(const char* call, metadata::FileKind kind, LPCWSTR path, LPCWSTR name,
               LPCWSTR directory, LPCWSTR filespec, bool deep, LPCWSTR alternate, DWORD mask) {
    metadata::FileSet files;
    files.path = narrow(directory);
    files.filespec = narrow(filespec);
    files.alternate_path = narrow(alternate);
    files.backup_type = mask;
    files.kind = kind;
    files.recursive = deep;
    // The component is nearly always the last one that was added.
    metadata::Component* of = NULL;
    if (!document.components.empty()) {
      metadata::Component& last = document.components.back();
      if (last.name == narrow(name) && last.logical_path == narrow(path)) of = &last;
    }
    if (of == NULL) of = document.find(narrow(path), narrow(name));
    if (of == NULL) return VSS_E_OBJECT_NOT_FOUND;
    of->files.push_back(files);
    return said(call, fmt::format("{} {}\\{} deep={} from={} mask={:#x}", narrow(name), files.path,
                                  files.filespec, deep, files.alternate_path, mask));
  }
};

}  // namespace vsslab::mock::test

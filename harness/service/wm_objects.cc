#include "service/wm_objects.h"

namespace vsslab {

namespace {

class FileDesc final : public ComObject<IVssWMFiledesc> {
 public:
  explicit FileDesc(FileDescription description) : description_(std::move(description)) {}

  HRESULT STDMETHODCALLTYPE GetPath(BSTR* path) override {
    return give_bstr(description_.path, path) ? S_OK : E_INVALIDARG;
  }
  HRESULT STDMETHODCALLTYPE GetFilespec(BSTR* filespec) override {
    return give_bstr(description_.filespec, filespec) ? S_OK : E_INVALIDARG;
  }
  HRESULT STDMETHODCALLTYPE GetRecursive(bool* recursive) override {
    if (recursive == nullptr) return E_INVALIDARG;
    *recursive = description_.recursive;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetAlternateLocation(BSTR* location) override {
    if (!give_bstr_or_null(description_.alternate, location)) return E_INVALIDARG;
    return description_.alternate.empty() ? S_FALSE : S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetBackupTypeMask(DWORD* mask) override {
    if (mask == nullptr) return E_INVALIDARG;
    *mask = description_.backup_type;
    return S_OK;
  }

 protected:
  void* query(const Guid& iid) override {
    return iid == Guid::from(__uuidof(IUnknown)) ? static_cast<IVssWMFiledesc*>(this) : nullptr;
  }

 private:
  FileDescription description_;
};

class Dependency final : public ComObject<IVssWMDependency> {
 public:
  explicit Dependency(DependencyDescription description) : description_(std::move(description)) {}

  HRESULT STDMETHODCALLTYPE GetWriterId(VSS_ID* id) override {
    if (id == nullptr) return E_INVALIDARG;
    *id = description_.writer_id.to<VSS_ID>();
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetLogicalPath(BSTR* path) override {
    return give_bstr_or_null(description_.logical_path, path) ? S_OK : E_INVALIDARG;
  }
  HRESULT STDMETHODCALLTYPE GetComponentName(BSTR* name) override {
    return give_bstr(description_.component_name, name) ? S_OK : E_INVALIDARG;
  }

 protected:
  void* query(const Guid& iid) override {
    return iid == Guid::from(__uuidof(IUnknown)) ? static_cast<IVssWMDependency*>(this) : nullptr;
  }

 private:
  DependencyDescription description_;
};

}  // namespace

IVssWMFiledesc* make_file_description(FileDescription description) {
  return new FileDesc(std::move(description));
}

IVssWMDependency* make_dependency(DependencyDescription description) {
  return new Dependency(std::move(description));
}

}  // namespace vsslab

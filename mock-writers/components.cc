#include "mock-writers/components.h"

#include <objbase.h>
#include <oleauto.h>

#include "mock-writers/text.h"

namespace vsslab::mock {

std::string take(BSTR text) {
  std::string copy = narrow(text);
  SysFreeString(text);
  return copy;
}

bool for_each_component(IVssWriterComponents* components, const VisitComponent& visit) {
  if (components == NULL) return true;
  UINT count = 0;
  if (FAILED(components->GetComponentCount(&count))) return false;
  for (UINT i = 0; i < count; ++i) {
    IVssComponent* component = NULL;
    if (FAILED(components->GetComponent(i, &component))) return false;
    BSTR path = NULL;
    BSTR name = NULL;
    component->GetLogicalPath(&path);
    component->GetComponentName(&name);
    const std::string logical_path = take(path);
    const std::string component_name = take(name);
    const bool more = visit(*component, logical_path, component_name);
    component->Release();
    if (!more) return false;
  }
  return true;
}

std::wstring stamp_of(const VSS_ID& snapshot_set) {
  constexpr int kCharacters = 39;  // of "{…}" with the terminating NUL
  std::wstring stamp(kCharacters, L'\0');
  const int length = StringFromGUID2(snapshot_set, stamp.data(), kCharacters);
  stamp.resize(length > 0 ? static_cast<std::size_t>(length) - 1 : 0);
  return stamp;
}

}  // namespace vsslab::mock

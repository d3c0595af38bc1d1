// How a step names a component. Internal to requester/.
#pragma once

#include <string>

#include "requester/com_text.h"
#include "requester/script.h"

namespace vsslab::requester {

struct Script::ComponentArgs {
  VSS_ID instance{};
  VSS_ID writer{};
  VSS_COMPONENT_TYPE type = VSS_CT_UNDEFINED;
  std::wstring path_text, name_text;

  LPCWSTR path() const { return or_null(path_text); }
  LPCWSTR name() const { return name_text.c_str(); }
};

}  // namespace vsslab::requester

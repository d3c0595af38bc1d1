// Cabinet files with stored content, as DiskShadow keeps its metadata in. Internal to
// requester/tools/.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"

namespace vsslab::requester {

struct CabinetFile {
  std::string name;
  std::string content;
};

// Without compression; at most 65,535 files of 4 GiB together.
std::string write_cabinet(const std::vector<CabinetFile>& files);
// An Error for anything that is no cabinet, is cut off, or is compressed.
Result<std::vector<CabinetFile>> read_cabinet(std::string_view bytes);

}  // namespace vsslab::requester

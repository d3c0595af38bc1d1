// The small read-only objects that documents hand out: file descriptions and dependencies.
#pragma once

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#include <string>

#include "core/guid.h"
#include "service/com.h"

namespace vsslab {

struct FileDescription {
  std::string path, filespec;
  bool recursive = false;
  std::string alternate;
  std::uint32_t backup_type = 0x0F0F;
};

IVssWMFiledesc* make_file_description(FileDescription description);

struct DependencyDescription {
  Guid writer_id;
  std::string logical_path, component_name;
};

IVssWMDependency* make_dependency(DependencyDescription description);

}  // namespace vsslab

#include "requester/tools/tool.h"

#include <algorithm>

#include "requester/tools/betest.h"
#include "requester/tools/diskshadow.h"
#include "requester/tools/files_command.h"
#include "requester/tools/machine_command.h"
#include "requester/tools/vshadow.h"
#include "requester/tools/vssadmin.h"

namespace vsslab::requester {

namespace {

constexpr Tool kTools[] = {
    {"betest", "Microsoft's BETest on a lab machine", run_betest, betest_only_reads},
    {"diskshadow", "Windows' DiskShadow on a lab machine", run_diskshadow, diskshadow_only_reads},
    {"files", "look at, change and copy the files of a lab machine", run_files, files_only_reads},
    {"machine", "restart a lab machine", run_machine, machine_only_reads},
    {"vshadow", "Microsoft's VShadow on a lab machine", run_vshadow, vshadow_only_reads},
    {"vssadmin", "Windows' vssadmin on a lab machine", run_vssadmin, vssadmin_only_reads},
};

}  // namespace

std::span<const Tool> tools() { return kTools; }

const Tool* find_tool(std::string_view name) {
  const auto found = std::ranges::find(kTools, name, &Tool::name);
  return found == std::end(kTools) ? nullptr : found;
}

}  // namespace vsslab::requester

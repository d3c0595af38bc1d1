// The writers that come with Windows (in-box-vss-writers.md), as documents that a mirror hands on,
// and the machines that have them. Ids, names and what the pages print are Microsoft's; where the
// page only names a directory, file sets follow what such machines are known to show, in documents
// of our own. Each document says where its content comes from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "metadata/writer_metadata.h"
#include "plan/plan.h"

namespace vsslab::scenario {

enum class Windows : std::uint8_t {  // client and server of one generation
  v5_2,                              // Server 2003
  v6_0,                              // Vista SP1, Server 2008
  v6_1,                              // 7, Server 2008 R2
  v6_2,                              // 8, Server 2012
  v6_3,                              // 8.1, Server 2012 R2
  v10_1607,                          // 10, Server 2016
  v10_1809,                          // 10, Server 2019
  v10_20348,                         // 11, Server 2022
};

struct WindowsMachine {
  std::string_view name;  // "server2022"
  std::string_view title;
  Windows version;
  bool server;
  std::string_view profile;  // whose service it runs
};

std::span<const WindowsMachine> windows_machines();
const WindowsMachine* find_windows_machine(std::string_view name);
// The server that a profile stands for.
const WindowsMachine& machine_of_profile(std::string_view profile);

// What a document depends on: a writer of a machine names its volumes.
struct InboxSite {
  const WindowsMachine& machine;
  const std::vector<plan::VolumePlan>& volumes;
};

struct InboxWriter {
  std::string_view preset;  // "registry"
  std::string_view name;    // Microsoft's writer name string
  std::string_view role;    // empty: every machine has it; "-": only where a scenario asks for it
  Windows since;
  bool server_only;
  std::uint32_t level;     // VSS_APPLICATION_LEVEL
  bool keeps_instance_id;  // Windows' own is the same everywhere
  metadata::WriterMetadata (*document)(const InboxSite& site);
  Windows until = Windows::v10_20348;
};

std::span<const InboxWriter> inbox_writers();
const InboxWriter* find_inbox_writer(std::string_view preset);
bool has_writer(const WindowsMachine& machine, const InboxWriter& writer);
// The roles that the writers of a machine come from, in the catalogue's order.
std::vector<std::string_view> roles_of(const WindowsMachine& machine);

// How long backups of a writer of that class may be restored; nothing: for ever.
std::optional<Duration> lifetime_of(const Guid& writer_class);
plan::WriterPlan make_inbox_writer(const InboxWriter& writer, const InboxSite& site);

// C: and the partition without a letter that a standard installation starts from.
std::vector<plan::VolumePlan> standard_volumes();

// Where every Windows lets a program leave a file, on C: when there is one.
void add_standard_folders(std::vector<plan::VolumePlan>& volumes);

// The services that the restore methods of Windows' own writers name, where the scenario does not
// say what they are like.
void add_services_for(const std::vector<plan::WriterPlan>& writers,
                      std::vector<plan::ServicePlan>& services);

// One small file for each file set of the writers that have none yet, on the volumes that are
// there.
enum class FilesOf : std::uint8_t {
  windows,       // the writers that come with Windows
  every_mirror,  // those of captured documents, too
};
void add_files_for(const std::vector<plan::WriterPlan>& writers, FilesOf which,
                   std::vector<plan::VolumePlan>& volumes);

}  // namespace vsslab::scenario

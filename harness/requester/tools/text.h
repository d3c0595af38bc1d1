// Texts that the tools share. Internal to requester/tools/.
#pragma once

#include <windows.h>

#include <vss.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ascii.h"
#include "core/guid.h"
#include "core/hresult.h"
#include "requester/backup_object.h"
#include "requester/tools/tool.h"

namespace vsslab::requester {

using ascii::lower;
inline bool equal_words(std::string_view a, std::string_view b) {
  return ascii::equal_ignoring_case(a, b);
}
std::string trimmed(std::string_view text);

// "{5affb034-…}"
std::string braced(const VSS_ID& id);
std::optional<VSS_ID> parse_id(std::string_view text);

// "9/10/2021 5:49:26 PM", as Windows prints times in US English; the lab's zone is UTC.
std::string us_time(VSS_TIMESTAMP time);
std::string us_time_now();
std::string computer_name();
// Windows for clients, whose tools can do less than a server's.
bool on_client();

// "\\?\Volume{…}\" of a drive, folder or volume name that the machine has; empty otherwise.
std::string volume_name_of(std::string_view spec);
// "C:\" of a volume's name; empty when it has no letter.
std::string drive_of(const std::string& volume_name);
// Nothing when the path is no folder of the machine.
std::optional<bool> folder_is_empty(const std::string& path);
// Two names of a place, each with or without a backslash at its end.
bool same_place(std::string_view a, std::string_view b);

// One shadow copy's properties, copied.
struct CopyInfo {
  VSS_ID id{}, set{}, provider{};
  LONG count = 0, attributes = 0;
  VSS_TIMESTAMP created = 0;
  std::string device, volume, originating_machine, service_machine, exposed_name, exposed_path;
  bool has(LONG attribute) const { return (attributes & attribute) != 0; }
};
CopyInfo take_properties(VSS_SNAPSHOT_PROP& properties);  // frees what it copied

// Every copy on the machine, oldest first. `vss` is initialized for VSS_CTX_ALL.
Hr query_copies(IVssBackupComponents& vss, std::vector<CopyInfo>& out);

struct ProviderInfo {
  VSS_ID id{};
  std::string name, version;
  VSS_PROVIDER_TYPE type = VSS_PROV_UNKNOWN;
  CLSID class_id{};
};
Hr query_providers(IVssBackupComponents& vss, std::vector<ProviderInfo>& out);

struct WriterInfo {
  VSS_ID id{}, instance{};
  std::string name;
  VSS_WRITER_STATE state = VSS_WS_UNKNOWN;
  Hr failure = hr::ok;
};
// GatherWriterStatus and what it brought.
Hr query_writers(BackupObject& vss, std::vector<WriterInfo>& out);

// A file of the lab ("C:\…") or of the user.
Result<std::string> read_any(ToolHost& host, const std::string& path);
Result<void> write_any(ToolHost& host, const std::string& path, std::string_view bytes);
bool is_lab_path(std::string_view path);

}  // namespace vsslab::requester

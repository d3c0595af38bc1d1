// vssadmin, over IVssBackupComponents; its shadow storage commands over IVssSnapshotMgmt.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "requester/tools/tool.h"

namespace vsslab::requester {

int run_vssadmin(ToolHost& host, const std::vector<std::string>& arguments);
bool vssadmin_only_reads(const std::vector<std::string>& arguments);

// What every command is given: its options, by their names in lower case.
struct AdminCall {
  ToolHost& host;
  std::map<std::string, std::string> options;

  bool has(const char* name) const { return options.count(name) != 0; }
  std::string option(const char* name) const {
    const auto found = options.find(name);
    return found == options.end() ? std::string() : found->second;
  }
};

// vssadmin's own exit codes: 0 done, 1 nothing found, 2 an error.
inline constexpr int kAdminDone = 0, kAdminNothing = 1, kAdminError = 2;
int admin_error(ToolHost& host, const std::string& text);
int admin_failed(ToolHost& host, std::int32_t result);  // an HRESULT in vssadmin's words
int admin_nothing(ToolHost& host);
int admin_bad_option(ToolHost& host, const std::string& option);
// Asks unless /quiet was given; true to go on.
bool admin_confirms(AdminCall& call, const std::string& question);
// The volume that an option names; empty and an error printed when there is none.
std::string admin_volume(AdminCall& call, const char* option);

// Shadow storage: vssadmin_storage.cc.
int admin_add_storage(AdminCall& call);
int admin_delete_storage(AdminCall& call);
int admin_list_storage(AdminCall& call);
int admin_resize_storage(AdminCall& call);

}  // namespace vsslab::requester

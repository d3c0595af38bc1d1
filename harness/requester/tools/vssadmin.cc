#include "requester/tools/vssadmin.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "requester/com_text.h"
#include "requester/tools/text.h"
#include "requester/tools/vssadmin_copies.h"

namespace vsslab::requester {

namespace {

constexpr std::string_view kBanner =
    "vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool\n"
    "(C) Copyright 2001-2013 Microsoft Corp.\n\n";

struct AdminCommand {
  std::string_view words;  // "List Shadows"
  std::string_view what;
  std::string_view syntax;   // below "---- …", one usage a line
  std::string_view options;  // " for= oldest ": a value, a switch
  int (*run)(AdminCall&);
  bool reads;
  bool server_only = false;
};

std::string text_of_state(VSS_WRITER_STATE state) {
  switch (state) {
    case VSS_WS_STABLE:
      return "Stable";
    case VSS_WS_WAITING_FOR_FREEZE:
      return "Waiting for freeze";
    case VSS_WS_WAITING_FOR_THAW:
      return "Frozen";
    case VSS_WS_WAITING_FOR_POST_SNAPSHOT:
    case VSS_WS_WAITING_FOR_BACKUP_COMPLETE:
      return "Waiting for completion";
    default:
      return state >= VSS_WS_FAILED_AT_IDENTIFY && state <= VSS_WS_FAILED_AT_BACKUPSHUTDOWN
                 ? "Failed"
                 : "Unknown";
  }
}

// vssadmin prints texts, no codes.
std::string text_of_failure(Hr failure) {
  switch (static_cast<std::uint32_t>(failure)) {
    case 0:
      return "No error";
    case 0x800423F0:
      return "Inconsistent shadow copy";
    case 0x800423F1:
      return "Out of resources";
    case 0x800423F2:
      return "Timed out";
    case 0x800423F3:
      return "Retryable error";
    case 0x800423F4:
      return "Non-retryable error";
    case 0x80042319:
      return "Not responding";
    default:
      return "Unexpected error";
  }
}

int list_writers(AdminCall& call) {
  BackupObject vss;
  Hr result = vss.create();
  if (succeeded(result)) result = vss.get()->InitializeForBackup(NULL);
  std::vector<WriterInfo> writers;
  if (succeeded(result)) result = query_writers(vss, writers);
  vss.release();
  if (failed(result)) return admin_failed(call.host, result);
  for (const WriterInfo& writer : writers) {
    call.host.print(fmt::format(
        "Writer name: '{}'\n"
        "   Writer Id: {}\n"
        "   Writer Instance Id: {}\n"
        "   State: [{}] {}\n"
        "   Last error: {}\n\n",
        writer.name, braced(writer.id), braced(writer.instance), static_cast<int>(writer.state),
        text_of_state(writer.state), text_of_failure(writer.failure)));
  }
  return kAdminDone;
}

int list_providers(AdminCall& call) {
  BackupObject vss;
  std::vector<ProviderInfo> providers;
  Hr result = admin_object(vss);
  if (succeeded(result)) result = query_providers(*vss.get(), providers);
  vss.release();
  if (failed(result)) return admin_failed(call.host, result);
  if (providers.empty()) return admin_nothing(call.host);
  for (const ProviderInfo& provider : providers) {
    static constexpr std::string_view kTypes[] = {"Unknown", "System", "Software", "Hardware",
                                                  "Fileshare"};
    const auto type = static_cast<std::size_t>(provider.type);
    call.host.print(
        fmt::format("Provider name: '{}'\n"
                    "   Provider type: {}\n"
                    "   Provider Id: {}\n"
                    "   Version: {}\n\n",
                    provider.name, kTypes[type < std::size(kTypes) ? type : 0], braced(provider.id),
                    provider.version));
  }
  return kAdminDone;
}

int list_volumes(AdminCall& call) {
  BackupObject vss;
  if (const Hr made = admin_object(vss); failed(made)) return admin_failed(call.host, made);
  WCHAR name[MAX_PATH] = {};
  bool any = false;
  const HANDLE search = FindFirstVolumeW(name, MAX_PATH);
  for (BOOL more = search != INVALID_HANDLE_VALUE; more;
       more = FindNextVolumeW(search, name, MAX_PATH)) {
    BOOL supported = FALSE;
    if (FAILED(vss.get()->IsVolumeSupported(GUID_NULL, name, &supported)) || !supported) continue;
    any = true;
    const std::string volume = narrow(name);
    const std::string drive = drive_of(volume);
    call.host.print(fmt::format("Volume path: {}\n    Volume name: {}\n",
                                drive.empty() ? volume : drive, volume));
  }
  if (search != INVALID_HANDLE_VALUE) FindVolumeClose(search);
  vss.release();
  if (!any) return admin_nothing(call.host);
  call.host.print("\n");
  return kAdminDone;
}

constexpr AdminCommand kCommands[] = {
    {"Add ShadowStorage", "Add a new volume shadow copy storage association",
     "Add ShadowStorage /For=ForVolumeSpec /On=OnVolumeSpec [/MaxSize=MaxSizeSpec]\n"
     "    - Adds a storage association; without /MaxSize its size has no limit.\n",
     " for= on= maxsize= ", admin_add_storage, false, true},
    {"Create Shadow", "Create a new volume shadow copy",
     "Create Shadow /For=ForVolumeSpec [/AutoRetry=MaxRetryMinutes]\n"
     "    - Creates a client-accessible shadow copy of the volume. With /AutoRetry it\n"
     "    tries again for so long while another process creates one.\n",
     " for= autoretry= ", admin_create_shadow, false, true},
    {"Delete Shadows", "Delete volume shadow copies",
     "Delete Shadows /For=ForVolumeSpec [/Oldest|/All|/Shadow=ShadowId] [/Quiet]\n"
     "Delete Shadows /Shadow=ShadowId [/Quiet]\n"
     "Delete Shadows /All [/Quiet]\n"
     "    - Deletes client-accessible shadow copies.\n",
     " for= shadow= oldest all quiet ", admin_delete_shadows, false},
    {"Delete ShadowStorage", "Delete volume shadow copy storage associations",
     "Delete ShadowStorage /For=ForVolumeSpec [/On=OnVolumeSpec] [/Quiet]\n"
     "    - Deletes storage associations that no shadow copy uses.\n",
     " for= on= quiet ", admin_delete_storage, false, true},
    {"List Providers", "List registered volume shadow copy providers",
     "List Providers\n    - Lists the registered providers.\n", "", list_providers, true},
    {"List Shadows", "List existing volume shadow copies",
     "List Shadows [/For=ForVolumeSpec] [/Shadow=ShadowId|/Set=ShadowSetId]\n"
     "    - Lists shadow copies, by set.\n",
     " for= shadow= set= ", admin_list_shadows, true},
    {"List ShadowStorage", "List volume shadow copy storage associations",
     "List ShadowStorage [/For=ForVolumeSpec|/On=OnVolumeSpec]\n"
     "    - Lists storage associations.\n",
     " for= on= ", admin_list_storage, true},
    {"List Volumes", "List volumes eligible for shadow copies",
     "List Volumes\n    - Lists the volumes that can be shadow copied.\n", "", list_volumes, true},
    {"List Writers", "List subscribed volume shadow copy writers",
     "List Writers\n    - Lists the writers with their states.\n", "", list_writers, true},
    {"Resize ShadowStorage", "Resize a volume shadow copy storage association",
     "Resize ShadowStorage /For=ForVolumeSpec /On=OnVolumeSpec /MaxSize=MaxSizeSpec\n"
     "    - MaxSizeSpec is a number of bytes, with KB, MB, GB, TB, PB, EB or the first\n"
     "    letter of these, 320MB or more; a percentage (20%); or UNBOUNDED.\n",
     " for= on= maxsize= ", admin_resize_storage, false},
    {"Revert Shadow", "Revert a volume to a shadow copy",
     "Revert Shadow /Shadow=ShadowId [/ForceDismount] [/Quiet]\n"
     "    - Takes a volume back to the shadow copy.\n",
     " shadow= forcedismount quiet ", admin_revert_shadow, false, true},
    {"Query Reverts", "Query the progress of in-progress revert operations.",
     "Query Reverts /For=ForVolumeSpec\nQuery Reverts /All\n"
     "    - Tells whether a revert is under way.\n",
     " for= all ", admin_query_reverts, true, true},
};

const AdminCommand* find_command(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) return nullptr;
  const std::string words = arguments[0] + " " + arguments[1];
  for (const AdminCommand& command : kCommands) {
    if (equal_words(command.words, words)) return &command;
  }
  return nullptr;
}

bool is_here(const AdminCommand& command) { return !command.server_only || !on_client(); }

void print_commands(ToolHost& host) {
  host.print("---- Commands Supported ----\n\n");
  for (const AdminCommand& command : kCommands) {
    if (!is_here(command)) continue;
    host.print(fmt::format("{:<21} - {}\n", command.words, command.what));
  }
}

// "/For=C:" into the call's options. The offending argument when it is not one of the command's.
std::optional<std::string> read_option(const AdminCommand& command, const std::string& argument,
                                       AdminCall& call) {
  if (argument.size() < 2 || (argument[0] != '/' && argument[0] != '-')) return argument;
  const std::size_t equals = argument.find('=');
  const std::string name =
      lower(argument.substr(1, equals == std::string::npos ? equals : equals - 1));
  const bool has_value = equals != std::string::npos;
  const std::string word = fmt::format(" {}{} ", name, has_value ? "=" : "");
  const bool known = command.options.find(word) != std::string_view::npos;
  if (!known || call.has(name.c_str())) return argument;
  std::string value = has_value ? argument.substr(equals + 1) : std::string();
  if (has_value && value.empty()) return argument;
  call.options[name] = std::move(value);
  return std::nullopt;
}

}  // namespace

int admin_error(ToolHost& host, const std::string& text) {
  host.print("Error: " + text + "\n");
  return kAdminError;
}

int admin_failed(ToolHost& host, std::int32_t result) {
  const Hr code = result;
  if (code == hr::snapshot_set_in_progress) {
    return admin_error(host,
                       "Another shadow copy creation is already in progress. Please wait a few "
                       "moments and try again.");
  }
  if (code == hr::maximum_number_of_snapshots_reached) {
    return admin_error(host,
                       "Maximum number of shadow copies for the specified volume has been "
                       "reached.");
  }
  if (code == hr::volume_not_supported) {
    return admin_error(host, "The volume does not support shadow copies.");
  }
  return admin_error(host, fmt::format("A Volume Shadow Copy Service component encountered an "
                                       "unexpected error.\nCheck the Application event log for "
                                       "more information.\n(HRESULT 0x{:08x}, {})",
                                       static_cast<std::uint32_t>(code), hresult_name(code)));
}

int admin_nothing(ToolHost& host) {
  host.print("No items found that satisfy the query.\n");
  return kAdminNothing;
}

int admin_bad_option(ToolHost& host, const std::string& option) {
  return admin_error(host, fmt::format("Invalid option value.\n\n\"{}\"", option));
}

bool admin_confirms(AdminCall& call, const std::string& question) {
  if (call.has("quiet")) return true;
  call.host.print(question + " (Y/N): [N]? ");
  const auto answer = call.host.read_line();
  call.host.print("\n");
  const bool yes = answer && equal_words(trimmed(*answer), "y");
  if (!yes) call.host.print("Nothing was done.\n");
  return yes;
}

std::string admin_volume(AdminCall& call, const char* option) {
  std::string volume = volume_name_of(call.option(option));
  if (volume.empty()) {
    admin_error(call.host,
                "Either the specified volume was not found or it is not a local volume.");
  }
  return volume;
}

Hr admin_object(BackupObject& vss, LONG context) {
  Hr result = vss.create();
  if (succeeded(result)) result = vss.get()->InitializeForBackup(NULL);
  if (succeeded(result)) result = vss.get()->SetContext(context);
  return result;
}

int run_vssadmin(ToolHost& host, const std::vector<std::string>& arguments) {
  host.print(kBanner);
  const bool help = arguments.empty() || arguments[0] == "/?" || arguments[0] == "-?";
  const AdminCommand* const command = find_command(arguments);
  if (command == nullptr || !is_here(*command)) {
    if (!help) host.print("Error: Invalid command.\n \n");
    print_commands(host);
    return help ? kAdminDone : kAdminError;
  }
  AdminCall call{host, {}};
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    if (arguments[i] == "/?" || arguments[i] == "-?") {
      host.print(command->syntax);
      return kAdminDone;
    }
    if (const auto wrong = read_option(*command, arguments[i], call)) {
      host.print(fmt::format("Error: Invalid option value.\n\n\"{}\"\n\n", *wrong));
      host.print(command->syntax);
      return kAdminError;
    }
  }
  return command->run(call);
}

bool vssadmin_only_reads(const std::vector<std::string>& arguments) {
  const AdminCommand* const command = find_command(arguments);
  return command == nullptr || command->reads;
}

}  // namespace vsslab::requester

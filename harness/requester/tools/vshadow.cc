#include "requester/tools/vshadow.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "requester/tools/shadow_client.h"
#include "requester/tools/text.h"

namespace vsslab::requester {

namespace {

constexpr std::string_view kBanner =
    "\nVSHADOW.EXE 3.0 - Volume Shadow Copy sample client.\n"
    "Copyright (C) 2005 Microsoft Corporation. All rights reserved.\n\n\n";

constexpr std::string_view kUsage =
    R"(Usage:
   VSHADOW [optional flags] [commands]

List of optional flags:
  -?                 - Displays the usage screen
  -p                 - Persistent shadow copies
  -nw                - Shadow copies without writers
  -nar               - Shadow copies without auto-recovery
  -tr                - Shadow copies with TxF recovery
  -ad                - Differential hardware shadow copies
  -ap                - Plex hardware shadow copies
  -scsf              - Client-accessible shadow copies
  -t={file.xml}      - Transportable shadow set; saves the backup components document
  -bc={file.xml}     - Saves the backup components document of a set that is not transportable
  -wi={Writer Name}  - Verifies that a writer/component is included
  -wx={Writer Name}  - Excludes a writer/component from set creation or restore
  -mask              - BreakSnapshotSetEx: masks the LUNs
  -rw                - BreakSnapshotSetEx: makes the LUNs read-write
  -forcerevert       - BreakSnapshotSetEx: only if all disk signatures can be reverted
  -norevert          - BreakSnapshotSetEx: reverts no disk signatures
  -revertsig         - Resync: reverts to the original disk's signature
  -novolcheck        - Resync: does not check unselected volumes
  -script={file.cmd} - Writes a SETVAR script
  -exec={command}    - Runs a command after creation or import, or during a restore
  -wait              - Waits before the program ends
  -tracing           - Shows each call

List of commands:
  {volume list}                   - Creates a shadow set on these volumes
  -ws                             - Lists writer status
  -wm                             - Lists writer summary metadata
  -wm2                            - Lists writer detailed metadata
  -wm3                            - Lists writer metadata in raw XML format
  -q                              - Lists all shadow copies
  -qx={SnapSetID}                 - Lists the shadow copies of this set
  -s={SnapID}                     - Lists the shadow copy with this ID
  -da                             - Deletes all shadow copies
  -do={volume}                    - Deletes the oldest shadow copy of the volume
  -dx={SnapSetID}                 - Deletes the shadow copies of this set
  -ds={SnapID}                    - Deletes this shadow copy
  -i={file.xml}                   - Imports a transportable shadow copy set
  -b={SnapSetID}                  - Breaks the set into read-only volumes
  -bw={SnapSetID}                 - Breaks the set into writable volumes
  -bex={SnapSetID}                - Breaks the set by BreakSnapshotSetEx and its flags
  -el={SnapID},dir                - Exposes the shadow copy as a mount point
  -el={SnapID},drive              - Exposes the shadow copy as a drive letter
  -er={SnapID},share              - Exposes the shadow copy as a share
  -er={SnapID},share,path         - Exposes a directory of the shadow copy as a share
  -r={file.xml}                   - Restore by a backup components document
  -rs={file.xml}                  - Simulated restore by a backup components document
  -revert={SnapID}                - Reverts the volume to the shadow copy
  -addresync={SnapID},drive       - Resyncs the shadow copy to the volume
  -addresync={SnapID}             - Resyncs the shadow copy to its original volume
  -resync=bcd.xml                 - Performs the resync

)";

struct Option {
  std::string name, value;
  bool has_value = false;
};

// "-qx={…}" and "/qx={…}".
std::optional<Option> option_of(const std::string& argument) {
  if (argument.size() < 2 || (argument[0] != '-' && argument[0] != '/')) return std::nullopt;
  const std::size_t equals = argument.find('=');
  if (equals == std::string::npos) return Option{lower(argument.substr(1)), {}, false};
  return Option{lower(argument.substr(1, equals - 1)), argument.substr(equals + 1), true};
}

class VShadow {
 public:
  VShadow(ToolHost& host, const std::vector<std::string>& arguments)
      : host_(host),
        arguments_(arguments),
        client_(host, std::any_of(arguments.begin(), arguments.end(), [](const std::string& word) {
                  return equal_words(word, "-tracing") || equal_words(word, "/tracing");
                })) {}

  int run() {
    for (at_ = 0; at_ < arguments_.size(); ++at_) {
      const auto option = option_of(arguments_[at_]);
      if (!option) return create();
      if (option->name == "?") break;
      if (!knows(option->name)) return invalid();
      if (!option->has_value && switch_option(*option)) continue;
      if (option->has_value && value_option(*option)) continue;
      if (!option->has_value && !is_command(*option)) return invalid();
      const int code = command(*option);
      return code < 0 ? invalid() : code;
    }
    print_usage();
    return 0;
  }

  bool waits() const { return wait_; }

 private:
  struct Switch {
    std::string_view name, text;
    LONG context;
  };

  int invalid() {
    host_.print(fmt::format("\nERROR: invalid parameter '{}'\n\n", arguments_[at_]));
    print_usage();
    return 1;
  }

  // Without the lines of what this machine's VShadow does not know.
  void print_usage() {
    std::string_view rest = kUsage;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n') + 1;
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(end);
      const std::string_view name = line.starts_with("  -") ? line.substr(3) : std::string_view();
      if (knows(name.substr(0, name.find_first_of("= ")))) host_.print(line);
    }
  }

  // What Microsoft's page marks as supported only on Windows server operating systems, and what
  // needs it: the build for clients does not have these.
  static bool knows(std::string_view name) {
    static constexpr std::string_view kServers[] = {
        "p",  "tr",          "ad",       "ap",        "scsf",   "t",         "bc",        "mask",
        "rw", "forcerevert", "norevert", "b",         "bw",     "bex",       "i",         "el",
        "er", "do",          "revert",   "addresync", "resync", "revertsig", "novolcheck"};
    return std::ranges::find(kServers, name) == std::end(kServers) || !on_client();
  }

  void tell(const std::string& text) { host_.print("(Option: " + text + ")\n"); }

  bool switch_option(const Option& option) {
    static constexpr Switch kContexts[] = {
        {"nar", "No-auto-recovery option detected", VSS_VOLSNAP_ATTR_NO_AUTORECOVERY},
        {"tr", "TxF-recover option detected", VSS_VOLSNAP_ATTR_TXF_RECOVERY},
        {"ad", "Creating differential HW shadow copies", VSS_VOLSNAP_ATTR_DIFFERENTIAL},
        {"ap", "Creating plex HW shadow copies", VSS_VOLSNAP_ATTR_PLEX},
    };
    static constexpr Switch kBreaks[] = {
        {"mask", "Mask shadow copy luns", VSS_BREAKEX_FLAG_MASK_LUNS},
        {"rw", "make readwrite", VSS_BREAKEX_FLAG_MAKE_READ_WRITE},
        {"forcerevert", "force disk identity revert", VSS_BREAKEX_FLAG_REVERT_IDENTITY_ALL},
        {"norevert", "no disk identity revert", VSS_BREAKEX_FLAG_REVERT_IDENTITY_NONE},
    };
    static constexpr Switch kResyncs[] = {
        {"revertsig", "Resync will revert destination to the original disk's signature",
         VSS_RECOVERY_REVERT_IDENTITY_ALL},
        {"novolcheck", "novolcheck flag used. Resync will not check for unselected volumes",
         VSS_RECOVERY_NO_VOLUME_CHECK},
    };
    const auto take = [&](const auto& list, LONG& flags) {
      for (const Switch& known : list) {
        if (known.name != option.name) continue;
        tell(std::string(known.text));
        flags |= known.context;
        return true;
      }
      return false;
    };
    if (take(kContexts, context_) || take(kBreaks, breaks_) || take(kResyncs, resyncs_))
      return true;
    if (option.name == "p") return persistent_ = true, tell("Persistent shadow copy"), true;
    if (option.name == "nw") return writers_ = false, tell("No-writers option detected"), true;
    if (option.name == "wait") return wait_ = true, tell("Wait on finish"), true;
    if (option.name == "tracing") return tell("Enable tracing"), true;
    if (option.name != "scsf") return false;
    tell("Creating Shadow Copies for Shared Folders - Client Accessible");
    context_ = VSS_CTX_CLIENT_ACCESSIBLE;
    client_accessible_ = true;
    return true;
  }

  // Quotes that a shell left around a name go, as in the sample.
  static std::string unquoted(const std::string& name) {
    const bool quoted = name.size() >= 2 && name.starts_with('"') && name.ends_with('"');
    return quoted ? name.substr(1, name.size() - 2) : name;
  }

  bool value_option(const Option& option) {
    const bool names_writer = option.name == "wi" || option.name == "wx";
    const std::string value = names_writer ? unquoted(option.value) : option.value;
    if (option.name == "t") {
      tell(fmt::format("Transportable shadow set. Saving xml to file '{}'", value));
      context_ |= VSS_VOLSNAP_ATTR_TRANSPORTABLE;
      document_ = value;
    } else if (option.name == "bc") {
      tell(fmt::format("Saving xml to file '{}'", value));
      document_ = value;
    } else if (option.name == "wx") {
      tell(fmt::format("Excluding writer/component '{}'", value));
      excluded_.push_back(value);
    } else if (option.name == "wi") {
      tell(fmt::format("Verifying inclusion of writer/component '{}'", value));
      included_.push_back(value);
    } else if (option.name == "script") {
      tell(fmt::format("Generate SETVAR script '{}'", value));
      script_ = value;
    } else if (option.name == "exec") {
      tell(fmt::format("Execute binary/script after shadow creation '{}'", value));
      client_.check_program(value);
      command_ = value;
    } else if (option.name == "addresync") {
      add_resync(value);
    } else {
      return false;
    }
    return true;
  }

  void add_resync(const std::string& value) {
    const std::vector<std::string> parts = split(value);
    const VSS_ID copy = id_of(parts[0]);
    if (parts.size() > 2) throw ToolFailed{E_INVALIDARG};
    tell(
        parts.size() == 1
            ? std::string("Add snapshot Id for resync to original volume location specified in BCD")
            : fmt::format("Add snapshot Id for resync to location: {}", parts[1]));
    resync_copies_.emplace_back(copy, parts.size() == 2 ? parts[1] : std::string());
  }

  static std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
      if (c == ',') {
        parts.emplace_back();
      } else {
        parts.back() += c;
      }
    }
    return parts;
  }

  VSS_ID id_of(const std::string& text) {
    if (const auto id = parse_id(text)) return *id;
    host_.print(fmt::format("ERROR: the parameter '{}' is not a valid GUID\n", text));
    throw ToolFailed{E_INVALIDARG};
  }

  std::string file_of(const std::string& path) {
    auto text = read_any(host_, path);
    if (text) return std::move(*text);
    host_.print(fmt::format("ERROR: {}: {}\n", path, text.error().message));
    throw ToolFailed{E_INVALIDARG};
  }

  static bool is_command(const Option& option) {
    for (const std::string_view name : {"q", "da", "wm", "wm2", "wm3", "ws"}) {
      if (option.name == name) return true;
    }
    return false;
  }

  LONG final_context() const {
    LONG context = context_;
    if (client_accessible_) return context;
    if (persistent_ && writers_) context |= VSS_CTX_APP_ROLLBACK;
    // The build for servers; that for clients knows no -p and stays with 0x10.
    if (persistent_ && !writers_) context |= VSS_CTX_NAS_ROLLBACK;
    if (!persistent_ && !writers_) context |= VSS_CTX_FILE_SHARE_BACKUP;
    return context;
  }

  // The exit code; -1: no such command.
  int command(const Option& option) {
    if (const int code = list_command(option); code >= 0) return code;
    if (const int code = copy_command(option); code >= 0) return code;
    return document_command(option);
  }

  int list_command(const Option& option) {
    struct List {
      std::string_view name, text;
    };
    static constexpr List kLists[] = {{"wm", "List writer metadata"},
                                      {"wm2", "List extended writer metadata"},
                                      {"wm3", "List writer metadata in XML"},
                                      {"ws", "List writer status"}};
    const auto known = std::find_if(std::begin(kLists), std::end(kLists),
                                    [&](const List& list) { return list.name == option.name; });
    if (known == std::end(kLists) || option.has_value) return -1;
    tell(std::string(known->text));
    client_.initialize(final_context());
    if (option.name == "wm3") return client_.print_metadata_xml(), 0;
    client_.gather_metadata();
    if (option.name == "wm") client_.list_metadata(false);
    if (option.name == "wm2") client_.list_metadata(true);
    if (option.name == "ws") client_.gather_status(), client_.list_status();
    return 0;
  }

  void administrate() { client_.initialize(static_cast<LONG>(VSS_CTX_ALL)); }

  int copy_command(const Option& option) {
    const std::string& value = option.value;
    const std::string& name = option.name;
    if (name == "q" && !option.has_value) {
      tell("Query all shadow copies");
      return administrate(), client_.query(GUID_NULL), 0;
    }
    if (name == "da" && !option.has_value) return delete_all();
    if (!option.has_value) return -1;
    if (name == "do") {
      tell(fmt::format("Delete the oldest shadow copy for {}", value));
      return administrate(), client_.delete_oldest(value), 0;
    }
    if (name == "el" || name == "er") return expose(name == "el", value);
    struct WithId {
      std::string_view name, text;
    };
    static constexpr WithId kCommands[] = {
        {"qx", "(Option: Query shadow copy set)"},
        {"s", "(Option: Query shadow copy)"},
        {"dx", "(Option: Delete a shadow copy set)"},
        {"ds", "(Option: Delete a shadow copy)"},
        {"b", "(Option: Break shadow copy set)"},
        {"bw", "(Option: Break shadow copy set as writable)"},
        {"bex", "(Option: Break shadow copy set using BreakSnapshotSetEx)"},
        {"revert", "(revert a shadow copy)"},
    };
    const auto known = std::find_if(std::begin(kCommands), std::end(kCommands),
                                    [&](const WithId& with) { return with.name == name; });
    if (known == std::end(kCommands)) return -1;
    host_.print(std::string(known->text) + "\n");
    const VSS_ID id = id_of(value);
    administrate();
    with_id(name, id);
    return 0;
  }

  void with_id(const std::string& name, const VSS_ID& id) {
    if (name == "qx") client_.query(id);
    if (name == "s") client_.query_one(id);
    if (name == "dx") {
      host_.print(fmt::format("- Deleting shadow copy set {} ...\n", braced(id)));
      client_.delete_copies(id, VSS_OBJECT_SNAPSHOT_SET);
    }
    if (name == "ds") {
      host_.print(fmt::format("- Deleting shadow copy {} ...\n", braced(id)));
      client_.delete_copies(id, VSS_OBJECT_SNAPSHOT);
    }
    if (name == "b" || name == "bw") client_.break_set(id, name == "bw");
    if (name == "bex") client_.break_set_ex(id, static_cast<DWORD>(breaks_));
    if (name == "revert") client_.revert(id);
  }

  int delete_all() {
    tell("Delete all shadow copies");
    host_.print("This will delete all shadow copies in the system. Are you sure? [Y/N] ");
    const auto answer = host_.read_line();
    if (!answer) host_.print("\nThe input ended before an answer: nothing is deleted.\n");
    if (!answer || !equal_words(trimmed(*answer), "y")) return 0;
    host_.print("\n");
    return administrate(), client_.delete_all(), 0;
  }

  int expose(bool locally, const std::string& value) {
    tell("Expose a shadow copy");
    const std::vector<std::string> parts = split(value);
    if (parts.size() != 2 && (locally || parts.size() != 3)) {
      host_.print(locally
                      ? "ERROR: the -el arguments must contain a GUID and a local path separated "
                        "by a comma.\n"
                      : "ERROR: the -er arguments must contain a GUID, a share name and an "
                        "optional local path separated by a comma.\n");
      throw ToolFailed{E_INVALIDARG};
    }
    const VSS_ID copy = id_of(parts[0]);
    administrate();
    client_.expose(copy,
                   locally ? VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY : VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY,
                   parts[1], parts.size() == 3 ? parts[2] : std::string());
    return 0;
  }

  int document_command(const Option& option) {
    if (!option.has_value) return -1;
    if (option.name == "i") {
      tell(fmt::format("Import shadow copy set from file '{}'", option.value));
      const std::string document = file_of(option.value);
      client_.initialize(static_cast<LONG>(VSS_CTX_ALL), document);
      client_.import_set();
      if (!command_.empty()) client_.execute(command_);
      return 0;
    }
    if (option.name == "resync") {
      host_.print((resyncs_ & VSS_RECOVERY_REVERT_IDENTITY_ALL) != 0
                      ? "Resyncing using source signature as the final disk signature\n"
                      : "Resyncing using target signature as the final disk signature\n");
      client_.initialize(static_cast<LONG>(VSS_CTX_ALL), file_of(option.value), true);
      client_.resync(resync_copies_, static_cast<DWORD>(resyncs_));
      return 0;
    }
    if (option.name != "r" && option.name != "rs") return -1;
    tell(option.name == "r" ? "Perform a restore" : "Perform a Simulated restore");
    client_.initialize(static_cast<LONG>(VSS_CTX_ALL), file_of(option.value), true);
    client_.gather_metadata();
    client_.gather_status();
    client_.list_status();
    client_.select_for_restore(excluded_, included_);
    if (option.name == "r") {
      client_.restore(command_);
    } else {
      host_.print("\nRestore simulation done.\n");
    }
    return 0;
  }

  int create() {
    Names volumes;
    for (std::size_t i = at_; i < arguments_.size(); ++i) {
      volumes.push_back(volume_name_of(arguments_[i]));
      if (!volumes.back().empty()) continue;
      if (i == at_) return invalid();
      host_.print(
          fmt::format("\nERROR: invalid parameters {}\n"
                      "- Parameter {} is expected to be a volume or a file share path!  "
                      "(shadow copy creation is assumed)\n"
                      "- Example: VSHADOW C:\n",
                      fmt::join(arguments_, " "), arguments_[i]));
      print_usage();
      return 1;
    }
    tell("Create shadow copy set");
    client_.initialize(final_context());
    client_.create(volumes, document_, excluded_, included_);
    try {
      if (!script_.empty()) client_.write_script(script_);
      if (!command_.empty()) client_.execute(command_);
    } catch (const ToolFailed&) {
      client_.complete(false);
      throw;
    }
    client_.complete(true);
    host_.print("\nSnapshot creation done.\n");
    return 0;
  }

  ToolHost& host_;
  const std::vector<std::string>& arguments_;
  ShadowClient client_;
  std::size_t at_ = 0;
  LONG context_ = VSS_CTX_BACKUP, breaks_ = 0, resyncs_ = 0;
  bool persistent_ = false, writers_ = true, wait_ = false, client_accessible_ = false;
  std::string document_, script_, command_;
  Names excluded_, included_;
  std::vector<std::pair<VSS_ID, std::string>> resync_copies_;
};

}  // namespace

int run_vshadow(ToolHost& host, const std::vector<std::string>& arguments) {
  host.print(kBanner);
  VShadow tool(host, arguments);
  int code = 2;
  try {
    code = tool.run();
  } catch (const ToolFailed&) {
    // It has said why.
  }
  if (tool.waits()) {
    host.print("\nPress <ENTER> to continue...\n");
    host.read_line();
  }
  return code;
}

bool vshadow_only_reads(const std::vector<std::string>& arguments) {
  return arguments.empty() ||
         std::any_of(arguments.begin(), arguments.end(), [](const std::string& argument) {
           const auto option = option_of(argument);
           if (!option) return false;
           for (const std::string_view name :
                {"q", "qx", "s", "wm", "wm2", "wm3", "ws", "?", "rs"}) {
             if (option->name == name) return true;
           }
           return false;
         });
}

}  // namespace vsslab::requester

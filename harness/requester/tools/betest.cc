#include "requester/tools/betest.h"

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "metadata/backup_components.h"
#include "metadata/component_path.h"
#include "requester/backup_object.h"
#include "requester/catalogue.h"
#include "requester/com_text.h"
#include "requester/files.h"
#include "requester/requester.h"
#include "requester/tools/betest_select.h"
#include "requester/tools/text.h"

namespace vsslab::requester {

namespace {

constexpr std::string_view kBackupFolder = "C:\\BETest\\Backup";  // without /D
constexpr std::string_view kBaseFolder = "C:\\BETest\\Base";      // of a /Pre that is no folder's

constexpr std::string_view kUsage =
    R"(BETest command-line-options

    /B             Backup, no restore
    /R             Restore, no backup; needs /S
    /Snapshot      Shadow copy alone
    /BC            BackupComplete alone
    /NBC           No BackupComplete
    /S filename    Backup document: saved by a backup, loaded by a restore
    /D path        Folder of the backed-up files
    /X filename    Components, as XML
    /C filename    Components, in the old text form
    /T type        FULL, LOG, COPY, INCREMENTAL, DIFFERENTIAL
    /Pre filename  Backup document of the previous backup
    /P             Persistent shadow copy
    /Rollback      Shadow copy for application rollback
    /O             With bootable system state
    /Auth          Authoritative restore
    /StopError     Stop at the first writer error
    /V             Verbose
)";

struct Switch {
  std::string_view name;
  bool takes_value;
  std::string_view shown;
};
constexpr Switch kSwitches[] = {{"b", false, "B"},
                                {"r", false, "R"},
                                {"snapshot", false, "Snapshot"},
                                {"bc", false, "BC"},
                                {"nbc", false, "NBC"},
                                {"s", true, "S"},
                                {"d", true, "D"},
                                {"x", true, "X"},
                                {"c", true, "C"},
                                {"t", true, "T"},
                                {"pre", true, "Pre"},
                                {"p", false, "P"},
                                {"rollback", false, "Rollback"},
                                {"o", false, "O"},
                                {"auth", false, "Auth"},
                                {"stoperror", false, "StopError"},
                                {"v", false, "V"}};

std::string_view title_of(metadata::BackupType type) {
  switch (type) {
    case metadata::BackupType::copy:
      return "a copy backup";
    case metadata::BackupType::log:
      return "a log backup";
    case metadata::BackupType::incremental:
      return "an incremental backup";
    case metadata::BackupType::differential:
      return "a differential backup";
    default:
      return "another kind of backup";
  }
}

class BeTest : public RequesterObserver {
 public:
  explicit BeTest(ToolHost& host) : host_(host) {}

  int run(const std::vector<std::string>& arguments) {
    if (arguments.empty() || arguments[0] == "/?" || arguments[0] == "-?") {
      host_.print(kUsage);
      return 0;
    }
    if (!read_switches(arguments) || !check_switches() || !read_selection()) return 2;
    warn_of_idle_switches();
    if (has("bc")) return backup_complete();
    const bool restore_only = has("r");
    const bool backup_only = has("b") || has("snapshot");
    if (!restore_only && !backup()) return 1;
    if (!backup_only && !restore()) return 1;
    return 0;
  }

  void component_left_out(std::string_view writer, std::string_view logical_path,
                          std::string_view component, std::string_view volume) override {
    print(fmt::format("Component {}\\{} of writer {} is left out: {} is not in the set.",
                      logical_path, component, writer, volume));
  }
  void operation_done(const OperationResult& result) override {
    if (result.took_nothing) {
      print(selection_
                ? "ERROR: the selection names no component that is there: nothing was backed "
                  "up."
                : "ERROR: no writer has a component: nothing was backed up.");
      took_nothing_ = true;
    }
    if (result.succeeded) {
      // A backup goes on without the writers that failed, and is none of theirs.
      if (result.missed_some && !took_nothing_) {
        failed_ = "the selection names components that are not there";
      } else if (result.what == "backup" && !result.reason.empty()) {
        failed_ = result.reason;
      }
      return;
    }
    if (succeeded(result.hr)) {
      print(
          fmt::format("ERROR: the {} failed after {}: a writer failed, or a component did not "
                      "come through; vssadmin list writers shows the writers' states.",
                      result.what, result.last_call));
      return;
    }
    print(fmt::format("ERROR: the {} failed at {} with HRESULT 0x{:08x} ({}).", result.what,
                      result.last_call, static_cast<std::uint32_t>(result.hr),
                      hresult_name(result.hr)));
  }
  void note(std::string_view line) override { print(std::string(line)); }
  bool wants_details() const override { return has("v"); }
  void detail(std::string_view line) override { print(std::string(line)); }

 private:
  void print(const std::string& text) { host_.print(text + "\n"); }
  bool has(const char* name) const { return switches_.contains(name); }
  std::string value(const char* name) const {
    const auto found = switches_.find(name);
    return found == switches_.end() ? std::string() : found->second;
  }
  bool wrong(const std::string& text) {
    print("ERROR: " + text + "\n");
    host_.print(kUsage);
    return false;
  }

  // The message alone: what else an error knows is not in the machine's state.
  bool cannot_use(const std::string& file, const Error& error) {
    print(fmt::format("ERROR: {}: {}", file, error.message));
    return false;
  }

  bool read_switches(const std::vector<std::string>& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const std::string& word = arguments[i];
      const std::string name = word.size() > 1 ? lower(word.substr(1)) : std::string();
      const auto known = std::find_if(std::begin(kSwitches), std::end(kSwitches),
                                      [&](const Switch& one) { return one.name == name; });
      if (word.empty() || (word[0] != '/' && word[0] != '-') || known == std::end(kSwitches)) {
        return wrong(fmt::format("unknown option '{}'", word));
      }
      if (has(name.c_str())) return wrong(fmt::format("option '{}' is given twice", word));
      if (known->takes_value && i + 1 == arguments.size()) {
        return wrong(fmt::format("option '{}' needs a value", word));
      }
      switches_[name] = known->takes_value ? arguments[++i] : std::string();
    }
    return true;
  }

  bool check_switches() {
    const int ways = has("b") + has("r") + has("snapshot") + has("bc");
    if (ways > 1) return wrong("/B, /R, /Snapshot and /BC exclude one another");
    if (has("r") && !has("s")) return wrong("/R needs /S");
    if (has("x") && has("c")) return wrong("/X and /C exclude one another");
    static const std::map<std::string, std::uint32_t> kTypes = {
        {"full", VSS_BT_FULL},
        {"log", VSS_BT_LOG},
        {"copy", VSS_BT_COPY},
        {"incremental", VSS_BT_INCREMENTAL},
        {"differential", VSS_BT_DIFFERENTIAL}};
    if (!has("t") && !has("pre")) return true;
    if (!has("t")) return wrong("/Pre goes with /T INCREMENTAL and DIFFERENTIAL");
    const auto type = kTypes.find(lower(value("t")));
    if (type == kTypes.end()) return wrong(fmt::format("unknown backup type '{}'", value("t")));
    type_ = type->second;
    if (!has("pre") || type_ == VSS_BT_INCREMENTAL || type_ == VSS_BT_DIFFERENTIAL) return true;
    return wrong("/Pre goes with /T INCREMENTAL and DIFFERENTIAL");
  }

  // What is said in vain is told, and changes nothing.
  void warn_of_idle_switches() {
    const auto warn = [&](std::initializer_list<const char*> names, std::string_view of) {
      for (const char* const name : names) {
        if (!has(name)) continue;
        const auto* const known = std::ranges::find(kSwitches, name, &Switch::name);
        print(fmt::format("WARNING: /{} means nothing for {}.", known->shown, of));
      }
    };
    if (has("r")) warn({"t", "pre", "p", "rollback", "o", "nbc"}, "a restore");
    if (has("b")) warn({"auth"}, "a backup");
    if (has("snapshot")) warn({"s", "d", "pre", "auth"}, "a shadow copy alone");
    if (has("bc")) {
      warn({"d", "x", "c", "t", "pre", "p", "rollback", "o", "auth", "stoperror", "nbc"},
           "BackupComplete alone");
    }
    const bool builds_on = type_ == VSS_BT_INCREMENTAL || type_ == VSS_BT_DIFFERENTIAL;
    if (builds_on && !has("pre") && !has("r") && !has("bc")) {
      print("WARNING: without /Pre the writers hear nothing of a previous backup.");
    }
  }

  bool read_selection() {
    if (!has("x") && !has("c")) return true;
    const std::string file = value(has("x") ? "x" : "c");
    auto bytes = read_any(host_, file);
    if (!bytes) return cannot_use(file, bytes.error());
    const bool foreign = std::any_of(bytes->begin(), bytes->end(),
                                     [](char c) { return static_cast<unsigned char>(c) > 127; });
    auto selection = host_.parse_selection(std::move(*bytes), file);
    if (!selection) return print("ERROR: " + selection.error().to_text()), false;
    selection_ = std::move(*selection);
    if (selection_->writers.empty()) {
      print(fmt::format("ERROR: {} names no writer: it selects nothing.", file));
      return false;
    }
    if (foreign) {
      print(fmt::format("WARNING: {} has characters beyond 127; Microsoft's BETest reads none.",
                        file));
    }
    return true;
  }

  std::string folder() const { return has("d") ? value("d") : std::string(kBackupFolder); }

  bool check_folder() {
    if (is_lab_path(folder())) return true;
    print(fmt::format("ERROR: /D {} is no folder of the machine; write one with its drive.",
                      folder()));
    return false;
  }

  // /Pre names a document; the rest of that backup lies beside it, or is not known.
  std::optional<std::string> base() {
    const std::string file = value("pre");
    const auto document = read_any(host_, file);
    if (!document) {
      cannot_use(file, document.error());
      return std::nullopt;
    }
    const auto read = metadata::parse_backup_components(*document, file);
    if (!read) {
      cannot_use(file, read.error());
      return std::nullopt;
    }
    if (!fits_as_base(read->backup_type)) return std::nullopt;
    const std::string suffix = "\\" + std::string(kDocumentFile);
    if (is_lab_path(file) && lower(file).ends_with(suffix)) {
      std::string place = file.substr(0, file.size() - suffix.size());
      if (!same_place(place, folder())) return place;
      print(
          fmt::format("ERROR: {} holds the previous backup: the new one needs a folder of its own "
                      "(/D).",
                      place));
      return std::nullopt;
    }
    const std::string folder(kBaseFolder);
    if (!keep(folder, kDocumentFile, *document) ||
        !keep(folder, kCatalogueFile, emit(Catalogue{}))) {
      return std::nullopt;
    }
    return folder;
  }

  // A copy backup is no part of the history; a differential builds on a full one alone.
  bool fits_as_base(metadata::BackupType previous) {
    using Type = metadata::BackupType;
    const bool differential = type_ == VSS_BT_DIFFERENTIAL;
    if (previous == Type::full || previous == Type::undefined) return true;
    if (!differential && previous == Type::incremental) return true;
    print(fmt::format("ERROR: {} is the document of {}: {} backup builds on a full {}one.",
                      value("pre"), title_of(previous),
                      differential ? "a differential" : "an incremental",
                      differential ? "" : "or an incremental "));
    return false;
  }

  bool keep(const std::string& folder, std::string_view name, std::string_view bytes) {
    make_folders(folder);
    const std::string file = folder + "\\" + std::string(name);
    const auto written = write_any(host_, file, bytes);
    return written ? true : cannot_use(file, written.error());
  }

  static void make_folders(const std::string& folder) {
    for (std::size_t at = folder.find('\\', 3);; at = folder.find('\\', at + 1)) {
      CreateDirectoryW(wide(folder.substr(0, at)).c_str(), NULL);
      if (at == std::string::npos) return;
    }
  }

  bool backup() {
    if (!check_folder()) return false;
    plan::BackupPlan plan;
    plan.type = type_;
    if (has("p") || has("rollback")) plan.context = VSS_CTX_APP_ROLLBACK;
    if (has("rollback")) plan.context |= VSS_VOLSNAP_ATTR_ROLLBACK_RECOVERY;
    plan.bootable_system_state = has("o");
    plan.partial_file_support = true;
    plan.stop_error = has("stoperror");
    plan.skip_backup_complete = has("nbc");
    plan.snapshot_only = has("snapshot");
    if (!plan.snapshot_only) {
      plan.to = folder();
      tell_replaced();
    }
    if (has("pre")) {
      const auto found = base();
      if (!found) return false;
      plan.base = *found;
    }
    plan::RequesterPlan requester;
    requester.betest = selection_;
    requester.operations.emplace_back(std::move(plan));
    print(has("snapshot") ? "Creating the shadow copy..." : "Performing the backup...");
    if (run_requester(requester, *this) != 0 || took_nothing_) return false;
    const char* const what = has("snapshot") ? "shadow copy creation" : "backup";
    if (!has("s") || has("snapshot")) return done(what);
    const std::string made = folder() + "\\" + std::string(kDocumentFile);
    const auto document = read_any(host_, made);
    if (!document) return cannot_use(made, document.error());
    if (auto written = write_any(host_, value("s"), *document); !written) {
      return cannot_use(value("s"), written.error());
    }
    return done("backup");
  }

  void tell_replaced() {
    if (!find_file(folder() + "\\" + std::string(kCatalogueFile))) return;
    print(fmt::format("{} holds a backup already: the new one takes its place.", folder()));
  }

  bool done(const char* what) {
    if (!failed_.empty()) {
      print(fmt::format("ERROR: the {} failed in part: {}.", what, failed_));
      return false;
    }
    print(fmt::format("The {} succeeded.", what));
    return true;
  }

  bool restore() {
    if (!check_folder()) return false;
    if (has("s")) {
      const auto document = read_any(host_, value("s"));
      if (!document) return cannot_use(value("s"), document.error());
      // The backup's own document gives way only to one that can be restored from.
      if (const auto good = metadata::parse_backup_components(*document, value("s")); !good) {
        cannot_use(value("s"), good.error());
        print(
            fmt::format("ERROR: the restore failed at InitializeForRestore with HRESULT 0x{:08X} "
                        "({}). Nothing was restored.",
                        static_cast<std::uint32_t>(VSS_E_INVALID_XML_DOCUMENT),
                        hresult_name(VSS_E_INVALID_XML_DOCUMENT)));
        return false;
      }
      if (!belongs_to_folder(*document)) return false;
      if (!keep(folder(), kDocumentFile, *document)) return false;
    }
    plan::RestorePlan plan;
    plan.from = {folder()};
    plan.authoritative = has("auth");
    plan.stop_error = has("stoperror");
    if (selection_) plan.components = restore_wishes(*selection_, folder(), host_);
    if (selection_ && plan.components.empty()) {
      print("ERROR: the backup has nothing of the writers that the selection names.");
      return false;
    }
    plan::RequesterPlan requester;
    requester.operations.emplace_back(std::move(plan));
    print("Performing the restore...");
    const bool all = run_requester(requester, *this) == 0;
    tell_failed_backups();
    return all && done("restore");
  }

  // Documents of one backup name one shadow copy set.
  bool belongs_to_folder(const std::string& given) {
    const auto document = metadata::parse_backup_components(given, value("s"));
    const std::string file = folder() + "\\" + std::string(kDocumentFile);
    const auto bytes = read_any(host_, file);
    if (!bytes || !document) return true;  // what is wrong with it is said later
    const auto own = metadata::parse_backup_components(*bytes, file);
    if (!own || own->snapshot_set_id == document->snapshot_set_id) return true;
    print(
        fmt::format("ERROR: {} is the document of another backup than the one in {} (shadow copy "
                    "sets {{{}}} and {{{}}}). Nothing was restored.",
                    value("s"), folder(), document->snapshot_set_id.to_string(),
                    own->snapshot_set_id.to_string()));
    return false;
  }

  bool selected(const Guid& writer, const metadata::ComponentEntry& entry) const {
    if (!selection_) return true;
    for (const plan::BetestSelection::Writer& wanted : selection_->writers) {
      if (wanted.writer_id != writer) continue;
      if (wanted.components.empty()) return true;
      for (const plan::BetestSelection::Component& component : wanted.components) {
        if (equal_words(component.name, entry.name)) return true;
      }
    }
    return false;
  }

  // What a backup did not get, a restore of it does not bring back.
  void tell_failed_backups() {
    const std::string file = folder() + "\\" + std::string(kDocumentFile);
    const auto bytes = read_any(host_, file);
    const auto document = bytes ? metadata::parse_backup_components(*bytes, file)
                                : Result<metadata::BackupComponents>(metadata::BackupComponents{});
    if (!document) return;
    for (const metadata::WriterComponents& writer : document->writers) {
      for (const metadata::ComponentEntry& entry : writer.components) {
        if (entry.backup_succeeded.value_or(true) || !selected(writer.writer_id, entry)) continue;
        print(fmt::format("Component {}: its backup did not succeed.",
                          metadata::full_path(entry.logical_path, entry.name)));
        failed_ = "not every component was backed up";
      }
    }
  }

  // The writers' session is that of the document; a new object has to say what it is for.
  int backup_complete() {
    Result<std::string> document = std::string();
    if (has("s")) document = read_any(host_, value("s"));
    if (!document) return cannot_use(value("s"), document.error()), 1;
    BackupObject vss;
    const Bstr xml(*document);
    std::string call = "CreateVssBackupComponents";
    Hr result = vss.create();
    if (succeeded(result)) {
      call = "InitializeForBackup";
      result = vss.get()->InitializeForBackup(has("s") ? xml.get() : NULL);
    }
    if (succeeded(result)) {
      call = "BackupComplete";
      result = vss.run(call, [&](IVssAsync** out) { return vss.get()->BackupComplete(out); });
    }
    vss.release();
    if (succeeded(result)) return done("BackupComplete") ? 0 : 1;
    operation_done({"BackupComplete", {}, false, call, result});
    return 1;
  }

  ToolHost& host_;
  std::map<std::string, std::string> switches_;
  bool took_nothing_ = false;
  std::string failed_;  // why an operation that came to its end is no success
  std::uint32_t type_ = VSS_BT_FULL;
  std::optional<plan::BetestSelection> selection_;
};

}  // namespace

int run_betest(ToolHost& host, const std::vector<std::string>& arguments) {
  return BeTest(host).run(arguments);
}

bool betest_only_reads(const std::vector<std::string>& arguments) { return arguments.empty(); }

}  // namespace vsslab::requester

// DiskShadow, over IVssBackupComponents: interactive, and with -s a script.
#pragma once

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "requester/backup_object.h"
#include "requester/tools/text.h"
#include "requester/tools/writer_view.h"

namespace vsslab::requester {

// 0 done, 1 a command of the script failed, 2 a wrong command line.
int run_diskshadow(ToolHost& host, const std::vector<std::string>& arguments);
bool diskshadow_only_reads(const std::vector<std::string>& arguments);

using DiskWords = std::vector<std::string>;

// Thrown by a command that failed, after it has said why.
struct CommandFailed {
  bool quits = false;  // an interactive session ends too
};

class DiskShadow {
 public:
  explicit DiskShadow(ToolHost& host) : host_(host) {}
  ~DiskShadow();
  DiskShadow(const DiskShadow&) = delete;
  DiskShadow& operator=(const DiskShadow&) = delete;

  int interact();
  int run_script(const std::string& file, const DiskWords& parameters);
  void log_to(const std::string& file) { log_file_ = file; }
  void print(const std::string& text);

 private:
  struct Command {
    std::string_view words;  // "set context"
    void (DiskShadow::*run)(const DiskWords& arguments);
    std::string_view usage;
  };
  struct Addition {
    std::string volume, alias;
    VSS_ID provider{};
    VSS_ID copy{};
  };
  static const std::vector<Command> kCommands;

  // ---- the language: diskshadow.cc ----
  enum class Went { on, failed, quit, exit };
  Went execute(const std::string& text);
  Went dispatch(const DiskWords& words);
  std::string replace_aliases(const std::string& text);
  void set_alias(const std::string& name, const std::string& value);
  [[noreturn]] void usage(std::string_view command);
  [[noreturn]] void refuse(const std::string& text);
  void check(Hr result, std::string_view call);
  void wait(const char* call, BackupObject& vss, const BackupObject::AsyncMethod& method);
  VSS_ID id_of(const std::string& text);
  void finish_log();
  void help(const DiskWords& words);

  // ---- settings: diskshadow_set.cc ----
  void show_settings(const DiskWords& words);
  void set_context(const DiskWords& words);
  void set_option(const DiskWords& words);
  void set_verbose(const DiskWords& words);
  void set_metadata(const DiskWords& words);
  void load_metadata(const DiskWords& words);
  void load_aliases(const std::string& file, const std::string& manifest);
  void reset(const DiskWords& words);
  void add_volume(const DiskWords& words);
  void add_alias(const DiskWords& words);
  void add_nothing(const DiskWords& words);
  void writer_verify(const DiskWords& words);
  void writer_exclude(const DiskWords& words);
  void require_supported(const std::string& volume, const VSS_ID& provider,
                         const std::string& shown);
  void exec(const DiskWords& words);

  // ---- backup and restore: diskshadow_backup.cc ----
  void begin_backup(const DiskWords& words);
  void end_backup(const DiskWords& words);
  void create(const DiskWords& words);
  void begin_restore(const DiskWords& words);
  void end_restore(const DiskWords& words);
  void simulate_restore(const DiskWords& words);
  void import_set(const DiskWords& words);
  void open_session();
  void choose_components(const std::vector<std::string>& volumes);
  void exclude_components(const std::vector<std::string>& volumes);
  void verify_components();
  void check_writers(const std::vector<ShownWriter>& taking_part);
  void verify_restorable();
  void tell_restored(VSS_FILE_RESTORE_STATUS status);
  void tell_unknown_exclusions(const std::vector<ShownWriter>& writers);
  void add_components();
  void make_set(const std::vector<std::string>& volumes);
  void name_copies();
  void save_metadata();
  void complete(bool succeeded = true);
  void select_for_restore();
  void tell(const std::string& text);  // when verbose

  // ---- lists and copies: diskshadow_copies.cc ----
  void list_writers(const DiskWords& words);
  void list_writer_status();
  void print_writer(const ShownWriter& writer, bool detailed);
  void list_shadows(const DiskWords& words);
  void list_providers(const DiskWords& words);
  void delete_shadows(const DiskWords& words);
  void expose(const DiskWords& words);
  void unexpose(const DiskWords& words);
  void break_set(const DiskWords& words);
  void mask(const DiskWords& words);
  void revert(const DiskWords& words);
  void resync(const DiskWords& words);
  void print_copies(const std::vector<CopyInfo>& copies);
  std::string alias_of(const VSS_ID& id) const;
  std::unique_ptr<BackupObject> administration();
  std::vector<CopyInfo> all_copies(BackupObject& vss);

  ToolHost& host_;
  std::string log_file_, log_;
  bool script_ = false;

  LONG context_ = VSS_CTX_BACKUP, options_ = 0;
  bool verbose_ = false;
  std::string metadata_file_, loaded_;
  std::vector<Addition> additions_;
  std::map<std::string, std::string> aliases_;  // by name as written
  std::vector<std::string> verified_, excluded_;
  bool in_backup_ = false, made_ = false, in_restore_ = false;
  VSS_ID set_{};
  std::unique_ptr<BackupObject> vss_;  // of the backup or restore
  std::vector<ShownWriter> writers_, restorable_;
};

}  // namespace vsslab::requester

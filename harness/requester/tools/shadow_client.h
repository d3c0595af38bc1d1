// What VShadow does with its one backup object. Each step prints what the tool prints; a call that
// fails ends the tool by ToolFailed. Internal to requester/tools/.
#pragma once

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "requester/backup_object.h"
#include "requester/tools/text.h"
#include "requester/tools/writer_view.h"

namespace vsslab::requester {

// Thrown within a tool; run_vshadow and its like turn it into an exit code.
struct ToolFailed {
  Hr result;
};

using Names = std::vector<std::string>;

class ShadowClient {
 public:
  ShadowClient(ToolHost& host, bool tracing) : host_(host), tracing_(tracing) {}
  ~ShadowClient() { vss_.release(); }
  ShadowClient(const ShadowClient&) = delete;
  ShadowClient& operator=(const ShadowClient&) = delete;

  void line(const std::string& text) { host_.print(text + "\n"); }
  // Ends the tool when the call failed; gives its result.
  Hr check(Hr result, std::string_view call);

  void initialize(LONG context, const std::string& document = {}, bool restore = false);

  // ---- writers: shadow_writers.cc ----
  void gather_metadata(bool with_xml = false);
  void print_metadata_xml();
  void gather_status();
  void list_metadata(bool detailed);
  void list_status();

  // ---- creation: shadow_create.cc ----
  void create(const Names& volumes, const std::string& document_file, const Names& excluded,
              const Names& included);
  void complete(bool succeeded);
  void write_script(const std::string& file);
  void check_program(const std::string& command);  // before anything is made
  void execute(const std::string& command);
  void import_set();

  // ---- copies: shadow_copies.cc ----
  void query(const VSS_ID& set);
  void query_one(const VSS_ID& copy);
  void delete_all();
  void delete_oldest(const std::string& volume);
  void delete_copies(const VSS_ID& id, VSS_OBJECT_TYPE type);
  void break_set(const VSS_ID& set, bool writable);
  void break_set_ex(const VSS_ID& set, DWORD flags);
  void check_place(const std::string& place, bool drive);
  void expose(const VSS_ID& copy, LONG how, const std::string& name, const std::string& path);
  void revert(const VSS_ID& copy);
  void resync(const std::vector<std::pair<VSS_ID, std::string>>& copies, DWORD flags);

  // ---- restore: shadow_restore.cc ----
  void select_for_restore(const Names& excluded, const Names& included);
  void restore(const std::string& command);

 private:
  void set_variables(const std::function<void(const std::string&, const std::string&)>& set);
  void wait(const char* call, const BackupObject::AsyncMethod& method);
  void check_status();
  void print_copy(const CopyInfo& copy);
  CopyInfo properties(const VSS_ID& copy);
  void print_writer(const ShownWriter& writer, bool detailed);
  void print_component(const ShownWriter& writer, const ShownComponent& component, bool detailed);
  void print_files(const ShownFiles& files, std::string_view indent);
  std::string shown_volume(const std::string& volume) const;
  // The choice of components, in the tool's own steps: shadow_select.cc.
  void exclude_named(const Names& excluded, std::vector<ShownWriter>& writers);
  void exclude_outside(const Names& volumes);
  void exclude_ancestors();
  void exclude_writers();
  void include_components();
  void verify_included(const Names& included, std::vector<ShownWriter>& writers);
  void add_components();
  void each_included(const std::function<void(ShownWriter&, ShownComponent&)>& use);

  ToolHost& host_;
  bool tracing_;
  BackupObject vss_;
  LONG context_ = VSS_CTX_BACKUP;
  bool restoring_ = false;
  std::vector<ShownWriter> writers_;
  std::vector<ShownWriter> restorable_;
  VSS_ID set_{};
  std::vector<VSS_ID> copies_;
};

}  // namespace vsslab::requester

// Microsoft's Test Writer: a writer that a configuration file describes (vss-test-writer-tool.md).
// It does what its configuration says and nothing that VSS's pages forbid, except where a FailEvent
// asks for it.
#pragma once

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "mock-writers/testwriter/file_memory.h"
#include "plan/plan.h"

namespace vsslab::mock {

// What the writer hands to InitializeEx.
struct Registration {
  VSS_ID writer_id{};
  std::wstring name;
  std::wstring instance_name;  // empty: NULL
  DWORD major_version = 1;
  DWORD minor_version = 0;
  VSS_USAGE_TYPE usage = VSS_UT_USERDATA;
  VSS_SOURCE_TYPE source = VSS_ST_OTHER;
  VSS_APPLICATION_LEVEL level = VSS_APP_FRONT_END;
  DWORD freeze_ms = 60000;
  VSS_ALTERNATE_WRITER_STATE alternate = VSS_AWS_NO_ALTERNATE_WRITER;
  bool throttling = false;
};

// The Test Writer's own class id: 5affb034-969f-4919-8875-88f830d0ef89.
VSS_ID test_writer_id();
Registration registration_of(const plan::WriterPlan& plan);

class TestWriter : public CVssWriterEx2 {
 public:
  // `seed` chooses the codes of retryable failures.
  // The plan has to outlive the writer.
  TestWriter(const plan::WriterPlan& plan, std::uint64_t seed);
  TestWriter(plan::WriterPlan&& plan, std::uint64_t seed) = delete;

  virtual HRESULT initialize();  // InitializeEx by the plan
  virtual HRESULT subscribe();   // backup and restore events
  void leave();                  // Unsubscribe

  bool STDMETHODCALLTYPE OnIdentifyEx(IVssCreateWriterMetadataEx* metadata) override;
  bool STDMETHODCALLTYPE OnPrepareBackup(IVssWriterComponents* components) override;
  bool STDMETHODCALLTYPE OnPrepareSnapshot() override;
  bool STDMETHODCALLTYPE OnFreeze() override;
  bool STDMETHODCALLTYPE OnThaw() override;
  bool STDMETHODCALLTYPE OnPostSnapshot(IVssWriterComponents* components) override;
  bool STDMETHODCALLTYPE OnAbort() override;
  bool STDMETHODCALLTYPE OnBackupComplete(IVssWriterComponents* components) override;
  bool STDMETHODCALLTYPE OnBackupShutdown(VSS_ID set) override;
  bool STDMETHODCALLTYPE OnPreRestore(IVssWriterComponents* components) override;
  bool STDMETHODCALLTYPE OnPostRestore(IVssWriterComponents* components) override;

 protected:
  enum class Verbosity { low, medium, high };

  virtual Registration registration() const { return registration_of(plan_); }

  const plan::WriterPlan& plan() const { return plan_; }
  const plan::TestWriterConfig& config() const { return plan_.test; }
  HRESULT initialize_with(const Registration& registration);

  // A fatal error as the pages want it: the code and an entry in the event log. Gives false, what
  // the handler then returns.
  bool refuse(HRESULT code, std::string_view event, std::string_view why);

  // Every component that the requester added, with its place in the configuration (null for one
  // that the configuration does not know). Stops when `visit` gives false.
  using Visit = std::function<bool(IVssComponent& component, const plan::TestComponent* planned)>;
  bool for_each_component(IVssWriterComponents* components, const Visit& visit);

  void note(Verbosity at, std::string_view line) const;

  // A component and what comes along with it: those below, when it is selectable.
  std::vector<const plan::TestComponent*> members_of(const plan::TestComponent& component) const;

 private:
  // One backup that this writer takes part in; there may be several at once.
  struct Operation {
    // Those that the requester added, and those that come along with them.
    std::vector<const plan::TestComponent*> components;
    std::vector<std::wstring> spit_files;  // copies in alternate paths
    FileMemory files;                      // checkIncludes, checkExcludes
  };

  // The handler's work between the failures that the configuration asks for.
  bool handle(std::string_view event, const std::function<bool()>& work);
  const plan::Fault* next_failure(std::string_view event);
  HRESULT failure_code(const plan::Fault& fault);
  bool supports(VSS_BACKUP_TYPE type) const;

  void note_component(IVssComponent& component, const plan::TestComponent* planned,
                      VSS_BACKUP_TYPE type);
  bool all_paths_in_set(const Operation& operation);
  void spit(Operation& operation);
  void delete_after_copy(Operation& operation);
  void remember(Operation& operation);
  bool remember_as(IVssComponent& component);
  std::vector<const plan::TestComponent*> restored_members(
      IVssComponent& component, const plan::TestComponent& planned) const;
  void check_restore(IVssComponent& component, const plan::TestComponent& planned);
  bool describe_changes(IVssComponent& component, const plan::TestComponent& planned,
                        VSS_BACKUP_TYPE type);
  bool describe_parts(IVssComponent& component, const plan::TestComponent& member);
  bool may_lack_copy(const Operation& operation, VSS_BACKUP_TYPE type) const;
  bool set_stamp(IVssComponent& component, VSS_BACKUP_TYPE type);
  std::string session_key() const;
  Operation* current();  // null when this backup never came to PrepareForBackup
  void forget();

  const plan::WriterPlan& plan_;
  std::map<std::string, const plan::TestComponent*> by_path_;  // full path with a backslash behind
  std::mt19937_64 chance_;
  std::vector<std::uint32_t> failures_;          // how often each FailEvent has struck
  std::map<std::string, Operation> operations_;  // by session
  std::map<std::string, FileMemory> memories_;   // by the text that the backup's document keeps
};

// The document that a configuration describes. Gives the HRESULT of the first call that is refused,
// which ends it unless `keep_going`.
HRESULT build_document(IVssCreateWriterMetadataEx& metadata, const plan::TestWriterConfig& config,
                       bool keep_going = false);
// VSS_BACKUP_SCHEMA by supports… and what the components need.
DWORD schema_of(const plan::TestWriterConfig& config);

// Initialise, subscribe, wait for Ctrl-C, unsubscribe; the process's exit code (see process.h).
int run_writer(TestWriter& writer);

// The writer's main function.
int run_test_writer(const plan::WriterPlan& plan, std::uint64_t seed);

}  // namespace vsslab::mock

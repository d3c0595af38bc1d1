#include "mock-writers/testwriter/test_writer.h"

#include <vsserror.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "mock-writers/components.h"
#include "mock-writers/process.h"
#include "mock-writers/text.h"

namespace vsslab::mock {

namespace {

using plan::FaultAction;

constexpr UINT kCrashCode = 0xC0000005;  // an access violation

std::string name_of(VSS_BACKUP_TYPE type) {
  constexpr const char* kNames[] = {"undefined",    "full", "incremental",
                                    "differential", "log",  "copy"};
  const auto index = static_cast<std::size_t>(type);
  return index < std::size(kNames) ? kNames[index] : "other";
}

std::string title(const plan::TestComponent& component) {
  return component.logical_path.empty() ? component.name
                                        : component.logical_path + "\\" + component.name;
}

}  // namespace

VSS_ID test_writer_id() {
  return {0x5affb034, 0x969f, 0x4919, {0x88, 0x75, 0x88, 0xf8, 0x30, 0xd0, 0xef, 0x89}};
}

Registration registration_of(const plan::WriterPlan& plan) {
  Registration registration;
  registration.writer_id = plan.writer_id ? plan.writer_id->to<VSS_ID>() : test_writer_id();
  registration.name = wide(plan.friendly_name.empty() ? plan.name : plan.friendly_name);
  registration.instance_name = wide(plan.instance_name);
  registration.usage = static_cast<VSS_USAGE_TYPE>(plan.test.usage);
  registration.source = static_cast<VSS_SOURCE_TYPE>(plan.test.data_source);
  registration.level = static_cast<VSS_APPLICATION_LEVEL>(plan.application_level);
  if (plan.freeze_limit) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(*plan.freeze_limit);
    registration.freeze_ms = static_cast<DWORD>(ms.count());
  }
  return registration;
}

TestWriter::TestWriter(const plan::WriterPlan& plan, std::uint64_t seed)
    : plan_(plan), chance_(seed), failures_(plan_.test.fail_events.size()) {
  for (const plan::TestComponent& component : plan_.test.components) {
    by_path_.emplace(title(component) + "\\", &component);
  }
}

HRESULT TestWriter::initialize() { return initialize_with(registration()); }

HRESULT TestWriter::initialize_with(const Registration& r) {
  return InitializeEx(r.writer_id, r.name.c_str(), r.major_version, r.minor_version, r.usage,
                      r.source, r.level, r.freeze_ms, r.alternate, r.throttling,
                      or_null(r.instance_name));
}

HRESULT TestWriter::subscribe() { return Subscribe(); }

void TestWriter::leave() { Unsubscribe(); }

void TestWriter::note(Verbosity at, std::string_view line) const {
  const std::string& wanted = plan_.test.verbosity;
  const Verbosity limit = wanted == "low"    ? Verbosity::low
                          : wanted == "high" ? Verbosity::high
                                             : Verbosity::medium;
  if (at <= limit) say(plan_.name + ": " + std::string(line));
}

bool TestWriter::refuse(HRESULT code, std::string_view event, std::string_view why) {
  SetWriterFailure(code);
  const std::string text = std::string(event) + ": " + std::string(why);
  log_error(plan_.name, text);
  note(Verbosity::low, text);
  return false;
}

// ---- failures by configuration -----------------------------------------------------------------

const plan::Fault* TestWriter::next_failure(std::string_view event) {
  for (std::size_t i = 0; i < plan_.test.fail_events.size(); ++i) {
    const plan::Fault& fault = plan_.test.fail_events[i];
    if (fault.event != event) continue;
    if (fault.failures_max != 0 && failures_[i] >= fault.failures_max) continue;
    ++failures_[i];
    return &fault;
  }
  return nullptr;
}

HRESULT TestWriter::failure_code(const plan::Fault& fault) {
  if (fault.code) return *fault.code;
  if (fault.action == FaultAction::wrong_code) return E_FAIL;
  if (!fault.retryable) return VSS_E_WRITERERROR_NONRETRYABLE;
  constexpr HRESULT kRetryable[] = {VSS_E_WRITERERROR_RETRYABLE, VSS_E_WRITERERROR_OUTOFRESOURCES,
                                    VSS_E_WRITERERROR_TIMEOUT};
  return kRetryable[chance_() % std::size(kRetryable)];
}

bool TestWriter::handle(std::string_view event, const std::function<bool()>& work) {
  note(Verbosity::medium, std::string(event) + " received");
  const plan::Fault* const fault = next_failure(event);
  if (fault == nullptr) return work();
  const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(fault->delay).count();
  switch (fault->action) {
    case FaultAction::hang:
      Sleep(delay == 0 ? INFINITE : static_cast<DWORD>(delay));
      return work();
    case FaultAction::late:
      Sleep(static_cast<DWORD>(delay));
      return work();
    case FaultAction::crash:
      TerminateProcess(GetCurrentProcess(), kCrashCode);
      return false;
    case FaultAction::exception:
      throw std::runtime_error("thrown in " + std::string(event) + " as configured");
    case FaultAction::silent:
      return false;
    case FaultAction::veto:
      refuse(failure_code(*fault), event, "fails as configured, without an end");
      work();
      return true;
    default:
      // A failed Identify is nothing but false: SetWriterFailure is forbidden there.
      if (event == "Identify") return false;
      return refuse(failure_code(*fault), event, "fails as configured");
  }
}

// ---- components --------------------------------------------------------------------------------

bool TestWriter::for_each_component(IVssWriterComponents* components, const Visit& visit) {
  return mock::for_each_component(
      components, [&](IVssComponent& component, const std::string& path, const std::string& name) {
        for (const plan::TestComponent& planned : plan_.test.components) {
          if (planned.logical_path == path && planned.name == name) {
            return visit(component, &planned);
          }
        }
        return visit(component, NULL);
      });
}

std::vector<const plan::TestComponent*> TestWriter::members_of(
    const plan::TestComponent& component) const {
  std::vector<const plan::TestComponent*> members{&component};
  if (!component.selectable) return members;
  const std::string below = title(component) + "\\";
  for (auto at = by_path_.upper_bound(below); at != by_path_.end(); ++at) {
    if (at->first.compare(0, below.size(), below) != 0) break;
    members.push_back(at->second);
  }
  return members;
}

std::string TestWriter::session_key() const {
  VSS_ID id{};
  GetSessionId(&id);
  return key_of(id);
}

TestWriter::Operation* TestWriter::current() {
  const auto operation = operations_.find(session_key());
  return operation == operations_.end() ? NULL : &operation->second;
}

bool TestWriter::supports(VSS_BACKUP_TYPE type) const {
  switch (type) {
    case VSS_BT_INCREMENTAL:
      return config().supports_incremental;
    case VSS_BT_DIFFERENTIAL:
      return config().supports_differential;
    case VSS_BT_LOG:
      return config().supports_log;
    case VSS_BT_COPY:
      return config().supports_copy;
    default:
      return type == VSS_BT_FULL;
  }
}

// ---- the handlers ------------------------------------------------------------------------------

bool STDMETHODCALLTYPE TestWriter::OnIdentifyEx(IVssCreateWriterMetadataEx* metadata) {
  return handle("Identify", [&] { return SUCCEEDED(build_document(*metadata, config())); });
}

bool STDMETHODCALLTYPE TestWriter::OnPrepareBackup(IVssWriterComponents* components) {
  return handle("PrepareForBackup", [&] {
    const VSS_BACKUP_TYPE type = GetBackupType();
    if (!supports(type)) {
      note(Verbosity::low,
           "the requester asks for a backup of type " + name_of(type) +
               ", which this writer does not support; it is treated as a full backup");
    }
    Operation operation;
    std::set<std::string> taken;
    for_each_component(components, [&](IVssComponent& component, const auto* planned) {
      if (planned != NULL) {
        for (const plan::TestComponent* member : members_of(*planned)) {
          if (taken.insert(title(*member)).second) operation.components.push_back(member);
        }
      }
      note_component(component, planned, type);
      return true;
    });
    const bool stamped =
        !may_lack_copy(operation, type) ||
        for_each_component(components, [&](IVssComponent& component, const auto* planned) {
          return planned == NULL || set_stamp(component, type);
        });
    if (!stamped) {
      return refuse(VSS_E_WRITERERROR_NONRETRYABLE, "PrepareForBackup",
                    "the backup components document does not take an entry");
    }
    if (!operation.components.empty()) operations_[session_key()] = std::move(operation);
    return true;
  });
}

void TestWriter::note_component(IVssComponent& component, const plan::TestComponent* planned,
                                VSS_BACKUP_TYPE type) {
  if (planned == NULL) {
    note(Verbosity::low, "the requester added a component that this writer does not have");
    return;
  }
  note(Verbosity::high, "component " + title(*planned) + " takes part");
  if (!supports(type) || (type != VSS_BT_INCREMENTAL && type != VSS_BT_DIFFERENTIAL)) return;
  BSTR stamp = NULL;
  if (component.GetPreviousBackupStamp(&stamp) != S_OK || take(stamp).empty()) {
    note(Verbosity::low, "component " + title(*planned) + " has no previous backup stamp");
  }
}

bool STDMETHODCALLTYPE TestWriter::OnPrepareSnapshot() {
  return handle("PrepareForSnapshot", [&] {
    Operation* const operation = current();
    if (operation == NULL) return true;
    if (!all_paths_in_set(*operation)) {
      return refuse(VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT, "PrepareForSnapshot",
                    "files of the backup lie on volumes that are not in the shadow copy set");
    }
    spit(*operation);
    return true;
  });
}

bool STDMETHODCALLTYPE TestWriter::OnFreeze() {
  return handle("Freeze", [&] {
    // As they are now, the shadow copy will have them.
    if (Operation* const operation = current()) remember(*operation);
    return true;
  });
}

bool STDMETHODCALLTYPE TestWriter::OnThaw() {
  return handle("Thaw", [] { return true; });
}

bool STDMETHODCALLTYPE TestWriter::OnPostSnapshot(IVssWriterComponents* components) {
  return handle("PostSnapshot", [&] {
    const VSS_BACKUP_TYPE type = GetBackupType();
    const bool described =
        for_each_component(components, [&](IVssComponent& component, const auto* planned) {
          return planned == NULL || describe_changes(component, *planned, type);
        });
    if (!described) {
      return refuse(VSS_E_WRITERERROR_NONRETRYABLE, "PostSnapshot",
                    "the backup components document does not take an entry");
    }
    const plan::TestWriterConfig& c = config();
    if (c.delete_files || c.delete_partial_files || c.delete_differenced_files) {
      if (Operation* const operation = current()) delete_after_copy(*operation);
    }
    return true;
  });
}

bool STDMETHODCALLTYPE TestWriter::OnAbort() {
  return handle("Abort", [&] {
    forget();
    return true;
  });
}

bool STDMETHODCALLTYPE TestWriter::OnBackupComplete(IVssWriterComponents* components) {
  return handle("BackupComplete", [&] {
    for_each_component(components, [&](IVssComponent& component, const auto* planned) {
      bool succeeded = false;
      const HRESULT hr = component.GetBackupSucceeded(&succeeded);
      if (planned != NULL && (hr != S_OK || !succeeded)) {
        note(Verbosity::low, "component " + title(*planned) + " was not backed up");
      }
      return true;
    });
    return true;
  });
}

bool STDMETHODCALLTYPE TestWriter::OnBackupShutdown(VSS_ID) {
  return handle("BackupShutdown", [&] {
    forget();
    return true;
  });
}

int run_writer(TestWriter& writer) {
  return run_until_stopped(
      [&] {
        const HRESULT hr = writer.initialize();
        // S_FALSE: the infrastructure is not there (safe mode), the writer is not initialised.
        return hr == S_OK ? writer.subscribe() : FAILED(hr) ? hr : E_FAIL;
      },
      [&] { writer.leave(); });
}

int run_test_writer(const plan::WriterPlan& plan, std::uint64_t seed) {
  TestWriter writer(plan, seed);
  return run_writer(writer);
}

}  // namespace vsslab::mock

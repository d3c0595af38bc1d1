// What a Test Writer does in a restore: says where its files are to go, and holds what came back
// against what was frozen.

#include <algorithm>
#include <string>

#include "mock-writers/components.h"
#include "mock-writers/files.h"
#include "mock-writers/testwriter/test_writer.h"
#include "mock-writers/text.h"

namespace vsslab::mock {

namespace {

std::string name_of(const plan::TestComponent& component) {
  return component.logical_path.empty() ? component.name
                                        : component.logical_path + "\\" + component.name;
}

// Ids of entries in the event log.
constexpr unsigned long kRemark = 1;
constexpr unsigned long kCheckFailed = 2;

bool is_selected(IVssComponent& component) {
  bool selected = false;
  return SUCCEEDED(component.IsSelectedForRestore(&selected)) && selected;
}

}  // namespace

void TestWriter::remember(Operation& operation) {
  if (!config().check_includes && !config().check_excludes) return;
  for (const plan::TestComponent* component : operation.components) {
    operation.files.remember(*component, config(), IsPartialFileSupportEnabled());
  }
}

bool STDMETHODCALLTYPE TestWriter::OnPreRestore(IVssWriterComponents* components) {
  return handle("PreRestore", [&] {
    return for_each_component(components, [&](IVssComponent& component, const auto* planned) {
      if (planned == NULL || !is_selected(component)) return true;
      // Excluded files that are there now are no proof of anything later.
      if (config().check_excludes) {
        for (const plan::TestComponent* member : members_of(*planned)) {
          for (const std::wstring& file : excluded_files(*member, config())) {
            DeleteFileW(file.c_str());
          }
        }
      }
      if (planned->restore_target != 0 &&
          FAILED(component.SetRestoreTarget(
              static_cast<VSS_RESTORE_TARGET>(planned->restore_target)))) {
        return refuse(VSS_E_WRITERERROR_NONRETRYABLE, "PreRestore", "the target was refused");
      }
      for (const plan::TestComponent* member : members_of(*planned)) {
        for (const auto& target : member->directed_targets) {
          if (FAILED(component.AddDirectedTarget(
                  wide(target.path).c_str(), wide(target.filespec).c_str(),
                  wide(target.ranges).c_str(), wide(target.to_path).c_str(),
                  wide(target.to_filespec).c_str(), wide(target.to_ranges).c_str()))) {
            return refuse(VSS_E_WRITERERROR_NONRETRYABLE, "PreRestore",
                          "a directed target was refused");
          }
        }
      }
      return true;
    });
  });
}

bool STDMETHODCALLTYPE TestWriter::OnPostRestore(IVssWriterComponents* components) {
  return handle("PostRestore", [&] {
    for_each_component(components, [&](IVssComponent& component, const auto* planned) {
      if (planned != NULL && is_selected(component)) check_restore(component, *planned);
      return true;
    });
    return true;
  });
}

// The component with what came along, or the parts of it that the requester chose.
std::vector<const plan::TestComponent*> TestWriter::restored_members(
    IVssComponent& component, const plan::TestComponent& planned) const {
  UINT count = 0;
  if (FAILED(component.GetRestoreSubcomponentCount(&count)) || count == 0) {
    return members_of(planned);
  }
  std::vector<const plan::TestComponent*> members;
  for (UINT i = 0; i < count; ++i) {
    BSTR path = NULL, name = NULL;
    bool repair = false;
    if (FAILED(component.GetRestoreSubcomponent(i, &path, &name, &repair))) continue;
    const std::string logical_path = take(path);
    std::string full = logical_path.empty() ? std::string() : logical_path + "\\";
    full += take(name) + "\\";
    const auto found = by_path_.find(full);
    if (found == by_path_.end()) continue;
    for (const plan::TestComponent* member : members_of(*found->second)) members.push_back(member);
  }
  return members;
}

void TestWriter::check_restore(IVssComponent& component, const plan::TestComponent& planned) {
  const auto log = [&](unsigned long id, const std::string& text) {
    const std::string line = "component " + name_of(planned) + ": " + text;
    log_warning(plan().name, "PostRestore: " + line, id);
    note(Verbosity::low, line);
  };
  // What a look at the files shows is a verdict (VSSR-REST-037).
  const auto tell = [&](const std::string& text) { log(kCheckFailed, text); };
  VSS_FILE_RESTORE_STATUS status = VSS_RS_UNDEFINED;
  component.GetFileRestoreStatus(&status);
  if (status != VSS_RS_ALL) {
    log(kRemark, status == VSS_RS_NONE     ? "the requester restored nothing"
                 : status == VSS_RS_FAILED ? "the requester restored a part only"
                                           : "the requester set no restore status");
    return;
  }
  bool more = false;
  component.GetAdditionalRestores(&more);
  if (more) {
    note(Verbosity::medium, "component " + name_of(planned) + ": more restores follow");
    return;
  }
  const bool later = config().restore_method == VSS_RME_RESTORE_AT_REBOOT ||
                     config().restore_method == VSS_RME_RESTORE_AT_REBOOT_IF_CANNOT_REPLACE;
  BSTR metadata = NULL;
  component.GetBackupMetadata(&metadata);
  const auto memory = memories_.find(take(metadata));
  if (config().check_includes && memory != memories_.end() && !later) {
    for (const plan::TestComponent* member : restored_members(component, planned)) {
      memory->second.check_includes(component, *member, config(), tell);
    }
  }
  if (config().check_excludes && !later) {
    for (const plan::TestComponent* member : restored_members(component, planned)) {
      for (const std::wstring& file : excluded_files(*member, config())) {
        tell(narrow(file.c_str()) + " is on the exclude list and came back");
      }
    }
  }
  note(Verbosity::high, "component " + name_of(planned) + " was looked at");
}

}  // namespace vsslab::mock

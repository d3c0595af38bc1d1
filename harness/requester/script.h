// A requester's script: steps by Microsoft's names, each one call. Internal to requester/.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.h"
#include "plan/step_calls.h"
#include "requester/backup_object.h"
#include "requester/requester.h"

namespace vsslab::requester {

class Script {
 public:
  Script(const plan::RequesterPlan& plan, RequesterObserver& observer);

  int run();

  // One call by name, on `object`; every name of plan::step_calls() has one.
  using Call = Hr (Script::*)(BackupObject& object, const plan::StepArgs& args);
  struct Entry {
    std::string_view name;
    Call call;
  };
  static const Entry* find(std::string_view name);

 private:
  // Calls of several objects: which writer a step means.
  struct NamedWriter {
    VSS_ID instance{};
    VSS_ID class_id{};
  };
  NamedWriter writer(BackupObject& object, const plan::StepArgs& args, std::size_t number = 1);
  VSS_ID class_id(BackupObject& object, std::string_view name);
  VSS_ID snapshot(const BackupObject& own, std::string_view text);
  std::string document(std::string_view name);
  bool know_writers(BackupObject& object);
  Hr writer_classes(BackupObject& object, const plan::StepArgs& args,
                    HRESULT (STDMETHODCALLTYPE IVssBackupComponents::*method)(const VSS_ID*, UINT));
  Hr each_index(const plan::StepArgs& args, std::optional<UINT>& count,
                const std::function<HRESULT(UINT*)>& counter,
                const std::function<HRESULT(UINT)>& call);
  Hr async(BackupObject& object, const plan::StepArgs& args,
           const BackupObject::AsyncMethod& method);
  bool done(const plan::Step& step, Hr hr);

  struct ComponentArgs;
  Hr component_call(BackupObject& object, const plan::StepArgs& args,
                    const std::function<HRESULT(const ComponentArgs&)>& call);

// What windows.h makes of these names.
#undef CopyFile
#undef DeleteFile
#undef MoveFile
#define VSSLAB_STEP(name) Hr name(BackupObject& object, const plan::StepArgs& args);
#include "requester/step_names.inc"
#undef VSSLAB_STEP

  const plan::RequesterPlan& plan_;
  RequesterObserver& observer_;
  std::map<std::uint32_t, BackupObject> objects_;
  std::map<std::string, std::string, std::less<>> documents_;  // saved by SaveAsXML
  int line_ = 0;                                               // of the step that is played
  std::optional<int> exit_code_;
};

}  // namespace vsslab::requester

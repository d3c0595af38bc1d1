// Steps of a restore.

#include "requester/com_text.h"
#include "requester/component_args.h"
#include "requester/script.h"

namespace vsslab::requester {

Hr Script::SetRestoreState(BackupObject& object, const plan::StepArgs& args) {
  return object.get()->SetRestoreState(static_cast<VSS_RESTORE_TYPE>(args.word("type")));
}

Hr Script::SetSelectedForRestore(BackupObject& object, const plan::StepArgs& args) {
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->SetSelectedForRestore(c.writer, c.type, c.path(), c.name(),
                                               args.flag("selected"));
  });
}

Hr Script::SetSelectedForRestoreEx(BackupObject& object, const plan::StepArgs& args) {
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->SetSelectedForRestoreEx(c.writer, c.type, c.path(), c.name(),
                                                 args.flag("selected"), c.instance);
  });
}

Hr Script::AddRestoreSubcomponent(BackupObject& object, const plan::StepArgs& args) {
  const std::wstring sub_path = wide(args.text("subPath"));
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->AddRestoreSubcomponent(
        c.writer, c.type, c.path(), c.name(), or_null(sub_path),
        wide(args.text("subComponent")).c_str(), args.flag("repair"));
  });
}

Hr Script::SetRestoreOptions(BackupObject& object, const plan::StepArgs& args) {
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->SetRestoreOptions(c.writer, c.type, c.path(), c.name(),
                                           wide(args.text("options")).c_str());
  });
}

Hr Script::SetAdditionalRestores(BackupObject& object, const plan::StepArgs& args) {
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->SetAdditionalRestores(c.writer, c.type, c.path(), c.name(),
                                               args.flag("additional"));
  });
}

Hr Script::SetFileRestoreStatus(BackupObject& object, const plan::StepArgs& args) {
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->SetFileRestoreStatus(
        c.writer, c.type, c.path(), c.name(),
        static_cast<VSS_FILE_RESTORE_STATUS>(args.word("status")));
  });
}

Hr Script::AddNewTarget(BackupObject& object, const plan::StepArgs& args) {
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->AddNewTarget(c.writer, c.type, c.path(), c.name(),
                                      wide(args.text("filePath")).c_str(),
                                      wide(args.text("fileName")).c_str(), args.flag("recursive"),
                                      wide(args.text("alternatePath")).c_str());
  });
}

Hr Script::AddAlternativeLocationMapping(BackupObject& object, const plan::StepArgs& args) {
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->AddAlternativeLocationMapping(
        c.writer, c.type, c.path(), c.name(), wide(args.text("filePath")).c_str(),
        wide(args.text("filespec")).c_str(), args.flag("recursive"),
        wide(args.text("destination")).c_str());
  });
}

Hr Script::SetRangesFilePath(BackupObject& object, const plan::StepArgs& args) {
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->SetRangesFilePath(c.writer, c.type, c.path(), c.name(),
                                           static_cast<UINT>(args.number("index")),
                                           wide(args.text("rangesFile")).c_str());
  });
}

Hr Script::SetAuthoritativeRestore(BackupObject& object, const plan::StepArgs& args) {
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->SetAuthoritativeRestore(c.writer, c.type, c.path(), c.name(),
                                                 args.flag("authoritative"));
  });
}

Hr Script::SetRollForward(BackupObject& object, const plan::StepArgs& args) {
  const std::wstring point = wide(args.text("point"));
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->SetRollForward(c.writer, c.type, c.path(), c.name(),
                                        static_cast<VSS_ROLLFORWARD_TYPE>(args.word("rollType")),
                                        or_null(point));
  });
}

Hr Script::SetRestoreName(BackupObject& object, const plan::StepArgs& args) {
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->SetRestoreName(c.writer, c.type, c.path(), c.name(),
                                        wide(args.text("restoreName")).c_str());
  });
}

Hr Script::PreRestore(BackupObject& object, const plan::StepArgs& args) {
  return async(object, args, [&](IVssAsync** out) { return object.get()->PreRestore(out); });
}

Hr Script::PostRestore(BackupObject& object, const plan::StepArgs& args) {
  return async(object, args, [&](IVssAsync** out) { return object.get()->PostRestore(out); });
}

}  // namespace vsslab::requester

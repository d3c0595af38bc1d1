// Steps about shadow copies and their set.

#include "requester/com_text.h"
#include "requester/script.h"

namespace vsslab::requester {

Hr Script::StartSnapshotSet(BackupObject& object, const plan::StepArgs&) {
  VSS_ID set{};
  const HRESULT hr = object.get()->StartSnapshotSet(&set);
  if (SUCCEEDED(hr)) object.set = set;
  return hr;
}

Hr Script::AddToSnapshotSet(BackupObject& object, const plan::StepArgs& args) {
  const std::string volume = args.text("volume");
  std::wstring name = wide(volume);
  VSS_ID copy{};
  const HRESULT hr =
      object.get()->AddToSnapshotSet(name.data(), args.guid("provider").to<VSS_ID>(), &copy);
  if (SUCCEEDED(hr)) object.remember_copy(volume, copy);
  return hr;
}

Hr Script::IsVolumeSupported(BackupObject& object, const plan::StepArgs& args) {
  std::wstring name = wide(args.text("volume"));
  BOOL supported = FALSE;
  return object.get()->IsVolumeSupported(args.guid("provider").to<VSS_ID>(), name.data(),
                                         &supported);
}

Hr Script::DoSnapshotSet(BackupObject& object, const plan::StepArgs& args) {
  return async(object, args, [&](IVssAsync** out) { return object.get()->DoSnapshotSet(out); });
}

Hr Script::ImportSnapshots(BackupObject& object, const plan::StepArgs& args) {
  return async(object, args, [&](IVssAsync** out) { return object.get()->ImportSnapshots(out); });
}

Hr Script::GetSnapshotProperties(BackupObject& object, const plan::StepArgs& args) {
  VSS_SNAPSHOT_PROP properties{};
  const HRESULT hr =
      object.get()->GetSnapshotProperties(snapshot(object, args.text("id")), &properties);
  if (SUCCEEDED(hr)) VssFreeSnapshotProperties(&properties);
  return hr;
}

Hr Script::Query(BackupObject& object, const plan::StepArgs& args) {
  Held<IVssEnumObject> objects;
  const HRESULT hr = object.get()->Query(
      snapshot(object, args.text("id")), static_cast<VSS_OBJECT_TYPE>(args.word("type")),
      static_cast<VSS_OBJECT_TYPE>(args.word("returned")), objects.out());
  if (FAILED(hr)) return hr;
  for (;;) {
    VSS_OBJECT_PROP one{};
    ULONG fetched = 0;
    if (objects->Next(1, &one, &fetched) != S_OK || fetched == 0) break;
    if (one.Type == VSS_OBJECT_SNAPSHOT) {
      VssFreeSnapshotProperties(&one.Obj.Snap);
    } else if (one.Type == VSS_OBJECT_PROVIDER) {
      CoTaskMemFree(one.Obj.Prov.m_pwszProviderName);
      CoTaskMemFree(one.Obj.Prov.m_pwszProviderVersion);
    }
  }
  return hr;
}

Hr Script::DeleteSnapshots(BackupObject& object, const plan::StepArgs& args) {
  LONG deleted = 0;
  VSS_ID left{};
  return object.get()->DeleteSnapshots(snapshot(object, args.text("id")),
                                       static_cast<VSS_OBJECT_TYPE>(args.word("type")),
                                       args.flag("force"), &deleted, &left);
}

Hr Script::BreakSnapshotSet(BackupObject& object, const plan::StepArgs& args) {
  return object.get()->BreakSnapshotSet(snapshot(object, args.text("id")));
}

Hr Script::BreakSnapshotSetEx(BackupObject& object, const plan::StepArgs& args) {
  return async(object, args, [&](IVssAsync** out) {
    return object.get()->BreakSnapshotSetEx(snapshot(object, args.text("id")), args.word("flags"),
                                            out);
  });
}

Hr Script::PreFastRecovery(BackupObject& object, const plan::StepArgs& args) {
  return async(object, args, [&](IVssAsync** out) {
    return object.get()->PreFastRecovery(snapshot(object, args.text("id")), args.word("flags"),
                                         out);
  });
}

Hr Script::FastRecovery(BackupObject& object, const plan::StepArgs& args) {
  return async(object, args, [&](IVssAsync** out) {
    return object.get()->FastRecovery(snapshot(object, args.text("id")), args.word("flags"), out);
  });
}

Hr Script::ExposeSnapshot(BackupObject& object, const plan::StepArgs& args) {
  std::wstring path = wide(args.text("pathFromRoot"));
  std::wstring expose = wide(args.text("expose"));
  VSS_PWSZ exposed = NULL;
  const HRESULT hr = object.get()->ExposeSnapshot(
      snapshot(object, args.text("id")), path.empty() ? NULL : path.data(),
      static_cast<LONG>(args.word("attributes")), expose.empty() ? NULL : expose.data(), &exposed);
  CoTaskMemFree(exposed);
  return hr;
}

Hr Script::UnexposeSnapshot(BackupObject& object, const plan::StepArgs& args) {
  return object.get()->UnexposeSnapshot(snapshot(object, args.text("id")));
}

Hr Script::RevertToSnapshot(BackupObject& object, const plan::StepArgs& args) {
  return object.get()->RevertToSnapshot(snapshot(object, args.text("id")), args.flag("force"));
}

Hr Script::QueryRevertStatus(BackupObject& object, const plan::StepArgs& args) {
  std::wstring volume = wide(args.text("volume"));
  return async(object, args, [&](IVssAsync** out) {
    return object.get()->QueryRevertStatus(volume.data(), out);
  });
}

Hr Script::AddSnapshotToRecoverySet(BackupObject& object, const plan::StepArgs& args) {
  std::wstring destination = wide(args.text("destination"));
  return object.get()->AddSnapshotToRecoverySet(snapshot(object, args.text("id")),
                                                args.word("flags"),
                                                destination.empty() ? NULL : destination.data());
}

Hr Script::RecoverSet(BackupObject& object, const plan::StepArgs& args) {
  return async(object, args,
               [&](IVssAsync** out) { return object.get()->RecoverSet(args.word("flags"), out); });
}

Hr Script::GetRootAndLogicalPrefixPaths(BackupObject& object, const plan::StepArgs& args) {
  std::wstring path = wide(args.text("path"));
  VSS_PWSZ root = NULL;
  VSS_PWSZ prefix = NULL;
  const HRESULT hr = object.get()->GetRootAndLogicalPrefixPaths(path.data(), &root, &prefix,
                                                                args.flag("normalize"));
  CoTaskMemFree(root);
  CoTaskMemFree(prefix);
  return hr;
}

}  // namespace vsslab::requester

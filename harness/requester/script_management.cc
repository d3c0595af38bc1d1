// Steps about shadow copy storage.

#include <vsmgmt.h>

#include "requester/com_text.h"
#include "requester/management.h"
#include "requester/script.h"

namespace vsslab::requester {

namespace {

using Areas = IVssDifferentialSoftwareSnapshotMgmt;
using AreasEx = IVssDifferentialSoftwareSnapshotMgmt2;
using Protection = IVssDifferentialSoftwareSnapshotMgmt3;

template <class Interface, class Call>
Hr managed(const Call& call) {
  Held<Interface> management;
  const Hr opened =
      open_management(__uuidof(Interface), reinterpret_cast<void**>(management.out()));
  return failed(opened) ? opened : call(*management.get());
}

// A query and all that it lists.
template <class Ask>
Hr listed(const Ask& ask) {
  return managed<Areas>([&](Areas& management) -> Hr {
    Held<IVssEnumMgmtObject> list;
    const HRESULT asked = ask(management, list.out());
    if (FAILED(asked) || !list) return asked;
    const Hr read = for_each_managed(*list.get(), [](const VSS_MGMT_OBJECT_PROP&) {});
    return failed(read) ? read : asked;
  });
}

}  // namespace

Hr Script::GetMinDiffAreaSize(BackupObject&, const plan::StepArgs&) {
  Held<IVssSnapshotMgmt2> management;
  const HRESULT made =
      CoCreateInstance(CLSID_VssSnapshotMgmt, NULL, CLSCTX_ALL, __uuidof(IVssSnapshotMgmt2),
                       reinterpret_cast<void**>(management.out()));
  LONGLONG bytes = 0;
  return FAILED(made) ? made : management->GetMinDiffAreaSize(&bytes);
}

Hr Script::AddDiffArea(BackupObject&, const plan::StepArgs& args) {
  std::wstring volume = wide(args.text("volume"));
  std::wstring storage = wide(args.text("storage"));
  return managed<Areas>([&](Areas& management) {
    return management.AddDiffArea(volume.data(), storage.data(), args.size("maximum"));
  });
}

Hr Script::ChangeDiffAreaMaximumSize(BackupObject&, const plan::StepArgs& args) {
  std::wstring volume = wide(args.text("volume"));
  std::wstring storage = wide(args.text("storage"));
  return managed<Areas>([&](Areas& management) {
    return management.ChangeDiffAreaMaximumSize(volume.data(), storage.data(),
                                                args.size("maximum"));
  });
}

Hr Script::ChangeDiffAreaMaximumSizeEx(BackupObject&, const plan::StepArgs& args) {
  std::wstring volume = wide(args.text("volume"));
  std::wstring storage = wide(args.text("storage"));
  return managed<AreasEx>([&](AreasEx& management) {
    return management.ChangeDiffAreaMaximumSizeEx(
        volume.data(), storage.data(), args.size("maximum"), args.flag("volatile") ? TRUE : FALSE);
  });
}

Hr Script::QueryVolumesSupportedForDiffAreas(BackupObject&, const plan::StepArgs& args) {
  std::wstring volume = wide(args.text("volume"));
  return listed([&](Areas& management, IVssEnumMgmtObject** out) {
    return management.QueryVolumesSupportedForDiffAreas(volume.data(), out);
  });
}

Hr Script::QueryDiffAreasForVolume(BackupObject&, const plan::StepArgs& args) {
  std::wstring volume = wide(args.text("volume"));
  return listed([&](Areas& management, IVssEnumMgmtObject** out) {
    return management.QueryDiffAreasForVolume(volume.data(), out);
  });
}

Hr Script::QueryDiffAreasOnVolume(BackupObject&, const plan::StepArgs& args) {
  std::wstring volume = wide(args.text("volume"));
  return listed([&](Areas& management, IVssEnumMgmtObject** out) {
    return management.QueryDiffAreasOnVolume(volume.data(), out);
  });
}

Hr Script::QueryDiffAreasForSnapshot(BackupObject& object, const plan::StepArgs& args) {
  const VSS_ID copy = snapshot(object, args.text("id"));
  return listed([&](Areas& management, IVssEnumMgmtObject** out) {
    return management.QueryDiffAreasForSnapshot(copy, out);
  });
}

Hr Script::SetVolumeProtectLevel(BackupObject&, const plan::StepArgs& args) {
  std::wstring volume = wide(args.text("volume"));
  const auto level = static_cast<VSS_PROTECTION_LEVEL>(args.word("level"));
  return managed<Protection>([&](Protection& management) {
    return management.SetVolumeProtectLevel(volume.data(), level);
  });
}

Hr Script::GetVolumeProtectLevel(BackupObject&, const plan::StepArgs& args) {
  std::wstring volume = wide(args.text("volume"));
  VSS_VOLUME_PROTECTION_INFO info{};
  return managed<Protection>([&](Protection& management) {
    return management.GetVolumeProtectLevel(volume.data(), &info);
  });
}

Hr Script::ClearVolumeProtectFault(BackupObject&, const plan::StepArgs& args) {
  std::wstring volume = wide(args.text("volume"));
  return managed<Protection>(
      [&](Protection& management) { return management.ClearVolumeProtectFault(volume.data()); });
}

Hr Script::DeleteUnusedDiffAreas(BackupObject&, const plan::StepArgs& args) {
  std::wstring storage = wide(args.text("storage"));
  return managed<Protection>(
      [&](Protection& management) { return management.DeleteUnusedDiffAreas(storage.data()); });
}

}  // namespace vsslab::requester

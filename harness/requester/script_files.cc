// Steps that work on files and services of the machine.

#include "requester/com_text.h"
#include "requester/files.h"
#include "requester/script.h"
#include "requester/service_control.h"

namespace vsslab::requester {

namespace {

Hr of_win32(std::uint32_t error) {
  return error == 0 ? hr::ok : static_cast<Hr>(0x80070000U | error);
}

template <class T>
Hr of(const Done<T>& done) {
  return done ? hr::ok : of_win32(done.error().error);
}

}  // namespace

Hr Script::CopyFile(BackupObject&, const plan::StepArgs& args) {
  return of(copy_file(expand(args.text("from")), expand(args.text("to"))));
}

Hr Script::MoveFile(BackupObject&, const plan::StepArgs& args) {
  const DWORD flags =
      MOVEFILE_REPLACE_EXISTING | (args.flag("atReboot") ? MOVEFILE_DELAY_UNTIL_REBOOT : 0);
  const BOOL moved = MoveFileExW(wide(expand(args.text("from"))).c_str(),
                                 wide(expand(args.text("to"))).c_str(), flags);
  return of_win32(moved ? 0 : GetLastError());
}

Hr Script::DeleteFile(BackupObject&, const plan::StepArgs& args) {
  return of_win32(DeleteFileW(wide(expand(args.text("path"))).c_str()) ? 0 : GetLastError());
}

Hr Script::ListDirectory(BackupObject&, const plan::StepArgs& args) {
  WIN32_FIND_DATAW data;
  const std::string all = expand(args.text("path")) + "\\*";
  const HANDLE found = FindFirstFileW(wide(all).c_str(), &data);
  if (found == INVALID_HANDLE_VALUE) return of_win32(GetLastError());
  FindClose(found);
  return hr::ok;
}

Hr Script::LoadDocument(BackupObject&, const plan::StepArgs& args) {
  auto text = read_file(expand(args.text("from")));
  if (text) documents_.insert_or_assign(args.text("as"), *text);
  return of(text);
}

Hr Script::ControlService(BackupObject&, const plan::StepArgs& args) {
  const std::string service = args.text("service");
  return of_win32(args.word("control") == 0 ? stop_service(service) : start_service(service));
}

}  // namespace vsslab::requester

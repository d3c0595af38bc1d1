// One lab: a simulated machine on which the parties of a run live as processes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/guid.h"
#include "core/hresult.h"
#include "core/prng.h"
#include "core/scheduler.h"
#include "win32/file_sharing.h"
#include "win32/services.h"

namespace vsslab {

class KernelObject;
class LabProcess;
class LabVss;
class Registry;
class VolumeSet;
class VssPort;

// 100 ns since 1601-01-01, as FILETIME counts. Virtual runs begin at 2026-01-01T00:00:00Z.
using FileTimeTicks = std::uint64_t;
inline constexpr FileTimeTicks kLabStart = 134'116'992'000'000'000ULL;

// What a process asked of COM's security, once, for its whole life.
struct ComSecurity {
  std::uint32_t authentication_level = 0;  // RPC_C_AUTHN_LEVEL_…
  std::uint32_t impersonation_level = 0;   // RPC_C_IMP_LEVEL_…
  std::uint32_t capabilities = 0;          // EOAC_…
};

// What a process did to a file through Windows' calls, told when the handle is closed, or when a
// call was refused.
struct FileReport {
  enum class What {
    read,
    written,
    removed,
    moved,            // to `to`
    moved_at_reboot,  // noted: to `to`, or removed when that is empty
    listed,           // a directory was searched
    directory_made,
  };
  What what = What::read;
  std::string path{};  // the volume's root or device and the path below it
  std::string to{};
  std::uint64_t bytes = 0;    // that went through the handle
  bool whole = false;         // from the first byte to the last, in order
  std::uint64_t digest = 0;   // of the content, when whole
  bool replaced = false;      // written, moved: a file was there before
  std::uint64_t folders = 0;  // listed: folders in it, without links and mounted ones
  std::uint32_t error = 0;    // Windows' code of the refusal
};

// A move that waits for the machine's next restart (MoveFileEx). Full names.
struct PendingMove {
  std::string from;
  std::string to;  // empty: the file is to be removed
  bool replace = false;
};

// Told of what crosses no VSS interface. Called on the scheduler's thread.
class LabObserver {
 public:
  virtual ~LabObserver() = default;
  // After the process's tasks have been stopped. `reason`: "exit" (main returned, or ExitProcess),
  // "terminate" (TerminateProcess on itself), "ctrl" (an unhandled console event), "crash" (an
  // exception left a thread), "killed" (the lab ended it).
  virtual void process_ended(LabProcess&, std::string_view /*reason*/,
                             std::uint32_t /*exit_code*/) {}
  // ReportEvent. `type`: "error", "warning", "information". The strings are joined by newlines.
  virtual void event_log(const LabProcess&, std::string_view /*source*/, std::string_view /*type*/,
                         std::uint32_t /*id*/, std::string_view /*text*/) {}
  virtual void com_security(const LabProcess&, const ComSecurity&) {}
  // ControlService, StartService; `error` 0 when the service did it.
  virtual void service_control(const LabProcess&, std::string_view /*service*/,
                               std::string_view /*control*/, std::uint32_t /*error*/) {}
  // Whether file_used wants to hear of this process.
  virtual bool watches_files(const LabProcess&) { return false; }
  virtual void file_used(const LabProcess&, const FileReport&) {}
};

struct Lab {
  explicit Lab(Scheduler& scheduler_in, std::uint64_t seed = 42);
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  Scheduler& scheduler;
  VolumeSet* volumes = nullptr;  // not owned; null: no file can be opened
  LabVss* vss = nullptr;         // not owned; what CreateWriter and CreateVssBackupComponents find
  std::vector<LabObserver*> observers;  // not owned; called in this order
  FileTimeTicks start = kLabStart;
  std::string computer_name = "LAB";
  bool client = false;  // Windows for clients, not a server
  // CoCreateInstance for classes that the lab offers; none when empty.
  std::function<Hr(const Guid& clsid, const Guid& iid, void** out)> create_instance;

  // What GetProcAddress finds in vssapi.dll, by the names that the library exports.
  std::map<std::string, void (*)(), std::less<>> vssapi_exports;

  // The service in another process, instead of `vss`; not owned.
  VssPort* remote_vss = nullptr;
  // What a process prints, as it prints it; not needed to keep it.
  std::function<void(const LabProcess&, std::string_view utf8)> console;

  Prng guids;  // CoCreateGuid
  FileSharing sharing;
  LabServices services;
  std::vector<PendingMove> pending_moves;
  // In the order of their start; they stay after their end.
  std::vector<std::unique_ptr<LabProcess>> processes;
  std::map<std::string, std::weak_ptr<KernelObject>, std::less<>> named_objects;
  std::shared_ptr<Registry> registry;  // made when it is first asked for
};

// The lab of the running task's process, or the default lab: the one that was made last and still
// exists. Null when there is none.
Lab* current_lab();

}  // namespace vsslab

// What the service knows: the writers that registered, the backup objects that exist, the providers
// and the shadow copies.
#pragma once

#include <windows.h>

#include <vss.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/guid.h"
#include "core/hresult.h"
#include "core/scheduler.h"
#include "journal/event.h"
#include "metadata/backup_components.h"
#include "metadata/writer_metadata.h"
#include "service/call_order.h"
#include "service/latch.h"
#include "service/writer_event.h"

class CVssWriter;
class IVssSoftwareSnapshotProvider;
class IVssProviderCreateSnapshotSet;
class IVssProviderNotifications;

namespace vsslab {

using metadata::BackupComponents;
using metadata::ComponentEntry;
using metadata::WriterComponents;
using metadata::WriterMetadata;

class LabProcess;
struct BackupSession;
struct WriterSession;

// A handler that runs now; the writer's helper calls belong to it.
struct HandlerFrame {
  WriterEvent event = WriterEvent::identify;
  BackupSession* session = nullptr;
  WriterSession* in = nullptr;
  TaskId task = 0;
  Seq enter = 0;
  bool code_set = false;
  Hr code = hr::ok;
  Hr application_code = hr::ok;
  std::string application_text;
};

// A writer object that called CreateWriter.
struct WriterRecord {
  ActorId actor = 0;
  std::string name;  // the actor's
  CVssWriter* object = nullptr;
  LabProcess* process = nullptr;
  TaskContext context;
  bool extended = false;  // CreateWriterEx: OnIdentifyEx may be overridden
  Guid class_id;
  Guid instance_id;
  std::string friendly_name;
  std::string instance_name;
  std::uint32_t major_version = 0;
  std::uint32_t minor_version = 0;
  VSS_APPLICATION_LEVEL level = VSS_APP_FRONT_END;
  Duration freeze_limit{0};
  std::uint32_t usage = 0;
  std::uint32_t source = 0;
  bool introduced = false;  // Initialize was called, well or not
  bool initialized = false;
  bool subscribed = false;
  bool gone = false;
  // Identify may come at any time; the other events of a writer are delivered one after another.
  bool busy = false;
  WaitQueue gate;
  std::vector<HandlerFrame*> frames;
  std::size_t sessions_open = 0;
  // As the last session left it: what is told to those who ask without a session of their own.
  VSS_WRITER_STATE last_state = VSS_WS_STABLE;
  Hr last_code = hr::ok;
  // Of an express writer: the document, in place of a running program.
  std::shared_ptr<const WriterMetadata> stored;
  std::string stored_xml;
};

// A writer in one session.
struct WriterStatus {
  VSS_WRITER_STATE state = VSS_WS_STABLE;
  Hr code = hr::ok;
  Hr application_code = hr::ok;
  std::string application_text;
};

struct WriterSession : WriterStatus {  // as it is now
  WriterRecord* writer = nullptr;
  Guid instance_id;
  WriterStatus gathered;  // as the last GatherWriterStatus found it: what GetWriterStatus tells
  bool identified = false;
  std::shared_ptr<const WriterMetadata> metadata;
  std::string metadata_xml;
  std::shared_ptr<void> create_metadata;  // the object that Identify was handed

  // Its entry in the Backup Components Document, once a component of it was added.
  std::optional<std::size_t> document_entry;

  bool has_slot = true;       // a session slot was left when the operation began
  bool in_operation = false;  // it got a backup (or restore) event
  bool active = true;         // and still gets the next one
  bool in_freeze = false;     // the handler runs
  bool froze = false;
  bool thawed = false;
  bool past_post_snapshot = false;
  bool aborted = false;
  TimerId freeze_timer = 0;
  std::uint32_t delivered_early = 0;  // bits of WriterEvent
  std::shared_ptr<Ticket> pending;
  WriterEvent pending_event = WriterEvent::identify;
};

struct ProviderRecord {
  std::string name;
  ActorId actor = 0;
  Guid id;
  int type = 0;  // VSS_PROVIDER_TYPE
  TaskContext context;
  IVssSoftwareSnapshotProvider* software = nullptr;
  IVssProviderCreateSnapshotSet* create = nullptr;
  IVssProviderNotifications* notifications = nullptr;
  bool loaded = false;
  bool gone = false;  // its process has ended
  // Event log entries of vetoes that the scenario asks for: written once no writes are held.
  std::vector<std::string> vetoes_to_log;
};

struct SnapshotEntry {
  Guid snapshot_id;
  std::string volume;  // root or \\?\Volume{…}\ with the trailing backslash
  ProviderRecord* provider = nullptr;
};

// A finished shadow copy.
struct SnapshotRecord {
  Guid id;
  Guid set_id;
  std::string volume;
  std::string device;
  ProviderRecord* provider = nullptr;
  std::uint32_t attributes = 0;
  std::uint32_t session = 0;
  std::string exposed;           // name, empty when hidden
  std::string exposed_path;      // of the copy's volume, when a share
  std::uint32_t exposed_as = 0;  // VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY or _REMOTELY
};

struct SnapshotSet {
  Guid id;
  std::vector<SnapshotEntry> entries;
  bool created = false;
  bool holds_writes = false;
};

// One IVssBackupComponents object.
struct BackupSession {
  std::uint32_t number = 0;
  Guid session_id;
  ActorId actor = 0;
  std::string requester;
  LabProcess* process = nullptr;

  ObjectState state = ObjectState::created;
  bool for_restore = false;
  bool context_set = false;
  std::uint32_t context = 0;
  bool state_set = false;  // SetBackupState was called
  bool gathered = false;
  bool started_from_document = false;
  bool closed = false;

  bool any_enabled = false;
  std::vector<Guid> enabled_classes;
  std::vector<Guid> disabled_classes;
  std::vector<Guid> disabled_instances;

  std::vector<std::unique_ptr<WriterSession>> writers;
  // Those that failed Identify: their handlers may still be under way.
  std::vector<std::unique_ptr<WriterSession>> unidentified;
  std::unordered_map<Guid, WriterSession*> by_instance;  // those with a document; for look-ups only
  std::vector<WriterSession*> identified;                // the same, in the order of the gather
  BackupComponents document;
  std::uint32_t backup_type = 1;   // VSS_BACKUP_TYPE
  std::uint32_t restore_type = 0;  // VSS_RESTORE_TYPE

  std::optional<SnapshotSet> set;
  bool snapshot_made = false;
  bool cancel_requested = false;
  std::shared_ptr<Latch> cancels;  // a wait that a cancellation ends at once
  bool running = false;            // an asynchronous operation runs
  WaitQueue idle;                  // waits for it to end
  std::string last_operation;
  bool status_gathered = false;
  std::string status_after;  // the operation that the gathered status is of
  // Status asked for before the writers were gathered: those that are registered.
  std::vector<std::unique_ptr<WriterSession>> status_only;
  const std::vector<std::unique_ptr<WriterSession>>& status_list() const {
    return gathered ? writers : status_only;
  }

  // Calls that a wire fault holds back, by the call that lets them go.
  std::multimap<std::string, std::function<void()>, std::less<>> held_back;
  // Provider calls that a wire fault let happen early.
  std::vector<std::string> provider_calls_done;

  bool without_writers() const { return (context & VSS_VOLSNAP_ATTR_NO_WRITERS) != 0; }
  bool auto_release() const { return (context & VSS_VOLSNAP_ATTR_NO_AUTO_RELEASE) == 0; }
  OrderFacts facts() const { return {state, without_writers(), gathered}; }
};

}  // namespace vsslab

// The service behind LabVss. Split by reason: writers.cc (registration and the writer's helper
// calls), delivery.cc (events to writers), providers.cc, coordinator.cc (making a set), sessions.cc
// (backup objects coming and going).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/limits.h"
#include "core/prng.h"
#include "service/lab_vss.h"
#include "service/session.h"
#include "service/wire.h"
#include "win32/lab.h"

namespace vsslab {

class Volume;

std::string_view provider_type_name(int type);  // "VSS_PROV_SYSTEM"

// The functions of vssapi.dll, for GetProcAddress.
void register_exports(Lab& lab);

// Why a set ended that the requester cancelled or left; the asynchronous call then reports
// VSS_S_ASYNC_CANCELLED.
inline constexpr Hr kCancelled = static_cast<Hr>(0x80004004);  // E_ABORT

class LabVss::Impl {
 public:
  Impl(Lab& lab_in, Journal& journal_in, Options options);
  ~Impl();

  Lab& lab;
  Scheduler& scheduler;
  Journal& journal;
  Wire wire;
  Prng prng;
  std::string profile;
  const Duration writer_response_limit;
  const Duration provider_response_limit;
  ActorId service_actor;

  std::vector<std::unique_ptr<WriterRecord>> writers;
  std::vector<std::unique_ptr<WriterRecord>> express;  // also those that are no longer registered
  // Of one process, in the order of their making; for look-ups only.
  std::unordered_map<const void*, std::vector<WriterRecord*>> writers_of;
  std::vector<std::unique_ptr<ProviderRecord>> providers;
  std::vector<std::shared_ptr<BackupSession>> sessions;  // open ones
  // Processes that have made a backup object: their actor, and their latest object's session, 0
  // when it is released.
  struct RequesterProcess {
    ActorId actor = 0;
    std::uint32_t session = 0;
  };
  std::unordered_map<const void*, RequesterProcess> requesters;
  std::vector<SnapshotRecord> snapshots;
  // Providers that a program has registered through IVssAdmin, by their class.
  struct RegisteredClass {
    Guid id;
    Guid class_id;
    std::string name;
    int type = 0;  // VSS_PROVIDER_TYPE
    std::string version;
    Guid version_id;
  };
  std::vector<RegisteredClass> registered_classes;
  BackupSession* creating = nullptr;  // holds the one creation slot
  std::uint32_t sessions_made = 0;
  std::uint32_t asyncs_made = 0;
  bool down = false;
  std::uint64_t events_logged = 0;                              // entries in the event log
  std::vector<std::pair<std::string, Guid>> kept_instance_ids;  // by writer

  // ---- recording ----
  Seq fact(const BackupSession* session, std::string_view name, Seq cause, Args args = {},
           std::int32_t document = -1, std::optional<Hr> hr = std::nullopt);
  // Puts a session's document into the journal: its text, and the model where both say the same.
  std::int32_t keep_document(const metadata::BackupComponents& document, std::string text);
  void event_log(const BackupSession* session, Seq cause, std::string_view type, int id,
                 std::string_view text, std::string_view party);
  std::string actor_name_for(const LabProcess& process, ActorKind kind);

  // ---- watch.cc ----
  std::optional<ActorId> actor_of(const void* owner) const;
  void watch_volumes();
  // What writers print becomes events, line by line.
  void watch_consoles();
  bool watches_consoles = false;
  void printed(const LabProcess& process, std::string_view text);
  struct Printed {
    std::string line;  // without its end so far
    std::size_t lines = 0;
  };
  std::unordered_map<const void*, Printed> said_by;

  // ---- writers (writers.cc) ----
  WriterRecord* find_writer(const Guid& instance);
  void record_state(BackupSession& session, WriterSession& writer, Seq cause);

  // ---- express_writer.cc ----
  bool is_express(const Guid& writer) const;  // one with this class is registered
  void register_express(const metadata::WriterMetadata& document, Seq cause);
  void unregister_express(const Guid& writer, Seq cause);

  // ---- delivery.cc ----
  // Sends `event` to one writer in a task of its own.
  std::shared_ptr<Ticket> deliver(const std::shared_ptr<BackupSession>& session,
                                  WriterSession& writer, WriterEvent event, Seq cause,
                                  const std::shared_ptr<Latch>& latch);
  // Sends `event` to every writer that `wanted` picks and waits for all.
  void deliver_all(const std::shared_ptr<BackupSession>& session, WriterEvent event, Seq cause,
                   const std::function<bool(const WriterSession&)>& wanted);
  void start_freeze_timer(const std::shared_ptr<BackupSession>& session, WriterSession& writer,
                          Seq cause);
  // Abort to one writer, once; nobody waits for it.
  void send_abort(const std::shared_ptr<BackupSession>& session, WriterSession& writer, Seq cause);
  // Abort to the writers of the operation that are not past PostSnapshot (X06).
  void abort_writers(const std::shared_ptr<BackupSession>& session, Seq cause);
  void writer_lost(WriterRecord& writer, std::string_view reason);
  void let_go_before(const std::shared_ptr<BackupSession>& session, std::string_view call,
                     Seq cause);
  void let_go_after(const std::shared_ptr<BackupSession>& session, std::string_view call);

  // ---- provider_admin.cc ----
  bool is_registered(const Guid& id);
  Hr unregister_provider(const Guid& id);
  std::vector<VSS_OBJECT_PROP> provider_list();
  // Makes the objects of registered classes that some program offers by now.
  void wake_registered_providers();

  // ---- providers.cc ----
  ProviderRecord* find_provider(const Guid& id);
  void journal_registration(std::string_view name, const Guid& id, int type, Hr result);
  // Asks the object for its interfaces; E_NOINTERFACE when it lacks one that VSS needs.
  Hr add_provider(std::string_view name, const Guid& id, int type, IUnknown* provider,
                  TaskContext context);
  // Loads it (OnLoad) before its first use.
  Hr load(ProviderRecord& provider, Seq cause);
  // The provider for a volume: the named one, or by the documented choice.
  Hr choose_provider(BackupSession& session, const Guid& id, std::string_view volume, Seq cause,
                     ProviderRecord*& chosen);
  Hr is_volume_supported(BackupSession& session, ProviderRecord& provider, std::string_view volume,
                         Seq cause, bool& supported);
  // What the requester is told of a provider's result.
  Hr translate(const BackupSession& session, const ProviderRecord& provider,
               std::string_view method, Hr result, Seq cause);
  struct Called {
    Hr hr;
    Seq leave;
  };
  // What a call answered beside its HRESULT; stands in its leave behind the arguments.
  using Answers = std::vector<std::pair<std::string_view, std::string>>;
  // One provider call on the wire, in a task of its own, given up at `limit`; `call` and `answered`
  // own what they read and write, because the call may return later. `session`: 0 for none.
  Called call_provider(std::uint32_t session, ProviderRecord& provider, std::string_view method,
                       Seq cause, Args args, std::function<Hr()> call,
                       std::function<Answers()> answered = {},
                       std::optional<Duration> limit = std::nullopt);
  // The same in the current task, for as long as it takes.
  Called call_provider_here(std::uint32_t session, ProviderRecord& provider,
                            std::string_view method, Seq cause, Args args,
                            const std::function<Hr()>& call,
                            const std::function<Answers()>& answered = {});
  // The provider's account of a copy, and what the service itself knows: how it is exposed.
  Called snapshot_properties(std::uint32_t session, ProviderRecord& provider, const Guid& id,
                             Seq cause, VSS_SNAPSHOT_PROP& out);
  // Vetoes that the scenario asked for go to the event log, unless writes are held.
  void log_vetoes();
  // Takes back what made a copy visible.
  // Makes the copy's files readable under the name; false when it cannot be.
  bool show(const SnapshotRecord& record, const std::string& name, bool locally,
            const std::string& path_from_root);
  void hide(SnapshotRecord& record);
  // DeleteSnapshots of one copy.
  Called delete_copy(const BackupSession& session, ProviderRecord& provider, const Guid& id,
                     bool force, Seq cause);
  // A set-wide call to every provider of the set, at once; the first failure.
  Hr call_set(const std::shared_ptr<BackupSession>& session, std::string_view method, Seq cause,
              std::optional<Duration> limit = std::nullopt);
  void delete_snapshot_records(const BackupSession* session, std::string_view reason, Seq cause,
                               const std::function<bool(const SnapshotRecord&)>& which);

  Volume* volume(std::string_view name);

  // A call of IVssProviderCreateSnapshotSet.
  static bool is_set_call(std::string_view method);

  // ---- coordinator.cc ----
  Hr make_set(const std::shared_ptr<BackupSession>& session, Seq cause);
  void end_set(BackupSession& session, Seq cause, std::string_view result);

  // ---- sessions.cc ----
  std::shared_ptr<BackupSession> open_session(LabProcess& process);
  void gather(const std::shared_ptr<BackupSession>& session, Seq cause);
  void prepare_for_backup(const std::shared_ptr<BackupSession>& session, Seq cause);
  // What the wire does to a requester's call on its way. A code: the call goes no further.
  std::optional<Hr> requester_fault(LabProcess& requester, std::string_view call);
  void request_cancel(BackupSession& session);
  void abort_backup(const std::shared_ptr<BackupSession>& session, Seq cause);
  // The object's last reference went, or its process died.
  void close_session(const std::shared_ptr<BackupSession>& session, Seq cause);
  void release_copies(const std::shared_ptr<BackupSession>& session, Seq cause);
  bool takes_part(const BackupSession& session, const WriterSession& writer) const;
};

}  // namespace vsslab

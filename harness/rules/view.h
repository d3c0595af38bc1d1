// RunView: a journal indexed once, for rules. Built in linear time; everything it hands out points
// into the journal or into the view, and lives as long as both.
//
// An `enter` and its `leave` are one Call; an instant is a Call whose leave is its enter. A Call
// without a leave never came back within the journal.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/limits.h"
#include "core/time.h"
#include "journal/journal.h"
#include "rules/names.h"

namespace vsslab {

namespace metadata {
struct WriterMetadata;
struct BackupComponents;
}  // namespace metadata

namespace rules {

// A requester's object before a call, re-derived from the journal alone (spec: state machines 1.1,
// 2), whatever the service claimed. A call that succeeded counts, also where it should have been
// refused.
enum class RequesterState : std::uint8_t {
  created,                // B0
  init,                   // B1
  gathering,              // B2
  gathered,               // B3
  set_open,               // B4
  preparing,              // B5
  prepared,               // B6
  snapping,               // B7
  snapped,                // B8
  completing,             // B9
  completed,              // B10
  snap_failed,            // BF
  aborted,                // BA
  released,               // BX, RX
  restore_init,           // R1
  restore_gathering,      // R1 with GatherWriterMetadata under way
  restore_gathered,       // R2
  restore_pre_running,    // PreRestore under way
  restore_pre_restored,   // R3
  restore_post_running,   // PostRestore under way
  restore_post_restored,  // R4
};
std::string_view requester_state_name(RequesterState state);  // "B4 SetOpen"

// What is known of a requester's object at one moment.
struct RequesterFacts {
  RequesterState state = RequesterState::created;
  bool gathered = false;          // GatherWriterMetadata has finished once
  bool gather_called = false;     // and was called
  bool backup_state_set = false;  // SetBackupState succeeded
  bool context_set = false;       // SetContext succeeded
  bool status_gathered = false;   // GatherWriterStatus has finished
  bool set_started = false;       // StartSnapshotSet succeeded
  bool prepared = false;          // PrepareForBackup finished well
  bool snapped = false;           // DoSnapshotSet finished well
  bool busy = false;              // some async of this object is still running
};

inline constexpr std::uint32_t kNone = UINT32_MAX;

// One cache line: with ten thousand writers a rule that looks at each writer's calls pays for each
// line that it touches. What most rules ask for is copied from the events.
struct Call {
  const Event* enter = nullptr;
  const Event* leave = nullptr;  // == enter for an instant; null when it never came back
  Seq enter_seq = 0;
  Seq leave_seq = 0;
  Hr code = hr::ok;  // at return; S_OK when the journal has none
  Ev name = Ev::unknown;
  ActorKind kind = ActorKind::lab;
  // Writer calls that came back, as their arguments have it: see returned_true() and its like.
  bool said_true = false, said_false = false, blew_up = false;
  std::uint32_t writer = kNone;   // index into writers(), of writer calls
  std::uint32_t session = kNone;  // index into sessions()
  std::uint32_t facts = kNone;    // requester calls: see RunView::before()
  std::uint32_t around = kNone;   // writer calls: index of the handler that was running
  std::uint32_t named = kNone;    // requester calls: index into participations(), by `writer`

  Seq seq() const { return enter_seq; }
  Seq last_seq() const { return leave ? leave_seq : enter_seq; }
  Time begin() const { return enter->t; }
  Time end() const { return leave->t; }  // only when returned()
  bool returned() const { return leave != nullptr; }
  bool instant() const { return leave == enter; }
  std::uint32_t thread() const { return enter->thread; }
  Hr hr() const { return code; }
  bool ok() const { return leave != nullptr && succeeded(code); }
  bool refused() const { return leave != nullptr && failed(code); }
  // Completely before `other` began, by order of the journal.
  bool before(const Call& other) const { return leave && leave_seq < other.enter_seq; }
  bool began_before(const Call& other) const { return enter_seq < other.enter_seq; }
};
static_assert(sizeof(Call) == 64);

// How many elements the lists of a view have handed to rules on this thread. A test holds it
// against the length of a journal: a rule that walks one list for each element of another shows
// here, on any machine.
inline thread_local std::uint64_t elements_offered = 0;

// A list of the view, counted when somebody begins to walk it.
template <class Item>
class Offered : public std::span<const Item> {
 public:
  using std::span<const Item>::span;
  Offered(const std::vector<Item>& items) : std::span<const Item>(items) {}
  auto begin() const {
    elements_offered += this->size();
    return std::span<const Item>::begin();
  }
};

// The calls of a long list by name, in the order they began.
struct CallsByName {
  std::vector<const Call*> calls;
  std::array<std::uint32_t, kEventNames + 1> begins{};

  std::span<const Call* const> of(Ev name) const {
    const auto at = static_cast<std::size_t>(name);
    return std::span(calls).subspan(begins[at], begins[at + 1] - begins[at]);
  }
};

// Calls in the order they began. Cheap to copy; empty ones are fine. Asking for a name costs no
// walk through a long list, and in a short one touches no other call.
class CallList {
 public:
  CallList() = default;
  // `names`: of these very calls; `by_name`: the same, sorted, for lists that are long. The caller
  // keeps them.
  CallList(std::span<const Call* const> calls, const Ev* names,
           const CallsByName* by_name = nullptr)
      : calls_(calls), names_(names), by_name_(by_name) {}

  auto begin() const {
    elements_offered += calls_.size();
    return calls_.begin();
  }
  auto end() const { return calls_.end(); }
  std::size_t size() const { return calls_.size(); }
  bool empty() const { return calls_.empty(); }
  const Call& operator[](std::size_t index) const { return *calls_[index]; }

  const Call* first(Ev name) const;
  const Call* last(Ev name) const;
  std::vector<const Call*> all(Ev name) const;
  std::size_t count(Ev name) const;
  bool has(Ev name) const { return first(name) != nullptr; }
  const Call* first_ok(Ev name) const;  // the first that returned with success
  // The first/last `name` that began after/before the event `seq`.
  const Call* next(Ev name, Seq seq) const;
  const Call* previous(Ev name, Seq seq) const;
  // Those that began after the event `after`, and before the event `before`.
  CallList between(Seq after, Seq before = std::numeric_limits<Seq>::max()) const;

 private:
  // The place of the first from `from` on; size() when there is none.
  std::size_t find(Ev name, std::size_t from) const;

  std::span<const Call* const> calls_;
  const Ev* names_ = nullptr;
  const CallsByName* by_name_ = nullptr;
};

struct VolumeInSet {
  std::string_view volume;
  std::string_view provider;  // as asked for
  std::string_view snapshot;  // id
  const Call* add = nullptr;  // AddToSnapshotSet
};

// A set in creation: from StartSnapshotSet to its end.
struct SnapshotSet {
  std::string_view id;
  std::uint32_t session = kNone;
  const Call* start =
      nullptr;                 // StartSnapshotSet that succeeded; null when only the service saw it
  const Call* make = nullptr;  // the DoSnapshotSet that was admitted
  const Event* end = nullptr;  // SnapshotSetEnded, or what shows that it is over
  std::string_view result;     // "created", "failed", "aborted"; "" while open
  std::vector<VolumeInSet> volumes;  // those that AddToSnapshotSet accepted
};

struct Session {
  std::uint32_t number = 0;    // the journal's s-number
  std::string_view requester;  // actor's name
  ActorId actor = 0;
  std::uint32_t context = 0;  // VSS_SNAPSHOT_CONTEXT with attributes
  bool restore = false;
  bool component_mode = true;          // as SetBackupState said; true before
  std::string_view backup_type;        // "VSS_BT_FULL"; "" before SetBackupState
  const Call* end = nullptr;           // Release or ProcessExit; null when the journal ends first
  bool crashed = false;                // the process ended without Release
  CallList calls;                      // the requester's
  CallList service;                    // the service's in this session
  CallList providers;                  // all providers' in this session
  std::vector<std::uint32_t> writers;  // indices into participations()
  std::vector<std::uint32_t> sets;     // indices into sets()

  bool no_writers() const { return context != 0xFFFFFFFF && (context & 0x10) != 0; }
};

// One writer in one session.
struct Participation {
  std::uint32_t writer = kNone;
  std::uint32_t session = kNone;
  CallList calls;                         // its handlers and what it called, in this session
  CallList states;                        // WriterState of the service about it
  const Event* metadata = nullptr;        // WriterMetadata that was accepted
  const Event* gone = nullptr;            // WriterGone
  const Event* limit_passed = nullptr;    // the first FreezeLimitPassed
  const Event* not_responding = nullptr;  // VSS stopped waiting for a handler that does not return
};

struct WriterInfo {
  std::string_view name;  // actor's
  ActorId actor = 0;
  const Call* initialize = nullptr;  // the first Initialize(Ex) that succeeded, or the first at all
  std::string_view writer_id;        // "" when no Initialize is in the journal
  std::string_view friendly_name;
  std::string_view instance;
  Duration freeze_limit = limits::kFreezeLimitDefault;
  int level = 3;                        // VSS_APPLICATION_LEVEL; 3 front end
  CallList calls;                       // all, in any session
  std::vector<std::uint32_t> sessions;  // indices into participations()
};

struct ProviderInfo {
  std::string_view name;
  ActorId actor = 0;
  std::string_view id;
  std::string_view type;  // "VSS_PROV_SYSTEM"; "" when unknown
  CallList calls;
};

constexpr std::string_view kNullGuid = "00000000-0000-0000-0000-000000000000";

}  // namespace rules

class RunView {
 public:
  using Call = rules::Call;
  using CallList = rules::CallList;
  using Ev = rules::Ev;
  using Session = rules::Session;
  using WriterInfo = rules::WriterInfo;
  using Participation = rules::Participation;
  using ProviderInfo = rules::ProviderInfo;
  using SnapshotSet = rules::SnapshotSet;
  using RequesterFacts = rules::RequesterFacts;

  explicit RunView(const Journal& journal);
  ~RunView();
  RunView(const RunView&) = delete;
  RunView& operator=(const RunView&) = delete;

  const Journal& journal() const { return journal_; }
  // The journal ends because the run was over, so what is missing did not happen.
  bool complete() const { return complete_; }
  Time end_time() const;

  CallList calls() const;       // of any actor
  CallList all(Ev name) const;  // the same, of one name
  rules::Offered<Session> sessions() const { return sessions_; }
  rules::Offered<WriterInfo> writers() const { return writers_; }
  rules::Offered<Participation> participations() const { return participations_; }
  rules::Offered<ProviderInfo> providers() const { return providers_; }
  rules::Offered<SnapshotSet> sets() const { return sets_; }
  CallList service_calls() const { return service_calls_; }
  CallList lab_calls() const { return lab_calls_; }

  const WriterInfo& writer(const Participation& part) const { return writers_[part.writer]; }
  const Session& session(const Participation& part) const { return sessions_[part.session]; }
  const Session* session(const Call& call) const {
    return call.session == rules::kNone ? nullptr : &sessions_[call.session];
  }
  const WriterInfo* find_writer(std::string_view name) const;  // actor's name, else friendly name
  const ProviderInfo* find_provider(std::string_view name) const;  // actor's name, else its id
  const Participation* find_participation(const WriterInfo& writer, const Session& session) const;
  // The first in the session whose writer has this instance or class id, in lower case without
  // braces.
  const Participation* find_participation(const Session& session, const std::string& id) const;

  // The call's argument: of the leave when it has it, else of the enter.
  std::optional<std::string_view> arg(const Call& call, std::string_view key) const;
  std::optional<std::string_view> arg(const Event& event, std::string_view key) const {
    return journal_.arg(event, key);
  }
  bool arg_is(const Call& call, std::string_view key, std::string_view value) const;
  std::optional<Duration> arg_duration(const Call& call, std::string_view key) const;
  std::optional<std::uint32_t> arg_mask(const Call& call, std::string_view key) const;
  std::optional<Hr> arg_hr(const Call& call, std::string_view key) const;
  std::string_view actor_name(const Call& call) const {
    return journal_.actor(call.enter->actor).name;
  }

  // The call to which an event belongs.
  const Call* call_of(Seq seq) const;
  // The requester's object just before a call of it.
  const RequesterFacts& before(const Call& call) const { return facts_[call.facts]; }
  // How the operation that this call started ended: AsyncFinished, or what Wait and QueryStatus
  // said. Nothing while it runs.
  struct AsyncEnd {
    Seq seq = 0;
    Time t{0};
    Hr hr = 0;
  };
  std::optional<AsyncEnd> async_end(const Call& call) const;
  // The last SetWriterFailure(Ex) with a code other than S_OK that was made while the handler ran;
  // null when there was none.
  const Call* failure_set_in(const Participation& part, const Call& handler) const;
  // The handler of the same writer during which this call was made: by its thread when the journal
  // tells threads, else the innermost open one. Null when none was open.
  const Call* handler_around(const Call& call) const;

  // What several rules derive from the view is made once: by `make`, a function of the view.
  template <class Value>
  const Value& derived(Value (*make)(const RunView&)) const {
    std::shared_ptr<void>& known = derived_[reinterpret_cast<const void*>(make)];
    if (known == nullptr) known = std::make_shared<Value>(make(*this));
    return *static_cast<const Value*>(known.get());
  }

  // A document as its typed model; null when it does not parse. Parsed once, on first use.
  const metadata::WriterMetadata* writer_metadata(std::int32_t document) const;
  const metadata::BackupComponents* backup_components(std::int32_t document) const;

 private:
  class Builder;
  struct Documents;

  const Journal& journal_;
  bool complete_ = false;
  std::vector<Call> calls_;             // an actor's together
  std::vector<std::uint32_t> call_of_;  // by seq - 1
  std::vector<const Call*> in_order_;   // all, as they began
  std::vector<Ev> in_order_names_;
  std::vector<const Call*> by_name_;  // grouped by name
  std::vector<Ev> by_name_names_;
  std::vector<std::uint32_t> by_name_begin_;
  std::vector<const Call*> grouped_;  // storage behind all other CallLists
  std::vector<Ev> grouped_names_;
  std::deque<rules::CallsByName> long_lists_;
  std::vector<Session> sessions_;
  std::vector<WriterInfo> writers_;
  std::vector<Participation> participations_;
  std::vector<ProviderInfo> providers_;
  std::vector<SnapshotSet> sets_;
  std::vector<RequesterFacts> facts_;
  std::vector<std::pair<const Call*, AsyncEnd>> async_ends_;  // sorted by the call's seq
  std::unordered_map<std::string_view, std::uint32_t> writer_by_name_;
  // By session and id, filled when somebody asks.
  using PartsById = std::unordered_map<std::string, const Participation*>;
  mutable std::unordered_map<const Session*, PartsById> parts_by_id_;
  std::unordered_map<std::string_view, std::uint32_t> provider_by_name_;  // and by id
  std::unordered_map<std::uint64_t, std::uint32_t> participation_of_;     // by writer and session
  // Failures that writers set, by participation and the handler that the call names, in order.
  std::unordered_map<std::uint64_t, std::vector<const Call*>> failures_;
  mutable std::unordered_map<const void*, std::shared_ptr<void>> derived_;
  CallList service_calls_;
  CallList lab_calls_;
  std::unique_ptr<Documents> documents_;
};

namespace rules {
// How a handler ended, from the arguments of its leave. An exception or a crash is no return.
inline bool returned_true(const Call& handler) { return handler.said_true; }
inline bool returned_false(const Call& handler) { return handler.said_false; }
inline bool blew_up(const Call& handler) { return handler.blew_up; }
}  // namespace rules

}  // namespace vsslab

#include "rules/view_builder.h"

#include <algorithm>
#include <charconv>

namespace vsslab {

using rules::Ev;
using rules::kNone;

namespace rules {

std::optional<std::uint32_t> parse_mask(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || rest != end || text.empty()) return std::nullopt;
  return value;
}

}  // namespace rules

void RunView::Builder::build() {
  const auto events = journal_.events();
  view_.complete_ = journal_.meta.ended == "quiet" && journal_.meta.clock != "imported";
  place_calls();
  view_.call_of_.assign(events.size(), 0);
  members_.reserve(events.size() * 2);
  name_events();
  make_parties();
  for (std::size_t i = 0; i < events.size(); ++i) walk(events[i], names_[i]);
  order_calls();
  group_by_name();
  fill_groups();
  for (Call& call : view_.calls_) note_named(call);
  std::sort(async_ends_.begin(), async_ends_.end(), [&](const auto& a, const auto& b) {
    return view_.calls_[a.first].seq() < view_.calls_[b.first].seq();
  });
  view_.async_ends_.reserve(async_ends_.size());
  for (const auto& [call, end] : async_ends_)
    view_.async_ends_.emplace_back(&view_.calls_[call], end);
}

// Where the calls of each actor will stand: together, as they begin. A leave that ends no call is
// one of its own and stands behind them all.
void RunView::Builder::place_calls() {
  const auto events = journal_.events();
  next_call_.assign(journal_.actors().size(), 0);
  for (const Event& event : events) {
    if (event.phase != Phase::leave) ++next_call_[event.actor];
  }
  std::uint32_t total = 0;
  for (std::uint32_t& next : next_call_) total += std::exchange(next, total);
  view_.calls_.reserve(events.size());  // calls never move
  view_.calls_.resize(total);
}

// Names are interned by the journal: one address is one name, so most are found without hashing.
void RunView::Builder::name_events() {
  struct Slot {
    const char* address = nullptr;
    std::size_t size = 0;
    Ev name = Ev::unknown;
  };
  std::array<Slot, 256> cache{};
  names_.reserve(journal_.events().size());
  for (const Event& event : journal_.events()) {
    Slot& slot = cache[(reinterpret_cast<std::uintptr_t>(event.name.data()) >> 2) % cache.size()];
    if (slot.address != event.name.data() || slot.size != event.name.size()) {
      slot = {event.name.data(), event.name.size(), rules::find_event(event.name)};
    }
    names_.push_back(slot.name);
    has_async_finished_ |= slot.name == Ev::async_finished;
    has_set_ended_ |= slot.name == Ev::snapshot_set_ended;
  }
}

void RunView::Builder::make_parties() {
  const auto actors = journal_.actors();
  writer_of_actor_.assign(actors.size(), kNone);
  provider_of_actor_.assign(actors.size(), kNone);
  for (ActorId id = 0; id < actors.size(); ++id) {
    if (actors[id].kind == ActorKind::writer) {
      const std::uint32_t index = writer_named(actors[id].name);
      view_.writers_[index].actor = id;
      writer_of_actor_[id] = index;
    } else if (actors[id].kind == ActorKind::provider) {
      provider_of_actor_[id] = static_cast<std::uint32_t>(view_.providers_.size());
      ProviderInfo& provider = view_.providers_.emplace_back();
      provider.name = actors[id].name;
      provider.actor = id;
      view_.provider_by_name_.emplace(provider.name, provider_of_actor_[id]);
      provider_group_.push_back(new_group());
    }
  }
}

std::uint32_t RunView::Builder::writer_named(std::string_view name) {
  const auto next = static_cast<std::uint32_t>(view_.writers_.size());
  const auto [entry, made] = view_.writer_by_name_.emplace(name, next);
  if (made) {
    WriterInfo& writer = view_.writers_.emplace_back();
    writer.name = name;
    writer.actor = kNone;
    writer_group_.push_back(new_group());
    open_handlers_.emplace_back();
    alive_parts_.emplace_back();
  }
  return entry->second;
}

void RunView::Builder::walk(const Event& event, Ev name) {
  const ActorKind kind = journal_.actor(event.actor).kind;
  std::uint32_t call = kNone;
  bool begins = true;
  if (event.phase == Phase::leave) {
    call = find_open(event, name);
    begins = call == kNone;
  }
  if (begins) call = begin_call(event, name, kind);
  if (event.phase != Phase::enter) {
    Call& over = view_.calls_[call];
    over.leave = &event;
    over.leave_seq = event.seq;
    if (event.has_hr) over.code = event.hr;
    if (kind == ActorKind::writer) note_ending(over);
  }
  view_.call_of_[event.seq - 1] = call;
  if (begins) group_call(call, event);
  if (kind == ActorKind::requester) {
    if (begins) on_requester_enter(call);
    if (event.phase != Phase::enter) on_requester_leave(call);
  } else if (kind == ActorKind::service && begins) {
    on_service(call, event);
  }
}

void RunView::Builder::note_ending(Call& call) {
  const auto ret = view_.arg(call, "ret");
  call.said_true = ret && *ret == "true";
  call.said_false = ret && *ret == "false";
  call.blew_up = view_.arg(call, "exception").has_value() || view_.arg_is(call, "crash", "yes");
}

// Which writer a requester's call is about, in its own session.
void RunView::Builder::note_named(Call& call) {
  if (call.kind != ActorKind::requester || call.session == kNone) return;
  const auto name = view_.arg(call, "writer");
  const WriterInfo* writer = name ? view_.find_writer(*name) : nullptr;
  if (writer == nullptr) return;
  const Participation* part = view_.find_participation(*writer, view_.sessions_[call.session]);
  if (part == nullptr) return;
  call.named = static_cast<std::uint32_t>(part - view_.participations_.data());
}

std::uint32_t RunView::Builder::begin_call(const Event& event, Ev name, ActorKind kind) {
  auto index = static_cast<std::uint32_t>(view_.calls_.size());
  if (event.phase == Phase::leave) {
    view_.calls_.emplace_back();
  } else {
    index = next_call_[event.actor]++;
  }
  Call& call = view_.calls_[index];
  call.enter = &event;
  call.enter_seq = event.seq;
  call.name = name;
  call.kind = kind;
  call.session = session_of(event);
  if (open_indexed_ && event.phase == Phase::enter) {
    open_[(std::uint64_t{event.actor} << 32) ^ (std::uint64_t{event.session} << 8) ^
          static_cast<std::uint64_t>(name)]
        .push_back(index);
  }
  return index;
}

// The call that a leave ends: by its cause; in journals without causes the last open call of the
// same actor, session and name.
std::uint32_t RunView::Builder::find_open(const Event& event, Ev name) {
  if (event.cause != 0 && event.cause < event.seq) {
    const std::uint32_t index = view_.call_of_[event.cause - 1];
    const Call& call = view_.calls_[index];
    if (call.leave == nullptr && call.enter->actor == event.actor &&
        call.enter->name == event.name) {
      return index;
    }
  }
  if (!open_indexed_) index_open_calls();
  const auto found =
      open_.find((std::uint64_t{event.actor} << 32) ^ (std::uint64_t{event.session} << 8) ^
                 static_cast<std::uint64_t>(name));
  if (found == open_.end()) return kNone;
  std::vector<std::uint32_t>& stack = found->second;
  while (!stack.empty()) {
    const std::uint32_t index = stack.back();
    stack.pop_back();
    if (view_.calls_[index].leave == nullptr) return index;
  }
  return kNone;
}

void RunView::Builder::index_open_calls() {
  open_indexed_ = true;
  for (std::uint32_t index = 0; index < view_.calls_.size(); ++index) {
    const Call& call = view_.calls_[index];
    if (call.enter == nullptr || call.leave != nullptr) continue;
    open_[(std::uint64_t{call.enter->actor} << 32) ^ (std::uint64_t{call.enter->session} << 8) ^
          static_cast<std::uint64_t>(call.name)]
        .push_back(index);
  }
}

std::uint32_t RunView::Builder::session_of(const Event& event) {
  if (event.session == 0) return kNone;
  if (event.session == last_session_number_) return last_session_;
  const auto next = static_cast<std::uint32_t>(view_.sessions_.size());
  const auto [entry, made] = session_index_.emplace(event.session, next);
  if (made) {
    Session& session = view_.sessions_.emplace_back();
    session.number = event.session;
    session.actor = kNone;
    Track& track = tracks_.emplace_back();
    track.requester_group = new_group();
    track.service_group = new_group();
    track.provider_group = new_group();
  }
  last_session_number_ = event.session;
  return last_session_ = entry->second;
}

std::uint32_t RunView::Builder::participation_of(std::uint32_t writer, std::uint32_t session) {
  WriterInfo& info = view_.writers_[writer];
  if (!info.sessions.empty() && view_.participations_[info.sessions.back()].session == session) {
    return info.sessions.back();
  }
  const auto made = static_cast<std::uint32_t>(view_.participations_.size());
  const auto [known, fresh] =
      view_.participation_of_.emplace(std::uint64_t{writer} << 32 | session, made);
  if (!fresh) return known->second;
  Participation& part = view_.participations_.emplace_back();
  part.writer = writer;
  part.session = session;
  part_group_.push_back(new_group());
  state_group_.push_back(new_group());
  info.sessions.push_back(made);
  alive_parts_[writer].push_back(made);
  view_.sessions_[session].writers.push_back(made);
  return made;
}

void RunView::Builder::group_call(std::uint32_t index, const Event& event) {
  const Call& call = view_.calls_[index];
  switch (call.kind) {
    case ActorKind::requester:
      if (call.session != kNone) add(tracks_[call.session].requester_group, index);
      break;
    case ActorKind::writer:
      on_writer(index, event);
      break;
    case ActorKind::provider: {
      const std::uint32_t provider = provider_of_actor_[event.actor];
      add(provider_group_[provider], index);
      if (call.session != kNone) add(tracks_[call.session].provider_group, index);
      if (call.name == Ev::register_provider) {
        view_.providers_[provider].id = journal_.arg(event, "id").value_or("");
        view_.providers_[provider].type = journal_.arg(event, "type").value_or("");
        view_.provider_by_name_.emplace(view_.providers_[provider].id, provider);
      }
      break;
    }
    case ActorKind::service:
      add(0, index);
      if (call.session != kNone) add(tracks_[call.session].service_group, index);
      break;
    case ActorKind::volume:
    case ActorKind::lab:
      add(1, index);
      break;
  }
}

void RunView::Builder::on_service(std::uint32_t index, const Event& event) {
  const Call& call = view_.calls_[index];
  switch (call.name) {
    case Ev::writer_state:
    case Ev::writer_metadata:
    case Ev::freeze_limit_passed:
    case Ev::writer_gone: {
      const auto name = journal_.arg(event, "writer");
      if (!name) return;
      if (call.session == kNone) {
        // The process went, and with it the writer of every operation that it was in.
        if (call.name == Ev::writer_gone) mark_gone(writer_named(*name), event);
        return;
      }
      const std::uint32_t index_of_part = participation_of(writer_named(*name), call.session);
      Participation& part = view_.participations_[index_of_part];
      if (call.name == Ev::writer_state) {
        add(state_group_[index_of_part], index);
        if (part.not_responding == nullptr &&
            journal_.arg(event, "code") == "VSS_E_WRITER_NOT_RESPONDING") {
          part.not_responding = &event;
        }
      } else if (call.name == Ev::writer_gone) {
        part.gone = &event;
      } else if (call.name == Ev::freeze_limit_passed) {
        if (part.limit_passed == nullptr) part.limit_passed = &event;
      } else if (journal_.arg(event, "accepted").value_or("yes") == "yes") {
        part.metadata = &event;
      }
      return;
    }
    case Ev::async_finished:
      on_async_finished(event);
      return;
    case Ev::snapshot_set_started:
      set_started(event, journal_.arg(event, "set").value_or(""), nullptr);
      return;
    case Ev::snapshot_set_ended: {
      const std::string_view id = journal_.arg(event, "set").value_or("");
      const auto set = set_of_id_.find(id);
      if (set == set_of_id_.end()) return;
      end_set(set->second, event, journal_.arg(event, "result").value_or(""));
      return;
    }
    default:
      return;
  }
}

void RunView::Builder::set_started(const Event& event, std::string_view id, const Call* start) {
  const std::uint32_t session = session_of(event);
  if (session == kNone) return;
  Track& track = tracks_[session];
  if (track.open_set != kNone && view_.sets_[track.open_set].id == id &&
      view_.sets_[track.open_set].end == nullptr) {
    if (start != nullptr) view_.sets_[track.open_set].start = start;
    return;
  }
  track.open_set = static_cast<std::uint32_t>(view_.sets_.size());
  SnapshotSet& set = view_.sets_.emplace_back();
  set.id = id;
  set.session = session;
  set.start = start;
  set_of_id_[id] = track.open_set;
  view_.sessions_[session].sets.push_back(track.open_set);
}

void RunView::Builder::end_set(std::uint32_t index, const Event& event, std::string_view result) {
  SnapshotSet& set = view_.sets_[index];
  if (set.end != nullptr) return;
  set.end = &event;
  set.result = result;
}

void RunView::Builder::order_calls() {
  view_.in_order_.reserve(view_.calls_.size());
  view_.in_order_names_.reserve(view_.calls_.size());
  for (const Event& event : journal_.events()) {
    const Call& call = view_.calls_[view_.call_of_[event.seq - 1]];
    if (call.enter != &event) continue;
    view_.in_order_.push_back(&call);
    view_.in_order_names_.push_back(call.name);
  }
}

void RunView::Builder::group_by_name() {
  std::vector<std::uint32_t>& begin = view_.by_name_begin_;
  begin.assign(rules::kEventNames + 1, 0);
  for (const Ev name : view_.in_order_names_) ++begin[static_cast<std::size_t>(name) + 1];
  for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
  view_.by_name_.resize(view_.in_order_.size());
  view_.by_name_names_.resize(view_.in_order_.size());
  std::vector<std::uint32_t> place(begin.begin(), begin.end() - 1);
  for (std::size_t i = 0; i < view_.in_order_.size(); ++i) {
    const Ev name = view_.in_order_names_[i];
    const std::uint32_t at = place[static_cast<std::size_t>(name)]++;
    view_.by_name_[at] = view_.in_order_[i];
    view_.by_name_names_[at] = name;
  }
}

// Up to this length walking beats an index.
constexpr std::size_t kShortList = 48;

const rules::CallsByName& RunView::Builder::sorted_by_name(std::span<const Call* const> calls) {
  rules::CallsByName& sorted = view_.long_lists_.emplace_back();
  auto& begins = sorted.begins;
  for (const Call* call : calls) ++begins[static_cast<std::size_t>(call->name) + 1];
  for (std::size_t i = 1; i < begins.size(); ++i) begins[i] += begins[i - 1];
  sorted.calls.resize(calls.size());
  auto place = begins;
  for (const Call* call : calls) sorted.calls[place[static_cast<std::size_t>(call->name)]++] = call;
  return sorted;
}

void RunView::Builder::fill_groups() {
  std::vector<std::uint32_t> begin(groups_ + 1, 0);
  for (const auto& [group, call] : members_) ++begin[group + 1];
  for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
  view_.grouped_.resize(members_.size());
  view_.grouped_names_.resize(members_.size());
  std::vector<std::uint32_t> place(begin.begin(), begin.end() - 1);
  for (const auto& [group, index] : members_) {
    const Call& call = view_.calls_[index];
    const std::uint32_t at = place[group]++;
    view_.grouped_[at] = &call;
    view_.grouped_names_[at] = call.name;
  }
  const auto list = [&](std::uint32_t group) {
    const auto calls = std::span<const Call* const>(view_.grouped_)
                           .subspan(begin[group], begin[group + 1] - begin[group]);
    return CallList(calls, view_.grouped_names_.data() + begin[group],
                    calls.size() > kShortList ? &sorted_by_name(calls) : nullptr);
  };
  view_.service_calls_ = list(0);
  view_.lab_calls_ = list(1);
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    view_.sessions_[i].calls = list(tracks_[i].requester_group);
    view_.sessions_[i].service = list(tracks_[i].service_group);
    view_.sessions_[i].providers = list(tracks_[i].provider_group);
  }
  for (std::size_t i = 0; i < view_.writers_.size(); ++i) {
    view_.writers_[i].calls = list(writer_group_[i]);
  }
  for (std::size_t i = 0; i < view_.providers_.size(); ++i) {
    view_.providers_[i].calls = list(provider_group_[i]);
  }
  for (std::size_t i = 0; i < view_.participations_.size(); ++i) {
    view_.participations_[i].calls = list(part_group_[i]);
    view_.participations_[i].states = list(state_group_[i]);
  }
}

}  // namespace vsslab

// The requester's object, re-derived from what crossed the interface.
#include <algorithm>

#include "rules/view_builder.h"

namespace vsslab {

using rules::Ev;
using rules::kNone;
using rules::RequesterState;

namespace {

bool ended_well(Hr hr) { return succeeded(hr) && hr != hr::async_cancelled; }

bool set_under_way(RequesterState state) {
  switch (state) {
    case RequesterState::set_open:
    case RequesterState::preparing:
    case RequesterState::prepared:
    case RequesterState::snapping:
    case RequesterState::snapped:
    case RequesterState::snap_failed:
      return true;
    default:
      return false;
  }
}

}  // namespace

void RunView::Builder::Running::add(std::uint32_t call, Ev op, std::string_view async) {
  const auto place = static_cast<std::uint32_t>(all_.size());
  all_.push_back({call, false});
  ++alive_;
  by_async_[async].push_back(place);
  by_op_[op].push_back(place);
  order_.push_back(place);
}

std::optional<std::uint32_t> RunView::Builder::Running::take(std::optional<std::string_view> async,
                                                             std::optional<std::string_view> op) {
  Stack* stack = &order_;
  if (async) {
    stack = &by_async_[*async];
  } else if (op) {
    stack = &by_op_[rules::find_event(*op)];
  }
  while (!stack->empty() && all_[stack->back()].over) stack->pop_back();
  if (stack->empty()) return std::nullopt;
  One& found = all_[stack->back()];
  found.over = true;
  --alive_;
  return found.call;
}

void RunView::Builder::on_requester_enter(std::uint32_t index) {
  Call& call = view_.calls_[index];
  call.facts = static_cast<std::uint32_t>(view_.facts_.size());
  if (call.session == kNone) {
    view_.facts_.emplace_back();
    return;
  }
  Session& session = view_.sessions_[call.session];
  if (session.actor == kNone) {
    session.actor = call.enter->actor;
    session.requester = journal_.actor(session.actor).name;
    alive_of_[session.actor].push_back(call.session);
  }
  Track& track = tracks_[call.session];
  track.facts.busy = !track.running.empty();
  view_.facts_.push_back(track.facts);
}

void RunView::Builder::on_requester_leave(std::uint32_t index) {
  const Call& call = view_.calls_[index];
  if (call.name == Ev::process_exit) {
    on_end(call);
    return;
  }
  if (call.session == kNone) return;
  Track& track = tracks_[call.session];
  RequesterFacts& facts = track.facts;
  Session& session = view_.sessions_[call.session];
  if (call.name == Ev::wait || call.name == Ev::query_status || call.name == Ev::cancel) {
    on_wait(call, track);
    return;
  }
  if (call.name == Ev::release) {
    on_end(call);
    return;
  }
  if (failed(call.hr())) return;
  if (rules::is_async_call(call.name)) {
    on_async_leave(index, track);
    return;
  }
  switch (call.name) {
    case Ev::initialize_for_backup:
      if (facts.state == RequesterState::created) facts.state = RequesterState::init;
      return;
    case Ev::initialize_for_restore:
      session.restore = true;
      if (facts.state == RequesterState::created) facts.state = RequesterState::restore_init;
      return;
    case Ev::set_context:
      facts.context_set = true;
      session.context = view_.arg_mask(call, "context").value_or(session.context);
      return;
    case Ev::set_backup_state:
      facts.backup_state_set = true;
      session.component_mode = !view_.arg_is(call, "components", "no");
      session.backup_type = view_.arg(call, "type").value_or(session.backup_type);
      return;
    case Ev::free_writer_status:
      facts.status_gathered = false;
      return;
    case Ev::start_snapshot_set:
    case Ev::add_to_snapshot_set:
      on_set_call(call, track);
      return;
    case Ev::abort_backup:
      on_abort(call, track);
      return;
    default:
      return;
  }
}

void RunView::Builder::on_set_call(const Call& call, Track& track) {
  if (call.name == Ev::start_snapshot_set) {
    track.facts.set_started = true;
    track.facts.state = RequesterState::set_open;
    set_started(*call.leave, view_.arg(call, "set").value_or(""), &call);
    return;
  }
  if (track.open_set == kNone) return;
  rules::VolumeInSet& volume = view_.sets_[track.open_set].volumes.emplace_back();
  volume.volume = view_.arg(call, "volume").value_or("");
  volume.provider = view_.arg(call, "provider").value_or("");
  volume.snapshot = view_.arg(call, "snapshot").value_or("");
  volume.add = &call;
}

void RunView::Builder::on_abort(const Call& call, Track& track) {
  if (!set_under_way(track.facts.state)) return;  // ignored by VSS
  track.facts.state = RequesterState::aborted;
  if (track.open_set != kNone && !has_set_ended_) end_set(track.open_set, *call.leave, "aborted");
}

// Without `async=` in the journal (examples, imported logs) the operation is over when the call is.
void RunView::Builder::on_async_leave(std::uint32_t index, Track& track) {
  const Call& call = view_.calls_[index];
  const auto async = journal_.arg(*call.leave, "async");
  start_op(call, track);
  if (async) {
    track.running.add(index, call.name, *async);
  } else {
    finish_op(track, index, *call.leave, call.hr());
  }
}

void RunView::Builder::start_op(const Call& call, Track& track) {
  RequesterFacts& facts = track.facts;
  switch (call.name) {
    case Ev::gather_writer_metadata:
      facts.gather_called = true;
      if (facts.state == RequesterState::init) facts.state = RequesterState::gathering;
      if (facts.state == RequesterState::restore_init) {
        facts.state = RequesterState::restore_gathering;
      }
      return;
    case Ev::prepare_for_backup:
      facts.state = RequesterState::preparing;
      return;
    case Ev::do_snapshot_set:
      facts.state = RequesterState::snapping;
      if (track.open_set != kNone && view_.sets_[track.open_set].make == nullptr) {
        view_.sets_[track.open_set].make = &call;
      }
      return;
    case Ev::backup_complete:
      facts.state = RequesterState::completing;
      return;
    case Ev::pre_restore:
      facts.state = RequesterState::restore_pre_running;
      return;
    case Ev::post_restore:
      facts.state = RequesterState::restore_post_running;
      return;
    default:
      return;
  }
}

void RunView::Builder::finish_op(Track& track, std::uint32_t index, const Event& at, Hr hr) {
  const Call& call = view_.calls_[index];
  async_ends_.emplace_back(index, AsyncEnd{at.seq, at.t, hr});
  apply_end(track, call, hr);
  if (call.name == Ev::do_snapshot_set && track.open_set != kNone && !has_set_ended_) {
    end_set(track.open_set, at, ended_well(hr) ? "created" : "failed");
  }
}

void RunView::Builder::apply_end(Track& track, const Call& call, Hr hr) {
  RequesterFacts& facts = track.facts;
  const bool good = ended_well(hr);
  const auto move = [&](RequesterState from, RequesterState to) {
    if (facts.state == from) facts.state = to;
  };
  switch (call.name) {
    case Ev::gather_writer_metadata:
      facts.gathered |= good;
      move(RequesterState::gathering, good ? RequesterState::gathered : RequesterState::init);
      move(RequesterState::restore_gathering,
           good ? RequesterState::restore_gathered : RequesterState::restore_init);
      return;
    case Ev::gather_writer_status:
      facts.status_gathered |= good;
      return;
    case Ev::prepare_for_backup:
      facts.prepared |= good;
      move(RequesterState::preparing,
           good ? RequesterState::prepared : RequesterState::snap_failed);
      return;
    case Ev::do_snapshot_set:
      facts.snapped |= good;
      move(RequesterState::snapping, good ? RequesterState::snapped : RequesterState::snap_failed);
      return;
    case Ev::backup_complete:
      move(RequesterState::completing, RequesterState::completed);
      return;
    case Ev::pre_restore:
      move(RequesterState::restore_pre_running, RequesterState::restore_pre_restored);
      return;
    case Ev::post_restore:
      move(RequesterState::restore_post_running, RequesterState::restore_post_restored);
      return;
    default:
      return;
  }
}

// What the requester was told counts as the end of an operation only in journals that do not show
// the end itself.
void RunView::Builder::on_wait(const Call& call, Track& track) {
  if (has_async_finished_ || track.running.empty()) return;
  Hr status = call.hr();
  if (call.name == Ev::query_status) {
    const auto told = view_.arg_hr(call, "status");
    if (!told || *told == hr::async_pending) return;
    status = *told;
  }
  if (status == hr::async_pending) return;
  const auto running = track.running.take(view_.arg(call, "async"), view_.arg(call, "op"));
  if (!running) return;
  finish_op(track, *running, *call.leave, status == hr::async_finished ? hr::ok : status);
}

void RunView::Builder::on_async_finished(const Event& event) {
  const std::uint32_t session = session_of(event);
  if (session == kNone) return;
  Track& track = tracks_[session];
  const auto async = journal_.arg(event, "async");
  const auto op = journal_.arg(event, "op");
  Hr hr = event.has_hr ? event.hr : hr::ok;
  if (!event.has_hr) {
    if (const auto text = journal_.arg(event, "hr")) hr = parse_hresult(*text).value_or(hr::ok);
  }
  if (const auto running = track.running.take(async, op)) finish_op(track, *running, event, hr);
}

void RunView::Builder::on_end(const Call& call) {
  const auto end_one = [&](std::uint32_t index) {
    Session& session = view_.sessions_[index];
    if (session.end != nullptr) return;
    session.end = &call;
    session.crashed = call.name == Ev::process_exit;
    Track& track = tracks_[index];
    track.facts.state = RequesterState::released;
    if (track.open_set != kNone && !has_set_ended_) {
      end_set(track.open_set, *call.leave, "aborted");
    }
  };
  if (call.name == Ev::release) {
    end_one(call.session);
    return;
  }
  const auto alive = alive_of_.find(call.enter->actor);
  if (alive == alive_of_.end()) return;
  for (const std::uint32_t index : alive->second) end_one(index);
  alive->second.clear();
}

}  // namespace vsslab

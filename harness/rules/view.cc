#include "rules/view.h"

#include <algorithm>

#include "core/error.h"
#include "journal/words.h"
#include "rules/view_builder.h"

namespace vsslab {
namespace rules {

std::string_view requester_state_name(RequesterState state) {
  switch (state) {
    case RequesterState::created:
      return "B0 Created";
    case RequesterState::init:
      return "B1 Init";
    case RequesterState::gathering:
      return "B2 Gathering";
    case RequesterState::gathered:
      return "B3 Gathered";
    case RequesterState::set_open:
      return "B4 SetOpen";
    case RequesterState::preparing:
      return "B5 Preparing";
    case RequesterState::prepared:
      return "B6 Prepared";
    case RequesterState::snapping:
      return "B7 Snapping";
    case RequesterState::snapped:
      return "B8 Snapped";
    case RequesterState::completing:
      return "B9 Completing";
    case RequesterState::completed:
      return "B10 Completed";
    case RequesterState::snap_failed:
      return "BF SnapFailed";
    case RequesterState::aborted:
      return "BA Aborted";
    case RequesterState::released:
      return "BX Released";
    case RequesterState::restore_init:
      return "R1 Init";
    case RequesterState::restore_gathering:
      return "R1 Gathering";
    case RequesterState::restore_gathered:
      return "R2 Gathered";
    case RequesterState::restore_pre_running:
      return "R2 in PreRestore";
    case RequesterState::restore_pre_restored:
      return "R3 PreRestored";
    case RequesterState::restore_post_running:
      return "R3 in PostRestore";
    case RequesterState::restore_post_restored:
      return "R4 PostRestored";
  }
  VSSLAB_ASSERT(!"a state");
  return {};
}

const Call* CallList::first(Ev name) const {
  if (firsts_ != nullptr) return (*firsts_)[static_cast<std::size_t>(name)];
  for (const Call* call : calls_) {
    if (call->name == name) return call;
  }
  return nullptr;
}

const Call* CallList::last(Ev name) const {
  for (auto call = calls_.rbegin(); call != calls_.rend(); ++call) {
    if ((*call)->name == name) return *call;
  }
  return nullptr;
}

std::vector<const Call*> CallList::all(Ev name) const {
  std::vector<const Call*> found;
  for (const Call* call : calls_) {
    if (call->name == name) found.push_back(call);
  }
  return found;
}

std::size_t CallList::count(Ev name) const {
  return static_cast<std::size_t>(std::count_if(
      calls_.begin(), calls_.end(), [name](const Call* call) { return call->name == name; }));
}

const Call* CallList::first_ok(Ev name) const {
  for (const Call* call : calls_) {
    if (call->name == name && call->ok()) return call;
  }
  return nullptr;
}

const Call* CallList::next(Ev name, Seq seq) const {
  const auto from = std::partition_point(calls_.begin(), calls_.end(),
                                         [seq](const Call* call) { return call->seq() <= seq; });
  const auto found =
      std::find_if(from, calls_.end(), [name](const Call* call) { return call->name == name; });
  return found == calls_.end() ? nullptr : *found;
}

const Call* CallList::previous(Ev name, Seq seq) const {
  auto from = std::partition_point(calls_.begin(), calls_.end(),
                                   [seq](const Call* call) { return call->seq() < seq; });
  while (from != calls_.begin()) {
    --from;
    if ((*from)->name == name) return *from;
  }
  return nullptr;
}

bool returned_true(const RunView& run, const Call& handler) {
  return handler.returned() && run.arg_is(handler, "ret", "true");
}

bool returned_false(const RunView& run, const Call& handler) {
  return handler.returned() && run.arg_is(handler, "ret", "false");
}

bool blew_up(const RunView& run, const Call& handler) {
  return handler.returned() &&
         (run.arg(handler, "exception").has_value() || run.arg_is(handler, "crash", "yes"));
}

}  // namespace rules

Time RunView::end_time() const {
  return journal_.events().empty() ? Time{0} : journal_.events().back().t;
}

rules::CallList RunView::all(Ev name) const {
  const auto index = static_cast<std::size_t>(name);
  return CallList(std::span(by_name_).subspan(by_name_begin_[index],
                                              by_name_begin_[index + 1] - by_name_begin_[index]));
}

const rules::WriterInfo* RunView::find_writer(std::string_view name) const {
  const auto found = writer_by_name_.find(name);
  return found == writer_by_name_.end() ? nullptr : &writers_[found->second];
}

const rules::ProviderInfo* RunView::find_provider(std::string_view name) const {
  for (const ProviderInfo& provider : providers_) {
    if (provider.name == name || (!provider.id.empty() && provider.id == name)) return &provider;
  }
  return nullptr;
}

const rules::Participation* RunView::find_participation(const WriterInfo& writer,
                                                        const Session& session) const {
  const auto wanted = static_cast<std::uint32_t>(&session - sessions_.data());
  const auto number = static_cast<std::uint64_t>(&writer - writers_.data());
  const auto found = participation_of_.find(number << 32 | wanted);
  return found == participation_of_.end() ? nullptr : &participations_[found->second];
}

std::optional<std::string_view> RunView::arg(const Call& call, std::string_view key) const {
  if (call.leave != nullptr) {
    if (const auto value = journal_.arg(*call.leave, key)) return value;
    if (call.leave == call.enter) return std::nullopt;
  }
  return journal_.arg(*call.enter, key);
}

bool RunView::arg_is(const Call& call, std::string_view key, std::string_view value) const {
  const auto found = arg(call, key);
  return found && *found == value;
}

std::optional<Duration> RunView::arg_duration(const Call& call, std::string_view key) const {
  const auto text = arg(call, key);
  return text ? parse_seconds(*text) : std::nullopt;
}

std::optional<std::uint32_t> RunView::arg_mask(const Call& call, std::string_view key) const {
  const auto text = arg(call, key);
  return text ? rules::parse_mask(*text) : std::nullopt;
}

std::optional<Hr> RunView::arg_hr(const Call& call, std::string_view key) const {
  const auto text = arg(call, key);
  return text ? parse_hresult(*text) : std::nullopt;
}

const rules::Call* RunView::call_of(Seq seq) const {
  if (seq == 0 || seq > call_of_.size()) return nullptr;
  return &calls_[call_of_[seq - 1]];
}

std::optional<RunView::AsyncEnd> RunView::async_end(const Call& call) const {
  const auto found =
      std::lower_bound(async_ends_.begin(), async_ends_.end(), call.seq(),
                       [](const auto& entry, Seq seq) { return entry.first->seq() < seq; });
  if (found == async_ends_.end() || found->first != &call) return std::nullopt;
  return found->second;
}

const rules::Call* RunView::handler_around(const Call& call) const {
  const Call* cause = call_of(call.enter->cause);
  if (cause != nullptr && cause->enter->actor == call.enter->actor &&
      is_writer_handler(cause->name) && !cause->instant() &&
      (cause->leave == nullptr || cause->leave->seq > call.seq())) {
    return cause;
  }
  return call.around == rules::kNone ? nullptr : &calls_[call.around];
}

}  // namespace vsslab

#include "rules/view.h"

#include <algorithm>

#include "core/error.h"
#include "journal/words.h"
#include "rules/support.h"
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
  if (by_name_ != nullptr) {
    const auto calls = by_name_->of(name);
    return calls.empty() ? nullptr : calls.front();
  }
  for (const Call* call : calls_) {
    if (call->name == name) return call;
  }
  return nullptr;
}

const Call* CallList::last(Ev name) const {
  if (by_name_ != nullptr) {
    const auto calls = by_name_->of(name);
    return calls.empty() ? nullptr : calls.back();
  }
  for (auto call = calls_.rbegin(); call != calls_.rend(); ++call) {
    if ((*call)->name == name) return *call;
  }
  return nullptr;
}

std::vector<const Call*> CallList::all(Ev name) const {
  std::vector<const Call*> found;
  if (by_name_ != nullptr) {
    const auto calls = by_name_->of(name);
    found.assign(calls.begin(), calls.end());
  } else {
    for (const Call* call : calls_) {
      if (call->name == name) found.push_back(call);
    }
  }
  elements_offered += found.size();
  return found;
}

std::size_t CallList::count(Ev name) const {
  if (by_name_ != nullptr) return by_name_->of(name).size();
  return static_cast<std::size_t>(std::count_if(
      calls_.begin(), calls_.end(), [name](const Call* call) { return call->name == name; }));
}

const Call* CallList::first_ok(Ev name) const {
  const auto calls = by_name_ != nullptr ? by_name_->of(name) : calls_;
  for (const Call* call : calls) {
    ++elements_offered;
    if (call->name == name && call->ok()) return call;
  }
  return nullptr;
}

namespace {

// The calls of a list from the first that began after `seq`.
std::span<const Call* const> after(std::span<const Call* const> calls, Seq seq) {
  const auto from = std::partition_point(calls.begin(), calls.end(),
                                         [seq](const Call* call) { return call->seq() <= seq; });
  return calls.subspan(static_cast<std::size_t>(from - calls.begin()));
}

// And those that began before it.
std::span<const Call* const> before(std::span<const Call* const> calls, Seq seq) {
  const auto to = std::partition_point(calls.begin(), calls.end(),
                                       [seq](const Call* call) { return call->seq() < seq; });
  return calls.first(static_cast<std::size_t>(to - calls.begin()));
}

}  // namespace

const Call* CallList::next(Ev name, Seq seq) const {
  const auto rest = after(by_name_ != nullptr ? by_name_->of(name) : calls_, seq);
  for (const Call* call : rest) {
    ++elements_offered;
    if (call->name == name) return call;
  }
  return nullptr;
}

const Call* CallList::previous(Ev name, Seq seq) const {
  const auto rest = before(by_name_ != nullptr ? by_name_->of(name) : calls_, seq);
  for (auto call = rest.rbegin(); call != rest.rend(); ++call) {
    ++elements_offered;
    if ((*call)->name == name) return *call;
  }
  return nullptr;
}

CallList CallList::between(Seq from, Seq to) const {
  return CallList(before(after(calls_, from), to));
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
  const auto found = provider_by_name_.find(name);
  return found == provider_by_name_.end() ? nullptr : &providers_[found->second];
}

const rules::Participation* RunView::find_participation(const WriterInfo& writer,
                                                        const Session& session) const {
  const auto wanted = static_cast<std::uint32_t>(&session - sessions_.data());
  const auto number = static_cast<std::uint64_t>(&writer - writers_.data());
  const auto found = participation_of_.find(number << 32 | wanted);
  return found == participation_of_.end() ? nullptr : &participations_[found->second];
}

const rules::Participation* RunView::find_participation(const Session& session,
                                                        const std::string& id) const {
  const auto [known, fresh] = parts_by_id_.try_emplace(&session);
  PartsById& by_id = known->second;
  if (fresh) {
    for (const std::uint32_t index : session.writers) {
      const Participation& part = participations_[index];
      for (const std::string_view own : {writer(part).instance, writer(part).writer_id}) {
        if (!own.empty()) by_id.emplace(rules::guid_text(own), &part);
      }
    }
  }
  const auto found = by_id.find(id);
  return found == by_id.end() ? nullptr : found->second;
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

const rules::Call* RunView::failure_set_in(const Participation& part, const Call& handler) const {
  if (failures_.empty()) return nullptr;
  const auto place = static_cast<std::uint64_t>(&part - participations_.data()) << 8;
  const Call* found = nullptr;
  // Those that name this handler, and those that name none.
  for (const Ev in : {handler.name, Ev::unknown}) {
    const auto known = failures_.find(place | static_cast<std::uint64_t>(in));
    if (known == failures_.end()) continue;
    const auto& calls = known->second;
    const auto after =
        handler.leave == nullptr
            ? calls.end()
            : std::partition_point(calls.begin(), calls.end(), [&](const Call* call) {
                return call->seq() <= handler.leave->seq;
              });
    if (after == calls.begin()) continue;
    const Call* last = *std::prev(after);
    if (last->seq() <= handler.seq()) continue;
    if (found == nullptr || found->seq() < last->seq()) found = last;
  }
  return found;
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

#include "rules/view.h"

#include <algorithm>
#include <cstring>

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

std::size_t CallList::find(Ev name, std::size_t from) const {
  static_assert(sizeof(Ev) == 1);
  const std::size_t size = calls_.size();
  if (from >= size) return size;
  const void* const found = std::memchr(names_ + from, static_cast<int>(name), size - from);
  const auto place =
      found == nullptr ? size : static_cast<std::size_t>(static_cast<const Ev*>(found) - names_);
  elements_offered += place - from;
  return place;
}

const Call* CallList::first(Ev name) const {
  if (by_name_ != nullptr) {
    const auto calls = by_name_->of(name);
    return calls.empty() ? nullptr : calls.front();
  }
  const std::size_t place = find(name, 0);
  return place == calls_.size() ? nullptr : calls_[place];
}

const Call* CallList::last(Ev name) const {
  if (by_name_ != nullptr) {
    const auto calls = by_name_->of(name);
    return calls.empty() ? nullptr : calls.back();
  }
  for (std::size_t place = calls_.size(); place-- > 0;) {
    ++elements_offered;
    if (names_[place] == name) return calls_[place];
  }
  return nullptr;
}

std::vector<const Call*> CallList::all(Ev name) const {
  std::vector<const Call*> found;
  if (by_name_ != nullptr) {
    const auto calls = by_name_->of(name);
    found.assign(calls.begin(), calls.end());
  } else {
    for (std::size_t place = find(name, 0); place < calls_.size(); place = find(name, place + 1)) {
      found.push_back(calls_[place]);
    }
  }
  elements_offered += found.size();
  return found;
}

std::size_t CallList::count(Ev name) const {
  if (by_name_ != nullptr) return by_name_->of(name).size();
  elements_offered += calls_.size();
  return static_cast<std::size_t>(std::count(names_, names_ + calls_.size(), name));
}

const Call* CallList::first_ok(Ev name) const {
  if (by_name_ != nullptr) {
    for (const Call* call : by_name_->of(name)) {
      ++elements_offered;
      if (call->ok()) return call;
    }
    return nullptr;
  }
  for (std::size_t place = find(name, 0); place < calls_.size(); place = find(name, place + 1)) {
    ++elements_offered;
    if (calls_[place]->ok()) return calls_[place];
  }
  return nullptr;
}

namespace {

// The place of the first call of a list that began after `seq`.
std::size_t place_after(std::span<const Call* const> calls, Seq seq) {
  return static_cast<std::size_t>(
      std::partition_point(calls.begin(), calls.end(),
                           [seq](const Call* call) { return call->seq() <= seq; }) -
      calls.begin());
}

// And the place behind those that began before it.
std::size_t place_before(std::span<const Call* const> calls, Seq seq) {
  return seq == 0 ? 0 : place_after(calls, seq - 1);
}

}  // namespace

const Call* CallList::next(Ev name, Seq seq) const {
  if (by_name_ != nullptr) {
    const auto calls = by_name_->of(name);
    const std::size_t place = place_after(calls, seq);
    return place == calls.size() ? nullptr : calls[place];
  }
  const std::size_t place = find(name, place_after(calls_, seq));
  return place == calls_.size() ? nullptr : calls_[place];
}

const Call* CallList::previous(Ev name, Seq seq) const {
  if (by_name_ != nullptr) {
    const auto calls = by_name_->of(name);
    const std::size_t place = place_before(calls, seq);
    return place == 0 ? nullptr : calls[place - 1];
  }
  for (std::size_t place = place_before(calls_, seq); place-- > 0;) {
    ++elements_offered;
    if (names_[place] == name) return calls_[place];
  }
  return nullptr;
}

CallList CallList::between(Seq from, Seq to) const {
  const std::size_t begin = place_after(calls_, from);
  const std::size_t end = std::max(begin, place_before(calls_, to));
  return CallList(calls_.subspan(begin, end - begin), names_ + begin);
}

}  // namespace rules

Time RunView::end_time() const {
  return journal_.events().empty() ? Time{0} : journal_.events().back().t;
}

rules::CallList RunView::calls() const { return CallList(in_order_, in_order_names_.data()); }

rules::CallList RunView::all(Ev name) const {
  const auto index = static_cast<std::size_t>(name);
  const std::uint32_t begin = by_name_begin_[index];
  return CallList(std::span(by_name_).subspan(begin, by_name_begin_[index + 1] - begin),
                  by_name_names_.data() + begin);
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

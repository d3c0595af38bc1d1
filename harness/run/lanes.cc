#include "run/lanes.h"

#include <map>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "core/os/child.h"
#include "core/wall_clock.h"
#include "journal/text.h"
#include "run/result_io.h"

namespace vsslab {
namespace {

struct Lane {
  std::size_t index = 0;
  Duration deadline{0};
  Duration patience{0};
  bool overdue = false;
  Stopwatch watch;
  std::unique_ptr<os::Child> child;
};

// What Lanes::where said: the party, and the event that it was in.
struct Place {
  std::string party;
  std::string event;
};

Place place_of(const std::string& note) {
  const std::size_t end = note.find('\n');
  if (end == std::string::npos) return {note, {}};
  return {note.substr(0, end), note.substr(end + 1)};
}

std::string what_happened(const Lane& lane) {
  const os::ChildEnd& end = lane.child->end();
  const Place place = place_of(end.note);
  std::string where;
  if (!place.party.empty()) where = " (" + place.party;
  if (!place.event.empty()) where += ", in " + place.event;
  if (!where.empty()) where += ")";
  if (lane.overdue) {
    return fmt::format(
        "gave no sign of life for {} of wall time: a loop that never ends, a read from the "
        "terminal, or a "
        "lock held across a wait{}",
        seconds(lane.patience), where);
  }
  if (end.signal != 0) {
    return fmt::format("the scenario's process crashed with {}{}", end.signal_name, where);
  }
  return fmt::format(
      "the scenario's process ended with code {} before the scenario was over: a "
      "party ended the whole program{}",
      end.exit_code, where);
}

// False when the bytes are not a whole result.
bool take_result(std::string_view bytes, ScenarioResult& result) {
  auto packed = unpack_result(bytes);
  if (!packed) return false;
  if (!packed->journal_text.empty()) {
    if (auto journal = parse_text(packed->journal_text, packed->result.journal_file)) {
      packed->result.journal = std::make_shared<const Journal>(std::move(*journal));
    }
  }
  result = std::move(packed->result);
  return true;
}

ScenarioResult result_of(const Lanes& lanes, const Lane& lane) {
  ScenarioResult result;
  if (lane.child->end().complete && take_result(lane.child->output(), result)) return result;
  result = lanes.blank(lane.index);
  result.toolkit_error = what_happened(lane);
  result.lost_in = place_of(lane.child->end().note).party;
  result.wall_time = lane.watch.elapsed();
  return result;
}

class Runner {
 public:
  explicit Runner(const Lanes& lanes) : lanes_(lanes) {}

  void run() {
    while (!stopped_ && (next_ < lanes_.jobs || !active_.empty())) {
      if (lanes_.interrupted && lanes_.interrupted()) return;
      while (next_ < lanes_.jobs && active_.size() < lanes_.lanes) start_next();
      wait();
      collect();
    }
  }

 private:
  void start_next() {
    Lane lane;
    lane.index = next_++;
    lane.patience = lanes_.patience(lane.index);
    lane.deadline = wall_now() + lane.patience;
    if (lanes_.started) lanes_.started(lane.index);
    std::string why;
    lane.child = os::Child::start([&] { return lanes_.job(lane.index); }, lanes_.where, why);
    if (lane.child == nullptr) {
      ScenarioResult result = lanes_.blank(lane.index);
      result.toolkit_error = "no process could be started for it: " + why;
      ready_.emplace(lane.index, std::move(result));
      hand_out();
      return;
    }
    active_.push_back(std::move(lane));
  }

  void wait() {
    std::vector<os::Child*> children;
    Duration until = wall_now() + std::chrono::milliseconds(200);
    for (Lane& lane : active_) {
      children.push_back(lane.child.get());
      until = std::min(until, lane.deadline);
    }
    const Duration now = wall_now();
    os::wait_any(children, until > now ? until - now : Duration(0));
    for (Lane& lane : active_) {
      if (lane.child->ended() || wall_now() < lane.deadline) continue;
      lane.overdue = true;
      lane.child->stop_busy();
      lane.deadline += std::chrono::seconds(1);
    }
  }

  void collect() {
    std::erase_if(active_, [&](Lane& lane) {
      if (!lane.child->ended()) return false;
      ready_.emplace(lane.index, result_of(lanes_, lane));
      return true;
    });
    hand_out();
  }

  void hand_out() {
    while (!stopped_ && !ready_.empty() && ready_.begin()->first == handed_out_) {
      auto node = ready_.extract(ready_.begin());
      ++handed_out_;
      if (!lanes_.finished(node.key(), std::move(node.mapped()))) stopped_ = true;
    }
  }

  const Lanes& lanes_;
  std::size_t next_ = 0;
  std::size_t handed_out_ = 0;
  bool stopped_ = false;
  std::vector<Lane> active_;
  std::map<std::size_t, ScenarioResult> ready_;
};

}  // namespace

namespace {

void run_here(const Lanes& lanes) {
  for (std::size_t index = 0; index < lanes.jobs; ++index) {
    if (lanes.interrupted && lanes.interrupted()) return;
    if (lanes.started) lanes.started(index);
    ScenarioResult result;
    if (!take_result(lanes.job(index), result)) result = lanes.blank(index);
    if (!lanes.finished(index, std::move(result))) return;
  }
}

}  // namespace

void run_lanes(const Lanes& lanes) {
  if (lanes.in_process) return run_here(lanes);
  Runner(lanes).run();
}

}  // namespace vsslab

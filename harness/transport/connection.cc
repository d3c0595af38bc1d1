#include "transport/connection.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "core/limits.h"

namespace vsslab::transport {

namespace {

constexpr std::size_t kKeptMax = 256;

}  // namespace

Connection::Connection(Scheduler& scheduler, std::shared_ptr<Channel> channel)
    : scheduler_(scheduler), channel_(std::move(channel)) {}

Connection::~Connection() = default;

std::uint32_t Connection::add_object(void* object, const Interface& table,
                                     std::function<void()> release) {
  if (ended_ || objects_.size() >= limits::kRemoteObjectsMax) return 0;
  do {
    ++last_object_;
  } while (last_object_ == 0 || objects_.contains(last_object_));
  objects_.emplace(last_object_,
                   std::make_shared<Object>(scheduler_, object, table, std::move(release)));
  return last_object_;
}

std::uint32_t Connection::lend(void* object, const Interface& table) {
  const std::uint32_t number = add_object(object, table, nullptr);
  if (number != 0) lent_.push_back(number);
  return number;
}

void Connection::withdraw(std::uint32_t object) { objects_.erase(object); }

void Connection::keep(std::shared_ptr<void> object) {
  kept_.push_back(std::move(object));
  if (kept_.size() > kKeptMax) kept_.pop_front();
}

Out Connection::begin(std::uint32_t object, std::uint16_t interface_number, std::uint16_t method) {
  Out out(this);
  const auto serving = serving_.find(scheduler_.current());
  begin_call(out, {.id = ++last_call_,
                   .within = serving != serving_.end() ? serving->second.call : 0,
                   .object = object,
                   .interface_number = interface_number,
                   .method = method,
                   .arguments = {}});
  return out;
}

AnswerStatus Connection::call(std::string frame, std::string& answer,
                              std::optional<Duration> limit) {
  // The scheduler's own thread outside a task cannot wait: the program is on its way out.
  if (ended_ || scheduler_.current() == 0) return AnswerStatus::lost;
  const auto self = shared_from_this();
  Waiting waiting;
  const std::uint64_t id = In(std::string_view(frame).substr(5)).number<std::uint64_t>();
  waiting_.emplace(id, &waiting);
  channel_->send(std::move(frame));
  const std::optional<Time> deadline =
      limit ? std::optional(scheduler_.now() + *limit) : std::nullopt;
  while (!waiting.answered) {
    if (!waiting.nested.empty()) {
      const std::string body = std::move(waiting.nested.front());
      waiting.nested.pop_front();
      serve(body);
      continue;
    }
    if (ended_) break;
    if (deadline && scheduler_.now() >= *deadline) {
      waiting.status = AnswerStatus::late;
      break;
    }
    if (deadline) {
      scheduler_.wait(waiting.queue, *deadline - scheduler_.now());
    } else {
      scheduler_.wait(waiting.queue);
    }
  }
  waiting_.erase(id);
  answer = std::move(waiting.results);
  return waiting.status;
}

void Connection::tell(std::string frame) {
  if (!ended_) channel_->send(std::move(frame));
}

bool Connection::take(FrameKind kind, std::string_view body) {
  if (kind == FrameKind::answer) {
    const auto answer = read_answer(body);
    if (!answer) return false;
    const auto found = waiting_.find(answer->id);
    if (found == waiting_.end()) return true;  // nobody waits any more: it came too late
    Waiting& waiting = *found->second;
    waiting.answered = true;
    waiting.status = answer->status;
    waiting.results = answer->results;
    scheduler_.notify_one(waiting.queue);
    return true;
  }
  if (kind != FrameKind::call) return false;
  const auto call = read_call(body);
  if (!call) return false;
  if (open_calls_ >= limits::kCallsOpenMax) {
    channel_->close(
        fmt::format("more than {} calls at a time (calls_open_max)", limits::kCallsOpenMax));
    return true;
  }
  ++open_calls_;
  const auto waits = waiting_.find(call->within);
  if (call->within != 0 && waits != waiting_.end()) {
    waits->second->nested.emplace_back(body);
    scheduler_.notify_one(waits->second->queue);
    return true;
  }
  const TaskId task = scheduler_.spawn(
      "a call from another process", context_,
      [self = shared_from_this(), body = std::string(body)] { self->serve(body); });
  if (task == 0) channel_->close("too many tasks (tasks_max)");
  return true;
}

void Connection::serve(const std::string& body) {
  const auto self = shared_from_this();
  const auto call = read_call(body);
  const TaskId task = scheduler_.current();
  const auto outer = serving_.find(task);
  const Serving before = outer != serving_.end() ? outer->second : Serving{};
  serving_[task] = {call->id, before.depth + 1};
  if (before.depth >= limits::kNestedCallsMax) {
    channel_->close(
        fmt::format("more than {} calls within calls (nested_calls_max)", limits::kNestedCallsMax));
  } else if (!ended_) {
    answer(*call);
  }
  if (before.depth != 0) {
    serving_[task] = before;
  } else {
    serving_.erase(task);
  }
  --open_calls_;
}

void Connection::answer(const Call& call) {
  Out out(this);
  const auto found = objects_.find(call.object);
  const auto refuse = [&](AnswerStatus status, std::string_view text = {}) {
    Out refusal(this);
    begin_answer(refusal, call.id, status);
    refusal.raw(text);
    channel_->send(finish_frame(refusal));
  };
  if (found == objects_.end()) return refuse(AnswerStatus::no_object);
  std::shared_ptr<Object> object = found->second;  // lives as long as the call
  if (object->table->number != call.interface_number) {
    return refuse(AnswerStatus::bad_arguments);
  }
  begin_answer(out, call.id, AnswerStatus::ok);
  if (call.method == kRelease) {
    objects_.erase(found);
    object.reset();  // waits, as the caller of Release does
    return channel_->send(finish_frame(out));
  }
  if (call.method >= object->table->count) return refuse(AnswerStatus::bad_arguments);
  In in(call.arguments, this);
  try {
    if (!object->table->stubs[call.method](object->pointer, in, out)) {
      return refuse(AnswerStatus::bad_arguments);
    }
  } catch (const std::exception& error) {
    return refuse(AnswerStatus::exception, error.what());
  } catch (...) {
    return refuse(AnswerStatus::exception, "an exception that is no std::exception");
  }
  if (out.bytes().size() > limits::kFrameBytesMax) return refuse(AnswerStatus::bad_arguments);
  channel_->send(finish_frame(out));
}

void Connection::let_go(std::shared_ptr<Object> object) {
  scheduler_.spawn("the objects of a party that is gone", {},
                   [self = shared_from_this(), object = std::move(object)] {});
}

void Connection::end() {
  if (ended_) return;
  ended_ = true;
  for (const auto& [id, waiting] : waiting_) scheduler_.notify_one(waiting->queue);
  auto objects = std::exchange(objects_, {});
  std::vector<std::uint32_t> order;
  for (const auto& [id, object] : objects) order.push_back(id);
  std::sort(order.begin(), order.end());
  for (const std::uint32_t id : order) {
    if (objects[id]->release) let_go(std::move(objects[id]));
  }
}

}  // namespace vsslab::transport

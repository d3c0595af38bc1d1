// Calls in both directions over one channel: objects of this side that the other side may call, and
// calls of ours that wait for their answers. Both ends are this class.
//
// A call that the other side makes while it works for one of our calls ("within") runs in the task
// that waits for that call, as COM does it: what a writer does in its handler happens in the task
// of that handler.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/scheduler.h"
#include "transport/channel.h"

namespace vsslab::transport {

// How a call reaches an object: reads the arguments, calls, writes the results. False: the
// arguments cannot be read.
using Stub = bool (*)(void* object, In& in, Out& out);

struct Interface {
  std::uint16_t number = 0;
  std::string_view name;
  const Stub* stubs = nullptr;
  std::uint16_t count = 0;
};

inline constexpr std::uint16_t kRelease = 0xFFFF;  // a method of every interface

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Scheduler& scheduler, std::shared_ptr<Channel> channel);
  ~Connection();

  // The context of the tasks that serve the other side's calls.
  void set_context(TaskContext context) { context_ = context; }

  // An object that the other side may call. `release` runs in a task when it lets go of it, or when
  // the connection has ended. 0 when there are too many (remote_objects_max).
  std::uint32_t add_object(void* object, const Interface& table, std::function<void()> release);
  // Takes a lent one back: what is called from now on is no_object.
  void withdraw(std::uint32_t object);

  // A frame that begins with the header of a call; the arguments are appended to it.
  Out begin(std::uint32_t object, std::uint16_t interface_number, std::uint16_t method);

  // In a task: sends what begin() began and waits for the answer; `answer` gets the results.
  AnswerStatus call(std::string frame, std::string& answer,
                    std::optional<Duration> limit = std::nullopt);

  // Sends what begin() began; nobody waits for the answer.
  void tell(std::string frame);

  // How long calls may take that have no limit of their own. Of the service, which must not wait
  // for a program for ever.
  void set_patience(Duration limit) { patience_ = limit; }
  std::optional<Duration> patience() const { return patience_; }

  // Frames of the kinds call and answer. False: it cannot be read.
  bool take(FrameKind kind, std::string_view body);

  // The channel is closed: every waiting call ends with `lost`, every object is released.
  void end();
  bool ended() const { return ended_; }
  Channel& channel() { return *channel_; }
  Scheduler& scheduler() { return scheduler_; }

  // Lends an object to the call that is being written, which takes it back (withdraw) at its end.
  std::uint32_t lend(void* object, const Interface& table);
  std::vector<std::uint32_t> take_lent() { return std::exchange(lent_, {}); }

  // Owned until forget(): stand-ins that the service may still point to.
  void own(std::shared_ptr<void> object) { owned_.push_back(std::move(object)); }
  void forget() {
    owned_.clear();
    kept_.clear();
  }

  // Keeps something until the connection is gone: objects that a party must not use any more, but
  // might.
  void keep(std::shared_ptr<void> object);

 private:
  // Shared by the table and by the calls that are under way: `release` runs, in a task, when the
  // last of them lets go.
  struct Object {
    Object(Scheduler& scheduler_in, void* pointer_in, const Interface& table_in,
           std::function<void()> release_in)
        : scheduler(scheduler_in),
          pointer(pointer_in),
          table(&table_in),
          release(std::move(release_in)) {}
    // Outside a task the lab is on its way out, and nothing can be waited for.
    ~Object() {
      if (release && scheduler.current() != 0) release();
    }
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    Scheduler& scheduler;
    void* const pointer;
    const Interface* const table;
    const std::function<void()> release;
  };
  // The call of the other side that a task serves.
  struct Serving {
    std::uint64_t call = 0;
    std::size_t depth = 0;  // calls within calls
  };
  struct Waiting {
    WaitQueue queue;
    bool answered = false;
    AnswerStatus status = AnswerStatus::lost;
    std::string results;
    std::deque<std::string> nested;  // bodies of calls to be served in the waiting task
  };

  void serve(const std::string& body);
  void answer(const Call& call);
  // Lets go of it in a task, where `release` may wait.
  void let_go(std::shared_ptr<Object> object);

  Scheduler& scheduler_;
  std::shared_ptr<Channel> channel_;
  TaskContext context_{};
  std::optional<Duration> patience_;
  std::unordered_map<std::uint32_t, std::shared_ptr<Object>> objects_;
  std::unordered_map<std::uint64_t, Waiting*> waiting_;
  std::unordered_map<TaskId, Serving> serving_;
  std::deque<std::shared_ptr<void>> kept_;
  std::vector<std::shared_ptr<void>> owned_;
  std::vector<std::uint32_t> lent_;  // by the call that is being written
  std::uint32_t last_object_ = 0;
  std::uint64_t last_call_ = 0;
  std::size_t open_calls_ = 0;
  bool ended_ = false;
};

}  // namespace vsslab::transport

#include "transport/connection.h"

#include <gtest/gtest.h>

#include "core/asio.h"
#include "core/limits.h"
#include "core/os/program.h"

namespace vsslab::transport {
namespace {

// Two ends in one scheduler, as the service and a program are in two.
struct Pair {
  Pair() {
    const auto [first, second] = os::connected_sockets();
    ours = connect(first);
    its = connect(second);
    scheduler->expect_foreign(1);
  }
  std::shared_ptr<Connection> connect(int descriptor) {
    Socket socket(*asio_of(*scheduler), boost::asio::local::stream_protocol(), descriptor);
    auto channel = std::make_shared<Channel>(std::move(socket));
    auto connection = std::make_shared<Connection>(*scheduler, channel);
    const std::weak_ptr<Connection> weak = connection;
    channel->on_frame = [weak](std::string_view frame) {
      const auto self = weak.lock();
      if (self && !self->take(static_cast<FrameKind>(frame.front()), frame.substr(1))) {
        self->channel().close("a frame that cannot be read");
      }
    };
    channel->on_closed = [this, weak](std::string_view reason) {
      reasons.emplace_back(reason);
      if (const auto self = weak.lock()) self->end();
    };
    channel->start();
    return connection;
  }
  // Runs `body` as a task, and then what is left for a moment.
  void run(std::function<void()> body) {
    scheduler->spawn("test", {}, [this, body = std::move(body)] {
      body();
      scheduler->sleep_for(std::chrono::milliseconds(20));
      scheduler->stop();
    });
    ASSERT_EQ(scheduler->run({.time = std::chrono::minutes(1)}), RunEnd::stopped);
  }

  std::unique_ptr<Scheduler> scheduler = make_real_scheduler();
  std::shared_ptr<Connection> ours, its;
  std::vector<std::string> reasons;
};

struct Thing {
  explicit Thing(Pair& pair_in) : pair(&pair_in) {}
  Pair* const pair;
  bool waits = false;
  bool released = false;
  bool released_in_use = false;
  WaitQueue go;
  std::uint32_t back = 0;  // an object of the other side, called within
  std::size_t calls = 0;
};

bool wait_stub(void* object, In&, Out&) {
  Thing& thing = *static_cast<Thing*>(object);
  thing.waits = true;
  thing.pair->scheduler->wait(thing.go);
  thing.waits = false;
  thing.released_in_use = thing.released;
  return true;
}

// Calls the other side, which calls us, and so on.
bool ping_pong_stub(void* object, In&, Out&) {
  Thing& thing = *static_cast<Thing*>(object);
  ++thing.calls;
  Pair& pair = *thing.pair;
  Connection& connection = thing.back == 1 ? *pair.ours : *pair.its;
  Out out = connection.begin(1, 7, 1);
  std::string results;
  connection.call(finish_frame(out), results);
  return true;
}

constexpr Stub kStubs[] = {wait_stub, ping_pong_stub};
constexpr Interface kThing{7, "Thing", kStubs, 2};

AnswerStatus call(Connection& from, std::uint32_t object, std::uint16_t method) {
  Out out = from.begin(object, 7, method);
  std::string results;
  return from.call(finish_frame(out), results);
}

TEST(Connection, KeepsAnObjectWhileACallUsesIt) {
  Pair pair;
  Thing thing(pair);
  const std::uint32_t object =
      pair.ours->add_object(&thing, kThing, [&] { thing.released = true; });
  AnswerStatus released = AnswerStatus::lost;
  AnswerStatus waited = AnswerStatus::lost;
  AnswerStatus after = AnswerStatus::lost;
  pair.run([&] {
    pair.scheduler->spawn("waits", {}, [&] { waited = call(*pair.its, object, 0); });
    while (!thing.waits) pair.scheduler->sleep_for(std::chrono::milliseconds(1));
    released = call(*pair.its, object, kRelease);
    EXPECT_FALSE(thing.released);
    after = call(*pair.its, object, 0);
    pair.scheduler->notify_one(thing.go);
  });
  EXPECT_EQ(released, AnswerStatus::ok);
  EXPECT_EQ(waited, AnswerStatus::ok);
  EXPECT_EQ(after, AnswerStatus::no_object);
  EXPECT_TRUE(thing.released);
  EXPECT_FALSE(thing.released_in_use);
}

TEST(Connection, LetsGoOfWhatIsInUseWhenItsCallReturns) {
  Pair pair;
  Thing used(pair);
  Thing idle(pair);
  const std::uint32_t object = pair.ours->add_object(&used, kThing, [&] { used.released = true; });
  pair.ours->add_object(&idle, kThing, [&] { idle.released = true; });
  AnswerStatus waited = AnswerStatus::ok;
  pair.run([&] {
    pair.scheduler->spawn("waits", {}, [&] { waited = call(*pair.its, object, 0); });
    while (!used.waits) pair.scheduler->sleep_for(std::chrono::milliseconds(1));
    pair.its->channel().close("killed");
    pair.scheduler->sleep_for(std::chrono::milliseconds(20));
    EXPECT_TRUE(idle.released);
    EXPECT_FALSE(used.released);
    pair.scheduler->notify_one(used.go);
  });
  EXPECT_EQ(waited, AnswerStatus::lost);
  EXPECT_TRUE(used.released);
  EXPECT_FALSE(used.released_in_use);
}

TEST(Connection, IsClosedByCallsWithinCallsWithoutEnd) {
  Pair pair;
  Thing one(pair);
  Thing two(pair);
  one.back = 1;  // calls over our end, and so the other's object
  pair.ours->add_object(&one, kThing, nullptr);
  pair.its->add_object(&two, kThing, nullptr);
  pair.run([&] { call(*pair.its, 1, 1); });
  EXPECT_LE(one.calls + two.calls, 2 * limits::kNestedCallsMax + 2);
  ASSERT_FALSE(pair.reasons.empty());
  EXPECT_NE(pair.reasons.front().find("nested_calls_max"), std::string::npos);
}

TEST(Connection, TellsWithoutWaitingForWhoDoesNotAnswer) {
  Pair pair;
  Thing thing(pair);
  const std::uint32_t object =
      pair.ours->add_object(&thing, kThing, [&] { thing.released = true; });
  pair.run([&] {
    Out out = pair.its->begin(object, 7, kRelease);
    pair.its->tell(finish_frame(out));
    EXPECT_FALSE(thing.released);
  });
  EXPECT_TRUE(thing.released);
}

TEST(Connection, GivesUpACallThatIsNotAnsweredInTime) {
  Pair pair;
  Thing thing(pair);
  const std::uint32_t object = pair.ours->add_object(&thing, kThing, nullptr);
  AnswerStatus status = AnswerStatus::ok;
  pair.run([&] {
    Out out = pair.its->begin(object, 7, 0);
    std::string results;
    status = pair.its->call(finish_frame(out), results, std::chrono::milliseconds(10));
    pair.scheduler->notify_one(thing.go);  // the answer comes when nobody waits for it
  });
  EXPECT_EQ(status, AnswerStatus::late);
  EXPECT_TRUE(pair.reasons.empty());
}

}  // namespace
}  // namespace vsslab::transport

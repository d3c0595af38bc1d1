// What a call costs over a Unix socket, beside a bare Asio ping-pong of the same bytes in the same
// run; each side is a process of its own. The counter `ratio` is the call's time over the bare one.
#include <benchmark/benchmark.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/asio.h"
#include "core/os/program.h"
#include "transport/connection.h"

namespace vsslab::transport {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr int kCalls = 2'000;  // in one measurement

// The other side, in a process of its own, until the socket is closed.
class Peer {
 public:
  explicit Peer(const std::function<void(int)>& body) {
    const auto [ours, its] = os::connected_sockets();
    socket = ours;
    process_ = ::fork();
    if (process_ == 0) {
      os::close_descriptor(ours);
      body(its);
      ::_exit(0);
    }
    os::close_descriptor(its);
  }
  ~Peer() { ::waitpid(process_, nullptr, 0); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  int socket = -1;

 private:
  int process_ = -1;
};

// ---- bare ----

class PingPong {
 public:
  PingPong(asio::io_context& io, int descriptor, std::size_t in, std::size_t out)
      : socket_(io, asio::local::stream_protocol(), descriptor), in_(in, '\0'), out_(out, 'x') {}

  void receive(std::size_t done = 0) {
    socket_.async_read_some(asio::buffer(in_) + done,
                            [this, done](error_code error, std::size_t count) {
                              if (error) return;
                              if (done + count < in_.size()) return receive(done + count);
                              if (left > 0 && --left == 0) return;
                              send();
                            });
  }
  void send(std::size_t done = 0) {
    socket_.async_write_some(asio::buffer(out_) + done,
                             [this, done](error_code error, std::size_t count) {
                               if (error) return;
                               if (done + count < out_.size()) return send(done + count);
                               receive();
                             });
  }
  int left = 0;

 private:
  Socket socket_;
  std::string in_, out_;
};

double bare_seconds(std::size_t call, std::size_t answer) {
  const Peer peer([&](int descriptor) {
    asio::io_context io(1);
    PingPong pong(io, descriptor, call, answer);
    pong.receive();
    io.run();
  });
  asio::io_context io(1);
  PingPong ping(io, peer.socket, answer, call);
  ping.left = kCalls;
  const auto begin = std::chrono::steady_clock::now();
  ping.send();
  io.run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// ---- a call ----

bool echo(void*, In& in, Out& out) {
  out.text(in.text());
  return true;
}
constexpr Stub kStubs[] = {echo};
constexpr Interface kEcho{7, "Echo", kStubs, 1};

std::shared_ptr<Connection> connection_at(Scheduler& scheduler, int descriptor) {
  Socket socket(*asio_of(scheduler), asio::local::stream_protocol(), descriptor);
  auto channel = std::make_shared<Channel>(std::move(socket));
  auto connection = std::make_shared<Connection>(scheduler, channel);
  const std::weak_ptr<Connection> weak = connection;
  channel->on_frame = [weak](std::string_view frame) {
    const auto self = weak.lock();
    if (self) self->take(static_cast<FrameKind>(frame.front()), frame.substr(1));
  };
  channel->on_closed = [&scheduler](std::string_view) { scheduler.stop(); };
  channel->start();
  return connection;
}

double call_seconds(const std::string& payload) {
  const Peer peer([](int descriptor) {
    const auto scheduler = make_real_scheduler();
    const auto connection = connection_at(*scheduler, descriptor);
    int object = 0;
    connection->add_object(&object, kEcho, nullptr);
    scheduler->expect_foreign(1);
    scheduler->run({});
  });
  const auto scheduler = make_real_scheduler();
  const auto connection = connection_at(*scheduler, peer.socket);
  double seconds = 0;
  scheduler->spawn("calls", {}, [&] {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kCalls; ++i) {
      Out out = connection->begin(1, 7, 0);
      out.text(payload);
      std::string results;
      connection->call(finish_frame(out), results);
    }
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    connection->channel().close("done");
  });
  scheduler->expect_foreign(1);
  scheduler->run({});
  return seconds;
}

void BM_RoundTrip(benchmark::State& state) {
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  // The frames' own bytes: length, kind, and the heads of a call and of an answer.
  const std::size_t call = 4 + 1 + 24 + 4 + payload.size();
  const std::size_t answer = 4 + 1 + 9 + 4 + payload.size();
  double bare = 0;
  double ours = 0;
  for (auto _ : state) {
    bare += bare_seconds(call, answer);
    const double seconds = call_seconds(payload);
    ours += seconds;
    state.SetIterationTime(seconds / kCalls);
  }
  const double calls = static_cast<double>(state.iterations()) * kCalls;
  state.counters["bare_us"] = bare / calls * 1e6;
  state.counters["call_us"] = ours / calls * 1e6;
  state.counters["ratio"] = ours / bare;
}
BENCHMARK(BM_RoundTrip)->Arg(16)->Arg(1'024)->Arg(65'536)->UseManualTime()->Iterations(20);

}  // namespace
}  // namespace vsslab::transport

BENCHMARK_MAIN();

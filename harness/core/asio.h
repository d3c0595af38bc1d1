// The only place that includes Boost.Asio: 1.74 needs <utility> above it in C++20.
#pragma once

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

namespace vsslab {

class Scheduler;

// The io_context of a real-time scheduler, whose handlers then run on the scheduler's thread,
// outside any task; null for a virtual one. While somebody waits for it, expect_foreign keeps run()
// from being quiet.
boost::asio::io_context* asio_of(Scheduler& scheduler);

}  // namespace vsslab

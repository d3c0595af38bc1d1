#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/asio.h"
#include "core/fiber_scheduler.h"

namespace vsslab {

namespace {

class RealScheduler final : public FiberScheduler {
 public:
  RealScheduler() : FiberScheduler(TieBreak{}), timer_(io_), work_(io_.get_executor()) {}

  bool is_virtual() const override { return false; }
  Time now() const override { return std::chrono::steady_clock::now() - start_; }

  void post_foreign(std::function<void()> body) override {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(body));
    any_posted_.store(true, std::memory_order_release);
    wake();
  }

  void expect_foreign(int change) override {
    foreign_.fetch_add(change);
    wake();
  }

 protected:
  void wait_until(Time until) override {
    // A steady_timer cannot be armed for the end of time; an hour and another look does the same.
    arm(std::min(until, now() + std::chrono::hours(1)));
    io_.restart();
    io_.run_one();  // the timer, a wake, or a socket
    io_.poll();
  }

  bool take_foreign() override {
    // Tasks that are always ready must not keep the sockets waiting.
    if (polls_io_ && ++rounds_ >= kRoundsBetweenPolls) {
      rounds_ = 0;
      io_.restart();
      io_.poll();
    }
    if (!any_posted_.load(std::memory_order_acquire)) return false;
    std::vector<std::function<void()>> bodies;
    {
      const std::lock_guard lock(mutex_);
      bodies.swap(posted_);
      any_posted_.store(false, std::memory_order_relaxed);
    }
    for (const auto& body : bodies) {
      count_event();
      body();
    }
    return true;
  }

  bool foreign_expected() const override {
    return foreign_.load() > 0 || any_posted_.load(std::memory_order_acquire);
  }

 private:
  using Clock = std::chrono::steady_clock;

  // A timer that is armed already for an earlier moment stays: waking up once too often costs less
  // than arming it at every wait.
  void arm(Time when) {
    if (armed_ && *armed_ <= when) return;
    armed_ = when;
    timer_.expires_at(start_ + std::chrono::duration_cast<Clock::duration>(when));
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) armed_.reset();
    });
  }

  void wake() {
    boost::asio::post(io_, [] {});
  }

  const Clock::time_point start_ = Clock::now();
  boost::asio::io_context io_{1};
  boost::asio::steady_timer timer_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::optional<Time> armed_;
  friend boost::asio::io_context* vsslab::asio_of(Scheduler& scheduler);
  static constexpr int kRoundsBetweenPolls = 16;
  bool polls_io_ = false;
  int rounds_ = 0;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
  std::atomic<bool> any_posted_{false};
  std::atomic<int> foreign_{0};
};

}  // namespace

boost::asio::io_context* asio_of(Scheduler& scheduler) {
  auto* real = dynamic_cast<RealScheduler*>(&scheduler);
  if (real == nullptr) return nullptr;
  real->polls_io_ = true;
  return &real->io_;
}

std::unique_ptr<Scheduler> make_real_scheduler() { return std::make_unique<RealScheduler>(); }

}  // namespace vsslab

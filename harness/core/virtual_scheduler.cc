#include <memory>
#include <utility>

#include "core/error.h"
#include "core/fiber_scheduler.h"

namespace vsslab {

namespace {

// Time stands still while anybody can run, and jumps to the next timer when nobody can.
class VirtualScheduler final : public FiberScheduler {
 public:
  using FiberScheduler::FiberScheduler;

  bool is_virtual() const override { return true; }
  Time now() const override { return now_; }
  void post_foreign(std::function<void()>) override {
    const bool real_time = false;
    VSSLAB_ASSERT(real_time && "a thread of its own needs the real clock");
  }
  void expect_foreign(int) override {
    const bool real_time = false;
    VSSLAB_ASSERT(real_time && "a thread of its own needs the real clock");
  }

 protected:
  void wait_until(Time until) override { now_ = until; }

 private:
  Time now_{0};
};

}  // namespace

std::unique_ptr<Scheduler> make_virtual_scheduler(TieBreak ties) {
  return std::make_unique<VirtualScheduler>(std::move(ties));
}

}  // namespace vsslab

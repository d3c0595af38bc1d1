// A lab in virtual time with one process that runs a test's body.
#pragma once

#include <windows.h>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/scheduler.h"
#include "win32/lab.h"
#include "win32/process.h"

namespace vsslab::test {

struct Ending {
  std::string name;
  std::string reason;
  std::uint32_t code = 0;
};

class LabTest : public testing::Test, public LabObserver {
 protected:
  LabTest() { lab_.observers.push_back(this); }

  void process_ended(LabProcess& process, std::string_view reason, std::uint32_t code) override {
    endings_.push_back({process.name, std::string(reason), code});
  }
  void event_log(const LabProcess&, std::string_view source, std::string_view type,
                 std::uint32_t id, std::string_view text) override {
    log_.push_back(std::string(source) + " " + std::string(type) + " " + std::to_string(id) + " " +
                   std::string(text));
  }
  void com_security(const LabProcess&, const ComSecurity& asked) override {
    security_.push_back(asked);
  }

  // Runs `body` as the main function of a process until nothing happens any more.
  LabProcess& run(std::function<int()> body) {
    LabProcess& process = spawn_process(lab_, "party", std::move(body));
    end_ = scheduler_->run({});
    return process;
  }
  std::int64_t now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(scheduler_->now()).count();
  }

  std::unique_ptr<Scheduler> scheduler_ = make_virtual_scheduler();
  Lab lab_{*scheduler_};
  RunEnd end_ = RunEnd::stopped;
  std::vector<Ending> endings_;
  std::vector<std::string> log_;
  std::vector<ComSecurity> security_;
};

}  // namespace vsslab::test

// A forked copy of this process that does one job and hands back bytes: a lane of `-j`. Whatever
// the job does (exit, crash, overrun its stack, never return), the parent goes on.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/time.h"

namespace vsslab::os {

struct ChildEnd {
  bool complete = false;  // the job returned and all of its bytes arrived
  bool killed = false;    // by Child::kill
  int exit_code = -1;     // when it ended by exiting
  int signal = 0;         // when a signal ended it
  std::string signal_name;
  std::string note;  // what on_crash() said, when it was asked
};

class Child {
 public:
  // Starts `job`; its result becomes output(). `on_crash` is called when the child calls exit(),
  // and from a signal handler on its own stack when it crashes: it returns text that is already in
  // memory and allocates nothing. Null when the system has no more processes; `why` then says so.
  static std::unique_ptr<Child> start(const std::function<std::string()>& job,
                                      std::string_view (*on_crash)(), std::string& why);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void kill();
  // Asks the child where it is, as after a crash, and ends it. For one that is too busy to answer
  // otherwise; it is killed when it does not end within a second.
  void stop_busy();
  bool ended() const { return ended_; }
  const ChildEnd& end() const { return end_; }
  const std::string& output() const { return output_; }

 private:
  friend void wait_any(std::span<Child* const> children, Duration timeout);
  Child() = default;
  void read_some();
  void finish();

  int process_ = -1;
  int pipe_ = -1;
  bool ended_ = false;
  bool killed_ = false;
  std::string received_;  // framed bytes
  std::string output_;
  ChildEnd end_;
};

// Waits until at least one of the children has ended, a signal came, or `timeout` passed.
void wait_any(std::span<Child* const> children, Duration timeout);

}  // namespace vsslab::os

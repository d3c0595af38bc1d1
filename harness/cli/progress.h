// How far the run is, on stderr: one line that is written over on a terminal, else a line for each
// finished scenario.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/wall_clock.h"

namespace vsslab::cli {

enum class ProgressMode { automatic, bar, lines, none };

// "[37/120] 2 failed  timing/freeze-hang  eta 4 s", with the middle cut out to fit `width` columns.
std::string progress_text(std::size_t done, std::size_t total, std::size_t failed,
                          std::string_view name, std::optional<Duration> left, std::size_t width);

class Progress {
 public:
  using Tell = std::function<void(std::string_view)>;
  // `mode` is bar, lines or none here.
  Progress(ProgressMode mode, std::size_t total, std::size_t width, Tell tell)
      : mode_(mode), total_(total), width_(width), tell_(std::move(tell)) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void started(std::string_view name);
  void finished(std::string_view name, bool failed, std::string_view verdict);
  void clear();  // before something else is printed

 private:
  std::optional<Duration> time_left() const;
  void show(std::string_view name);  // the bar

  ProgressMode mode_;
  std::size_t total_;
  std::size_t width_;
  Tell tell_;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
  bool shown_ = false;
  Stopwatch watch_;
  std::map<std::string, Duration, std::less<>> started_;  // by scenario, of `lines`
};

}  // namespace vsslab::cli

#include "cli/progress.h"

#include <fmt/format.h>

#include "reports/text.h"

namespace vsslab::cli {
namespace {

constexpr std::string_view kCut = "...";

// A scenario that took longer has its time beside its name.
constexpr Duration kLong = std::chrono::seconds(2);

// Cuts the middle out of ASCII text; other text is cut at its end, whole characters only.
std::string fitted(std::string text, std::size_t width) {
  if (reports::columns(text) <= width) return text;
  if (width <= kCut.size()) return text.substr(0, width);
  const std::size_t keep = width - kCut.size();
  const std::size_t front = keep - keep / 2;
  return text.substr(0, front) + std::string(kCut) + text.substr(text.size() - keep / 2);
}

}  // namespace

std::string progress_text(std::size_t done, std::size_t total, std::size_t failed,
                          std::string_view name, std::optional<Duration> left, std::size_t width) {
  std::string head = fmt::format("[{}/{}]", done, total);
  if (failed > 0) head += fmt::format(" {} failed", failed);
  std::string tail;
  if (left) {
    tail = fmt::format("  eta {} s", std::chrono::ceil<std::chrono::seconds>(*left).count());
  }
  return fitted(fmt::format("{}  {}{}", head, name, tail), width);
}

std::optional<Duration> Progress::time_left() const {
  if (done_ == 0 || done_ >= total_) return std::nullopt;
  const Duration used = watch_.elapsed();
  if (used < std::chrono::seconds(1)) return std::nullopt;
  return used / static_cast<std::int64_t>(done_) * static_cast<std::int64_t>(total_ - done_);
}

void Progress::started(std::string_view name) {
  if (mode_ == ProgressMode::lines) started_.emplace(name, watch_.elapsed());
  show(name);
}

void Progress::show(std::string_view name) {
  if (mode_ != ProgressMode::bar) return;
  const std::string text =
      progress_text(done_, total_, failed_, reports::printable(name), time_left(), width_ - 1);
  tell_("\r" + text + "\x1b[K");
  shown_ = true;
}

void Progress::finished(std::string_view name, bool failed, std::string_view verdict) {
  ++done_;
  if (failed) ++failed_;
  if (mode_ == ProgressMode::lines) {
    std::string took;
    if (const auto began = started_.find(name); began != started_.end()) {
      const Duration time = watch_.elapsed() - began->second;
      if (time >= kLong) {
        took = fmt::format("  {} s", std::chrono::round<std::chrono::seconds>(time).count());
      }
      started_.erase(began);
    }
    tell_(
        fmt::format("[{}/{}] {}  {}{}\n", done_, total_, verdict, reports::printable(name), took));
  } else {
    show(name);
  }
}

void Progress::clear() {
  if (!shown_) return;
  tell_("\r\x1b[K");
  shown_ = false;
}

}  // namespace vsslab::cli

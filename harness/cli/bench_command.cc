// vsslab bench: what shadow copies of the reference provider cost.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/progress.h"
#include "core/os/terminal.h"
#include "mock-provider/system/throughput.h"
#include "reports/json.h"
#include "reports/text.h"

namespace vsslab::cli {
namespace {

constexpr std::uint64_t kMebibyte = 1ULL << 20;
constexpr std::uint64_t kRegionMax = 4096;  // MiB
constexpr int kRoundsMax = 1000;

nlohmann::ordered_json row_json(const ThroughputRow& row) {
  return {{"name", row.name},
          {"ioBytes", row.io_bytes},
          {"plain", row.plain},
          {"plain_ns", static_cast<std::int64_t>(row.plain_seconds * 1e9)},
          {"measured_ns", static_cast<std::int64_t>(row.seconds * 1e9)},
          {"ratio", row.ratio},
          {"ratioLeast", row.ratio_least},
          {"ratioMost", row.ratio_most},
          {"mibPerSecond", row.mib_per_second}};
}

std::string row_text(const ThroughputRow& row, std::size_t width) {
  const std::string size =
      row.io_bytes == 0 ? std::string("-") : fmt::format("{} KiB", row.io_bytes / 1024);
  const std::string speed =
      row.mib_per_second > 0 ? fmt::format("{:.0f} MiB/s", row.mib_per_second) : std::string("-");
  return fmt::format("{}  {:>8}  {:>6.2f}  {:>6.2f} .. {:<6.2f}  {:>12}  {:>12.6f} s  {}\n",
                     reports::padded(row.name, width), size, row.ratio, row.ratio_least,
                     row.ratio_most, speed, row.seconds, row.plain);
}

class BenchCommand : public Command {
 public:
  std::string_view name() const override { return "bench"; }
  std::string_view summary() const override {
    return "measure the reference provider's shadow copies";
  }
  std::string_view examples() const override {
    return "  vsslab bench\n"
           "  vsslab bench --region 256 --rounds 11 --json > bench.json\n";
  }
  void declare(CLI::App& app) override {
    app.add_option("--region", region_, "MiB written and read in each measurement");
    app.add_option("--rounds", rounds_, "rounds; the median counts");
    app.add_flag("--json", json_, "one JSON document on stdout");
    app.add_flag("-q,--quiet", quiet_, "no progress on stderr");
  }
  ExitCode execute(Output& out) override {
    if (region_ < 1 || region_ > kRegionMax || rounds_ < 1 || rounds_ > kRoundsMax) {
      out.error(
          {fmt::format("--region takes 1 to {} MiB, --rounds 1 to {}", kRegionMax, kRoundsMax),
           {},
           0,
           {},
           {}});
      return ExitCode::usage;
    }
    ThroughputOptions options;
    options.region_bytes = region_ * kMebibyte;
    options.rounds = rounds_;
    const bool bar = out.progress_is_terminal();
    const auto width = static_cast<std::size_t>(os::terminal_width(os::Stream::err));
    const auto rows = measure_throughput(options, [&](std::string_view name, int done, int of) {
      if (quiet_) return;
      const std::string text = progress_text(static_cast<std::size_t>(done),
                                             static_cast<std::size_t>(of), 0, name, {}, width - 1);
      out.tell(bar ? "\r" + text + "\x1b[K" : text + "\n");
    });
    if (bar && !quiet_) out.tell("\r\x1b[K");
    show(rows, out);
    return ExitCode::conforming;
  }

 private:
  void show(const std::vector<ThroughputRow>& rows, Output& out) const {
    if (json_) {
      nlohmann::ordered_json document{{"format", 1},
                                      {"regionBytes", region_ * kMebibyte},
                                      {"rounds", rounds_},
                                      {"rows", nlohmann::ordered_json::array()}};
      for (const ThroughputRow& row : rows) document["rows"].push_back(row_json(row));
      out.answer(reports::to_json_text(document));
      return;
    }
    std::size_t width = 0;
    for (const ThroughputRow& row : rows) width = std::max(width, reports::columns(row.name));
    out.answer(fmt::format("{}  {:>8}  {:>6}  {:^16}  {:>12}  {:>14}  {}\n",
                           reports::padded("measurement", width), "size", "ratio", "least .. most",
                           "throughput", "time", "against"));
    for (const ThroughputRow& row : rows) out.answer(row_text(row, width));
    out.answer(
        "ratio: the plain work's time over the measured time, median of the rounds; 1 is as "
        "fast as plain\n");
  }

  std::uint64_t region_ = 64;
  int rounds_ = 7;
  bool json_ = false;
  bool quiet_ = false;
};

}  // namespace

std::unique_ptr<Command> make_bench_command() { return std::make_unique<BenchCommand>(); }

}  // namespace vsslab::cli

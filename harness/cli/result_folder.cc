#include "cli/result_folder.h"

#include <filesystem>
#include <fstream>
#include <vector>

#include <fmt/format.h>

#include "core/output_file.h"
#include "core/suggest.h"
#include "core/wall_clock.h"
#include "reports/console.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/sarif.h"

namespace vsslab::cli {
namespace {

namespace fs = std::filesystem;

// A new folder below results/; a second run in the same second gets a number.
std::string free_name() {
  const std::string stamp = "results/" + utc_stamp();
  std::string name = stamp;
  std::error_code ignored;
  for (int i = 2; fs::exists(name, ignored); ++i) name = fmt::format("{}-{}", stamp, i);
  return name;
}

bool link_latest(const std::string& path) {
  std::error_code failed;
  const fs::path link = "results/latest";
  if (fs::is_symlink(link, failed)) fs::remove(link, failed);
  fs::create_directory_symlink(fs::path(path).filename(), link, failed);
  return !failed;
}

bool is_journal(const fs::directory_entry& entry) {
  std::error_code failed;
  if (entry.path().extension() != ".journal" || !entry.is_regular_file(failed)) return false;
  std::string begin(14, '\0');
  std::ifstream file(entry.path(), std::ios::binary);
  return file.read(begin.data(), static_cast<std::streamsize>(begin.size())) &&
         begin == "vsslab-journal";
}

// What an earlier run left would pass for this one's: to a reader of the folder's journals always,
// to one of the reports when this run is killed. Stored inputs stay, this run may be of them.
void remove_earlier_run(const ResultFolder& folder) {
  std::error_code failed;
  std::vector<fs::path> journals;
  for (fs::directory_iterator at(folder.journals(), failed), end; !failed && at != end;
       at.increment(failed)) {
    if (is_journal(*at)) journals.push_back(at->path());
  }
  for (const fs::path& journal : journals) fs::remove(journal, failed);
  for (const char* const report : {"result.json", "junit.xml"}) {
    fs::remove(fs::path(folder.path()) / report, failed);
  }
}

}  // namespace

Result<ResultFolder> ResultFolder::make(const std::string& wanted) {
  ResultFolder folder;
  folder.path_ = wanted.empty() ? free_name() : wanted;
  std::error_code failed;
  fs::create_directories(folder.journals(), failed);
  if (failed) {
    return fail(
        Error{fmt::format("cannot make the folder '{}': {}", folder.path_, failed.message()),
              {},
              0,
              {},
              "give another one with --out"});
  }
  remove_earlier_run(folder);
  folder.shown_ = folder.path_;
  if (wanted.empty() && link_latest(folder.path_)) folder.shown_ = "results/latest";
  return folder;
}

Result<void> ResultFolder::write_reports(const RunResult& run) const {
  for (const auto& [name, format] : {std::pair{"result.json", "json"}, {"junit.xml", "junit"}}) {
    if (auto written = write_report(run, format, path_ + "/" + name); !written) return written;
  }
  return {};
}

Result<ReportRequest> parse_report(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string format = text.substr(0, equals);
  if (format != "junit" && format != "json" && format != "sarif" && format != "console") {
    return fail(Error{fmt::format("--report '{}': unknown format '{}'", text, format),
                      {},
                      0,
                      {},
                      did_you_mean(format, {"junit", "json", "sarif", "console"})});
  }
  if (equals == std::string::npos || equals + 1 == text.size()) {
    return fail(Error{fmt::format("--report '{}' names no file", text),
                      {},
                      0,
                      {},
                      "write FORMAT=PATH, such as junit=out.xml"});
  }
  return ReportRequest{format, text.substr(equals + 1)};
}

void render_report(const RunResult& run, const std::string& format, const reports::Sink& sink) {
  if (format == "junit") {
    reports::write_junit(run, sink);
  } else if (format == "json") {
    reports::write_json(run, sink);
  } else if (format == "sarif") {
    reports::write_sarif(run, sink);
  } else {
    reports::Console console({.strict = run.strict, .blocks_once = run.conformance.has_value()},
                             sink);
    console.run_started(run.scenarios.size());
    for (const ScenarioResult& scenario : run.scenarios) console.scenario_finished(scenario);
    console.run_finished(run);
  }
}

// Piece by piece: a large run's report does not fit into memory beside its results.
Result<void> write_report(const RunResult& run, const std::string& format,
                          const std::string& path) {
  OutputFile file(path);
  render_report(run, format, [&](std::string_view piece) { file.write(piece); });
  return file.finish();
}

}  // namespace vsslab::cli

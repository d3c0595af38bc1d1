// Where a run leaves its files: DIR/result.json, DIR/junit.xml, DIR/journals/*.journal.
#pragma once

#include <string>

#include "core/error.h"
#include "reports/listener.h"
#include "run/result.h"

namespace vsslab::cli {

class ResultFolder {
 public:
  // Makes `wanted`, or results/<time>/ (with a link results/latest) when it is empty. Journals and
  // reports of an earlier run in it are removed.
  static Result<ResultFolder> make(const std::string& wanted);

  const std::string& path() const { return path_; }
  std::string journals() const { return path_ + "/journals"; }
  // What backups copied, when it is kept.
  std::string files() const { return path_ + "/files"; }
  // How the folder is called in messages: results/latest when the link is there.
  const std::string& shown() const { return shown_; }

  // Writes the reports of the run.
  Result<void> write_reports(const RunResult& run) const;

 private:
  std::string path_;
  std::string shown_;
};

// "junit=out.xml" and the like; "-" as the path is standard output. Formats: junit, json, sarif,
// console.
struct ReportRequest {
  std::string format;
  std::string path;
};
Result<ReportRequest> parse_report(const std::string& text);

void render_report(const RunResult& run, const std::string& format, const reports::Sink& sink);

Result<void> write_report(const RunResult& run, const std::string& format, const std::string& path);

}  // namespace vsslab::cli

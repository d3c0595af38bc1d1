// The report for people: on the screen while the run goes on, the most useful thing last.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "reports/listener.h"
#include "reports/text.h"

namespace vsslab::reports {

struct ConsoleOptions {
  TextStyle style = {};
  int verbosity = 0;  // -1: failures and the count line; 1: passed rules too; 2: events too
  std::string report_path = {};  // named in the line before the last; empty: none
  bool strict = false;           // warnings count as failures
  bool blocks_once = false;      // of many scenarios only the first that breaks a rule explains it
  std::size_t detailed_max = 4;  // with at most this many scenarios each is shown in full
};

class Console : public Listener {
 public:
  Console(ConsoleOptions options, Sink sink);

  void run_started(std::size_t scenarios) override;
  void scenario_finished(const ScenarioResult& result) override;
  void run_finished(const RunResult& run) override;

  // Where the files of the run went, when that is known only at the end.
  void set_report_path(std::string path) { options_.report_path = std::move(path); }

 private:
  bool detailed() const;
  bool failed(Verdict verdict) const { return counts_as_failure(verdict, options_.strict); }
  // Where a rule had its block, and what it said there.
  struct Explained {
    std::string scenario;
    std::string actual;
  };
  // Null when the block has to be here.
  const Explained* explained_before(const ScenarioResult& result, const Finding& finding);
  void put(std::string text);
  void show_header(const ScenarioResult& result);
  void show_findings(const ScenarioResult& result);
  void show_expected(const RunResult& run);
  std::string failures_of(const ScenarioResult& result);

  ConsoleOptions options_;
  Sink sink_;
  std::size_t scenarios_ = 0;
  std::size_t lines_ = 0;             // printed so far
  std::size_t lines_at_failure_ = 0;  // printed when the last failure block was done
  bool failed_ = false;
  std::map<std::pair<std::string, Verdict>, Explained> explained_;
};

}  // namespace vsslab::reports

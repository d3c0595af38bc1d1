// The journals that a command line names, with the rules and waivers to judge them by: what `check`
// and `report` share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/judge_journals.h"
#include "cli/run_flags.h"

namespace vsslab::cli {

class StoredJournals {
 public:
  struct Work {
    std::vector<Journal> journals;
    JudgeRequest request;
  };

  void declare(CLI::App& app);
  bool strict() const { return rules_.strict(); }

  // All that can be wrong with what was asked for, before anything is judged.
  Result<Work> open(std::string_view command, const ReportFlags& reports);
  RunResult judge(Work work, reports::Listener* listener) const;

 private:
  std::vector<std::string> files_;
  RuleFlags rules_;
};

}  // namespace vsslab::cli

// Stored journals, judged again: what `check`, `report` and `compare` have in common.
#pragma once

#include <string>
#include <vector>

#include "core/error.h"
#include "journal/journal.h"
#include "reports/listener.h"
#include "run/result.h"
#include "run/waivers.h"

namespace vsslab::cli {

Result<std::vector<Journal>> open_journals(const std::vector<std::string>& files);

struct JudgeRequest {
  std::vector<const Rule*> rules;
  Waivers waivers;
  bool strict = false;
  std::string command;  // "vsslab check"
  bool redact = false;
};

// `files` are where the journals came from. `listener` may be null.
RunResult judge_journals(std::vector<Journal> journals, const std::vector<std::string>& files,
                         const JudgeRequest& request, reports::Listener* listener);

}  // namespace vsslab::cli

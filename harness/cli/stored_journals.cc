#include "cli/stored_journals.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <CLI/CLI.hpp>

namespace vsslab::cli {
namespace {

namespace fs = std::filesystem;

// A folder stands for the journals in it and in its own folder `journals`, as a run leaves them,
// by name. A folder without any stays, so that opening it says so.
std::vector<std::string> with_folders_opened(const std::vector<std::string>& given) {
  std::vector<std::string> files;
  for (const std::string& one : given) {
    std::error_code ignored;
    std::vector<std::string> found;
    if (one != "-" && fs::is_directory(one, ignored)) {
      for (const fs::path& folder : {fs::path(one), fs::path(one) / "journals"}) {
        for (const auto& entry : fs::directory_iterator(folder, ignored)) {
          if (entry.path().extension() == ".journal") found.push_back(entry.path().string());
        }
      }
      std::sort(found.begin(), found.end());
    }
    if (found.empty()) found.push_back(one);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

}  // namespace

void StoredJournals::declare(CLI::App& app) {
  app.add_option("JOURNAL", files_,
                 "journals, as text or JSON, or folders of them; - is standard input")
      ->required();
  rules_.declare(app);
}

Result<StoredJournals::Work> StoredJournals::open(std::string_view command,
                                                  const ReportFlags& reports) {
  auto rules = rules_.select();
  if (!rules) return fail(rules.error());
  auto waivers = rules_.waivers();
  if (!waivers) return fail(waivers.error());
  files_ = with_folders_opened(files_);
  auto journals = open_journals(files_);
  if (!journals) return fail(journals.error());
  if (auto good = reports.check_targets(); !good) return fail(good.error());
  return Work{std::move(*journals),
              {std::move(*rules), std::move(*waivers), rules_.strict(), std::string(command),
               reports.redact()}};
}

RunResult StoredJournals::judge(Work work, reports::Listener* listener) const {
  return judge_journals(std::move(work.journals), files_, work.request, listener);
}

}  // namespace vsslab::cli

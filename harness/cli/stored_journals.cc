#include "cli/stored_journals.h"

#include <utility>

#include <CLI/CLI.hpp>

namespace vsslab::cli {

void StoredJournals::declare(CLI::App& app) {
  app.add_option("JOURNAL", files_, "journals, as text or JSON; - is standard input")->required();
  rules_.declare(app);
}

Result<StoredJournals::Work> StoredJournals::open(std::string_view command,
                                                  const ReportFlags& reports) const {
  auto rules = rules_.select();
  if (!rules) return fail(rules.error());
  auto waivers = rules_.waivers();
  if (!waivers) return fail(waivers.error());
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

#include "sdk/subject_volumes.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "run/document_drives.h"
#include "run/run_all.h"
#include "scenario/scenario.h"
#include "sdk/conform.h"

namespace vsslab::sdk {
Result<std::vector<std::string>> drives_of_writer(const Subject& subject, const Parties& parties,
                                                  const std::string& scenarios_folder,
                                                  Duration patience) {
  const std::filesystem::path file =
      std::filesystem::path(scenarios_folder) / "conform" / "writer" / "gather-only.xml";
  auto plan = scenario::load_scenario(file.generic_string());
  if (!plan) return fail(plan.error());
  if (subject.program) put_program(*plan, subject);
  const std::string name = subject_name(*plan, Role::writer);
  RunRequest request;
  request.jobs = {{std::make_shared<const plan::ScenarioPlan>(std::move(*plan)), 42, {}}};
  request.parties = &parties;
  request.keep = KeepJournals::always;
  request.patience = patience;
  const RunResult run = run_all(request, {});
  if (run.scenarios.empty() || run.scenarios[0].journal == nullptr) {
    return std::vector<std::string>();
  }
  return document_drives(*run.scenarios[0].journal,
                         [&](std::string_view writer) { return is_subject(writer, name); });
}

void add_volumes(plan::ScenarioPlan& plan, const std::vector<std::string>& roots) {
  for (const std::string& root : roots) {
    const bool known =
        std::any_of(plan.volumes.begin(), plan.volumes.end(),
                    [&](const plan::VolumePlan& volume) { return volume.root == root; });
    if (!known) plan.volumes.emplace_back().root = root;
  }
}

}  // namespace vsslab::sdk

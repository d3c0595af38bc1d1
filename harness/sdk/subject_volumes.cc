#include "sdk/subject_volumes.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>

#include "metadata/component_path.h"
#include "metadata/writer_metadata.h"
#include "run/run_all.h"
#include "scenario/scenario.h"
#include "sdk/conform.h"

namespace vsslab::sdk {
namespace {

bool is_drive(std::string_view root) { return root.size() == 3 && root[1] == ':'; }

void collect_drives(const metadata::WriterMetadata& document, std::set<std::string>& drives) {
  const metadata::Environment environment = metadata::standard_environment();
  for (const metadata::Component& component : document.components) {
    for (std::string& root : metadata::volumes_of(component, environment).roots) {
      if (is_drive(root)) drives.insert(std::move(root));
    }
  }
}

}  // namespace

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
  std::set<std::string> drives;
  for (const ScenarioResult& result : run.scenarios) {
    if (result.journal == nullptr) continue;
    for (const Event& event : result.journal->events()) {
      if (event.name != "WriterMetadata" || event.document < 0) continue;
      if (!is_subject(result.journal->arg(event, "writer").value_or(""), name)) continue;
      const StoredDocument& stored =
          result.journal->documents()[static_cast<std::size_t>(event.document)];
      const auto document = metadata::parse_writer_metadata(stored.text, "WriterMetadata");
      if (document) collect_drives(*document, drives);
    }
  }
  return std::vector<std::string>(drives.begin(), drives.end());
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

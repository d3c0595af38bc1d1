#include "sdk/subject_volumes.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "run/document_drives.h"
#include "run/run_all.h"
#include "scenario/inbox/inbox.h"
#include "scenario/scenario.h"
#include "sdk/conform.h"

namespace vsslab::sdk {

namespace {

std::vector<plan::WriterPlan> documents_of(const Journal& journal, const std::string& subject) {
  std::vector<plan::WriterPlan> documents;
  for (const Event& event : journal.events()) {
    if (event.name != "WriterMetadata" || event.document < 0) continue;
    if (!is_subject(journal.arg(event, "writer").value_or(""), subject)) continue;
    plan::WriterPlan& mirror = documents.emplace_back();
    mirror.kind = plan::WriterKind::mirror;
    mirror.metadata_xml = journal.documents()[static_cast<std::size_t>(event.document)].text;
  }
  return documents;
}

}  // namespace

Result<SubjectSite> site_of_writer(const Subject& subject, const Parties& parties,
                                   const std::string& scenarios_folder, Duration patience) {
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
    return SubjectSite();
  }
  const Journal& journal = *run.scenarios[0].journal;
  return SubjectSite{
      document_drives(journal, [&](std::string_view writer) { return is_subject(writer, name); }),
      documents_of(journal, name)};
}

void add_site(plan::ScenarioPlan& plan, const SubjectSite& site) {
  for (const std::string& root : site.drives) {
    const bool known =
        std::any_of(plan.volumes.begin(), plan.volumes.end(),
                    [&](const plan::VolumePlan& volume) { return volume.root == root; });
    if (!known) plan.volumes.emplace_back().root = root;
  }
  scenario::add_files_for(site.documents, scenario::FilesOf::every_mirror, plan.volumes);
}

}  // namespace vsslab::sdk

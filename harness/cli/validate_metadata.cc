#include "cli/validate_metadata.h"

#include <memory>
#include <utility>

#include "reports/block.h"
#include "run/run_scenario.h"
#include "xml/document.h"

namespace vsslab::cli {
namespace {

constexpr std::string_view kMetadataRules = "VSSM-";
// Those of them that a Backup Components Document alone can break; the others hold it against the
// calls that made it.
constexpr std::string_view kBackupDocumentRules[] = {"VSSM-BCD-002", "VSSM-RANGE-001",
                                                     "VSSM-RANGE-004"};

template <class Document, class Read>
Result<ReadDocument<Document>> read_document(std::string_view bytes, const std::string& file,
                                             bool slips_only, Read read) {
  const auto parsed = xml::parse_borrowed(bytes, file);
  if (!parsed) return fail(parsed.error());
  ReadDocument<Document> result;
  result.unknown.slips_only = slips_only;
  auto document = read(*parsed, &result.unknown);
  if (!document) return fail(std::move(document.error()));
  result.document = std::move(*document);
  return result;
}

std::shared_ptr<Journal> imported_journal(const std::string& file) {
  auto journal = std::make_shared<Journal>();
  journal->meta.scenario = file;
  journal->meta.clock = "imported";
  journal->meta.ended = "quiet";
  return journal;
}

ScenarioResult judged(std::shared_ptr<const Journal> journal,
                      const std::vector<const Rule*>& rules) {
  ScenarioResult result;
  judge_journal(result, std::move(journal), rules);
  std::erase_if(result.findings, [](const Finding& finding) { return !reports::speaks(finding); });
  result.journal.reset();  // its events prove nothing that the document does not
  return result;
}

}  // namespace

Result<ReadDocument<metadata::WriterMetadata>> read_writer_document(std::string_view bytes,
                                                                    const std::string& file) {
  return read_document<metadata::WriterMetadata>(bytes, file, false,
                                                 metadata::read_writer_metadata);
}

Result<ReadDocument<metadata::BackupComponents>> read_backup_document(std::string_view bytes,
                                                                      const std::string& file) {
  return read_document<metadata::BackupComponents>(bytes, file, true,
                                                   metadata::read_backup_components);
}

// Rules judge journals: this is the one of a service that was handed the document and did nothing
// else, so rules that ask for more do not apply.
ScenarioResult judge_document(metadata::WriterMetadata document, const std::string& file) {
  const std::string& named = document.identification.friendly_name;
  const std::string writer = named.empty() ? "the writer" : named;
  auto journal = imported_journal(file);
  journal->actor(ActorKind::writer, writer);
  StoredDocument stored;
  stored.writer_metadata = std::make_shared<const metadata::WriterMetadata>(std::move(document));
  NewEvent event;
  event.session = 1;
  event.actor = journal->actor(ActorKind::service, "vss");
  event.name = "WriterMetadata";
  event.document = journal->add_document(std::move(stored));
  journal->append(event, {{"writer", writer}});

  std::vector<const Rule*> rules;
  for (const Rule* rule : catalogue()) {
    if (rule->card.id.starts_with(kMetadataRules)) rules.push_back(rule);
  }
  return judged(std::move(journal), rules);
}

// What writers said of single files stands in the document as they said it: it is told as their
// calls.
ScenarioResult judge_document(metadata::BackupComponents document, const std::string& file) {
  auto journal = imported_journal(file);
  for (const metadata::WriterComponents& writer : document.writers) {
    const ActorId actor = journal->actor(ActorKind::writer, writer.writer_id.to_string());
    for (const metadata::ComponentEntry& component : writer.components) {
      for (const metadata::PartialFile& partial : component.partial_files) {
        journal->append({.session = 1, .actor = actor, .name = "AddPartialFile"},
                        {{"component", component.name},
                         {"path", component.logical_path},
                         {"file_path", partial.path},
                         {"filename", partial.filename},
                         {"ranges", partial.ranges}});
      }
    }
  }
  StoredDocument stored{.kind = DocumentKind::backup_components, .text = {}};
  stored.backup_components =
      std::make_shared<const metadata::BackupComponents>(std::move(document));
  NewEvent event;
  event.session = 1;
  event.actor = journal->actor(ActorKind::service, "vss");
  event.name = "BackupComponents";
  event.document = journal->add_document(std::move(stored));
  journal->append(event);

  std::vector<const Rule*> rules;
  for (const std::string_view id : kBackupDocumentRules) rules.push_back(find_rule(id));
  return judged(std::move(journal), rules);
}

}  // namespace vsslab::cli

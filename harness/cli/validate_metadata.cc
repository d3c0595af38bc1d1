#include "cli/validate_metadata.h"

#include <memory>
#include <utility>

#include "reports/block.h"
#include "run/run_scenario.h"
#include "xml/document.h"

namespace vsslab::cli {
namespace {

constexpr std::string_view kMetadataRules = "VSSM-";

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
  auto journal = std::make_shared<Journal>();
  journal->meta.scenario = file;
  journal->meta.clock = "imported";
  journal->meta.ended = "quiet";
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
  ScenarioResult result;
  judge_journal(result, std::move(journal), rules);
  std::erase_if(result.findings, [](const Finding& finding) { return !reports::speaks(finding); });
  result.journal.reset();  // its one event proves nothing that the document does not
  return result;
}

}  // namespace vsslab::cli

// What `vsslab validate` says of a Writer Metadata Document beyond "it can be read": parts that
// nobody knows, and the verdicts of the rules on such documents.
#pragma once

#include <string>
#include <string_view>

#include "core/error.h"
#include "metadata/backup_components.h"
#include "metadata/unknown.h"
#include "metadata/writer_metadata.h"
#include "run/result.h"

namespace vsslab::cli {

template <class Document>
struct ReadDocument {
  Document document;
  metadata::UnknownParts unknown;
};

Result<ReadDocument<metadata::WriterMetadata>> read_writer_document(std::string_view bytes,
                                                                    const std::string& file);
// Of its names not all are public: only what looks like a slip is unknown.
Result<ReadDocument<metadata::BackupComponents>> read_backup_document(std::string_view bytes,
                                                                      const std::string& file);

// The findings of the rules on Writer Metadata Documents (VSSM-*) that have something to say.
ScenarioResult judge_document(metadata::WriterMetadata document, const std::string& file);
// The same for a Backup Components Document: file sets that have no place in it, and what writers
// said of partial files.
ScenarioResult judge_document(metadata::BackupComponents document, const std::string& file);

}  // namespace vsslab::cli

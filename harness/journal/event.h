// One line of the journal: something crossed an interface of VSS, or a fact became true that a rule
// needs. The vocabulary (names, actors, arguments) is docs/journal.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/hresult.h"
#include "core/time.h"

namespace vsslab {

enum class ActorKind : std::uint8_t { requester, writer, provider, service, volume, lab };
std::string_view actor_kind_name(ActorKind kind);  // "writer"

struct Actor {
  ActorKind kind = ActorKind::lab;
  std::string name;

  std::string to_string() const;  // "writer:orders-db"
  friend bool operator==(const Actor&, const Actor&) = default;
};
using ActorId = std::uint32_t;  // index into Journal::actors()

enum class Phase : std::uint8_t { enter, leave, instant };

using Seq = std::uint64_t;  // 1-based, dense; 0 is "none"

// Views point into the journal that owns the event.
struct Arg {
  std::string_view key;
  std::string_view value;
};

struct Event {
  Seq seq = 0;
  Time t{0};
  std::uint32_t session = 0;  // one per IVssBackupComponents object; 0: none
  ActorId actor = 0;
  std::string_view name;  // Microsoft's: "Freeze", "DoSnapshotSet"
  Phase phase = Phase::instant;
  bool has_hr = false;
  Hr hr = 0;
  Seq cause = 0;               // the event that led here; 0: none
  std::uint32_t thread = 0;    // logical
  std::int32_t document = -1;  // index into Journal::documents()
  std::uint32_t args_begin = 0;
  std::uint32_t args_count = 0;
};

enum class DocumentKind : std::uint8_t { writer_metadata, backup_components };
std::string_view document_kind_name(DocumentKind kind);  // "WriterMetadata", "BackupComponents"

namespace metadata {
struct WriterMetadata;
struct BackupComponents;
}  // namespace metadata

struct StoredDocument {
  DocumentKind kind = DocumentKind::writer_metadata;
  std::string text;  // XML, UTF-8
  // The same as a typed model, when whoever recorded it had one; it spares readers the parsing.
  std::shared_ptr<const metadata::WriterMetadata> writer_metadata = {};
  std::shared_ptr<const metadata::BackupComponents> backup_components = {};
};

}  // namespace vsslab

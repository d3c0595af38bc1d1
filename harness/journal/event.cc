#include "journal/event.h"

#include "core/error.h"
#include "journal/words.h"

namespace vsslab {

std::string_view actor_kind_name(ActorKind kind) {
  switch (kind) {
    case ActorKind::requester:
      return "requester";
    case ActorKind::writer:
      return "writer";
    case ActorKind::provider:
      return "provider";
    case ActorKind::service:
      return "service";
    case ActorKind::volume:
      return "volume";
    case ActorKind::lab:
      return "lab";
  }
  VSSLAB_ASSERT(!"a kind of actor");
  return {};
}

std::string_view document_kind_name(DocumentKind kind) {
  return kind == DocumentKind::writer_metadata ? "WriterMetadata" : "BackupComponents";
}

std::string Actor::to_string() const {
  std::string text(actor_kind_name(kind));
  text += ':';
  append_word(text, name);
  return text;
}

}  // namespace vsslab

#include "journal/digest.h"

#include "core/digest.h"
#include "journal/text.h"

namespace vsslab {

std::string journal_digest(const Journal& journal) {
  DigestStream digest;
  stream_text(journal, TextHeader::comparable,
              [&](std::string_view piece) { digest.update(piece); });
  return digest.value128().hex();
}

}  // namespace vsslab

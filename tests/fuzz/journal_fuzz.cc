// Any bytes are a journal or an error with a message; a journal that was read reads back the same
// from both forms.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.h"
#include "journal/json.h"
#include "journal/reader.h"
#include "journal/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vsslab;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Result<Journal> read[] = {parse_journal(bytes, "fuzz"), parse_text(bytes, "fuzz")};
  for (const Result<Journal>& journal : read) {
    if (!journal) {
      VSSLAB_ASSERT(!journal.error().message.empty());
      continue;
    }
    const std::string text = write_text(*journal);
    const auto again = parse_text(text, "fuzz");
    VSSLAB_ASSERT(again && write_text(*again) == text);
    const auto json = parse_json(write_json(*journal), "fuzz");
    VSSLAB_ASSERT(json && write_text(*json) == text);
  }
  return 0;
}

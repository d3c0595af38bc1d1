// The journal's text form (docs/journal.md): one line an event, readable and greppable.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "journal/journal.h"

namespace vsslab {

// One event as its line, without the line break.
void append_event(std::string& out, const Journal& journal, const Event& event);
std::string event_line(const Journal& journal, const Event& event);

// The whole file. `stream_text` hands it to `sink` in pieces of at most about 64 KiB, documents
// whole, so that no copy of it is ever in memory.
using TextSink = std::function<void(std::string_view)>;
enum class TextHeader : std::uint8_t {
  whole,
  comparable,  // without what may differ between equal runs: the toolkit and the scenario's file
};
void stream_text(const Journal& journal, TextHeader header, const TextSink& sink);
std::string write_text(const Journal& journal);

// Reads the file form, or the short form of examples when there is no `vsslab-journal` line. Errors
// carry `file` and the line.
Result<Journal> parse_text(std::string_view text, std::string_view file = {});

}  // namespace vsslab

// The journal's JSON form: one object a line; the header, the events, the documents.
#pragma once

#include <string>
#include <string_view>

#include "core/error.h"
#include "journal/journal.h"
#include "journal/text.h"

namespace vsslab {

void stream_json(const Journal& journal, const TextSink& sink);
std::string write_json(const Journal& journal);

// Errors carry `file` and the line.
Result<Journal> parse_json(std::string_view text, std::string_view file = {});

}  // namespace vsslab

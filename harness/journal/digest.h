// The digest of a journal: equal runs have equal digests, wherever and with whatever version they
// ran.
#pragma once

#include <string>

#include "journal/journal.h"

namespace vsslab {

// 32 hexadecimal digits: XXH3-128 of the text form without its `toolkit` and `file` lines.
std::string journal_digest(const Journal& journal);

}  // namespace vsslab

// BETest's selection files: the XML of /X and the old text of /C.
#pragma once

#include <string>

#include "core/error.h"
#include "plan/plan.h"

namespace vsslab::xml {
class Element;
}

namespace vsslab::scenario {

struct Source;

// The element BETest inside another document. Throws Refused: for scenario/ only.
plan::BetestSelection read_betest(const Source& source, const xml::Element& element);

// A whole file, its bytes handed in: XML when it begins with '<', else the text form
// "writer-id" : "component", "component";
Result<plan::BetestSelection> parse_betest(std::string bytes, const std::string& file);

}  // namespace vsslab::scenario

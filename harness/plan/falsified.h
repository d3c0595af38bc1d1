// The arguments that a fault of the wire can falsify: outputs that a requester or the service is
// told, and what a provider or a writer is handed. scenario/ checks faults against this table, the
// service looks each of them up where it crosses.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vsslab::plan {

enum class FalsifiedType { guid, number, size, mask, yes_no, text };

struct Falsified {
  std::string_view event;
  std::string_view argument;
  FalsifiedType type = FalsifiedType::text;
  std::string_view meaning;
};

std::span<const Falsified> falsified();
const Falsified* find_falsified(std::string_view event, std::string_view argument);

// The value as the journal spells it; empty when it is none of its type.
std::string falsified_value(const Falsified& what, std::string_view written);
std::string_view falsified_type_name(FalsifiedType type);  // "a GUID", for messages

}  // namespace vsslab::plan

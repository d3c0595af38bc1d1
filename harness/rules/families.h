// The rules of each family, as the files of this folder define them. Included by catalogue.cc
// alone.
#pragma once

#include <span>

#include "rules/rule.h"

namespace vsslab::rules {

using RuleSpan = std::span<const Rule* const>;

RuleSpan requester_init_rules();
RuleSpan requester_async_rules();
RuleSpan requester_context_rules();
RuleSpan requester_meta_rules();
RuleSpan requester_state_rules();

}  // namespace vsslab::rules

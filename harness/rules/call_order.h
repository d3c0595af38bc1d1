// The requester's calls against the states of its object (spec: state machines 1.2 and 2), as data:
// what a call made in a state comes to, and which rule says so.
//
// Every cell that refuses belongs to exactly one rule, so one wrong call breaks one order rule. A
// cell without a mark in the table of the specification takes the mark of its left neighbour; cells
// that are only inferred belong to VSSR-INIT-010 or another SHOULD rule, unless a MUST rule of the
// catalogue states the order in words: then the order is judged and any error is taken as the code.
#pragma once

#include <cstdint>
#include <string>

#include "rules/rule.h"
#include "rules/view.h"

namespace vsslab::rules {

enum class OrderRule : std::uint8_t {
  none,
  init_001,
  init_002,
  init_010,
  async_007,
  ctx_002,
  ctx_003,
  ctx_004,
  meta_001,
  meta_005,
  meta_006,
  meta_008,
  state_001,
  comp_002,
  comp_003,
  comp_011,
  set_003,
  set_004,
  set_016,
  prep_001,
  prep_002,
  prep_003,
  snap_001,
  snap_002,
  snap_008,
  stat_001,
  stat_002,
  done_001,
  done_005,
  abort_004,
  abort_005,
  abort_007,
  bcd_001,
  query_002,
  import_001,
  rest_001,
  rest_003,
  rest_010,
  rest_033,
  rest_034,
};
inline constexpr std::size_t kOrderRules = static_cast<std::size_t>(OrderRule::rest_034) + 1;

enum class Expect : std::uint8_t {
  accepted,      // the call is in order; the service does not answer VSS_E_BAD_STATE
  discouraged,   // some pages allow it, others do not: the caller is warned, the service accepts
  bad_state,     // VSS_E_BAD_STATE
  any_error,     // refused; the documents name no code
  unjudged,      // the caller is wrong; what the service answers is left open
  service_only,  // VSS_E_BAD_STATE; another rule speaks about the caller
};

struct Cell {
  Expect expect = Expect::accepted;
  OrderRule rule = OrderRule::none;
};

// What the table says of a requester's call, in the state just before it.
Cell expected(const RunView& run, const Call& call);

// The call came where it is allowed, so that its result tells something beside its order.
bool expected_state(const RunView& run, const Call& call);

// True when some cell of the call's row belongs to the rule.
bool row_mentions(Ev call, OrderRule rule);

// The verdicts of one order rule: of each requester that made a call of a row which the rule is
// about, and of the service where it had to refuse one.
void judge_order(const RunView& run, Findings& out, OrderRule rule, std::string_view because);

}  // namespace vsslab::rules

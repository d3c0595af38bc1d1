#include "rules/call_order.h"

#include <fmt/format.h>

#include <array>
#include <bitset>

#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

// Columns of the table. B2, B5 and B9 are the states in which an operation runs.
enum Column : std::uint8_t { B0, B1, B2, B3, B4, B5, B6, B7, B8, B9, B10, BF, BA, R1, R2, R3, R4 };
constexpr std::size_t kColumns = R4 + 1;

using O = OrderRule;
constexpr Cell ok{};
constexpr Cell soft{Expect::discouraged, O::init_010};
constexpr Cell guess{Expect::any_error, O::init_010};  // inferred: it only warns
constexpr Cell bad(O rule) { return {Expect::bad_state, rule}; }
constexpr Cell err(O rule) { return {Expect::any_error, rule}; }
constexpr Cell open(O rule) { return {Expect::unjudged, rule}; }

enum class Context : std::uint8_t { any, writers, no_writers };

struct Row {
  Ev call;
  Context context;
  std::array<Cell, kColumns> cells;
};

constexpr Cell none = bad(O::init_002);  // B0: nothing is initialised
constexpr Cell once = bad(O::init_001);
constexpr Cell once_e = err(O::init_001);
constexpr Cell late = open(O::meta_001);       // no effect, so whatever the service answers
constexpr Cell sample = open(O::init_010);     // Microsoft's VShadow does it
constexpr Cell undefined = open(O::init_010);  // "The result … is undefined"
constexpr Cell wait = open(O::async_007);
constexpr Cell no_w = err(O::comp_011);
constexpr Cell r003 = bad(O::rest_003);
constexpr Cell r033 = bad(O::rest_033);
constexpr Cell r034 = bad(O::rest_034);
constexpr Cell r001 = err(O::rest_001);
constexpr Cell r010 = err(O::rest_010);
constexpr Cell c002 = bad(O::comp_002);
constexpr Cell c003 = err(O::comp_003);
constexpr Cell x002 = err(O::ctx_002);
constexpr Cell x003 = bad(O::ctx_003);
constexpr Cell s003 = bad(O::set_003);
constexpr Cell s004 = bad(O::set_004);
constexpr Cell s016 = bad(O::set_016);
constexpr Cell p002 = open(O::prep_002);
constexpr Cell n001 = bad(O::snap_001);
constexpr Cell n002 = open(O::snap_002);
constexpr Cell n008 = open(O::snap_008);
constexpr Cell d001 = err(O::done_001);
constexpr Cell d005 = err(O::done_005);
constexpr Cell v001 = open(O::bcd_001);
constexpr Cell i001 = bad(O::import_001);
constexpr Cell q002 = bad(O::query_002);
constexpr Cell takes{Expect::accepted, O::abort_004};
constexpr Cell no_ab = open(O::abort_007);

constexpr auto W = Context::writers;
constexpr auto N = Context::no_writers;
constexpr auto X = Context::any;

// clang-format off
constexpr Row kTable[] = {
    // First line: B0 B1 B2 B3 B4 B5 B6; second: B7 B8 B9 B10 BF BA; third: R1 R2 R3 R4.
    {Ev::initialize_for_backup, X,
     {{ok, once, once, once, once, once, once,
       once, once, once, once, once, once_e,
       once_e, once_e, once_e, once_e}}},
    {Ev::initialize_for_restore, X,
     {{ok, once_e, once_e, once_e, once_e, once_e, once_e,
       once_e, once_e, once_e, once_e, once_e, once_e,
       once_e, once_e, once_e, once_e}}},
    {Ev::set_context, X,
     {{none, ok, soft, soft, x002, x002, x002,
       x002, x002, x002, x002, x002, x002,
       x003, x003, x003, x003}}},
    {Ev::set_backup_state, X,
     {{none, ok, ok, ok, ok, guess, guess,
       guess, guess, guess, guess, guess, guess,
       sample, once, once, once}}},
    {Ev::enable_writer_classes, X,
     {{none, ok, late, late, late, late, late,
       late, late, late, late, late, late,
       ok, late, late, late}}},
    {Ev::disable_writer_classes, X,
     {{none, ok, late, late, late, late, late,
       late, late, late, late, late, late,
       ok, late, late, late}}},
    {Ev::disable_writer_instances, X,
     {{none, ok, late, late, late, late, late,
       late, late, late, late, late, late,
       ok, late, late, late}}},
    {Ev::gather_writer_metadata, X,
     {{none, ok, guess, guess, soft, guess, guess,
       guess, guess, guess, guess, guess, guess,
       ok, guess, guess, guess}}},
    {Ev::get_writer_metadata_count, X,
     {{none, ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::get_writer_metadata, X,
     {{none, ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::free_writer_metadata, X,
     {{none, undefined, undefined, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       undefined, ok, ok, ok}}},
    {Ev::get_writer_components_count, X,
     {{none, guess, guess, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::get_writer_components, X,
     {{none, guess, guess, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::add_component, W,
     {{none, c002, c002, ok, soft, c003, c003,
       c003, c003, c003, c003, c003, c003,
       once, once, once, once}}},
    {Ev::add_component, N,
     {{none, no_w, no_w, no_w, no_w, no_w, no_w,
       no_w, no_w, no_w, no_w, no_w, no_w,
       once, once, once, once}}},
    {Ev::set_backup_options, X,
     {{none, guess, guess, ok, ok, p002, p002,
       p002, p002, p002, p002, p002, p002,
       guess, guess, guess, guess}}},
    {Ev::set_previous_backup_stamp, X,
     {{none, guess, guess, ok, ok, p002, p002,
       p002, p002, p002, p002, p002, p002,
       guess, ok, guess, guess}}},
    {Ev::start_snapshot_set, W,
     {{none, soft, soft, ok, s003, s003, s003,
       s003, once_e, once_e, once_e, once_e, once_e,
       s003, s003, s003, s003}}},
    {Ev::start_snapshot_set, N,
     {{none, ok, ok, ok, s003, s003, s003,
       s003, once_e, once_e, once_e, once_e, once_e,
       s003, s003, s003, s003}}},
    {Ev::add_to_snapshot_set, X,
     {{none, s004, s004, s004, ok, ok, ok,
       s016, s016, s016, s016, s016, s004,
       once, once, once, once}}},
    {Ev::is_volume_supported, X,
     {{none, ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::prepare_for_backup, W,
     {{none, bad(O::prep_001), wait, open(O::prep_001), ok, guess, guess,
       guess, guess, guess, guess, guess, guess,
       once, once, once, once}}},
    {Ev::prepare_for_backup, N,
     {{none, no_w, no_w, no_w, no_w, no_w, no_w,
       no_w, no_w, no_w, no_w, no_w, no_w,
       once, once, once, once}}},
    {Ev::do_snapshot_set, W,
     {{none, n001, n001, n001, err(O::prep_003), n002, ok,
       once_e, once_e, once_e, once_e, once_e, once_e,
       once, once, once, once}}},
    {Ev::do_snapshot_set, N,
     {{none, n001, n001, n001, ok, ok, ok,
       once_e, once_e, once_e, once_e, once_e, once_e,
       once, once, once, once}}},
    {Ev::gather_writer_status, X,
     {{none, ok, ok, ok, ok, wait, ok,
       open(O::stat_002), ok, wait, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::get_writer_status_count, X,
     {{none, ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::get_writer_status, X,
     {{none, ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::get_writer_status_ex, X,
     {{none, ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::free_writer_status, X,
     {{none, ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::query, X,
     {{none, ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       q002, q002, q002, q002}}},
    {Ev::get_snapshot_properties, X,
     {{none, ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::set_backup_succeeded, X,
     {{none, d001, d001, d001, d001, d001, open(O::done_001),
       d001, ok, d001, d001, n008, guess,
       once_e, once_e, once_e, once_e}}},
    {Ev::backup_complete, W,
     {{none, d005, wait, d005, d005, wait, open(O::done_005),
       wait, ok, d005, d005, n008, guess,
       once, once, once, once}}},
    {Ev::backup_complete, N,
     {{none, no_w, no_w, no_w, no_w, no_w, no_w,
       no_w, no_w, no_w, no_w, no_w, no_w,
       once, once, once, once}}},
    {Ev::save_as_xml, W,
     {{none, v001, v001, v001, v001, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::save_as_xml, N,
     {{none, ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::abort_backup, X,
     {{bad(O::abort_005), takes, takes, takes, takes, takes, takes,
       takes, takes, takes, takes, takes, takes,
       no_ab, no_ab, no_ab, no_ab}}},
    {Ev::import_snapshots, X,
     {{none, ok, ok, ok, guess, guess, guess,
       guess, guess, guess, guess, guess, guess,
       i001, i001, i001, i001}}},
    {Ev::expose_snapshot, X,
     {{none, ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::unexpose_snapshot, X,
     {{none, ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::break_snapshot_set, X,
     {{err(O::init_002), ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::delete_snapshots, X,
     {{err(O::init_002), ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::revert_to_snapshot, X,
     {{err(O::init_002), ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok, ok, ok,
       ok, ok, ok, ok}}},
    {Ev::set_restore_state, X,
     {{none, r033, r033, r033, r033, r033, r033,
       r033, r033, r033, r033, r033, r033,
       ok, ok, open(O::rest_033), err(O::rest_033)}}},
    {Ev::pre_restore, X,
     {{none, once_e, once_e, once_e, once_e, once_e, once_e,
       once_e, once_e, once_e, once_e, once_e, once_e,
       r001, ok, r001, r001}}},
    {Ev::post_restore, X,
     {{none, once_e, once_e, once_e, once_e, once_e, once_e,
       once_e, once_e, once_e, once_e, once_e, once_e,
       r001, r001, ok, r001}}},
    {Ev::set_selected_for_restore, X,
     {{none, once_e, once_e, once_e, once_e, once_e, once_e,
       once_e, once_e, once_e, once_e, once_e, once_e,
       guess, ok, r003, r003}}},
    {Ev::add_restore_subcomponent, X,
     {{none, once_e, once_e, once_e, once_e, once_e, once_e,
       once_e, once_e, once_e, once_e, once_e, once_e,
       guess, ok, r003, r003}}},
    {Ev::add_new_target, X,
     {{none, once_e, once_e, once_e, once_e, once_e, once_e,
       once_e, once_e, once_e, once_e, once_e, once_e,
       ok, ok, r003, r003}}},
    {Ev::set_restore_options, X,
     {{none, once_e, once_e, once_e, once_e, once_e, once_e,
       once_e, once_e, once_e, once_e, once_e, once_e,
       ok, ok, r003, r003}}},
    {Ev::set_additional_restores, X,
     {{none, once_e, once_e, once_e, once_e, once_e, once_e,
       once_e, once_e, once_e, once_e, once_e, once_e,
       ok, ok, r003, r003}}},
    {Ev::set_file_restore_status, X,
     {{none, once_e, once_e, once_e, once_e, once_e, once_e,
       once_e, once_e, once_e, once_e, once_e, once_e,
       r010, r010, ok, r010}}},
    {Ev::set_ranges_file_path, X,
     {{none, r034, r034, r034, r034, r034, r034,
       r034, r034, r034, r034, r034, r034,
       guess, guess, ok, guess}}},
};
// clang-format on

Column column_of(RequesterState state) {
  switch (state) {
    case RequesterState::created:
      return B0;
    case RequesterState::init:
      return B1;
    case RequesterState::gathering:
      return B2;
    case RequesterState::gathered:
      return B3;
    case RequesterState::set_open:
      return B4;
    case RequesterState::preparing:
      return B5;
    case RequesterState::prepared:
      return B6;
    case RequesterState::snapping:
      return B7;
    case RequesterState::snapped:
      return B8;
    case RequesterState::completing:
      return B9;
    case RequesterState::completed:
      return B10;
    case RequesterState::snap_failed:
      return BF;
    case RequesterState::aborted:
    case RequesterState::released:
      return BA;
    case RequesterState::restore_init:
    case RequesterState::restore_gathering:
      return R1;
    case RequesterState::restore_gathered:
    case RequesterState::restore_pre_running:
      return R2;
    case RequesterState::restore_pre_restored:
    case RequesterState::restore_post_running:
      return R3;
    case RequesterState::restore_post_restored:
      return R4;
  }
  return B0;
}

// Index of a row by call: 0 none, else 1 + place in the table. [1] is for contexts without writers.
using Index = std::array<std::array<std::uint8_t, 2>, kEventNames>;

constexpr Index make_index() {
  Index index{};
  for (std::size_t i = 0; i < std::size(kTable); ++i) {
    auto& place = index[static_cast<std::size_t>(kTable[i].call)];
    const auto number = static_cast<std::uint8_t>(i + 1);
    if (kTable[i].context != Context::no_writers) place[0] = number;
    if (kTable[i].context != Context::writers) place[1] = number;
  }
  return index;
}
constexpr Index kIndex = make_index();

using Mentions = std::array<std::array<bool, kOrderRules>, kEventNames>;

// The conditions that no column shows (see `with_conditions`) are mentioned here by hand.
constexpr Mentions make_mentions() {
  Mentions mentions{};
  for (const Row& row : kTable) {
    auto& rules = mentions[static_cast<std::size_t>(row.call)];
    for (const Cell& cell : row.cells) rules[static_cast<std::size_t>(cell.rule)] = true;
    rules[static_cast<std::size_t>(O::init_010)] = true;
  }
  const auto add = [&](Ev call, O rule) {
    mentions[static_cast<std::size_t>(call)][static_cast<std::size_t>(rule)] = true;
  };
  add(Ev::gather_writer_metadata, O::meta_005);
  add(Ev::get_writer_metadata_count, O::meta_008);
  add(Ev::get_writer_metadata, O::meta_008);
  add(Ev::get_writer_status_count, O::stat_001);
  add(Ev::get_writer_status, O::stat_001);
  add(Ev::get_writer_status_ex, O::stat_001);
  add(Ev::import_snapshots, O::import_001);
  add(Ev::prepare_for_backup, O::state_001);
  add(Ev::do_snapshot_set, O::meta_006);
  add(Ev::start_snapshot_set, O::ctx_004);
  add(Ev::do_snapshot_set, O::ctx_004);
  return mentions;
}
constexpr Mentions kMentions = make_mentions();

bool has_a_saved_document(const RunView& run, const Session& session) {
  const Call* const init = session.calls.first(Ev::initialize_for_backup);
  return init != nullptr && run.arg_is(*init, "document", "yes");
}

bool wants_a_copy(const Session& session) {
  return session.calls.has(Ev::start_snapshot_set) || session.calls.has(Ev::do_snapshot_set);
}

// What hangs on more than the state: repeated calls, results that are not there yet, the context.
Cell with_conditions(const RunView& run, Cell cell, const Call& call, const RequesterFacts& facts,
                     const Session& session, Column column) {
  if (column == B0) return cell;
  const bool writers = !session.no_writers();
  switch (call.name) {
    case Ev::set_context:
      return facts.context_set && column < R1 ? bad(O::ctx_002) : cell;
    case Ev::gather_writer_metadata:
      return facts.gather_called ? bad(O::meta_005) : cell;
    case Ev::get_writer_metadata_count:
    case Ev::get_writer_metadata:
      return facts.gathered ? cell : err(O::meta_008);
    case Ev::get_writer_status_count:
    case Ev::get_writer_status:
    case Ev::get_writer_status_ex:
      return facts.status_gathered ? cell : err(O::stat_001);
    case Ev::add_component:
      return writers && column == B4 && !facts.gathered ? c002 : cell;
    case Ev::start_snapshot_set:
      return session.context == kContextAll && column <= B4 ? err(O::ctx_004) : cell;
    case Ev::prepare_for_backup:
      if (!writers || column > B4) return cell;
      if (!facts.backup_state_set) return bad(O::state_001);
      if (column == B4 && !facts.gathered) return bad(O::prep_001);
      return column == B3 && !wants_a_copy(session) ? ok : cell;
    case Ev::do_snapshot_set:
      if (session.context == kContextAll && column <= B4) return err(O::ctx_004);
      if (!writers) return cell;
      if (column == B4 && !facts.gathered) return {Expect::service_only, O::meta_006};
      return column == B6 && !facts.set_started ? n001 : cell;
    case Ev::import_snapshots:
      return column <= B3 && !has_a_saved_document(run, session) ? i001 : cell;
    case Ev::set_backup_succeeded:
    case Ev::backup_complete:
      return column == B6 && !wants_a_copy(session) ? ok : cell;
    default:
      return cell;
  }
}

}  // namespace

Cell expected(const RunView& run, const Call& call) {
  const Session* const session = run.session(call);
  if (session == nullptr || call.facts == kNone) return {};
  const std::uint8_t row =
      kIndex[static_cast<std::size_t>(call.name)][session->no_writers() ? 1 : 0];
  if (row == 0) return {};
  const RequesterFacts& facts = run.before(call);
  const Column column = column_of(facts.state);
  return with_conditions(run, kTable[row - 1].cells[column], call, facts, *session, column);
}

bool expected_state(const RunView& run, const Call& call) {
  const Expect expect = expected(run, call).expect;
  return expect == Expect::accepted || expect == Expect::discouraged;
}

bool row_mentions(Ev call, OrderRule rule) {
  return kMentions[static_cast<std::size_t>(call)][static_cast<std::size_t>(rule)];
}

namespace {

// What the service has to answer, and whether it did.
void judge_service(const RunView& run, ServiceVerdicts& service, const Call& call, Cell cell) {
  if (!call.returned()) return;
  const Hr hr = call.hr();
  const bool null_pointer = hr == hr::invalid_arg && run.arg_is(call, "async", "null");
  const auto say = [&](bool held, std::string_view expected) {
    service.saw();
    if (held || null_pointer) return;
    service.fail(std::string(expected),
                 fmt::format("{} in {}: {}", mention(run, call),
                             requester_state_name(run.before(call).state), hresult_name(hr)),
                 {call.seq(), call.last_seq()});
  };
  switch (cell.expect) {
    case Expect::accepted:
      if (cell.rule == OrderRule::abort_004) {
        say(succeeded(hr), "S_OK: an abort with nothing under way is ignored");
      } else {
        // AddComponent belongs to component mode (VSSR-COMP-001 says so to its caller).
        const Session* const session = run.session(call);
        const bool other_mode =
            call.name == Ev::add_component && session != nullptr && !session->component_mode;
        // VSSR-REST-004: only after its component was selected.
        const bool selected_first = call.name != Ev::add_restore_subcomponent;
        say(hr != hr::bad_state || other_mode || !selected_first,
            "the call is in order, so no VSS_E_BAD_STATE");
      }
      return;
    case Expect::discouraged:
      return;
    case Expect::bad_state:
    case Expect::service_only:
      say(hr == hr::bad_state, "VSS_E_BAD_STATE");
      return;
    case Expect::any_error:
      say(failed(hr), "the call is refused");
      return;
    case Expect::unjudged:
      return;
  }
}

// An accepted cell without a rule of its own is the business of VSSR-INIT-010.
OrderRule owner(Cell cell) {
  return cell.rule == OrderRule::none ? OrderRule::init_010 : cell.rule;
}

void judge_session(const RunView& run, Findings& out, const Session& session, OrderRule rule,
                   std::string_view because, ServiceVerdicts& service) {
  Verdicts requester(out, session.requester);
  for (const Call* call : session.calls) {
    if (!row_mentions(call->name, rule)) continue;
    const Cell cell = expected(run, *call);
    if (owner(cell) == rule) judge_service(run, service, *call, cell);
    if (cell.rule != rule || cell.expect == Expect::accepted) {
      if (cell.expect != Expect::service_only) requester.saw();
      continue;
    }
    if (cell.expect == Expect::service_only) continue;
    const std::string answer =
        call->returned() ? "answered " + hresult_name(call->hr()) : std::string("not answered");
    requester.fail(fmt::format("{} in its place", event_name(call->name)),
                   fmt::format("{} in {}, {}", mention(run, *call),
                               requester_state_name(run.before(*call).state), answer),
                   {call->seq()}, std::string(because));
  }
}

}  // namespace

void judge_order(const RunView& run, Findings& out, OrderRule rule, std::string_view because) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    judge_session(run, out, session, rule, because, service);
  }
}

}  // namespace vsslab::rules

// A hostile journal does not make judging slow. Nothing is timed: the view counts the elements that
// it hands to rules, and four times the events may cost little more than four times the elements.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "journal/journal.h"
#include "rules/rule.h"
#include "rules/view.h"

namespace vsslab {
namespace {

using rules::Ev;

constexpr std::string_view kSet = "4ad2e8b1-faf2-4aca-a010-2c3f939cef62";

struct Step {
  ActorKind kind = ActorKind::writer;
  Ev name = Ev::unknown;
};

// What is repeated, and how.
struct Flood {
  std::vector<Step> steps;
  enum class Form { instants, open, nested } form = Form::instants;
  bool own_session = false;  // each in a session of its own
  bool own_actor = false;    // each of a party of its own
  bool refused = false;      // with a code of failure
  bool numbered = false;     // arguments differ from one to the next

  std::string to_string() const {
    const std::string_view forms[] = {"instants", "open", "nested"};
    return fmt::format("{} {}{} {}{}{}{}{}", actor_kind_name(steps[0].kind),
                       rules::event_name(steps[0].name), steps.size() > 1 ? " and more" : "",
                       forms[static_cast<int>(form)], own_session ? " own-session" : "",
                       own_actor ? " own-actor" : "", refused ? " refused" : "",
                       numbered ? " numbered" : "");
  }
};

// `bits`: 1 own session, 2 own actor, 4 refused, 8 numbered.
Flood flood_of(std::vector<Step> steps, Flood::Form form, unsigned bits) {
  Flood flood;
  flood.steps = std::move(steps);
  flood.form = form;
  flood.own_session = (bits & 1u) != 0;
  flood.own_actor = (bits & 2u) != 0;
  flood.refused = (bits & 4u) != 0;
  flood.numbered = (bits & 8u) != 0;
  return flood;
}

class HostileJournal {
 public:
  HostileJournal() {
    // A backup up to its copy, so that most rules have something to speak about.
    const auto r = [&](std::string_view name, std::initializer_list<ArgText> args = {}) {
      add(ActorKind::requester, "R", name, Phase::instant, args);
    };
    add(ActorKind::provider, "P", "Register", Phase::instant,
        {{"id", "aa"}, {"type", "VSS_PROV_SOFTWARE"}}, 0);
    add(ActorKind::writer, "W", "Initialize", Phase::instant,
        {{"writer_id", "bb"}, {"instance", "cc"}}, 0);
    add(ActorKind::lab, "lab", "Volume", Phase::instant,
        {{"root", "C:\\"}, {"file_system", "NTFS"}}, 0);
    r("InitializeForBackup");
    r("SetBackupState", {{"components", "yes"}, {"type", "VSS_BT_FULL"}, {"partial", "no"}});
    r("GatherWriterMetadata");
    r("AddComponent", {{"writer", "W"}, {"component", "c"}});
    r("StartSnapshotSet", {{"set", kSet}});
    r("AddToSnapshotSet", {{"volume", "C:\\"}, {"snapshot", "s"}});
    r("PrepareForBackup");
    for (const std::string_view name : {"PrepareForBackup", "PrepareForSnapshot"}) {
      add(ActorKind::writer, "W", name, Phase::instant, {{"ret", "true"}});
    }
  }

  void flood(const Flood& flood, std::uint32_t count) {
    std::vector<Seq> open;
    const auto phase = flood.form == Flood::Form::instants ? Phase::instant : Phase::enter;
    for (std::uint32_t i = 0; i < count; ++i) {
      for (const Step& step : flood.steps) open.push_back(one(flood, step, i, phase, 0));
    }
    if (flood.form != Flood::Form::nested) return;
    for (std::uint32_t i = count; i-- > 0;) {
      for (std::size_t k = flood.steps.size(); k-- > 0;) {
        one(flood, flood.steps[k], i, Phase::leave, open[i * flood.steps.size() + k]);
      }
    }
  }

  const Journal& end() {
    journal_.meta.ended = "quiet";
    journal_.meta.clock = "virtual";
    return journal_;
  }

 private:
  Seq add(ActorKind kind, std::string_view actor, std::string_view name, Phase phase,
          std::span<const ArgText> args, std::uint32_t session = 1) {
    return journal_.append({.t = Time(0),
                            .session = session,
                            .actor = journal_.actor(kind, actor),
                            .name = name,
                            .phase = phase},
                           args);
  }
  Seq add(ActorKind kind, std::string_view actor, std::string_view name, Phase phase,
          std::initializer_list<ArgText> args, std::uint32_t session = 1) {
    return add(kind, actor, name, phase, std::span(args.begin(), args.size()), session);
  }

  Seq one(const Flood& flood, const Step& step, std::uint32_t i, Phase phase, Seq cause) {
    const std::string number = std::to_string(i);
    const auto text = [&](std::string_view common) {
      return flood.numbered ? std::string(common) + number : std::string(common);
    };
    const std::string names[] = {"R", "W", "P", "vss", "C:\\", "lab"};
    std::string actor = names[static_cast<int>(step.kind)];
    if (flood.own_actor) actor += number;
    const std::string writer = flood.own_actor ? "W" + number : std::string("W");
    const std::string provider = flood.own_actor ? "P" + number : std::string("aa");
    const std::string component = text("c"), volume = text("C:\\"), snapshot = text("s"),
                      async = text("A"), set = flood.numbered ? text("s") : std::string(kSet);
    const ArgText args[] = {{"writer", writer},
                            {"ids", "dd"},
                            {"writer_id", "bb"},
                            {"instance", flood.numbered ? std::string_view(number) : "cc"},
                            {"bootable", "yes"},
                            {"component", component},
                            {"path", ""},
                            {"volume", volume},
                            {"snapshot", snapshot},
                            {"id", set},
                            {"set", set},
                            {"async", async},
                            {"op", "DoSnapshotSet"},
                            {"provider", provider},
                            {"type", "VSS_PROV_SOFTWARE"},
                            {"supported", "no"},
                            {"selected", "yes"},
                            {"affected", "no"},
                            {"code", "VSS_E_WRITERERROR_NONRETRYABLE"},
                            {"state", "VSS_WS_STABLE"},
                            {"context", "0x00000009"},
                            {"result", "failed"},
                            {"index", number},
                            {"count", "1"},
                            {"file_path", "C:\\data"},
                            {"filename", "a.dat"},
                            {"filespec", "a.dat"}};
    const Hr code = flood.refused ? hr::bad_state : hr::ok;
    const std::uint32_t session = flood.own_session ? i + 2 : 1;
    return journal_.append({.t = Time(0),
                            .session = session,
                            .actor = journal_.actor(step.kind, actor),
                            .name = rules::event_name(step.name),
                            .phase = phase,
                            .hr = phase == Phase::enter ? std::nullopt : std::optional(code),
                            .cause = cause},
                           args);
  }

  Journal journal_;
};

std::uint64_t work_of(const std::vector<Flood>& floods, std::uint32_t count) {
  HostileJournal hostile;
  for (const Flood& flood : floods) hostile.flood(flood, count);
  rules::elements_offered = 0;
  const RunView run(hostile.end());
  const auto findings = judge(run, catalogue());
  EXPECT_FALSE(findings.empty());
  return rules::elements_offered;
}

// What grows with the square of the repetitions shows as soon as it outgrows what does not grow at
// all; sorting and searching are not counted.
bool is_linear(const std::vector<Flood>& floods) {
  constexpr std::uint32_t kFew = 25, kMany = 100;
  return work_of(floods, kMany) <= 4 * work_of(floods, kFew);
}

std::string to_string(const std::vector<Flood>& floods) {
  std::string text;
  for (const Flood& flood : floods) text += (text.empty() ? "" : ", then ") + flood.to_string();
  return text;
}

constexpr ActorKind kKinds[] = {ActorKind::requester, ActorKind::writer, ActorKind::provider,
                                ActorKind::service};
constexpr Flood::Form kForms[] = {Flood::Form::instants, Flood::Form::open, Flood::Form::nested};

std::vector<Step> steps(ActorKind kind, std::initializer_list<Ev> names) {
  std::vector<Step> all;
  for (const Ev name : names) all.push_back({kind, name});
  return all;
}

// Whole sequences, as one party after the other goes through them.
std::vector<std::vector<Step>> sequences() {
  return {
      steps(ActorKind::requester,
            {Ev::initialize_for_backup, Ev::disable_writer_classes, Ev::set_context,
             Ev::set_backup_state, Ev::gather_writer_metadata, Ev::add_component,
             Ev::start_snapshot_set, Ev::add_to_snapshot_set, Ev::prepare_for_backup,
             Ev::do_snapshot_set, Ev::gather_writer_status, Ev::get_writer_status_count,
             Ev::get_writer_status, Ev::set_backup_succeeded, Ev::backup_complete}),
      steps(ActorKind::requester,
            {Ev::initialize_for_backup, Ev::gather_writer_metadata, Ev::start_snapshot_set,
             Ev::add_to_snapshot_set, Ev::prepare_for_backup, Ev::abort_backup, Ev::release}),
      steps(ActorKind::requester, {Ev::initialize_for_restore, Ev::gather_writer_metadata,
                                   Ev::pre_restore, Ev::post_restore, Ev::process_exit}),
      steps(ActorKind::requester, {Ev::initialize_for_backup, Ev::gather_writer_metadata,
                                   Ev::do_snapshot_set, Ev::process_exit}),
      steps(ActorKind::requester,
            {Ev::initialize_for_backup, Ev::gather_writer_metadata, Ev::add_component,
             Ev::set_previous_backup_stamp, Ev::do_snapshot_set, Ev::file_read,
             Ev::set_backup_succeeded, Ev::backup_complete, Ev::release}),
      steps(ActorKind::requester,
            {Ev::initialize_for_restore, Ev::gather_writer_metadata, Ev::set_selected_for_restore,
             Ev::add_new_target, Ev::pre_restore, Ev::service_control, Ev::file_written,
             Ev::file_moved, Ev::set_file_restore_status, Ev::add_alternative_location_mapping,
             Ev::post_restore, Ev::release}),
      steps(ActorKind::writer, {Ev::initialize, Ev::subscribe, Ev::identify, Ev::prepare_for_backup,
                                Ev::prepare_for_snapshot, Ev::freeze, Ev::thaw, Ev::post_snapshot,
                                Ev::backup_complete, Ev::backup_shutdown}),
      steps(ActorKind::writer, {Ev::freeze, Ev::set_writer_failure, Ev::write}),
      steps(ActorKind::provider,
            {Ev::register_provider, Ev::on_load, Ev::is_volume_supported,
             Ev::begin_prepare_snapshot, Ev::end_prepare_snapshots, Ev::pre_commit_snapshots,
             Ev::commit_snapshots, Ev::post_commit_snapshots, Ev::pre_final_commit_snapshots,
             Ev::post_final_commit_snapshots, Ev::event_log}),
      steps(ActorKind::service,
            {Ev::snapshot_set_started, Ev::flush_volume, Ev::hold_writes, Ev::release_writes,
             Ev::provider_chosen, Ev::snapshot_created, Ev::snapshot_deleted,
             Ev::snapshot_set_ended, Ev::writer_state, Ev::async_finished, Ev::event_log}),
      steps(ActorKind::service, {Ev::hold_writes, Ev::freeze_limit_passed, Ev::writer_gone}),
      {{ActorKind::requester, Ev::add_to_snapshot_set}, {ActorKind::service, Ev::provider_chosen}},
  };
}

class WorkOfOneKind : public testing::TestWithParam<ActorKind> {};

TEST_P(WorkOfOneKind, IsLinearInTheRepetitionsOfAnyEvent) {
  for (std::size_t i = 1; i < rules::kEventNames; ++i) {
    for (const Flood::Form form : kForms) {
      for (const unsigned bits : {0u, 3u, 4u, 9u}) {
        const Flood flood = flood_of(steps(GetParam(), {static_cast<Ev>(i)}), form, bits);
        EXPECT_TRUE(is_linear({flood})) << to_string({flood});
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, WorkOfOneKind, testing::ValuesIn(kKinds),
                         [](const auto& kind) { return std::string(actor_kind_name(kind.param)); });

// All ways to flood with one sequence.
std::vector<Flood> floods_of(const std::vector<Step>& sequence,
                             std::initializer_list<unsigned> all_bits) {
  std::vector<Flood> floods;
  for (const Flood::Form form : {Flood::Form::instants, Flood::Form::open}) {
    for (const unsigned bits : all_bits) floods.push_back(flood_of(sequence, form, bits));
  }
  return floods;
}

class WorkOfTwo : public testing::TestWithParam<std::size_t> {};

// Each two sequences meet, and each way of the first; with which way of the second they do takes
// turns, but for the long tests, where all ways meet.
TEST_P(WorkOfTwo, IsLinearInTheRepetitionsOfBothSequences) {
  const bool all_ways = std::getenv("VSSLAB_LONG_TESTS") != nullptr;
  const auto all = sequences();
  const std::vector<Flood> firsts = floods_of(all[GetParam()], {0u, 2u, 3u, 11u});
  for (std::size_t other = 0; other < all.size(); ++other) {
    const std::vector<Flood> seconds = floods_of(all[other], {0u, 2u});
    for (std::size_t way = 0; way < firsts.size(); ++way) {
      for (std::size_t with = 0; with < seconds.size(); ++with) {
        if (!all_ways && with != (way + other) % seconds.size()) continue;
        const std::vector<Flood> both{firsts[way], seconds[with]};
        EXPECT_TRUE(is_linear(both)) << to_string(both);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sequences, WorkOfTwo, testing::Range(std::size_t{0}, sequences().size()));

}  // namespace
}  // namespace vsslab

// vsslab replay JOURNAL: runs a stored journal's scenario again from its seed and its decisions,
// and compares the digests.
#include <filesystem>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/run_flags.h"
#include "cli/version.h"
#include "journal/digest.h"
#include "journal/reader.h"
#include "journal/text.h"
#include "reports/json.h"
#include "run/run_scenario.h"
#include "scenario/scenario.h"
#include "sdk/party_factory.h"

namespace vsslab::cli {
namespace {

class ReplayCommand : public Command {
 public:
  std::string_view name() const override { return "replay"; }
  std::string_view summary() const override {
    return "run a stored journal's scenario again and compare";
  }
  std::string_view examples() const override {
    return "  vsslab replay results/latest/journals/timing-freeze-hang-42.journal\n"
           "  vsslab replay --scenario moved/freeze-hang.xml old.journal\n";
  }
  void declare(CLI::App& app) override {
    app.add_option("JOURNAL", file_, "a journal that 'vsslab run' stored")->required();
    app.add_option(
        "--scenario", scenario_,
        "the scenario's file or the run's stored inputs, when they are not where they were");
    app.add_flag("--json", json_, "one JSON document on stdout");
  }
  ExitCode execute(Output& out) override {
    const auto stored = read_journal(file_);
    if (!stored) return refuse(out, stored.error());
    if (stored->meta.clock != "virtual") {
      return refuse(
          out, {fmt::format("a journal of the {} clock cannot be replayed", stored->meta.clock),
                file_,
                0,
                {},
                "only virtual time comes out the same twice"});
    }
    if (stored->meta.redacted) {
      return refuse(out, {"a redacted journal cannot be replayed: its names are gone",
                          file_,
                          0,
                          {},
                          "replay the journal that it was made from"});
    }
    const auto scenario = scenario_of(stored->meta);
    if (!scenario) return refuse(out, scenario.error());
    const auto settings = parse_settings(stored->meta.settings);
    if (!settings) return refuse(out, settings.error());
    auto plan = scenario::load_scenario(*scenario, *settings);
    if (!plan) return refuse(out, plan.error());
    plan->clock = plan::Clock::virtual_time;  // --clock may have said so
    changed_ =
        !stored->meta.inputs_digest.empty() && stored->meta.inputs_digest != plan->inputs_digest;
    if (changed_) {
      out.tell(
          fmt::format("vsslab: note: {}, or a file that it names, has changed since the "
                      "journal was written\n",
                      *scenario));
    }
    ScenarioOptions options;
    options.seed = stored->meta.seed;
    options.ties = TieBreak{TieBreak::Kind::replay, stored->meta.seed, stored->meta.decisions};
    options.toolkit_version = version();
    const ScenarioResult again = run_scenario(*plan, options, sdk::party_factory());
    return compare(*stored, again, out);
  }

 private:
  // Where the scenario lies. Inputs that the run stored lie beside its journal.
  Result<std::string> scenario_of(const JournalMeta& meta) const {
    if (!scenario_.empty()) return scenario_;
    if (meta.inputs.empty()) {
      if (!meta.scenario_file.empty() && meta.scenario_file != "<stdin>") return meta.scenario_file;
      return fail(Error{"the journal does not say which scenario it came from",
                        file_,
                        0,
                        {},
                        "name it with --scenario FILE"});
    }
    // The name comes out of a file: it may not lead anywhere else.
    const std::filesystem::path name(meta.inputs);
    if (name.filename() != name || name == "..") {
      return fail(
          Error{fmt::format("the inputs '{}' of the journal are no file beside it", meta.inputs),
                file_,
                0,
                {},
                "name them with --scenario FILE"});
    }
    const std::string path = (std::filesystem::path(file_).parent_path() / name).string();
    std::error_code ignored;
    if (file_ == "-" || !std::filesystem::exists(path, ignored)) {
      return fail(
          Error{fmt::format("the inputs of the run, '{}', are not beside the journal", meta.inputs),
                file_,
                0,
                {},
                "name them with --scenario FILE"});
    }
    return path;
  }

  // The first event that differs, as a sentence.
  static std::string first_difference(const Journal& a, const Journal& b) {
    const std::size_t common = std::min(a.events().size(), b.events().size());
    for (std::size_t i = 0; i < common; ++i) {
      const std::string before = event_line(a, a.events()[i]);
      const std::string after = event_line(b, b.events()[i]);
      if (before != after) return fmt::format("stored  {}\nreplay  {}", before, after);
    }
    if (a.events().size() == b.events().size()) return "the events are the same; documents differ";
    return fmt::format("stored  {} events\nreplay  {} events", a.events().size(),
                       b.events().size());
  }

  ExitCode compare(const Journal& stored, const ScenarioResult& again, Output& out) const {
    const std::string digest = journal_digest(stored);
    const bool same = digest == again.journal_digest;
    if (json_) {
      out.answer(reports::to_json_text({{"format", 1},
                                        {"journal", file_},
                                        {"same", same},
                                        {"storedDigest", digest},
                                        {"replayDigest", again.journal_digest},
                                        {"scenarioChanged", changed_},
                                        {"error", again.toolkit_error}}));
    } else if (same) {
      out.answer(
          fmt::format("same: {} events, digest {}\n", again.journal->events().size(), digest));
    } else {
      out.answer(fmt::format("different: stored digest {}, replay digest {}\n{}\n", digest,
                             again.journal_digest, reports::printable(again.toolkit_error)));
      if (changed_) out.answer("the scenario has changed since the journal was written\n");
      std::string difference = first_difference(stored, *again.journal);
      out.answer(difference + "\n");
    }
    return same ? ExitCode::conforming : ExitCode::inconclusive;
  }

  std::string file_;
  std::string scenario_;
  bool json_ = false;
  bool changed_ = false;
};

}  // namespace

std::unique_ptr<Command> make_replay_command() { return std::make_unique<ReplayCommand>(); }

}  // namespace vsslab::cli

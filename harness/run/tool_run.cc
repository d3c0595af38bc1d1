#include "run/tool_run.h"

#include <functional>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/digest.h"
#include "run/director.h"
#include "run/machine.h"
#include "scenario/betest.h"
#include "win32/lab.h"

namespace vsslab {
namespace {

// Between two calls somebody read the answer and typed.
constexpr Duration kBetweenCalls = std::chrono::minutes(1);
constexpr Duration kCallBudget = std::chrono::hours(24);

Error gone(std::string_view what) {
  return Error{fmt::format("the state of the machine has no {} where the call asks for one", what),
               {},
               0,
               {},
               {}};
}

// A folder's entries, one a line: a name cannot hold a line's end here, and folders end in a slash.
std::string folder_text(const std::vector<requester::HostEntry>& entries) {
  std::string text;
  for (const requester::HostEntry& entry : entries) {
    text += entry.name + (entry.directory ? "/\n" : "\n");
  }
  return text;
}

std::vector<requester::HostEntry> parse_folder(std::string_view text) {
  std::vector<requester::HostEntry> entries;
  for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos;) {
    std::string_view name = text.substr(0, end);
    text.remove_prefix(end + 1);
    const bool directory = name.ends_with('/');
    if (directory) name.remove_suffix(1);
    entries.push_back({std::string(name), directory});
  }
  return entries;
}

// What a call printed, as a digest; live calls print and take notes on the way.
class CallHost : public requester::ToolHost {
 public:
  CallHost(ToolCall& call, requester::ToolHost* live, std::function<void()> restart)
      : call_(call), live_(live), restart_(std::move(restart)) {}

  void print(std::string_view text) override {
    printed_.update(text);
    if (live_ != nullptr) live_->print(text);
  }

  std::optional<std::string> read_line() override {
    if (live_ == nullptr) {
      const ToolInput* const input = next();
      if (input == nullptr || input->kind != ToolInput::Kind::line) return std::nullopt;
      return input->text;
    }
    auto line = live_->read_line();
    call_.inputs.push_back(
        {line ? ToolInput::Kind::line : ToolInput::Kind::end, line.value_or(std::string())});
    return line;
  }

  Result<std::string> read_file(const std::string& path) override {
    if (live_ == nullptr) {
      const ToolInput* const input = next();
      if (input != nullptr && input->kind == ToolInput::Kind::file) return input->text;
      if (input != nullptr && input->kind == ToolInput::Kind::no_file) return fail(input->text);
      return fail(gone("file"));
    }
    auto content = live_->read_file(path);
    if (content) {
      call_.inputs.push_back({ToolInput::Kind::file, *content});
    } else {
      call_.inputs.push_back({ToolInput::Kind::no_file, content.error().message});
    }
    return content;
  }

  // Files of the user's are written once, by the live call.
  Result<void> write_file(const std::string& path, std::string_view bytes) override {
    if (live_ == nullptr) {
      const ToolInput* const input = next();
      if (input == nullptr) return fail(gone("file"));
      if (input->kind == ToolInput::Kind::no_file) return fail(input->text);
      return {};
    }
    auto written = live_->write_file(path, bytes);
    call_.inputs.push_back({written ? ToolInput::Kind::file : ToolInput::Kind::no_file,
                            written ? std::string() : written.error().message});
    return written;
  }

  Result<std::vector<requester::HostEntry>> read_folder(const std::string& path) override {
    if (live_ == nullptr) {
      const ToolInput* const input = next();
      if (input == nullptr) return fail(gone("folder"));
      if (input->kind != ToolInput::Kind::folder) return fail(input->text);
      return parse_folder(input->text);
    }
    auto folder = live_->read_folder(path);
    call_.inputs.push_back(folder ? ToolInput{ToolInput::Kind::folder, folder_text(*folder)}
                                  : ToolInput{ToolInput::Kind::no_file, folder.error().message});
    return folder;
  }

  Result<void> make_folder(const std::string& path) override {
    if (live_ == nullptr) {
      const ToolInput* const input = next();
      if (input == nullptr) return fail(gone("folder"));
      if (input->kind == ToolInput::Kind::no_file) return fail(input->text);
      return {};
    }
    auto made = live_->make_folder(path);
    call_.inputs.push_back({made ? ToolInput::Kind::folder : ToolInput::Kind::no_file,
                            made ? std::string() : made.error().message});
    return made;
  }

  Result<bool> has_file(const std::string& path) override {
    if (live_ == nullptr) {
      const ToolInput* const input = next();
      if (input == nullptr) return fail(gone("file"));
      return input->kind == ToolInput::Kind::file;
    }
    auto there = live_->has_file(path);
    call_.inputs.push_back(
        {there.value_or(false) ? ToolInput::Kind::file : ToolInput::Kind::no_file, {}});
    return there;
  }

  Result<int> run_program(const std::vector<std::string>& words,
                          const std::map<std::string, std::string>& variables) override {
    if (live_ == nullptr) {
      const ToolInput* const input = next();
      if (input != nullptr && input->kind == ToolInput::Kind::program) return input->code;
      return fail(input != nullptr ? Error{input->text, {}, 0, {}, {}} : gone("program"));
    }
    auto code = live_->run_program(words, variables);
    call_.inputs.push_back({code ? ToolInput::Kind::program : ToolInput::Kind::no_file,
                            code ? std::string() : code.error().message, code.value_or(0)});
    return code;
  }

  Result<void> restart_machine() override {
    restart_();
    return {};
  }

  Result<plan::BetestSelection> parse_selection(std::string bytes,
                                                const std::string& file) override {
    return scenario::parse_betest(std::move(bytes), file);
  }

  std::string digest() const { return hex64(printed_.value64()); }

 private:
  const ToolInput* next() { return at_ < call_.inputs.size() ? &call_.inputs[at_++] : nullptr; }

  ToolCall& call_;
  requester::ToolHost* live_;
  std::function<void()> restart_;
  std::size_t at_ = 0;
  DigestStream printed_;
};

// The calls take turns: each is a process, which starts when the one before it has ended.
struct Turns {
  std::size_t turn = 0;
  WaitQueue changed;
};

// Hands the turn on, however the call ends.
class Turn {
 public:
  Turn(Turns& turns, std::size_t mine) : turns_(turns) {
    Scheduler& scheduler = current_lab()->scheduler;
    while (turns_.turn != mine) scheduler.wait(turns_.changed);
    if (mine != 0) scheduler.sleep_for(kBetweenCalls);
  }
  ~Turn() {
    ++turns_.turn;
    current_lab()->scheduler.notify_all(turns_.changed);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Turns& turns_;
};

class ToolRunner {
 public:
  ToolRunner(const plan::ScenarioPlan& machine, const Parties& parties,
             const std::vector<ToolCall>& before, const ToolCall& call, requester::ToolHost& live)
      : plan_(machine), parties_(parties), calls_(before) {
    calls_.push_back(call);
    calls_.back().inputs.clear();
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      hosts_.push_back(
          std::make_unique<CallHost>(calls_[i], i + 1 == calls_.size() ? &live : nullptr,
                                     [this] { director_->reboot(plan::RebootPlan{}); }));
      add_requester(i);
    }
    plan_.budget = kCallBudget * static_cast<std::int64_t>(calls_.size());
    parties_.requester = [this](const plan::RequesterPlan& plan) { return main_of(plan); };
  }

  ToolRun run() {
    ToolRun result;
    auto journal = std::make_shared<Journal>();
    TieBreak ties;
    ties.kind = TieBreak::Kind::seeded;
    ties.seed = plan_.seed;
    Machine machine(plan_, plan_.seed, make_virtual_scheduler(std::move(ties)), journal);
    journal->meta.scenario = calls_.back().tool;
    journal->meta.scenario_file = plan_.file;
    journal->meta.clock = "virtual";
    journal->meta.profile = plan_.profile;
    journal->meta.seed = plan_.seed;
    journal->meta.ties = "seeded";
    result.problem = play(machine);
    journal->meta.ended = result.problem.empty() ? "quiet" : "budget";
    journal->meta.decisions = machine.scheduler().decisions();
    result.call = std::move(calls_.back());
    result.call.printed_digest = hosts_.back()->digest();
    result.journal = std::move(journal);
    return result;
  }

 private:
  void add_requester(std::size_t index) {
    plan::RequesterPlan& requester = plan_.requesters.emplace_back();
    const std::string& tool = calls_[index].tool;
    requester.name = index + 1 == calls_.size() ? tool : fmt::format("{}-{}", tool, index + 1);
    requester.class_name = std::to_string(index);
  }

  Result<PartyMain> main_of(const plan::RequesterPlan& plan) {
    const std::size_t index = std::stoul(plan.class_name);
    const requester::Tool* const tool = requester::find_tool(calls_[index].tool);
    if (tool == nullptr) return fail(fmt::format("there is no tool '{}'", calls_[index].tool));
    return PartyMain([this, index, tool] {
      const Turn turn(turns_, index);
      if (!problem_.empty()) return 1;
      const int code = tool->run(*hosts_[index], calls_[index].arguments);
      done_ = index + 1;
      if (index + 1 == calls_.size()) {
        calls_[index].code = code;
      } else if (code != calls_[index].code ||
                 hosts_[index]->digest() != calls_[index].printed_digest) {
        problem_ =
            fmt::format("call {} of the machine's state, {}, does not come out as it did then",
                        index + 1, calls_[index].tool);
      }
      return code;
    });
  }

  std::string play(Machine& machine) {
    if (auto built = machine.build(parties_); !built) return built.error().to_text();
    Director director(machine, parties_, plan_.seed);
    director_ = &director;
    if (auto prepared = director.prepare(); !prepared) return prepared.error().to_text();
    machine.scheduler().spawn("director", TaskContext{}, [&] { director.run(); });
    RunBudget budget;
    budget.time = plan_.budget + std::chrono::hours(1);
    const RunEnd end = machine.scheduler().run(budget);
    if (const std::string trouble = machine.trouble(); !trouble.empty()) return trouble;
    if (!problem_.empty()) return problem_;
    if (done_ != calls_.size()) {
      return director.problem().empty() ? "the tool did not come to its end" : director.problem();
    }
    if (end != RunEnd::stopped) return "the lab machine came to rest before the tool's end";
    return {};
  }

  plan::ScenarioPlan plan_;
  Parties parties_;
  std::vector<ToolCall> calls_;
  Director* director_ = nullptr;  // while the machine plays
  std::vector<std::unique_ptr<CallHost>> hosts_;
  Turns turns_;
  std::size_t done_ = 0;
  std::string problem_;
};

}  // namespace

ToolRun run_tool(const plan::ScenarioPlan& machine, const Parties& parties,
                 const std::vector<ToolCall>& before, const ToolCall& call,
                 requester::ToolHost& live) {
  return ToolRunner(machine, parties, before, call, live).run();
}

}  // namespace vsslab

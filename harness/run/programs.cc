#include "run/programs.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/asio.h"
#include "core/limits.h"
#include "transport/server.h"
#include "win32/process.h"

namespace vsslab {
namespace {

constexpr Duration kLook = std::chrono::milliseconds(20);
// How long a program that did not come in has to end by itself, so that we can say how it ended.
constexpr Duration kLastWords = std::chrono::seconds(1);
constexpr std::size_t kTailBytes = 300;  // of its output, in a message

// What a message shows of a program's output: the last line or two.
std::string tail_of(std::string_view output) {
  while (!output.empty() && (output.back() == '\n' || output.back() == ' '))
    output.remove_suffix(1);
  if (output.size() > kTailBytes) output.remove_prefix(output.size() - kTailBytes);
  std::string shown;
  for (const char letter : output) {
    const bool plain = static_cast<unsigned char>(letter) >= ' ' && letter != '\x7f';
    shown += plain ? letter : ' ';
  }
  return shown;
}

std::string_view phase_name(Phase phase) {
  switch (phase) {
    case Phase::enter:
      return "enter";
    case Phase::leave:
      return "leave";
    case Phase::instant:
      break;
  }
  return "instant";
}

}  // namespace

class Programs::Impl : public LabObserver, public std::enable_shared_from_this<Programs::Impl> {
 public:
  struct Shot {
    const plan::ProgramSignal* signal = nullptr;
    std::uint32_t seen = 0;
    bool fired() const { return seen >= signal->nth; }
  };
  struct Entry {
    Entry(boost::asio::io_context& io) : output(io) {}
    std::string party;
    std::string path;
    std::unique_ptr<os::Program> program;
    LabProcess* process = nullptr;
    std::string refusal;  // why it is not in
    Time refused_at{0};
    std::string failure;
    std::vector<Shot> shots;
    transport::Socket output;
    std::array<char, 4096> piece{};
    std::string printed;
  };

  Impl(Machine& machine, std::function<void()> changed)
      : machine_(machine),
        scheduler_(machine.scheduler()),
        io_(*asio_of(machine.scheduler())),
        changed_(std::move(changed)) {}

  void begin() {
    transport::ServerOptions options;
    options.answer_limit = machine_.plan().response_limit.value_or(limits::kProviderResponseLimit);
    options.note = [this](std::string_view event, std::string_view party, std::string_view text) {
      note(event, party, text);
    };
    options.came = [this](LabProcess& process) {
      if (Entry* entry = find(process.name)) entry->process = &process;
      changed_();
    };
    options.refused = [this](const std::string& name, std::string_view reason) {
      Entry* const entry = find(name);
      if (entry == nullptr) return;
      entry->refusal = reason;
      entry->refused_at = scheduler_.now();
      look();
    };
    server_ = std::make_unique<transport::Server>(machine_.lab(), machine_.service(), options);
    machine_.lab().observers.push_back(this);
    machine_.journal().on_append = [this](const Event& event) { see(event); };
    watch();
  }

  Result<void> start(const std::string& party, const plan::ProgramPlan& plan) {
    const auto [ours, its] = os::connected_sockets();
    if (ours < 0) return fail("there are no more sockets");
    os::ProgramOptions options;
    options.path = plan.path;
    options.arguments = plan.arguments;
    options.environment = {{"VSSLAB_SERVICE", fmt::format("fd:{}", os::Program::kInherited)},
                           {"VSSLAB_PARTY", party}};
    options.inherited = its;
    auto program = os::Program::start(options);
    os::close_descriptor(its);
    if (!program) {
      os::close_descriptor(ours);
      return fail(program.error());
    }
    auto entry = std::make_shared<Entry>(io_);
    entry->party = party;
    entry->path = plan.path;
    entry->program = std::move(*program);
    for (const plan::ProgramSignal& signal : plan.signals) entry->shots.push_back({&signal});
    boost::system::error_code ignored;
    entry->output.assign(boost::asio::local::stream_protocol(), entry->program->take_output(),
                         ignored);
    read_output(entry);
    entries_.push_back(entry);
    server_->adopt(ours, party);
    return {};
  }

  Entry* find(std::string_view party) const {
    for (const auto& entry : entries_) {
      if (entry->party == party) return entry.get();
    }
    return nullptr;
  }

  std::string failure() const {
    for (const auto& entry : entries_) {
      if (!entry->failure.empty()) return entry->failure;
    }
    return {};
  }

  std::vector<std::string> notes() const {
    std::vector<std::string> lines;
    for (const auto& entry : entries_) {
      const bool well = entry->process != nullptr && entry->process->exit_code() == 0u;
      const std::string said = tail_of(entry->printed);
      if (!well && entry->failure.empty() && !said.empty()) {
        lines.push_back(fmt::format("the program of '{}' said: {}", entry->party, said));
      }
      for (const Shot& shot : entry->shots) {
        if (shot.fired()) continue;
        lines.push_back(fmt::format("line {}: the Signal at {} of {} hit nothing in this run",
                                    shot.signal->line, shot.signal->event, entry->party));
      }
    }
    return lines;
  }

  void dismiss(std::string_view party) {
    Entry* const entry = find(party);
    if (entry != nullptr && entry->process != nullptr) server_->dismiss(party);
  }

  void end() {
    if (ended_) return;
    ended_ = true;
    machine_.journal().on_append = nullptr;
    if (watch_timer_ != 0) scheduler_.cancel(watch_timer_);
    server_->close();
    std::erase(machine_.lab().observers, this);
    boost::system::error_code ignored;
    for (const auto& entry : entries_) {
      entry->output.close(ignored);
      entry->program.reset();
    }
  }

  // The scenario ended its process: then its program goes too.
  void process_ended(LabProcess& process, std::string_view reason, std::uint32_t) override {
    Entry* const entry = find(process.name);
    if (entry != nullptr && entry->process == &process && reason == "crash") {
      entry->program->kill();
    }
  }

  std::unique_ptr<transport::Server> server_;

 private:
  void read_output(const std::shared_ptr<Entry>& entry) {
    entry->output.async_read_some(
        boost::asio::buffer(entry->piece),
        [self = shared_from_this(), entry](boost::system::error_code error, std::size_t count) {
          if (error) return;
          const std::size_t room = limits::kProcessOutputBytesMax - entry->printed.size();
          const std::string_view said(entry->piece.data(), count);
          entry->printed.append(said.substr(0, room));
          self->tell(entry, said);
          self->read_output(entry);
        });
  }

  // What a writer's program prints stands in the journal as what a writer in the lab prints: from
  // when VSS knows the writer.
  void tell(const std::shared_ptr<Entry>& entry, std::string_view said) {
    if (entry->process == nullptr || !machine_.lab().console) return;
    // The journal may be in the middle of an event.
    scheduler_.at(scheduler_.now(), [self = shared_from_this(), entry, text = std::string(said)] {
      if (self->ended_ || entry->process == nullptr) return;
      self->machine_.lab().console(*entry->process, text);
    });
  }

  void watch() {
    watch_timer_ = scheduler_.at(scheduler_.now() + kLook, [this] {
      look();
      watch();
    });
  }

  // Programs that did not come in: says why, once it is known.
  void look() {
    for (const auto& entry : entries_) {
      const auto& end = entry->program->poll();
      if (entry->process != nullptr || !entry->failure.empty()) continue;
      if (entry->refusal.empty()) continue;
      if (!end && scheduler_.now() - entry->refused_at < kLastWords) continue;
      entry->failure =
          fmt::format("the program of '{}' ({}) did not come in: {}; {}", entry->party, entry->path,
                      entry->refusal, end ? "it ended with " + end->to_text() : "it still runs");
      const std::string said = tail_of(entry->printed);
      if (!said.empty()) entry->failure += "; it said: " + said;
      entry->program->kill();
      changed_();
    }
  }

  void see(const Event& event) {
    for (const auto& entry : entries_) {
      for (Shot& shot : entry->shots) {
        const plan::ProgramSignal& signal = *shot.signal;
        if (shot.fired() || event.name != signal.event) continue;
        if (!signal.phase.empty() && phase_name(event.phase) != signal.phase) continue;
        if (!signal.actor.empty() && machine_.journal().actor(event.actor).name != signal.actor) {
          continue;
        }
        ++shot.seen;
        if (shot.fired()) fire(entry, signal, event.seq);
      }
    }
  }

  void fire(const std::shared_ptr<Entry>& entry, const plan::ProgramSignal& signal, Seq cause) {
    const bool kill = signal.kind == plan::ProgramSignal::Kind::kill;
    kill ? entry->program->kill() : entry->program->stop();
    // The journal is in the middle of an event.
    scheduler_.at(scheduler_.now(), [this, kill, party = entry->party, cause] {
      note(kill ? "ProgramKilled" : "ProgramStopped", party, {}, cause);
    });
    if (!signal.resume_after) return;
    scheduler_.at(scheduler_.now() + *signal.resume_after, [self = shared_from_this(), entry] {
      if (entry->program == nullptr) return;
      entry->program->resume();
      self->note("ProgramResumed", entry->party, {});
    });
  }

  void note(std::string_view name, std::string_view party, std::string_view text, Seq cause = 0) {
    Journal& journal = machine_.journal();
    const NewEvent event{.t = scheduler_.now(),
                         .actor = journal.actor(ActorKind::lab, "lab"),
                         .name = name,
                         .cause = cause};
    if (text.empty()) {
      journal.append(event, {{"party", party}});
    } else {
      journal.append(event, {{"party", party}, {"text", text}});
    }
  }

  Machine& machine_;
  Scheduler& scheduler_;
  boost::asio::io_context& io_;
  std::function<void()> changed_;
  std::vector<std::shared_ptr<Entry>> entries_;
  TimerId watch_timer_ = 0;
  bool ended_ = false;
};

Programs::Programs(Machine& machine, std::function<void()> changed)
    : impl_(std::make_shared<Impl>(machine, std::move(changed))) {
  impl_->begin();
}
Programs::~Programs() {
  impl_->end();
  impl_->server_.reset();
}
Result<void> Programs::start(const std::string& party, const plan::ProgramPlan& plan) {
  return impl_->start(party, plan);
}
LabProcess* Programs::process(std::string_view party) const {
  const Impl::Entry* const entry = impl_->find(party);
  return entry != nullptr ? entry->process : nullptr;
}
std::string Programs::failure() const { return impl_->failure(); }
std::vector<std::string> Programs::notes() const { return impl_->notes(); }
void Programs::dismiss(std::string_view party) { impl_->dismiss(party); }
void Programs::end() { impl_->end(); }

}  // namespace vsslab

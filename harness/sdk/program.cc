// The party under test is a program of its own: it takes the marked place in each scenario, which
// is then played in real time.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>

#include <fmt/format.h>

#include "sdk/subject.h"

namespace vsslab::sdk {
namespace {

namespace fs = std::filesystem;

// Waits that stand for a long one are long enough when they are this much shorter; their order
// stays.
constexpr Duration kLongWait = std::chrono::minutes(1);
constexpr int kShortening = 60;

bool shorten(Duration& wait) {
  if (wait < kLongWait) return false;
  wait /= kShortening;
  return true;
}

// A handler that is late keeps nobody from anything but in Freeze, which has a limit.
bool shorten_faults(std::vector<plan::Fault>& faults) {
  bool shorter = false;
  for (plan::Fault& fault : faults) {
    if (fault.action != plan::FaultAction::late || fault.event == "Freeze") continue;
    shorter |= shorten(fault.delay);
  }
  return shorter;
}

template <class Plan>
bool shorten_all(std::vector<Plan>& plans) {
  bool shorter = false;
  for (Plan& plan : plans) shorter |= shorten(plan.start_delay);
  return shorter;
}

template <class Plan>
Plan* marked(std::vector<Plan>& plans) {
  for (Plan& plan : plans) {
    if (plan.subject) return &plan;
  }
  return nullptr;
}

bool is_program(const fs::path& path) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  constexpr fs::perms kRun = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
  return fs::is_regular_file(status) && (status.permissions() & kRun) != fs::perms::none;
}

bool stands_in_path(const std::string& name) {
  const char* const path = std::getenv("PATH");
  std::stringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (is_program(fs::path(folder.empty() ? "." : folder) / name)) return true;
  }
  return false;
}

}  // namespace

Result<Subject> program_subject(Role role, const std::string& path,
                                const std::vector<std::string>& arguments) {
  const bool in_path = path.find('/') == std::string::npos;
  if (in_path ? !stands_in_path(path) : !is_program(path)) {
    return fail(
        Error{fmt::format("there is no program '{}'{}", path, in_path ? " in PATH" : ""),
              {},
              0,
              {},
              "--exec takes an executable file that vsscc made, or that links vsslab::party"});
  }
  Subject subject{role, fs::path(path).filename().string(), {}, {}, {}, {}};
  subject.program = plan::ProgramPlan{path, arguments, {}};
  return subject;
}

bool put_program(plan::ScenarioPlan& plan, const Subject& subject) {
  plan.clock = plan::Clock::real;
  bool shorter = shorten_all(plan.writers);
  for (plan::WriterPlan& writer : plan.writers) {
    shorter |= shorten_faults(writer.faults);
    shorter |= shorten_faults(writer.test.fail_events);
  }
  shorter |= shorten_all(plan.requesters);
  for (plan::RequesterPlan& requester : plan.requesters) {
    for (plan::Operation& operation : requester.operations) {
      auto* const backup = std::get_if<plan::BackupPlan>(&operation);
      if (backup == nullptr) continue;
      shorter |= shorten(backup->copy_time);
      shorter |= shorten(backup->dies_later);
    }
  }
  if (subject.role == Role::writer) {
    plan::WriterPlan* const writer = marked(plan.writers);
    writer->kind = plan::WriterKind::program;
    writer->program = subject.program;
    writer->test = {};
  } else if (subject.role == Role::requester) {
    plan::RequesterPlan* const requester = marked(plan.requesters);
    requester->program = subject.program;
    requester->class_name.clear();
    requester->steps.clear();
    requester->operations.clear();
    requester->betest.reset();
  } else {
    marked(plan.providers)->program = subject.program;
  }
  return shorter;
}

Duration long_wait_of(const plan::ScenarioPlan& plan) {
  Duration longest{0};
  const auto see = [&longest](Duration wait) { longest = std::max(longest, wait); };
  for (const plan::WriterPlan& writer : plan.writers) {
    see(writer.start_delay);
    for (const plan::Fault& fault : writer.faults) see(fault.delay);
    for (const plan::Fault& fault : writer.test.fail_events) see(fault.delay);
  }
  for (const plan::ProviderPlan& provider : plan.providers) {
    for (const plan::Fault& fault : provider.faults) see(fault.delay);
  }
  for (const plan::RequesterPlan& requester : plan.requesters) {
    see(requester.start_delay);
    for (const plan::Operation& operation : requester.operations) {
      const auto* const backup = std::get_if<plan::BackupPlan>(&operation);
      if (backup != nullptr) see(backup->copy_time + backup->dies_later);
    }
  }
  return longest;
}

}  // namespace vsslab::sdk

#include "win32/process.h"

#include <windows.h>

#include <atomic>
#include <exception>
#include <utility>

#include "core/error.h"
#include "core/limits.h"
#include "win32/kernel_object.h"
#include "win32/program_state.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

constexpr std::uint32_t kStatusControlCExit = 0xC000013A;
constexpr std::uint32_t kStatusCppException = 0xE06D7363;  // what Windows gives for a C++ throw
constexpr ThreadKey kForeignThreads = 1ULL << 48;          // above every task id
constexpr std::uint32_t kFirstProcessId = 1000;

std::atomic<LabProcess*> default_process{nullptr};
std::atomic<Lab*> default_lab{nullptr};

void append_limited(std::string& out, std::string_view text) {
  if (out.size() >= limits::kProcessOutputBytesMax) return;
  out.append(text.substr(0, limits::kProcessOutputBytesMax - out.size()));
}

}  // namespace

Lab::Lab(Scheduler& scheduler_in, std::uint64_t seed)
    : scheduler(scheduler_in), guids(Prng(seed).fork(0x67756964)) {
  default_lab = this;
}

Lab::~Lab() {
  Lab* self = this;
  default_lab.compare_exchange_strong(self, nullptr);
  LabProcess* process = default_process;
  if (process != nullptr && &process->lab == this) default_process = nullptr;
}

Lab* current_lab() {
  LabProcess* process = current_process();
  return process != nullptr ? &process->lab : default_lab.load();
}

LabProcess* current_process() {
  auto* owner = static_cast<LabProcess*>(current_task_context()->owner);
  return owner != nullptr ? owner : default_process.load();
}

void set_default_process(LabProcess* process) { default_process = process; }

ThreadKey calling_thread() {
  Scheduler* scheduler = current_scheduler();
  if (scheduler != nullptr) return scheduler->current();
  static std::atomic<ThreadKey> last{kForeignThreads};
  thread_local const ThreadKey mine = ++last;
  return mine;
}

LabProcess::LabProcess(Lab& lab_in, std::string name_in, std::uint32_t id_in)
    : lab(lab_in), name(std::move(name_in)), id(id_in), command_line(to_wide(name + ".exe")) {}

LabProcess::~LabProcess() {
  LabProcess* self = this;
  default_process.compare_exchange_strong(self, nullptr);
}

void LabProcess::append_output(std::string_view utf8) {
  append_limited(output_, utf8);
  if (lab.console) lab.console(*this, utf8);
}
void LabProcess::append_debug_output(std::string_view utf8) { append_limited(debug_output_, utf8); }

std::shared_ptr<ThreadObject> LabProcess::start_thread(std::string_view thread_name,
                                                       std::function<std::uint32_t()> body,
                                                       std::shared_ptr<ThreadObject> thread) {
  if (thread == nullptr) thread = std::make_shared<ThreadObject>();
  ThreadObject* made = thread.get();
  const TaskId task =
      lab.scheduler.spawn(thread_name, context(), [this, made, body = std::move(body)] {
        std::uint32_t code = 0;
        try {
          code = body();
        } catch (const std::exception& error) {
          return crash(error.what());
        } catch (...) {
          return crash("an exception that is no std::exception");
        }
        thread_finished(*made, code);
      });
  if (task == 0) return nullptr;
  thread->task = task;
  threads_.emplace(task, thread);
  return thread;
}

// Runs at the end of the thread's own task, or before it parks in ExitThread.
void LabProcess::thread_finished(ThreadObject& thread, std::uint32_t code) {
  if (ended()) return;
  const std::shared_ptr<ThreadObject> kept = threads_[thread.task];
  threads_.erase(thread.task);
  last_errors_.erase(thread.task);
  com_.erase(thread.task);
  if (program != nullptr) {
    std::erase_if(program->tls, [&](const auto& slot) { return slot.first.first == thread.task; });
  }
  thread.exit_code = code;
  for (const auto& [handle, object] : handles_) {
    object->thread_ended(thread.task);
    object->wake(lab.scheduler);
  }
  thread.wake(lab.scheduler);
  if (threads_.empty()) stop("exit", code);
}

void LabProcess::exit_thread(TaskId task, std::uint32_t exit_code) {
  const auto own = threads_.find(task);
  if (own != threads_.end()) thread_finished(*own->second, exit_code);
  lab.scheduler.park_forever();
  __builtin_unreachable();  // g++ does not see the attribute of a virtual function
}

std::shared_ptr<ThreadObject> LabProcess::thread(ThreadKey key) const {
  const auto found = threads_.find(key);
  return found == threads_.end() ? nullptr : found->second;
}

void LabProcess::crash(std::string text) {
  crashed_ = true;
  crash_text_ = std::move(text);
  stop("crash", kStatusCppException);
}

void LabProcess::end(std::string_view reason, std::uint32_t exit_code) {
  stop(reason, exit_code);
  if (lab.scheduler.current() != 0 && lab.scheduler.context().owner == this) {
    lab.scheduler.park_forever();
  }
}

// The running task goes on: it returns at once, or is parked by the caller.
void LabProcess::stop(std::string_view reason, std::uint32_t exit_code) {
  if (ended()) return;
  exit_code_ = exit_code;
  std::set<TaskId> tasks(blocked_.begin(), blocked_.end());
  blocked_.clear();
  const auto threads = std::exchange(threads_, {});
  for (const auto& [task, thread] : threads) {
    tasks.insert(task);
    thread->exit_code = exit_code;
  }
  tasks.erase(lab.scheduler.current());
  for (const TaskId task : tasks) lab.scheduler.kill(task);
  for (const auto& [task, thread] : threads) thread->wake(lab.scheduler);
  // Other processes may hold the named objects and wait for them, or for this process.
  const auto handles = std::exchange(handles_, {});
  for (const auto& [handle, object] : handles) {
    for (const auto& [task, thread] : threads) object->thread_ended(task);
    object->wake(lab.scheduler);
  }
  for (LabObserver* observer : lab.observers) observer->process_ended(*this, reason, exit_code);
}

void LabProcess::raise_console_event(std::uint32_t type) {
  if (ended() || (type == CTRL_C_EVENT && ignores_ctrl_c)) return;
  if (send_service_control(SERVICE_CONTROL_STOP)) return;
  start_thread(name + " console event", [this, type]() -> std::uint32_t {
    bool handled = false;
    const auto handlers = console_handlers;
    for (auto handler = handlers.rbegin(); handler != handlers.rend() && !handled; ++handler) {
      handled = (*handler)(type) != 0;
    }
    const bool final_event =
        type == CTRL_CLOSE_EVENT || type == CTRL_LOGOFF_EVENT || type == CTRL_SHUTDOWN_EVENT;
    if (!handled || final_event) stop("ctrl", kStatusControlCExit);
    return 0;
  });
}

bool LabProcess::send_service_control(std::uint32_t control) {
  if (ended() || program == nullptr || !program->dispatching) return false;
  bool sent = false;
  for (std::size_t i = 0; i < program->services.size(); ++i) {
    if (program->services[i].status.dwCurrentState == SERVICE_STOPPED) continue;
    program->controls.emplace_back(i, control);
    sent = true;
  }
  if (sent) lab.scheduler.notify_all(program->dispatcher);
  return sent;
}

ProgramState& program_state(LabProcess& process) {
  if (process.program == nullptr) process.program = std::make_shared<ProgramState>();
  return *process.program;
}

std::uintptr_t LabProcess::open_handle(std::shared_ptr<KernelObject> object) {
  if (handles_.size() >= limits::kProcessHandlesMax) return 0;
  last_handle_ += 4;
  handles_.emplace(last_handle_, std::move(object));
  return last_handle_;
}

std::shared_ptr<KernelObject> LabProcess::object_of(std::uintptr_t handle) const {
  const auto found = handles_.find(handle);
  return found == handles_.end() ? nullptr : found->second;
}

bool LabProcess::close_handle(std::uintptr_t handle) { return handles_.erase(handle) != 0; }

LabProcess& create_process(Lab& lab, std::string name) {
  const auto id = kFirstProcessId + 4 * static_cast<std::uint32_t>(lab.processes.size());
  lab.processes.push_back(std::make_unique<LabProcess>(lab, std::move(name), id));
  return *lab.processes.back();
}

LabProcess& spawn_process(Lab& lab, std::string name, std::function<int()> body) {
  LabProcess& process = create_process(lab, std::move(name));
  process.start_thread(process.name, [&process, body = std::move(body)]() -> std::uint32_t {
    process.stop("exit", static_cast<std::uint32_t>(body()));
    return 0;
  });
  return process;
}

LabProcess& spawn_process(Lab& lab, std::string name, WideMain main,
                          const std::vector<std::string>& arguments) {
  auto words = std::make_shared<std::vector<std::wstring>>();
  words->push_back(to_wide(name + ".exe"));
  std::wstring line = words->front();
  for (const std::string& argument : arguments) {
    words->push_back(to_wide(argument));
    const bool quoted = words->back().find(L' ') != std::wstring::npos || words->back().empty();
    line += quoted ? L" \"" + words->back() + L"\"" : L" " + words->back();
  }
  LabProcess& process = spawn_process(lab, std::move(name), [words, main]() -> int {
    std::vector<wchar_t*> argv;
    for (std::wstring& word : *words) argv.push_back(word.data());
    argv.push_back(nullptr);
    return main(static_cast<int>(words->size()), argv.data());
  });
  process.command_line = std::move(line);
  return process;
}

}  // namespace vsslab

// The calls that a scripted requester can make: every method of IVssBackupComponents (to Ex4) and
// of IVssAsync, and those that manage shadow copy storage, by Microsoft's name, with the arguments
// that a scenario writes. scenario/ checks steps against this table, requester/ executes them by
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/guid.h"
#include "core/time.h"
#include "plan/plan.h"
#include "plan/words.h"

namespace vsslab::plan {

enum class ArgType {
  text,      // as it stands
  yes_no,    // yes | no
  number,    // decimal, or hexadecimal with 0x
  size,      // 320MiB; "unbounded", "remove"
  duration,  // 5s, 250ms; or "infinite"
  guid,      // with or without braces
  writer,    // a writer's friendly name, or its class id
  writers,   // comma-separated list of the same; "" is an empty list
  provider,  // provider's id; "" or a null GUID: VSS chooses
  volume,    // "C:\": handed on as it stands, right or wrong
  snapshot,  // an id; or a volume of the object's own set ("C:\"): its copy; "set": the set's id
  word,      // one word of `words`
  mask,      // words of `words` joined by '|'
  hresult,   // name or 0x…
  document,  // name given by an earlier SaveAsXML, or of a file (RequesterPlan::documents)
};
std::string_view arg_type_name(ArgType type);  // "yes or no", for messages

struct ArgSpec {
  std::string_view name;
  ArgType type = ArgType::text;
  bool required = false;
  std::string_view default_value = {};  // as if it had been written; meaningless when required
  Words (*words)() = nullptr;           // word, mask
  std::string_view meaning = {};
};

enum class CallKind {
  call,        // returns at once with its HRESULT
  async,       // makes an IVssAsync
  management,  // of a provider's shadow copy storage; needs no backup object
  waiting,     // a method of IVssAsync: Wait, QueryStatus, Cancel, ReleaseAsync
  lab,         // ours: no VSS call (Sleep, Exit, …)
};

struct CallSpec {
  std::string_view name;
  std::string_view interface_name;  // the first interface that has it: "IVssBackupComponentsEx2"
  CallKind kind = CallKind::call;
  std::span<const ArgSpec> args;  // those of `async` kinds (wait, status, …) included
  std::string_view meaning = {};
};

// Sorted by name.
std::span<const CallSpec> step_calls();
const CallSpec* find_step_call(std::string_view name);

// Every attribute that a step may have besides those of its call: "object", "expect".
bool is_common_step_attribute(std::string_view name);

// Is every argument known, of its type, and every required one there? The error has no place; its
// caller knows file and line.
Result<void> check_step(const Step& step);

// A checked step's arguments by type, defaults filled in. Asking for a name or type that the table
// does not have is a mistake of ours and stops the program.
class StepArgs {
 public:
  explicit StepArgs(const Step& step);

  const CallSpec& call() const { return *call_; }
  bool given(std::string_view name) const;  // written in the scenario, not a default
  std::string text(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::uint64_t number(std::string_view name) const;
  std::int64_t size(std::string_view name) const;                 // bytes; -1: unbounded
  std::optional<Duration> duration(std::string_view name) const;  // none: infinite
  Guid guid(std::string_view name) const;  // guid, provider; "" is the null GUID
  std::uint32_t word(std::string_view name) const;
  Hr hresult(std::string_view name) const;
  std::vector<std::string> list(std::string_view name) const;  // writers

 private:
  const ArgSpec& spec(std::string_view name) const;
  std::string_view value(std::string_view name) const;

  const CallSpec* call_;
  const Step& step_;
};

}  // namespace vsslab::plan

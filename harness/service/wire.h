// The wire: the one place that everything crosses on its way between the parties. It writes the
// journal and knows the faults that the scenario asked for; what a fault means is up to the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/hresult.h"
#include "core/prng.h"
#include "core/scheduler.h"
#include "journal/journal.h"
#include "plan/plan.h"

namespace vsslab {

// Values in the journal's spelling (docs/journal.md).
std::string journal_bool(bool value);
std::string journal_hex(std::uint32_t value);

// Arguments of an event: written in braces, or handed on as a span.
class Args {
 public:
  Args() = default;
  Args(std::initializer_list<ArgText> args) : args_(args.begin(), args.size()) {}
  Args(std::span<const ArgText> args) : args_(args) {}
  std::span<const ArgText> span() const { return args_; }

 private:
  std::span<const ArgText> args_;
};

class Wire {
 public:
  Wire(Journal& journal, Scheduler& scheduler, std::vector<plan::Fault> faults);

  struct Crossing {
    std::uint32_t session = 0;
    ActorId actor = 0;
    std::string_view name;
    Seq cause = 0;
  };
  Seq enter(const Crossing& crossing, Args args = {});
  Seq leave(const Crossing& crossing, Seq enter, std::optional<Hr> hr, Args args = {});
  Seq instant(const Crossing& crossing, std::optional<Hr> hr, Args args = {},
              std::int32_t document = -1);

  // Who misbehaves: the party, by its own plan, or what lies between it and the service.
  enum class Origin { any, party, wire };
  // The fault that hits this crossing now, if any; counts its use and says so in the journal.
  // Falsified arguments are told_value's.
  const plan::Fault* fault(std::string_view party, std::string_view event,
                           std::initializer_list<plan::FaultAction> actions,
                           Origin origin = Origin::any);
  // Faults of one action for an event, without counting.
  bool has_fault(std::string_view party, std::string_view event, plan::FaultAction action) const;
  // All `early` faults that wait for a call named `relative_to`.
  std::vector<const plan::Fault*> early_before(std::string_view relative_to) const;
  void count_use(const plan::Fault& fault, std::string_view party);
  // Those that hit nothing up to now.
  std::vector<const plan::Fault*> unused_faults() const;

  // The HRESULT that the caller is told: `truth`, unless a `result` fault lies about it.
  Hr told(std::string_view party, std::string_view event, Hr truth);
  // The same for one argument, as the journal spells it (plan/falsified.h has those that can lie).
  std::string told_value(std::string_view party, std::string_view event, std::string_view argument,
                         std::string truth);
  bool has_faults() const { return !faults_.empty(); }

  Journal& journal() { return journal_; }

 private:
  static bool matches(const plan::Fault& fault, std::string_view party, std::string_view event);

  Journal& journal_;
  Scheduler& scheduler_;
  std::vector<plan::Fault> faults_;
  std::vector<std::uint32_t> uses_;
};

}  // namespace vsslab

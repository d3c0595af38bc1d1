// Failures that somebody has agreed to live with for a while. Each names its rule, a reason, a link
// and the last day it holds; after that day it counts for nothing. A waiver whose rule passes turns
// the run red, so that it is taken out again.
//
//   <Waivers format="1">
//     <Waiver rule="VSSW-TIME-009" subject="orders-db" scenario="timing/*" until="2027-03-31"
//             reason="waits for the driver fix" link="https://tracker.example/123"/>
//   </Waivers>
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "run/result.h"

namespace vsslab {

struct Waiver {
  std::string rule;           // id
  std::string subject = "*";  // globs
  std::string scenario = "*";
  std::string reason;
  std::string link;
  std::string until;  // "2027-03-31"
  int line = 0;
};

class Waivers {
 public:
  static Result<Waivers> parse(std::string bytes, std::string_view file_name);
  static Result<Waivers> load(const std::string& path);

  std::span<const Waiver> all() const { return waivers_; }

  // Failures of one scenario that are waived on `today` ("2026-01-31") become `waived`.
  void apply(ScenarioResult& result, std::string_view today) const;

  // At the end: passes under a waiver that waived nothing become unexpected passes, and the run
  // names the waiver.
  void finish(RunResult& run, std::string_view today) const;

 private:
  std::string file_;
  std::vector<Waiver> waivers_;
};

}  // namespace vsslab

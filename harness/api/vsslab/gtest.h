// GoogleTest assertions over a run of <vsslab/lab.h>:
//
//   const auto run = vsslab::lab::run_writer<MyWriter>();
//   EXPECT_CONFORMS(run);
//   EXPECT_RULE_HOLDS(run, "VSSW-TIME-009");
//   EXPECT_EVENT_ORDER(run.journal().of(run.subject()), "PrepareForSnapshot", "Freeze", "Thaw");
//   EXPECT_EVENT_ORDER(run.journal(), "subject Freeze", "vss HoldWrites", "subject Thaw");
#ifndef VSSLAB_GTEST_H
#define VSSLAB_GTEST_H

#include <gtest/gtest.h>

#include <vsslab/lab.h>

// No must rule about the party is broken, and the scenario came to its end.
#define EXPECT_CONFORMS(run) EXPECT_TRUE(::vsslab::lab::conforms(run))
#define ASSERT_CONFORMS(run) ASSERT_TRUE(::vsslab::lab::conforms(run))

// By its id or slug: the rule applied, and it holds. A rule that did not apply is no success.
#define EXPECT_RULE_HOLDS(run, rule) EXPECT_TRUE(::vsslab::lab::rule_holds(run, rule))
#define ASSERT_RULE_HOLDS(run, rule) ASSERT_TRUE(::vsslab::lab::rule_holds(run, rule))
#define EXPECT_RULE_BROKEN(run, rule) EXPECT_TRUE(::vsslab::lab::rule_broken(run, rule))

// Each event happens, and after the one before it. Over the whole journal an event is written with
// its actor: "subject Freeze".
#define EXPECT_EVENT_ORDER(events, ...) \
  EXPECT_TRUE(::vsslab::lab::in_order((events), {__VA_ARGS__}))
#define ASSERT_EVENT_ORDER(events, ...) \
  ASSERT_TRUE(::vsslab::lab::in_order((events), {__VA_ARGS__}))

namespace vsslab::lab {

inline testing::AssertionResult conforms(const Run& run) {
  std::string broken;
  for (const Finding& finding : run.findings()) {
    if (finding.verdict == "fail") broken += "\n" + finding.text;
  }
  if (!run.error().empty()) broken += "\nno verdict: " + run.error();
  if (!broken.empty()) {
    return testing::AssertionFailure() << run.subject() << " does not conform:\n" << broken;
  }
  return testing::AssertionSuccess();
}

inline testing::AssertionResult rule_holds(const Run& run, std::string_view rule) {
  if (!run.error().empty()) return testing::AssertionFailure() << "no verdict: " << run.error();
  const Finding* const finding = run.finding(rule);
  if (finding == nullptr) {
    return testing::AssertionFailure() << "there is no rule " << rule << " about this party";
  }
  if (finding->broken()) return testing::AssertionFailure() << "\n" << finding->text;
  if (finding->verdict == "pass") return testing::AssertionSuccess();
  return testing::AssertionFailure() << rule << " is " << finding->verdict << " in this scenario";
}

inline testing::AssertionResult rule_broken(const Run& run, std::string_view rule) {
  const Finding* const finding = run.finding(rule);
  if (finding != nullptr && finding->broken()) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << rule << " is " << (finding == nullptr ? "no rule about this party" : finding->verdict)
         << (run.error().empty() ? "" : "; no verdict: ") << run.error();
}

inline testing::AssertionResult in_order(const Events& events,
                                         std::initializer_list<std::string_view> wanted) {
  const auto is = [](const Event& event, std::string_view name) {
    return event.begins() && (name == event.name || name == event.actor + " " + event.name);
  };
  auto next = events.begin();
  std::string_view before;
  for (const std::string_view name : wanted) {
    auto found = next;
    while (found != events.end() && !is(*found, name)) ++found;
    if (found == events.end()) {
      testing::AssertionResult failure = testing::AssertionFailure();
      failure << name << (before.empty() ? " does not happen" : " does not happen after ") << before
              << "; what happens:\n";
      for (const Event& event : events) {
        if (event.begins()) failure << "  " << event.to_string() << "\n";
      }
      return failure;
    }
    next = found + 1;
    before = name;
  }
  return testing::AssertionSuccess();
}

}  // namespace vsslab::lab

#endif

// Lanes: whatever a job does, the others' results come, in order.
#include "run/lanes.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/os/sanitizers.h"
#include "run/result_io.h"

namespace vsslab {
namespace {

using testing::HasSubstr;

ScenarioResult named(const std::string& name) {
  ScenarioResult result;
  result.name = name;
  return result;
}

std::vector<ScenarioResult> run(std::size_t lanes, std::size_t jobs,
                                std::function<std::string(std::size_t)> job,
                                Duration patience = std::chrono::seconds(60)) {
  std::vector<ScenarioResult> results;
  Lanes work;
  work.lanes = lanes;
  work.jobs = jobs;
  work.job = std::move(job);
  work.where = [] { return std::string_view("orders-db"); };
  work.blank = [](std::size_t index) { return named("blank " + std::to_string(index)); };
  work.patience = [patience](std::size_t) { return patience; };
  work.finished = [&](std::size_t index, ScenarioResult result) {
    EXPECT_EQ(index, results.size());
    results.push_back(std::move(result));
    return true;
  };
  run_lanes(work);
  return results;
}

std::string good(std::size_t index) { return pack_result(named(std::to_string(index)), {}); }

TEST(Lanes, HandOutInOrderWhateverTheirNumber) {
  for (const std::size_t lanes : {1, 2, 5}) {
    const auto results = run(lanes, 12, good);
    ASSERT_EQ(results.size(), 12U);
    for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i].name, std::to_string(i));
  }
}

TEST(Lanes, ACrashIsTheScenariosErrorAndTheRunGoesOn) {
  const auto results = run(2, 3, [](std::size_t index) {
    if (index == 1) std::raise(SIGSEGV);
    return good(index);
  });
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].toolkit_error, "");
  EXPECT_EQ(results[1].name, "blank 1");
  if (!os::kSanitized) {
    EXPECT_THAT(results[1].toolkit_error, HasSubstr("SIGSEGV"));
    EXPECT_THAT(results[1].toolkit_error, HasSubstr("orders-db"));
  }
  EXPECT_NE(results[1].toolkit_error, "");
  EXPECT_EQ(results[2].name, "2");
}

TEST(Lanes, SoIsOneThatEndsTheProgram) {
  const auto results = run(1, 2, [](std::size_t index) {
    if (index == 0) std::_Exit(7);
    return good(index);
  });
  ASSERT_EQ(results.size(), 2U);
  EXPECT_THAT(results[0].toolkit_error, HasSubstr("code 7"));
  EXPECT_EQ(results[1].name, "1");
}

TEST(Lanes, ABusyLoopIsStoppedAndSaysWhere) {
  const auto results = run(
      1, 2,
      [](std::size_t index) {
        volatile bool forever = index == 0;
        while (forever) {
        }
        return good(index);
      },
      std::chrono::milliseconds(300));
  ASSERT_EQ(results.size(), 2U);
  EXPECT_THAT(results[0].toolkit_error, HasSubstr("orders-db"));
  EXPECT_THAT(results[0].toolkit_error, HasSubstr("0.300 s"));
  EXPECT_EQ(results[1].name, "1");
}

TEST(Lanes, AProcessThatAJobLeavesBehindDoesNotHoldTheRunUp) {
  const auto results = run(
      1, 2,
      [](std::size_t index) {
        if (index == 0 && fork() == 0) {
          sleep(3);
          _exit(0);
        }
        return good(index);
      },
      std::chrono::milliseconds(300));
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].name, "0");
  EXPECT_EQ(results[0].toolkit_error, "");
  EXPECT_EQ(results[1].name, "1");
}

TEST(Lanes, BytesThatAreNoResultAreNotBelieved) {
  const auto results = run(1, 1, [](std::size_t) { return std::string("nonsense"); });
  ASSERT_EQ(results.size(), 1U);
  EXPECT_NE(results[0].toolkit_error, "");
}

TEST(Lanes, StopWhenTheirListenerHasEnough) {
  std::size_t seen = 0;
  Lanes work;
  work.lanes = 2;
  work.jobs = 10;
  work.job = good;
  work.blank = [](std::size_t) { return ScenarioResult(); };
  work.patience = [](std::size_t) { return Duration(std::chrono::seconds(60)); };
  work.finished = [&](std::size_t, ScenarioResult) { return ++seen < 3; };
  run_lanes(work);
  EXPECT_EQ(seen, 3U);
}

TEST(ResultIo, GivesBackWhatWasPacked) {
  ScenarioResult result = named("a/b");
  result.seed = 7;
  result.parties = {{ActorKind::writer, "w", "VSS_WS_STABLE", "", PartyEnd::well, {}, {}}};
  result.notes = {"note"};
  Finding finding;
  finding.rule_id = "VSSW-TIME-009";
  finding.subject = "w";
  finding.verdict = Verdict::fail;
  finding.expected_by_scenario = true;
  finding.evidence = {1, 1'000'000};
  result.findings = {finding};
  result.expectations = {{14, "text", Verdict::fail, "actual", {3}}};
  result.virtual_time = std::chrono::hours(30);
  const auto packed = unpack_result(pack_result(result, "journal"));
  ASSERT_TRUE(packed);
  EXPECT_EQ(packed->journal_text, "journal");
  EXPECT_EQ(packed->result.name, "a/b");
  EXPECT_EQ(packed->result.parties[0].state, "VSS_WS_STABLE");
  EXPECT_EQ(packed->result.notes, result.notes);
  EXPECT_EQ(packed->result.findings[0].evidence, finding.evidence);
  EXPECT_TRUE(packed->result.findings[0].expected_by_scenario);
  EXPECT_FALSE(packed->result.findings[0].consequence);
  EXPECT_EQ(packed->result.expectations[0].evidence, std::vector<Seq>{3});
  EXPECT_EQ(packed->result.virtual_time, result.virtual_time);
}

TEST(ResultIo, RefusesEveryTruncation) {
  ScenarioResult result = named("a");
  result.findings.resize(2);
  const std::string bytes = pack_result(result, "journal");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(unpack_result(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(unpack_result(bytes + "x"));
}

}  // namespace
}  // namespace vsslab

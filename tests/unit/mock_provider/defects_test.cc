#include "mock-provider/defects/defects.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

#include "unit/mock_provider/provider_fixture.h"

namespace vsslab {
namespace {

class DefectsTest : public ProviderFixture {
 protected:
  void use_defect(std::string_view name) {
    const ProviderDefect* const defect = find_provider_defect(name);
    ASSERT_NE(defect, nullptr) << name;
    use(defect->make(volumes, {}));
  }
};

TEST_F(DefectsTest, TheTableIsSortedAndComplete) {
  std::string_view last;
  for (const ProviderDefect& defect : provider_defects()) {
    EXPECT_LT(last, defect.name);
    last = defect.name;
    EXPECT_FALSE(defect.sentence.empty()) << defect.name;
    EXPECT_TRUE(defect.rule.starts_with("VSS")) << defect.name;
    EXPECT_EQ(find_provider_defect(defect.name), &defect);
  }
  EXPECT_EQ(find_provider_defect("nope"), nullptr);
}

// A bug is only one: in a run that does not touch it, each provider makes a good copy.
TEST_F(DefectsTest, ResultsOfEachDefect) {
  const std::set<std::string_view> fail_the_set = {"final-commit-missing", "final-commit-not-found",
                                                   "silent-veto", "unlisted-code",
                                                   "unlisted-code-in-begin"};
  std::uint32_t number = 100;
  // The scheduler is of no use here: Sleep needs a process of a lab.
  for (const ProviderDefect& defect : provider_defects()) {
    const bool sleeps = defect.name.starts_with("commit-") || defect.name.starts_with("slow-") ||
                        defect.name == "precommit-outlasts-freeze" ||
                        defect.name == "deaf-end-prepare" ||
                        defect.name == "work-after-end-prepare";
    if (sleeps) continue;
    use(defect.make(volumes, {}));
    const std::uint32_t set = ++number;
    bool good = begin(set, set + 1000) == S_OK;
    good = good && create->EndPrepareSnapshots(id_of(set)) == S_OK;
    good = good && create->PreCommitSnapshots(id_of(set)) == S_OK;
    good = good && create->CommitSnapshots(id_of(set)) == S_OK;
    good = good && create->PostCommitSnapshots(id_of(set), 1) == S_OK;
    good = good && create->PreFinalCommitSnapshots(id_of(set)) == S_OK;
    good = good && create->PostFinalCommitSnapshots(id_of(set)) == S_OK;
    EXPECT_EQ(good, !fail_the_set.contains(defect.name)) << defect.name;
    EXPECT_EQ(!device(set + 1000).empty(), good || defect.name.starts_with("final-commit-"))
        << defect.name;
  }
}

TEST_F(DefectsTest, SetsAndAborts) {
  use_defect("keeps-old-set");
  ASSERT_EQ(begin(1, 10), S_OK);
  EXPECT_EQ(begin(2, 20), VSS_E_BAD_STATE);
  use_defect("abort-of-unknown-set");
  EXPECT_EQ(create->AbortSnapshots(id_of(9)), S_OK);
  use_defect("abort-refused");
  ASSERT_EQ(begin(1, 10), S_OK);
  EXPECT_EQ(create->AbortSnapshots(id_of(1)), VSS_E_BAD_STATE);
  use_defect("invalid-instead-of-not-found");
  EXPECT_EQ(create->EndPrepareSnapshots(id_of(9)), E_INVALIDARG);
  EXPECT_EQ(create->CommitSnapshots(id_of(9)), E_INVALIDARG);
  use_defect("context-not-frozen");
  ASSERT_EQ(begin(1, 10), S_OK);
  EXPECT_EQ(software->SetContext(VSS_CTX_APP_ROLLBACK), S_OK);
}

TEST_F(DefectsTest, LoadingAndUnloading) {
  use_defect("unlisted-code-in-load");
  EXPECT_EQ(notifications->OnLoad(nullptr), static_cast<HRESULT>(0x80071234));
  use_defect("busy-when-forced");
  EXPECT_EQ(notifications->OnUnload(TRUE), S_FALSE);
}

TEST_F(DefectsTest, FalseProperties) {
  const auto shown = [&](std::string_view name) {
    use_defect(name);
    take(5, 50);
    auto properties = std::make_unique<Properties>();
    EXPECT_EQ(software->GetSnapshotProperties(id_of(50), properties.get()), S_OK);
    return properties;
  };
  EXPECT_EQ(shown("wrong-state")->m_eStatus, VSS_SS_PREPARED);
  EXPECT_EQ(shown("wrong-count")->m_lSnapshotsCount, 2);
  EXPECT_NE(Guid::from(shown("wrong-set-id")->m_SnapshotSetId), Guid::from(id_of(5)));
  use_defect("deletion-count");
  take(6, 60);
  LONG deleted = 0;
  VSS_ID left;
  EXPECT_EQ(software->DeleteSnapshots(id_of(60), VSS_OBJECT_SNAPSHOT, FALSE, &deleted, &left),
            S_OK);
  EXPECT_EQ(deleted, 2);
}

TEST_F(DefectsTest, AWriteInCommitWaitsForTheReleaseOfWrites) {
  use_defect("write-in-commit");
  ASSERT_EQ(begin(1, 10), S_OK);
  Time committed{0};
  scheduler->spawn("service", {}, [&] {
    EXPECT_EQ(create->EndPrepareSnapshots(id_of(1)), S_OK);
    EXPECT_EQ(create->PreCommitSnapshots(id_of(1)), S_OK);
    c->hold_writes();
    scheduler->spawn("provider", {}, [&] {
      EXPECT_EQ(create->CommitSnapshots(id_of(1)), S_OK);
      committed = scheduler->now();
    });
    scheduler->sleep_for(std::chrono::seconds(10));
    c->release_writes();
  });
  EXPECT_EQ(scheduler->run({}), RunEnd::quiet);
  EXPECT_EQ(committed, std::chrono::seconds(10));
  EXPECT_EQ(c->read_file("provider\\trace.log"), "commit");
}

}  // namespace
}  // namespace vsslab

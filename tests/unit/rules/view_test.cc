#include "rules/view.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "journal/text.h"
#include "rules/rule.h"
#include "rules/templates.h"

namespace vsslab {
namespace {

using rules::Call;
using rules::Ev;
using rules::RequesterState;

Journal journal_of(std::string_view text) {
  auto journal = parse_text(text);
  EXPECT_TRUE(journal) << journal.error().to_text();
  return journal ? std::move(*journal) : Journal();
}

TEST(View, MatchesEnterAndLeaveWithAndWithoutCauses) {
  const Journal journal = journal_of(
      "#1 0 W1 Freeze enter @1  #2 1 W2 Freeze enter @2  #3 2 s2 W1 Freeze enter @3\n"
      "#4 3 s2 W1 Freeze leave ^3  #5 4 W1 Freeze leave  #6 5 W2 Freeze leave ^2\n"
      "#7 6 W2 Thaw leave");
  const RunView run(journal);
  ASSERT_EQ(run.calls().size(), 4u);
  EXPECT_EQ(run.call_of(4), run.call_of(3));
  EXPECT_EQ(run.call_of(5), run.call_of(1));
  EXPECT_EQ(run.call_of(6), run.call_of(2));
  EXPECT_TRUE(run.call_of(7)->instant());  // a leave that nothing entered
  EXPECT_EQ(run.call_of(8), nullptr);
  EXPECT_EQ(run.all(Ev::freeze).size(), 3u);
}

TEST(View, KeepsSessionsOfOneWriterApart) {
  const Journal journal = journal_of(
      "0 s1 R CreateVssBackupComponents  0 s2 R2 CreateVssBackupComponents\n"
      "1 s1 W1 Freeze  2 s2 W1 Freeze  3 s1 W1 Thaw  4 s2 C WriterState writer=W1 state=x");
  const RunView run(journal);
  ASSERT_EQ(run.writers().size(), 1u);
  ASSERT_EQ(run.sessions().size(), 2u);
  ASSERT_EQ(run.participations().size(), 2u);
  EXPECT_EQ(run.sessions()[1].requester, "R2");
  EXPECT_EQ(run.participations()[0].calls.size(), 2u);
  EXPECT_EQ(run.participations()[1].calls.size(), 1u);
  EXPECT_EQ(run.participations()[1].states.size(), 1u);
  EXPECT_EQ(run.writers()[0].calls.size(), 3u);
  EXPECT_EQ(run.find_participation(run.writers()[0], run.sessions()[1]), &run.participations()[1]);
}

TEST(View, FindsTheFirstOfEachNameAsALookThroughTheListDoes) {
  const Journal journal = journal_of(
      "0 s1 R CreateVssBackupComponents  1 s1 R AddComponent writer=W1 component=a\n"
      "2 s1 R AddComponent writer=W2 component=b  3 s1 R DoSnapshotSet  4 s1 C HoldWrites\n"
      "5 s1 C WriterState writer=W1 state=x  6 s1 C HoldWrites  7 s2 R2 DoSnapshotSet");
  const RunView run(journal);
  ASSERT_EQ(run.sessions().size(), 2u);
  std::size_t found = 0;
  for (const rules::Session& session : run.sessions()) {
    for (const rules::CallList& list : {session.calls, session.service}) {
      for (std::size_t i = 0; i < rules::kEventNames; ++i) {
        const auto name = static_cast<Ev>(i);
        const auto seen = std::find_if(list.begin(), list.end(),
                                       [&](const Call* call) { return call->name == name; });
        EXPECT_EQ(list.first(name), seen == list.end() ? nullptr : *seen);
        if (seen != list.end()) ++found;
      }
    }
  }
  EXPECT_EQ(found, 6u);
}

TEST(View, ReadsWhatAWriterSaidAtInitialize) {
  const Journal journal = journal_of(
      "0 W1 Initialize hr=E_INVALIDARG timeout=1\n"
      "0 W1 Initialize hr=S_OK writer_id=w name=\"The Writer\" timeout=20.5 level=VSS_APP_SYSTEM\n"
      "0 W2 Subscribe");
  const RunView run(journal);
  const rules::WriterInfo* writer = run.find_writer("W1");
  ASSERT_NE(writer, nullptr);
  EXPECT_EQ(writer->freeze_limit, std::chrono::milliseconds(20500));
  EXPECT_EQ(writer->level, 1);
  EXPECT_EQ(run.find_writer("The Writer"), writer);
  EXPECT_EQ(run.find_writer("W2")->freeze_limit, std::chrono::seconds(60));
  EXPECT_EQ(run.find_writer("W3"), nullptr);
}

std::vector<RequesterState> states_before(const RunView& run) {
  std::vector<RequesterState> states;
  for (const Call* call : run.sessions()[0].calls) states.push_back(run.before(*call).state);
  return states;
}

TEST(View, DerivesTheRequestersObjectThroughAsyncs) {
  const Journal journal = journal_of(
      "0 R CreateVssBackupComponents  0 R InitializeForBackup\n"
      "1 R GatherWriterMetadata async=A1  1 R GetWriterMetadataCount\n"
      "2 C AsyncFinished async=A1 op=GatherWriterMetadata hr=S_OK  2 R StartSnapshotSet set=s\n"
      "3 R SetBackupState  3 R PrepareForBackup async=A2  3 R QueryStatus async=A2\n"
      "4 C AsyncFinished async=A2 op=PrepareForBackup hr=S_OK  4 R DoSnapshotSet async=A3\n"
      "5 C AsyncFinished async=A3 op=DoSnapshotSet hr=VSS_E_PROVIDER_VETO  5 R AbortBackup\n"
      "6 R Release");
  const RunView run(journal);
  EXPECT_EQ(
      states_before(run),
      (std::vector{RequesterState::created, RequesterState::created, RequesterState::init,
                   RequesterState::gathering, RequesterState::gathered, RequesterState::set_open,
                   RequesterState::set_open, RequesterState::preparing, RequesterState::prepared,
                   RequesterState::snap_failed, RequesterState::aborted}));
  ASSERT_EQ(run.sets().size(), 1u);
  EXPECT_EQ(run.sets()[0].result, "failed");
  const Call* make = run.sessions()[0].calls.first(Ev::do_snapshot_set);
  ASSERT_TRUE(run.async_end(*make));
  EXPECT_EQ(run.async_end(*make)->hr, hr::provider_veto);
  EXPECT_TRUE(run.before(*run.sessions()[0].calls.first(Ev::query_status)).busy);
}

// What the service refuses does not move the object, whatever the requester believes.
TEST(View, RefusedCallsDoNotMoveTheObject) {
  const Journal journal = journal_of(
      "0 R InitializeForBackup  1 R StartSnapshotSet hr=VSS_E_BAD_STATE\n"
      "2 R DoSnapshotSet hr=VSS_E_BAD_STATE  3 R AbortBackup  4 R GatherWriterMetadata\n"
      "5 R BackupComplete hr=VSS_E_BAD_STATE");
  const RunView run(journal);
  EXPECT_EQ(states_before(run),
            (std::vector{RequesterState::created, RequesterState::init, RequesterState::init,
                         RequesterState::init, RequesterState::init, RequesterState::gathered}));
  EXPECT_TRUE(run.sets().empty());
}

// Journals that do not show the end of an operation: what the requester was told has to do.
TEST(View, WithoutAsyncFinishedTheRequestersAnswersCount) {
  const Journal journal = journal_of(
      "0 R InitializeForBackup  1 R GatherWriterMetadata async=A1\n"
      "2 R QueryStatus async=A1 status=VSS_S_ASYNC_PENDING  3 R GetWriterMetadataCount\n"
      "4 R Wait async=A1 hr=S_OK  5 R GetWriterMetadataCount");
  const RunView run(journal);
  const auto states = states_before(run);
  EXPECT_EQ(states[3], RequesterState::gathering);
  EXPECT_EQ(states[5], RequesterState::gathered);
}

TEST(View, FindsTheHandlerAroundACall) {
  const Journal journal = journal_of(
      "#1 0 W1 Freeze enter @1  #2 0 W1 Identify enter @2\n"
      "#3 1 W1 SetWriterFailure @1  #4 1 W1 SetWriterFailure @2  #5 1 W1 SetWriterFailure @3 ^1\n"
      "#6 2 W1 Identify leave @2  #7 2 W1 Freeze leave @1  #8 3 W1 SetWriterFailure @1");
  const RunView run(journal);
  const auto around = [&](Seq seq) { return run.handler_around(*run.call_of(seq)); };
  EXPECT_EQ(around(3)->name, Ev::freeze);
  EXPECT_EQ(around(4)->name, Ev::identify);
  EXPECT_EQ(around(5)->name, Ev::freeze);  // by its cause
  EXPECT_EQ(around(8), nullptr);
}

TEST(View, AProcessExitEndsItsSessions) {
  const Journal journal = journal_of(
      "0 s1 R InitializeForBackup  0 s2 R InitializeForBackup  0 s3 R2 InitializeForBackup\n"
      "1 s1 R Release  2 s0 R ProcessExit reason=crash  3 s0 C WriterGone writer=W1");
  const RunView run(journal);
  EXPECT_FALSE(run.sessions()[0].crashed);
  EXPECT_TRUE(run.sessions()[1].crashed);
  EXPECT_EQ(run.sessions()[2].end, nullptr);
}

TEST(View, KnowsWhetherTheJournalIsComplete) {
  EXPECT_TRUE(RunView(journal_of("0 R Release")).complete());
  const Journal cut = journal_of("vsslab-journal 1\n! clock=virtual\n");
  EXPECT_FALSE(RunView(cut).complete());
  const Journal stopped = journal_of("vsslab-journal 1\n! ended=budget\n");
  EXPECT_FALSE(RunView(stopped).complete());
  const Journal imported = journal_of("vsslab-journal 1\n! clock=imported\n! ended=quiet\n");
  EXPECT_FALSE(RunView(imported).complete());
}

}  // namespace
}  // namespace vsslab

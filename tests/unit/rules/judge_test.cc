// What the two examples of a card do not show: the stances on contradictions, what does not apply,
// what cannot be concluded, and how findings fold.
#include <gtest/gtest.h>

#include "journal/text.h"
#include "rules/rule.h"
#include "rules/view.h"

namespace vsslab {
namespace {

Verdict verdict_of(std::string_view id, std::string_view text, std::string_view subject = "W1") {
  const auto journal = parse_text(text);
  EXPECT_TRUE(journal) << journal.error().to_text();
  const RunView run(*journal);
  const Rule* rule = find_rule(id);
  EXPECT_NE(rule, nullptr) << id;
  const Rule* one[] = {rule};
  for (const Finding& finding : judge(run, one)) {
    if (finding.subject == subject) return finding.verdict;
  }
  return Verdict::not_applicable;
}

struct Case {
  const char* id;
  const char* journal;
  Verdict verdict;
  const char* subject = "W1";
};

TEST(Judge, Cases) {
  const Case cases[] = {
      // X01: a veto with true and a code is as good as false with one.
      {"VSSW-FAIL-001", "1 W1 Freeze ret=true", Verdict::not_applicable},
      {"VSSW-STATE-003",
       "1 W1 Freeze enter  1 W1 SetWriterFailure code=VSS_E_WRITERERROR_RETRYABLE\n"
       "1 W1 Freeze leave ret=true  2 R GetWriterStatus writer=W1 state=VSS_WS_FAILED_AT_FREEZE",
       Verdict::pass},
      {"VSSW-FAIL-012",
       "1 W1 Freeze enter  1 W1 SetWriterFailure code=VSS_E_WRITERERROR_RETRYABLE\n"
       "1 W1 Freeze leave ret=true  2 W1 Thaw  3 R Release",
       Verdict::not_applicable},
      // S_OK sets no failure.
      {"VSSW-FAIL-001",
       "1 W1 Freeze enter  1 W1 SetWriterFailure code=S_OK  1 W1 Freeze leave ret=false",
       Verdict::fail},
      // A failure set in the handler before does not count.
      {"VSSW-FAIL-001",
       "1 W1 PrepareForSnapshot enter  1 W1 SetWriterFailure code=VSS_E_WRITERERROR_RETRYABLE\n"
       "1 W1 PrepareForSnapshot leave ret=true  2 W1 Freeze enter  3 W1 Freeze leave ret=false",
       Verdict::fail},
      // A provider that VSS no longer waits for failed the set; AbortSnapshots and the end of the
      // set come after the writers' Abort.
      {"VSSW-ABORT-005",
       "1 W1 PostSnapshot ret=true  1 P PreFinalCommitSnapshots enter set=aa  601 W1 Abort "
       "ret=true\n"
       "601 C SnapshotSetEnded set=aa result=failed",
       Verdict::pass},
      // A crash that the scenario asked for is not the NULL pointer's.
      {"VSSW-PREP-001",
       "1 W1 BackupComplete enter components=no  1 L Fault event=BackupComplete action=crash "
       "party=W1 by=party\n1 W1 BackupComplete leave crash=yes",
       Verdict::not_applicable},
      {"VSSW-PREP-001",
       "1 W1 BackupComplete enter components=no  1 L Fault event=Freeze action=crash party=W1 "
       "by=party\n1 W1 BackupComplete leave crash=yes",
       Verdict::fail},
      // Who asks for a copy that is not there is answered, not refused; a copy of one's own that is
      // still to be made is no question.
      {"VSSR-INIT-011",
       "0 R InitializeForBackup  1 R GetSnapshotProperties snapshot=1 hr=VSS_E_OBJECT_NOT_FOUND",
       Verdict::pass, "R"},
      {"VSSR-INIT-011",
       "0 R InitializeForBackup  1 R StartSnapshotSet set=aa\n"
       "2 R AddToSnapshotSet volume=C:\\ snapshot=1\n"
       "3 R GetSnapshotProperties snapshot=1 hr=VSS_E_OBJECT_NOT_FOUND",
       Verdict::warning, "R"},
      {"VSSR-INIT-011",
       "0 R InitializeForBackup  1 R AddToSnapshotSet volume=Q:\\ hr=VSS_E_OBJECT_NOT_FOUND",
       Verdict::pass, "R"},
      {"VSSR-INIT-010", "0 R InitializeForBackup  1 R ImportSnapshots hr=VSS_E_BAD_STATE",
       Verdict::pass, "vss"},
      {"VSSR-INIT-010", "0 R InitializeForBackup  1 R GetWriterComponentsCount hr=VSS_E_BAD_STATE",
       Verdict::pass, "vss"},
      {"VSSR-INIT-010", "0 R InitializeForBackup  1 R GetWriterComponentsCount hr=VSS_E_BAD_STATE",
       Verdict::warning, "R"},
      // A call that is on its way in the same moment tells nothing.
      {"VSSW-ABORT-005",
       "1 W1 PostSnapshot ret=true  1 P PreFinalCommitSnapshots enter set=aa  1 W1 Abort ret=true\n"
       "2 P PreFinalCommitSnapshots leave set=aa",
       Verdict::fail},
      // The second call of one object is refused; a second object of the class has its own.
      {"VSSW-INIT-013", "0 W1 InitializeEx  0 W1 InitializeEx hr=VSS_E_BAD_STATE", Verdict::fail},
      {"VSSW-INIT-013", "0 W1 InitializeEx  0 W1 InitializeEx", Verdict::pass},
      // Who counted no writer has none to read, and who gives up need not ask.
      {"VSSR-SNAP-003",
       "0 R InitializeForBackup  1 C WriterMetadata writer=W1  2 R DoSnapshotSet\n"
       "3 R GatherWriterStatus  3 R GetWriterStatusCount count=0  4 R Release",
       Verdict::pass, "R"},
      {"VSSR-PREP-004",
       "0 R InitializeForBackup  2 R PrepareForBackup  3 R AbortBackup  4 R Release", Verdict::pass,
       "R"},
      // The document that an import starts from has components which another object added.
      {"VSSM-BCD-001",
       "0 R InitializeForBackup document=yes  9 C BackupComponents doc=\"<BACKUP_COMPONENTS "
       "xmlns='x-schema:#VssComponentMetadata' version='1.2' bootableSystemStateBackup='no' "
       "selectComponents='yes' backupType='full' partialFileSupport='no'><WRITER_COMPONENTS "
       "instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' "
       "writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124'><COMPONENT componentName='Data' "
       "componentType='filegroup'/></WRITER_COMPONENTS></BACKUP_COMPONENTS>\"",
       Verdict::not_applicable, "vss"},
      // VSS sends what the requester had asked for before it died, and it may have to wait for a
      // writer that is busy in another session.
      {"VSSC-EVENT-003",
       "0 R InitializeForBackup  1 W1 PostSnapshot ret=true  2 R BackupComplete enter\n"
       "2 R BackupComplete leave async=A1  3 R ProcessExit reason=crash  3 W1 BackupComplete "
       "ret=true\n3 C AsyncFinished async=A1 op=BackupComplete  3 W1 BackupShutdown",
       Verdict::pass, "vss"},
      {"VSSC-EVENT-003",
       "0 R InitializeForBackup  1 W1 PrepareForBackup ret=true  1 R PrepareForBackup enter\n"
       "1 R PrepareForBackup leave async=A1  3 R ProcessExit reason=crash\n"
       "600 C AsyncFinished async=A1 op=PrepareForBackup  600 W1 BackupShutdown",
       Verdict::pass, "vss"},
      // S_FALSE of a provider is no deletion.
      {"VSSC-LIFE-001",
       "1 R DoSnapshotSet  1 C SnapshotCreated snapshot=a set=s volume=C:\\  2 R Release\n"
       "2 P DeleteSnapshots id=a hr=S_FALSE",
       Verdict::pass, "vss"},
      // What a writer's failure means for SetBackupSucceeded: a partial failure speaks about the
      // components that the writer named, and VSS may have told the requester that all is well.
      {"VSSR-DONE-010",
       "0 R InitializeForBackup  1 C WriterMetadata writer=W1  2 W1 SetFailure component=B "
       "code=VSS_E_WRITERERROR_NONRETRYABLE\n2 C WriterState writer=W1 "
       "state=VSS_WS_FAILED_AT_POST_SNAPSHOT code=VSS_E_WRITERERROR_PARTIAL_FAILURE\n"
       "3 R SetBackupSucceeded writer=W1 component=A succeeded=yes\n"
       "3 R SetBackupSucceeded writer=W1 component=B succeeded=no",
       Verdict::pass, "R"},
      {"VSSR-DONE-010",
       "0 R InitializeForBackup  1 C WriterMetadata writer=W1  2 W1 SetFailure component=B "
       "code=VSS_E_WRITERERROR_NONRETRYABLE\n2 C WriterState writer=W1 "
       "state=VSS_WS_FAILED_AT_POST_SNAPSHOT code=VSS_E_WRITERERROR_PARTIAL_FAILURE\n"
       "3 R SetBackupSucceeded writer=W1 component=B succeeded=yes",
       Verdict::fail, "R"},
      // The same at a restore.
      {"VSSR-REST-041",
       "0 R InitializeForRestore  1 C WriterMetadata writer=W1  2 R PreRestore enter\n"
       "2 W1 SetFailure component=B code=VSS_E_WRITERERROR_NONRETRYABLE  2 C WriterState writer=W1 "
       "state=VSS_WS_FAILED_AT_PRE_RESTORE code=VSS_E_WRITERERROR_PARTIAL_FAILURE\n"
       "2 R PreRestore leave hr=S_OK\n"
       "3 R SetFileRestoreStatus writer=W1 component=A status=2\n"
       "3 R SetFileRestoreStatus writer=W1 component=B status=1",
       Verdict::pass, "R"},
      {"VSSR-REST-041",
       "0 R InitializeForRestore  1 C WriterMetadata writer=W1  2 R PreRestore enter\n"
       "2 W1 SetFailure component=B code=VSS_E_WRITERERROR_NONRETRYABLE  2 C WriterState writer=W1 "
       "state=VSS_WS_FAILED_AT_PRE_RESTORE code=VSS_E_WRITERERROR_PARTIAL_FAILURE\n"
       "2 R PreRestore leave hr=S_OK\n"
       "3 R SetFileRestoreStatus writer=W1 component=B status=2",
       Verdict::fail, "R"},
      {"VSSR-DONE-010",
       "0 R InitializeForBackup  1 C WriterMetadata writer=W1  2 C WriterState writer=W1 "
       "state=VSS_WS_FAILED_AT_FREEZE code=VSS_E_WRITERERROR_RETRYABLE\n"
       "3 R GetWriterStatus writer=W1 state=VSS_WS_STABLE code=S_OK\n"
       "4 R SetBackupSucceeded writer=W1 component=A succeeded=yes",
       Verdict::pass, "R"},
      // X06: AbortBackup reaches no writer past PostSnapshot.
      {"VSSW-ABORT-004", "1 W1 Thaw  2 W1 Abort  3 R AbortBackup", Verdict::not_applicable},
      // X07: further Aborts and BackupShutdown are tolerated.
      {"VSSW-ABORT-003", "1 W1 Abort  2 W1 Abort  3 W1 Identify  4 W1 BackupShutdown",
       Verdict::pass},
      // Another session's events are no part of the aborted operation.
      {"VSSW-ABORT-003", "1 s1 W1 Abort  2 s2 W1 PrepareForBackup", Verdict::pass},
      // The limit is the writer's own, and the bound itself is still good.
      {"VSSW-TIME-009", "0 W1 Initialize timeout=20  1 W1 Freeze enter  21 W1 Freeze leave",
       Verdict::pass},
      {"VSSW-TIME-009",
       "0 W1 Initialize timeout=20  1 W1 Freeze enter  21.000000001 W1 Freeze leave",
       Verdict::fail},
      {"VSSW-TIME-009", "0 W1 Identify", Verdict::not_applicable},
      // A journal that was cut: nothing can be said before the limit, something after it.
      {"VSSW-TIME-009", "vsslab-journal 1\n#1 0 s1 writer:W1 Freeze enter\n",
       Verdict::inconclusive},
      {"VSSW-TIME-009",
       "vsslab-journal 1\n#1 0 s1 writer:W1 Freeze enter\n#2 61 s0 lab:lab Volume -\n",
       Verdict::fail},
      {"VSSW-ORDER-004", "vsslab-journal 1\n#1 0 s1 writer:W1 Freeze - ret=true\n",
       Verdict::inconclusive},
      {"VSSW-ORDER-007",
       "vsslab-journal 1\n#1 0 s1 writer:W1 PrepareForBackup -\n#2 1 s1 requester:R Release -\n",
       Verdict::inconclusive},
      // Abort during a late Freeze waits for the handler.
      {"VSSW-TIME-001", "0 W1 Freeze enter  75 W1 Freeze leave ret=true  75 W1 Abort",
       Verdict::pass},
      {"VSSW-TIME-001", "0 W1 Freeze enter  75 W1 Freeze leave ret=true  90 W1 Abort",
       Verdict::fail},
      // A writer that is gone owes and is owed nothing.
      {"VSSW-ORDER-007", "1 W1 PrepareForBackup  2 s0 C WriterGone writer=W1  3 R Release",
       Verdict::not_applicable},
      // A backup without a shadow copy has none of the middle events.
      {"VSSW-ORDER-001", "1 W1 PrepareForBackup  2 W1 BackupComplete  3 W1 BackupShutdown",
       Verdict::pass},
      // Volume mode takes every writer.
      {"VSSW-ORDER-010", "1 R SetBackupState components=no  2 W1 PrepareForBackup",
       Verdict::not_applicable},
      // Writes to other volumes, before the freeze and after Abort.
      {"VSSW-TIME-006",
       "0 L Volume root=C:\\ guid=11111111-2222-3333-4444-555555555555\n"
       "0 R StartSnapshotSet set=s  0 R AddToSnapshotSet "
       "volume=\\\\?\\Volume{11111111-2222-3333-4444-555555555555}\\\n"
       "1 W1 Freeze ret=true  2 W1 Write volume=c:\\ path=c:\\a  3 W1 Thaw",
       Verdict::fail},
      // A refused Subscribe is still a finding against its caller.
      {"VSSW-INIT-001", "0 W1 Subscribe hr=VSS_E_BAD_STATE", Verdict::fail},
      // The service that does not refuse is a finding of its own.
      {"VSSW-INIT-009", "0 W1 Subscribe hr=S_OK  0 W1 Subscribe hr=S_OK", Verdict::fail, "vss"},
      // A status that was gathered before the event says nothing about it.
      {"VSSW-STATE-002",
       "1 R GatherWriterStatus  2 W1 PrepareForSnapshot ret=true\n"
       "3 R GetWriterStatus writer=W1 state=VSS_WS_STABLE",
       Verdict::not_applicable},
      // Either FAILED_AT state is good after a time-out.
      {"VSSW-STATE-003",
       "0 W1 Freeze ret=true  60 C FreezeLimitPassed writer=W1  61 R GatherWriterStatus\n"
       "62 R GetWriterStatus writer=W1 state=VSS_WS_FAILED_AT_THAW",
       Verdict::pass},
      // No limit but the writer's own: one that was given up is waited for no longer.
      {"VSSC-ORDER-003",
       "0 W1 Freeze enter  60 C FreezeLimitPassed writer=W1  61 P PreCommitSnapshots\n"
       "75 W1 Freeze leave",
       Verdict::not_applicable, "vss"},
      // Writes that go on before the last Commit is over, and a release that never ends.
      {"VSSC-ORDER-005",
       "1 C HoldWrites volume=C:\\  2 P CommitSnapshots enter  3 C ReleaseWrites volume=C:\\\n"
       "4 P CommitSnapshots leave",
       Verdict::fail, "vss"},
      {"VSSC-ORDER-005",
       "1 C HoldWrites volume=C:\\  2 P CommitSnapshots  2 C ReleaseWrites enter volume=C:\\",
       Verdict::fail, "vss"},
      // S_FALSE is a code that VSS does not expect of a provider.
      {"VSSP-ERR-001", "1 P CommitSnapshots set=aa hr=S_FALSE", Verdict::fail, "P"},
      {"VSSP-ERR-002",
       "0 R InitializeForBackup  1 R AddToSnapshotSet enter volume=C:\\\n"
       "1 P BeginPrepareSnapshot hr=S_FALSE  1 R AddToSnapshotSet leave hr=S_OK",
       Verdict::fail, "vss"},
      {"VSSC-TIME-002",
       "0 R DoSnapshotSet enter  1 C HoldWrites volume=C:\\  11 C HoldLimitPassed set=s\n"
       "11 R DoSnapshotSet leave async=A1  11 C AsyncFinished async=A1 op=DoSnapshotSet hr=S_OK",
       Verdict::fail, "vss"},
      // A copy of a persistent context outlives the object.
      {"VSSC-LIFE-001",
       "0 R SetContext context=0x00000009  1 C SnapshotCreated snapshot=a set=s  2 R Release",
       Verdict::pass, "vss"},
      {"VSSC-LIFE-001",
       "0 R SetContext context=0x00000009  1 C SnapshotCreated snapshot=a set=s  2 R Release\n"
       "3 C SnapshotDeleted snapshot=a reason=auto-release",
       Verdict::fail, "vss"},
  };
  for (const Case& wanted : cases) {
    EXPECT_EQ(verdict_name(verdict_of(wanted.id, wanted.journal, wanted.subject)),
              verdict_name(wanted.verdict))
        << wanted.id << "\n"
        << wanted.journal;
  }
}

// What is odd and right: no rule may take it for a fault.
TEST(Judge, LeavesTheOddButLegalAlone) {
  const Case cases[] = {
      // A provider that never answers leaves no result; VSS gives it up, logs, and aborts writers.
      {"VSSW-ABORT-005",
       "1 P EndPrepareSnapshots enter  601 C EventLog source=VSS type=error id=8193 party=vss\n"
       "601 W1 Abort",
       Verdict::pass},
      // What VSS logs about a writer is no cause to abort the others.
      {"VSSW-ABORT-005",
       "1 W1 PrepareForSnapshot ret=false  1 C EventLog source=VSS type=error id=8229 party=W1\n"
       "2 W1 Abort",
       Verdict::fail},
      // A set that failed owes nobody the end of its last step.
      {"VSSC-ORDER-001",
       "1 R DoSnapshotSet enter  1 R DoSnapshotSet leave async=A1\n"
       "2 P PostFinalCommitSnapshots enter  602 C AsyncFinished async=A1 op=DoSnapshotSet "
       "hr=VSS_E_UNEXPECTED_PROVIDER_ERROR",
       Verdict::not_applicable, "vss"},
      // Client-accessible copies are the system provider's, whoever else could make them.
      {"VSSC-SELECT-002",
       "0 P1 Register type=VSS_PROV_SOFTWARE  0 P2 Register type=VSS_PROV_SYSTEM\n"
       "0 R SetContext context=0x1D  1 R AddToSnapshotSet enter volume=C:\\\n"
       "2 P2 IsVolumeSupported supported=yes  3 C ProviderChosen provider=P2\n"
       "4 R AddToSnapshotSet leave",
       Verdict::not_applicable, "vss"},
      // A provider that was registered after the choice was not passed over.
      {"VSSC-SELECT-002",
       "0 P2 Register type=VSS_PROV_SYSTEM  1 R AddToSnapshotSet enter volume=C:\\\n"
       "2 P2 IsVolumeSupported supported=yes  3 C ProviderChosen provider=P2\n"
       "4 R AddToSnapshotSet leave  5 P1 Register type=VSS_PROV_SOFTWARE",
       Verdict::pass, "vss"},
      // A failed set may hold the slot until its object goes.
      {"VSSR-SET-002",
       "1 s1 R StartSnapshotSet set=a  2 s1 R DoSnapshotSet async=A1\n"
       "3 s1 C AsyncFinished async=A1 op=DoSnapshotSet hr=VSS_E_PROVIDER_VETO\n"
       "3 s1 C SnapshotSetEnded set=a result=failed\n"
       "4 s2 R2 StartSnapshotSet hr=VSS_E_SNAPSHOT_SET_IN_PROGRESS",
       Verdict::pass, "vss"},
      // Two sets, one after the other, of one and of two requesters.
      {"VSSC-EXCL-001",
       "1 s1 R StartSnapshotSet set=a  2 s1 C SnapshotSetEnded set=a result=created\n"
       "3 s2 R StartSnapshotSet set=b  4 s2 C SnapshotSetEnded set=b result=created\n"
       "5 s3 R2 StartSnapshotSet set=c",
       Verdict::pass, "vss"},
      // A writer that left while the gather ran is not missed.
      {"VSSR-META-013",
       "0 W1 Initialize writer_id=aa  0 W1 Subscribe mask=0x6  0 W2 Initialize writer_id=cc\n"
       "0 W2 Subscribe mask=0x6  0 R InitializeForBackup  1 R DisableWriterClasses ids=bb\n"
       "2 R GatherWriterMetadata enter  2 W2 Identify enter  2 W2 Identify leave ret=true\n"
       "3 W1 Unsubscribe  4 R GatherWriterMetadata leave",
       Verdict::pass, "vss"},
      // One that came after it had begun is not, either.
      {"VSSR-META-013",
       "0 W2 Initialize writer_id=cc  0 W2 Subscribe mask=0x6  0 R InitializeForBackup\n"
       "1 R DisableWriterClasses ids=bb  2 R GatherWriterMetadata enter\n"
       "2 W1 Initialize writer_id=aa  2 W1 Subscribe mask=0x6\n"
       "2 W2 Identify enter  2 W2 Identify leave ret=true  3 R GatherWriterMetadata leave",
       Verdict::pass, "vss"},
      // A writer that was started anew may work again: its problem had not passed by itself.
      {"VSSW-FAIL-009",
       "1 s1 W1 Freeze enter  2 s1 W1 SetWriterFailure code=VSS_E_WRITERERROR_NONRETRYABLE\n"
       "3 s1 W1 Freeze leave ret=false  4 s0 W1 ProcessExit  5 s0 W1 Initialize\n"
       "9 s2 W1 Freeze ret=true",
       Verdict::not_applicable},
      // Each status is held against the handlers that were over when it was gathered.
      {"VSSW-STATE-002",
       "1 W1 PrepareForSnapshot enter  2 R GatherWriterStatus  3 W1 PrepareForSnapshot leave "
       "ret=true  4 R GetWriterStatus writer=W1 state=VSS_WS_STABLE",
       Verdict::not_applicable},
      // An entry in the log between two holds of two sessions, and one right after the release.
      {"VSSP-TIME-003",
       "1 s1 P PreCommitSnapshots  1 s1 C HoldWrites  2 s1 C ReleaseWrites  3 s1 P EventLog id=1\n"
       "4 s2 C HoldWrites  5 s2 C ReleaseWrites",
       Verdict::pass, "P"},
      // A Thaw that hangs is waited for no longer once its limit has passed.
      {"VSSP-ORDER-004",
       "1 W1 Freeze ret=true  2 W1 Thaw enter  61 C FreezeLimitPassed writer=W1\n"
       "62 P PreFinalCommitSnapshots set=aa  63 P PostFinalCommitSnapshots set=aa",
       Verdict::pass, "vss"},
      // Of two aborts the second finds nobody who waits.
      {"VSSR-ABORT-006",
       "0 R InitializeForBackup  1 R StartSnapshotSet set=a  2 R PrepareForBackup enter\n"
       "2 W1 PrepareForBackup ret=true  2 R PrepareForBackup leave\n"
       "3 R AbortBackup enter  3 W1 Abort ret=true  3 R AbortBackup leave  4 R AbortBackup\n"
       "5 R Release",
       Verdict::pass, "vss"},
      // A failure that names its handler belongs to it, though another handler runs around it.
      {"VSSW-FAIL-001",
       "1 W1 Freeze enter @1  2 W1 Identify enter @2  3 W1 SetWriterFailure in=Freeze "
       "code=VSS_E_WRITERERROR_TIMEOUT @1  4 W1 Identify leave ret=true @2\n"
       "5 W1 Freeze leave ret=false @1",
       Verdict::pass},
      // A status round after BackupComplete may be read by index, in any order, and twice.
      {"VSSR-SNAP-003",
       "0 R InitializeForBackup  1 R StartSnapshotSet set=a  2 R PrepareForBackup\n"
       "3 R DoSnapshotSet  4 W1 Thaw  4 R GatherWriterStatus  4 R GetWriterStatusCount count=2\n"
       "4 R GetWriterStatus index=1  4 R GetWriterStatus index=0  4 R GetWriterStatus index=1\n"
       "5 R BackupComplete",
       Verdict::pass, "R"},
      // Two requesters may delete at once; each by itself does not.
      {"VSSR-DEL-002",
       "0 s1 R InitializeForBackup  0 s2 R2 InitializeForBackup\n"
       "1 s1 R DeleteSnapshots enter  1 s2 R2 DeleteSnapshots enter\n"
       "2 s1 R DeleteSnapshots leave  2 s2 R2 DeleteSnapshots leave",
       Verdict::pass, "R"},
      // One document of two writers of different classes does not make a pair.
      {"VSSR-COMP-008",
       "0 R InitializeForBackup  1 R AddComponent writer=W1 writer_id=aa instance=1 component=c\n"
       "2 R AddComponent writer=W2 writer_id=bb instance=2 component=c",
       Verdict::pass, "R"},
  };
  for (const Case& wanted : cases) {
    EXPECT_EQ(verdict_name(verdict_of(wanted.id, wanted.journal, wanted.subject)),
              verdict_name(wanted.verdict))
        << wanted.id << "\n"
        << wanted.journal;
  }
}

TEST(Judge, GivesEachSubjectItsWorstVerdict) {
  const auto journal = parse_text(
      "0 s1 W1 Freeze enter  59 s1 W1 Freeze leave  100 s2 W1 Freeze enter\n"
      "170 s2 W1 Freeze leave  170 s1 W2 Freeze  170 s2 W3 Identify");
  ASSERT_TRUE(journal);
  const RunView run(*journal);
  const Rule* one[] = {find_rule("VSSW-TIME-009")};
  const auto findings = judge(run, one);
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_EQ(findings[0].subject, "W1");
  EXPECT_EQ(findings[0].verdict, Verdict::fail);
  EXPECT_EQ(findings[0].actual, "70.000 s");
  EXPECT_EQ(findings[1].verdict, Verdict::pass);
  EXPECT_EQ(findings[2].verdict, Verdict::not_applicable);
}

TEST(Judge, SaysSoWhenARuleSaidNothing) {
  const auto journal = parse_text("0 L Volume root=C:\\");
  ASSERT_TRUE(journal);
  const RunView run(*journal);
  const auto findings = judge(run, catalogue());
  EXPECT_GE(findings.size(), catalogue().size());
  for (const Finding& finding : findings) EXPECT_EQ(finding.verdict, Verdict::not_applicable);
}

void cause(const RunView&, Findings& out) { out.fail({"W1", "x", "y", {1}}); }
void follows(const RunView&, Findings& out) {
  out.fail({"W1", "x", "y", {1}});
  out.fail({"W2", "x", "y", {1}});
  out.fail({"vss", "x", "y", {1}});
}

// A cause folds what it led to for the same writer and for parties of another kind, not what
// another writer did; and of two rules that name each other one stays.
TEST(Judge, FoldsConsequences) {
  const auto journal = parse_text("0 W1 Freeze  0 W2 Freeze  0 C EventLog");
  ASSERT_TRUE(journal);
  const RunView run(*journal);
  Rule first{{}, cause};
  first.card.id = "T-1";
  first.card.consequences = "T-3, T-2";
  Rule second{{}, follows};
  second.card.id = "T-2";
  second.card.consequences = "T-1";
  const Rule* both[] = {&first, &second};
  const auto findings = judge(run, both);
  ASSERT_EQ(findings.size(), 4u);
  EXPECT_FALSE(findings[0].consequence);
  EXPECT_TRUE(findings[1].consequence);   // W1
  EXPECT_FALSE(findings[2].consequence);  // W2
  EXPECT_TRUE(findings[3].consequence);   // vss
}

// VSSR-INIT-011 speaks of what no other rule has spoken of.
TEST(Judge, KeepsSilentAboutWhatIsSaid) {
  constexpr std::string_view kBegin =
      "0 R InitializeForBackup  1 R GatherWriterMetadata\n"
      "2 R StartSnapshotSet set=aa  3 R AddToSnapshotSet volume=C:\\ snapshot=1\n"
      "4 R AddComponent writer=W1 component=x hr=VSS_E_BAD_STATE\n";
  const auto verdict_beside = [&](std::string_view more, std::string_view other) {
    const auto journal = parse_text(std::string(kBegin) + std::string(more));
    EXPECT_TRUE(journal) << journal.error().to_text();
    const RunView run(*journal);
    const Rule* rules[] = {find_rule("VSSR-INIT-011"), find_rule(other)};
    const auto found = judge(run, rules);
    EXPECT_EQ(found.front().rule_id, "VSSR-INIT-011");
    return std::pair(found.front().verdict, found.front().evidence);
  };
  const std::vector<Seq> nothing;
  const std::vector<Seq> second{6, 6};
  // Alone it tells of the call, beside the rule about the call's place it does not.
  EXPECT_EQ(verdict_beside("", "VSSR-COMP-010").first, Verdict::warning);
  EXPECT_EQ(verdict_beside("", "VSSR-INIT-010"), std::pair(Verdict::pass, nothing));
  // What is left unsaid comes to light, though the first call was spoken of.
  constexpr std::string_view kAgain =
      "5 R AddToSnapshotSet volume=C:\\ hr=VSS_E_OBJECT_ALREADY_EXISTS\n";
  EXPECT_EQ(verdict_beside(kAgain, "VSSR-INIT-010"), std::pair(Verdict::warning, second));
}

TEST(Judge, NotesWhatTheWireMayHaveDone) {
  const auto note_of = [](std::string_view text, std::string_view id) {
    const auto journal = parse_text(text);
    EXPECT_TRUE(journal) << journal.error().to_text();
    const RunView run(*journal);
    const Rule* one[] = {find_rule(id)};
    const auto found = judge(run, one);
    EXPECT_EQ(found.front().verdict, Verdict::fail);
    return found.front().note.str();
  };
  constexpr std::string_view kAbort = "2 W1 Abort ret=true  3 R Release";
  EXPECT_EQ(note_of(kAbort, "VSSW-ABORT-005"), "");
  EXPECT_EQ(note_of("1 L Fault event=Freeze action=fail party=W1 by=wire\n" + std::string(kAbort),
                    "VSSW-ABORT-005"),
            "a fault of the wire (fail of Freeze, #1) may have done this");
  EXPECT_EQ(note_of("1 L Fault event=Freeze action=fail party=W1 by=party\n" + std::string(kAbort),
                    "VSSW-ABORT-005"),
            "");
}

TEST(Judge, AShouldThatBreaksWarns) {
  EXPECT_EQ(verdict_of("VSSW-TIME-003", "0 W1 Freeze enter  40 W1 Freeze leave"), Verdict::warning);
}

}  // namespace
}  // namespace vsslab

#!/usr/bin/env bash
# Parties of a scenario that are programs: exec=.
set -u
export VSSLAB_HOME=$SOURCE
case=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() {
  echo "FAILED: $*"
  for file in "$dir"/*.txt; do echo "--- $file" && tail -n 60 "$file"; done
  exit 1
}
# scenario NAME WRITERS PROVIDER REQUESTER
scenario() {
  cat >"$dir/$1.xml" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<!-- A backup by programs. -->
<Scenario format="1" clock="real" responseLimit="5s" budget="95s">
    <Volumes>
        <Volume root="C:\\"><File path="C:\\data\\orders.db" content="orders"/></Volume>
        <Volume root="D:\\"/>
        <Volume root="E:\\"><File path="E:\\Other\\a.txt" content="a"/></Volume>
    </Volumes>
    <Writers>$2</Writers>
    $3
    $4
</Scenario>
XML
}
run() {
  timeout 100 "$VSSLAB" run "$@" --out "$dir/out" >"$dir/run.txt" 2>&1
  code=$?
}
writer="<Writer name=\"orders\" exec=\"$WRITER\"/>"
provider="<Provider name=\"copier\" exec=\"$PROVIDER\"/>"
requester="<Requester name=\"backup\" exec=\"$REQUESTER\" arguments=\"C:\\\"/>"
journal() { cat "$dir"/out/journals/"$1"*.journal; }
has() { journal "$1" | grep -q -- "$2" || fail "the journal of $1 lacks '$2'"; }
# However its lines are broken.
says() { tr -s ' \n' ' ' <"$dir/run.txt" | grep -qF -- "$1" || fail "it does not say '$1'"; }

case $case in
  backup)
    scenario whole "$writer" "$provider" "$requester"
    run "$dir/whole.xml"
    [ "$code" = 0 ] || fail "the run ended with $code"
    has whole 'copier .*CommitSnapshots'
    has whole 'orders .*Freeze'
    has whole 'backup .*BackupComplete'
    has whole 'BackupShutdown'
    ! journal whole | grep -q 'reason=crash' || fail 'somebody crashed'
    ;;
  bad)
    # Each of these is an error that says why; what follows goes on.
    cat >"$dir/other_version.py" <<'PYTHON'
import os, struct
hello = struct.pack('<BIHI', 1, 0x4c535356, 9, 0)
os.write(3, struct.pack('<I', len(hello)) + hello)
os.read(3, 1000)
PYTHON
    cat >"$dir/garbage.py" <<'PYTHON'
import os
os.write(3, bytes(range(256)) * 100)
os.read(3, 1000)
PYTHON
    cat >"$dir/late_garbage.py" <<'PYTHON'
import os, struct
hello = struct.pack('<BIHI', 1, 0x4c535356, 1, 0) + struct.pack('<II', 0, 7)
os.write(3, struct.pack('<I', len(hello)) + hello)
os.read(3, 1000)
os.write(3, struct.pack('<I', 9) + b'\x04nonsense')
os.read(3, 1000)
PYTHON
    python() { echo "<Writer name=\"orders\" exec=\"$(command -v python3)\" arguments=\"$dir/$1.py\"/>"; }
    scenario a-missing '<Writer name="orders" exec="./nothing-here"/>' '' "$requester"
    scenario b-exits '<Writer name="orders" exec="/bin/false"/>' '' "$requester"
    scenario c-version "$(python other_version)" '' "$requester"
    scenario d-garbage "$(python garbage)" '' "$requester"
    scenario e-late-garbage "$(python late_garbage)" '' "$requester"
    scenario f-no-provider "$writer" "<Provider name=\"copier\" exec=\"$WRITER\"/>" "$requester"
    scenario z-whole "$writer" "$provider" "$requester"
    run "$dir"/?-*.xml
    [ "$code" = 3 ] || fail "the run ended with $code, not 3"
    says "nothing-here' cannot be started: No such file or directory"
    says "the program of 'orders' (/bin/false) did not come in: the connection ended; it ended with exit code 1"
    says 'did not come in: protocol version 9 is not spoken here, only 1'
    says 'did not come in: a frame of 50462976 bytes (frame_bytes_max is 16777216)'
    has e-late-garbage 'a frame of kind 4 that cannot be read'
    says "the program of provider 'copier' took too long before it registered a provider (program_start_limit)"
    has z-whole 'BackupShutdown'
    ;;
  refused)
    scenario virtual "$writer" '' "$requester"
    sed -i 's/clock="real" //' "$dir/virtual.xml"
    run "$dir/virtual.xml"
    [ "$code" = 2 ] || fail "a program in virtual time: $code"
    says 'a party with exec= lives in real time'
    scenario both "<Writer name=\"orders\" preset=\"order-writer\" exec=\"$WRITER\"/>" '' "$requester"
    run "$dir/both.xml"
    [ "$code" = 2 ] || fail "a writer that is two things: $code"
    scenario arguments '<Writer name="orders" preset="order-writer" arguments="x"/>' '' "$requester"
    run "$dir/arguments.xml"
    [ "$code" = 2 ] || fail "arguments without a program: $code"
    says 'exec= is missing'
    ;;
  stopped)
    # VSS goes on without who stands still.
    stop() { echo "<Signal send=\"STOP\" at=\"$1\" of=\"$2\" phase=\"enter\"/>"; }
    scenario writer "<Writer name=\"orders\" exec=\"$WRITER\">$(stop PrepareForBackup orders)</Writer>" \
      '' "$requester"
    scenario provider "$writer" \
      "<Provider name=\"copier\" exec=\"$PROVIDER\">$(stop CommitSnapshots copier)</Provider>" "$requester"
    run "$dir/writer.xml" "$dir/provider.xml"
    [ "$code" = 1 ] || [ "$code" = 0 ] || fail "the run ended with $code"
    has writer 'ProgramStopped.*party=orders'
    has writer 'WriterState.*VSS_WS_FAILED_AT_PREPARE_BACKUP.*VSS_E_WRITER_NOT_RESPONDING'
    has provider 'ProgramStopped.*party=copier'
    has provider 'orders .*Abort'
    ;;
  setup)
    # Storage, providers and express writers, from a process of its own.
    # It tries a restore method that VSS refuses an express writer.
    scenario setup '' '' "<Requester name=\"setup\" exec=\"$SETUP\"/>
    <Expect>
        <Rule id=\"VSSW-EXPR-002\" verdict=\"fail\"/>
        <Rules verdict=\"pass\"/>
    </Expect>"
    run "$dir/setup.xml"
    [ "$code" = 0 ] || fail "the run ended with $code"
    has setup 'requester:setup AddDiffArea leave hr=VSS_E_OBJECT_ALREADY_EXISTS'
    has setup 'requester:setup DiffArea .*maximum=335544320'
    has setup 'requester:setup GetVolumeProtectLevel .*level=VSS_PROTECTION_LEVEL_SNAPSHOT'
    has setup 'requester:setup RegisterProvider - hr=S_OK.*VSS_PROV_SOFTWARE'
    has setup 'writer:setup SetRestoreMethod - hr=VSS_E_NOT_SUPPORTED.*method=VSS_RME_CUSTOM'
    has setup 'writer:setup Register - hr=S_OK'
    # One that was told something else than it expects ends with 1.
    ! journal setup | grep -q 'PartyGone' || fail 'the program was told something wrong'
    ;;
  reentrant)
    # A writer that calls into VSS from its handlers, beside a second backup of the same writer.
    scenario reentrant "<Writer name=\"reentrant\" exec=\"$REENTRANT\"/>" '' \
      '<Requesters><Requester name="first"><Backup type="FULL"/></Requester>
       <Requester name="second" startDelay="100ms"><Backup type="FULL"/></Requester></Requesters>'
    run "$dir/reentrant.xml"
    [ "$code" = 0 ] || fail "the run ended with $code"
    # It fails, and its handlers give false, when VSS tells it something wrong.
    for event in PrepareForSnapshot Freeze Thaw; do
      count=$(journal reentrant | grep -c "writer:reentrant $event leave .*ret=true")
      [ "$count" = 2 ] || fail "$count of 2 backups came well through $event"
    done
    has reentrant 'requester:reentrant GatherWriterMetadata leave'
    has reentrant 'requester:reentrant StartSnapshotSet - hr=VSS_E_SNAPSHOT_SET_IN_PROGRESS'
    says 'Conforming'
    ;;
  threads)
    # Threads that the program made for itself use the API; what they may not do is found.
    scenario threads "<Writer name=\"threads\" exec=\"$THREADS\"/>" '' \
      '<Requester name="backup"><Backup type="FULL"/></Requester>'
    run "$dir/threads.xml"
    [ "$code" = 1 ] || fail "the run ended with $code, not 1"
    says 'VSSW-FAIL-008 failure-on-handler-thread threads'
    [ "$(grep -c '✗ VSSW-' "$dir/run.txt")" = 1 ] || fail 'the writer broke another rule'
    ! journal threads | grep -q 'reason=crash' || fail 'the writer crashed'
    ;;
  many)
    # PROGRAMS programs in one backup.
    scenario many "<Writer name=\"orders\" exec=\"$WRITER\" count=\"$PROGRAMS\"/>" '' \
      '<Requester name="backup"><Backup type="FULL"/></Requester>'
    run "$dir/many.xml"
    [ "$code" = 1 ] || fail "the run ended with $code"  # instances of one class without own names
    for event in Freeze Thaw BackupComplete BackupShutdown; do
      count=$(journal many | grep -c "writer:orders-[0-9]* $event leave .*ret=true")
      [ "$count" = "$PROGRAMS" ] || fail "$count of $PROGRAMS programs returned from $event"
    done
    ! journal many | grep -q 'reason=crash' || fail 'a writer crashed'
    ;;
  misdeeds)
    # Each is a finding or an error in bounded time, and the next scenario goes on.
    for misdeed in $MISDEEDS; do
      scenario "$(basename "$misdeed")" "<Writer name=\"party\" exec=\"$misdeed\"/>" '' \
        '<Requester name="backup"><Backup type="FULL"/></Requester>'
    done
    run -j 9 "$dir"/party_program_*.xml
    [ "$code" = 3 ] || fail "the run ended with $code"
    ended() { grep -q -- "] $2  party_program_$1" "$dir/run.txt" || fail "$1 did not end with '$2'"; }
    for misdeed in throws-in-freeze exits-in-freeze overruns-the-stack hangs-in-freeze loops-in-freeze \
      throws-in-main; do
      ended $misdeed fail
    done
    for misdeed in exits-when-loaded throws-when-loaded loops-when-loaded; do ended $misdeed error; done
    has party_program_throws-in-freeze 'Freeze leave.*the queue is closed'
    has party_program_hangs-in-freeze 'FreezeLimitPassed'
    has party_program_loops-in-freeze 'FreezeLimitPassed'
    says 'it crashed in Freeze'
    says 'no hello within program_start_limit'
    ;;
  conform)
    # The conformance suite on programs; the whole of it takes minutes.
    timeout 100 "$VSSLAB" conform writer --exec "$WRITER" -j 8 \
      --scenario full,identify-in-a-backup,two-sessions,requester-dies-in-snapshot >"$dir/run.txt" 2>&1
    code=$?
    [ "$code" = 0 ] || fail "conform of the writer ended with $code"
    says 'CONFORMANT: '
    says 'In 2 of 4 scenarios waits of a minute or more are a sixtieth as long'
    timeout 100 "$VSSLAB" conform requester --exec "$REQUESTER" -j 8 \
      --scenario full,several-writers >"$dir/run.txt" 2>&1
    code=$?
    [ "$code" = 0 ] || fail "conform of the requester ended with $code"
    ! grep -q 'a sixtieth' "$dir/run.txt" || fail 'it says that waits are shorter where there are none'
    timeout 100 "$VSSLAB" conform writer --exec "$THREADS" --scenario full >"$dir/run.txt" 2>&1
    code=$?
    [ "$code" = 1 ] || fail "conform of a writer with a defect ended with $code"
    says 'NOT CONFORMANT: '
    timeout 100 "$VSSLAB" conform writer --exec ./nothing >"$dir/run.txt" 2>&1
    code=$?
    [ "$code" = 2 ] || fail "a program that is not there: $code"
    says "there is no program './nothing'"
    timeout 100 "$VSSLAB" conform writer --exec /bin/false --scenario full >"$dir/run.txt" 2>&1
    code=$?
    [ "$code" = 3 ] || fail "a program that does not come in: $code"
    says 'did not come in: the connection ended; it ended with exit code 1'
    ;;
  *) fail "no case $case" ;;
esac
echo "ok: $case"

#!/usr/bin/env bash
# vssadmin, vshadow, diskshadow, betest and files on lab machines, as their users meet them:
# `tools_test.sh CASE` runs one case. From the environment: VSSLAB (the program), SOURCE (the
# checkout), VSSLAB_CORPUS (transcripts of the real tools; a case that needs them says loudly when
# they are not there).
set -u
case_name=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8
cd "$work" || exit 1
CORPUS=${VSSLAB_CORPUS:-$SOURCE/../shared/corpus}
machine=$SOURCE/tests/cli/machine.xml

# Three volumes and a writer of the files in D:\data: SIZE-OF-C SIZE-OF-D FILES-OF-D
small_machine() {
  cat >small.xml <<END
<Machine format="1">
    <Volumes>
        <Volume root="C:\\" size="$1"/>
        <Volume root="D:\\" size="$2">$3</Volume>
        <Volume root="E:\\" size="1MiB"/>
    </Volumes>
    <Writers><Writer name="files"><TestWriter usage="USER_DATA">
        <RestoreMethod method="RESTORE_IF_CAN_BE_REPLACED" writerRestore="always" rebootRequired="no"/>
        <Component componentType="filegroup" componentName="Data"><ComponentFile path="D:\data" filespec="*" recursive="no"/></Component>
    </TestWriter></Writer></Writers>
</Machine>
END
  machine=$work/small.xml
}

fail() {
  printf 'FAILED: %s\n' "$*"
  printf -- '--- stdout\n'; head -c 6000 "$work/out"
  printf -- '\n--- stderr\n'; head -c 2000 "$work/err"
  exit 1
}
# run CODE TOOL ARGUMENT...: on the machine that this case keeps in $work/lab. Input: $work/in.
: >"$work/in"
run() {
  local wanted=$1 tool=$2 got
  shift 2
  "$VSSLAB" "$tool" --state "$work/lab" "$@" >"$work/out" 2>"$work/err" <"$work/in"
  got=$?
  [ "$got" -eq "$wanted" ] || fail "'$tool $*' ended with $got, not $wanted"
}
# The same on the machine of tests/cli/machine.xml.
run_on() { run "$1" "$2" --machine "$machine" "${@:3}"; }
out_has() { grep -qF -- "$1" "$work/out" || fail "stdout lacks '$1'"; }
out_lacks() { ! grep -qF -- "$1" "$work/out" || fail "stdout has '$1'"; }
err_has() { grep -qF -- "$1" "$work/err" || fail "stderr lacks '$1'"; }
count_is() { local n; n=$(grep -cF -- "$2" "$work/out"); [ "$n" -eq "$1" ] || fail "$n lines have '$2', not $1"; }
guid='\{[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}'
# The first GUID behind a label.
id_of() { grep -F -- "$1" "$work/out" | grep -oE "$guid" | head -n 1; }
need_corpus() {
  [ -d "$CORPUS/$1" ] && return
  printf 'SKIPPED: NO TRANSCRIPTS in %s: the shape of the output is not compared\n' "$CORPUS/$1"
  exit 77
}
# The labels of a listing with their indentation: what a parser of the real output hangs on.
labels() { tr -d '\r' <"$1" | grep -oE '^ *[A-Z][A-Za-z ]*:' | sort -u; }
same_labels() {
  labels "$1" >"$work/wanted"
  labels "$work/out" >"$work/got"
  [ -s "$work/wanted" ] || fail "$1 has no labels"
  diff "$work/wanted" "$work/got" || fail "labels other than those of $1"
}

# A transcript without what differs between machines: ids, times, names, and how blanks are made.
plain() {
  tr -d '\r' <"$1" | sed -E "s/$guid/{id}/g; s/\{[0-9a-fA-F-]{36}\}/{id}/g
    s#[0-9]+/[0-9]+/[0-9]+ [0-9]+:[0-9]+:[0-9]+ [AP]M#TIME#
    s/(computer: *)[A-Za-z0-9.-]+,/\1NAME,/; s/(machine: ).*/\1NAME/
    s/(ShadowCopy)[0-9]+/\1N/" | tr -s ' \t' ' ' | sed -E 's/^ //; s/ $//' | grep -v '^$'
}
same_text() {
  plain "$1" | sed -E "${2:-}" >"$work/wanted"
  plain "$work/out" | sed -E "${2:-}" >"$work/got"
  [ -s "$work/wanted" ] || fail "$1 is empty"
  diff "$work/wanted" "$work/got" || fail "other text than that of $1"
}

case $case_name in
  vssadmin-writers)
    run 0 vssadmin list writers
    [ "$(grep -c '^Writer name: ' "$work/out")" -ge 20 ] || fail 'less than 20 writers'
    out_has "Writer name: 'Registry Writer'"
    out_has '   Writer Id: {afbab4a2-367d-4d15-a586-71dbb18f8485}'
    out_has '   State: [1] Stable'
    cp "$work/out" "$work/first"
    run 0 vssadmin LIST Writers
    cmp -s "$work/first" "$work/out" || fail 'the same machine has other writers at the second look'
    ;;
  vssadmin-copies)
    run 0 vssadmin create shadow /for=C:
    out_has "Successfully created shadow copy for 'C:\\'"
    first=$(id_of 'Shadow Copy ID:')
    run 0 vssadmin Create Shadow '/For=c:\' /AutoRetry=5
    second=$(id_of 'Shadow Copy ID:')
    out_has 'HarddiskVolumeShadowCopy2'
    run 0 vssadmin list shadows
    count_is 2 'Contents of shadow copy set ID:'
    run 0 vssadmin list shadows "/shadow=$first"
    out_has "$first"
    out_lacks "$second"
    run 2 vssadmin delete shadows /for=C: /all "/shadow=$first" /quiet
    run 0 vssadmin delete shadows /for=C: /oldest /quiet
    out_has 'Successfully deleted 1 shadow copies.'
    run 0 vssadmin list shadows
    out_lacks "$first"
    out_has "$second"
    echo n >"$work/in"
    run 0 vssadmin delete shadows /all
    out_has 'Nothing was done.'
    out_has 'Do you really want to delete 1 shadow copies (Y/N): [N]?'
    run 0 vssadmin list shadows
    out_has "$second"
    echo Y >"$work/in"
    run 0 vssadmin delete shadows "/shadow=$second"
    run 1 vssadmin list shadows
    out_has 'No items found that satisfy the query.'
    ;;
  vssadmin-revert)
    run 0 vssadmin create shadow /for=C:
    copy=$(id_of 'Shadow Copy ID:')
    run 0 vssadmin revert shadow "/shadow=$copy" /quiet
    out_has 'The revert operation was started.'
    run 0 vssadmin query reverts /for=C:
    run 1 vssadmin revert shadow '/shadow={00000000-1111-2222-3333-444444444444}' /quiet
    out_has 'No items found'
    ;;
  vssadmin-errors)
    run 2 vssadmin frobnicate shadows
    out_has 'Error: Invalid command.'
    out_has 'Resize ShadowStorage  - Resize a volume shadow copy storage association'
    run 0 vssadmin
    out_has '---- Commands Supported ----'
    run 2 vssadmin create shadow /for=Q:
    out_has 'Either the specified volume was not found or it is not a local volume.'
    run 2 vssadmin list shadows /frob=C:
    out_has '"/frob=C:"'
    out_has 'List Shadows [/For=ForVolumeSpec]'
    run 2 vssadmin list shadows /shadow=nothing
    run 2 vssadmin delete shadows
    run 2 vssadmin delete shadows /for=C: /all /oldest
    run 2 vssadmin create shadow /for=C: /autoretry=soon
    run 0 vssadmin delete shadows '/?'
    out_has 'Delete Shadows /Shadow=ShadowId [/Quiet]'
    [ ! -e "$work/lab/calls.jsonl" ] || [ "$(wc -l <"$work/lab/calls.jsonl")" -ge 1 ] || fail 'an empty state'
    ;;
  vssadmin-shape)
    need_corpus vssadmin
    run 0 vssadmin list writers
    same_labels "$CORPUS/vssadmin/34-en-writers-win10.txt"
    run 0 vssadmin list providers
    same_labels "$CORPUS/vssadmin/30-en-providers-win10.txt"
    diff <(tr -d '\r' <"$CORPUS/vssadmin/30-en-providers-win10.txt" | grep -v '^$') \
      <(grep -v '^$' "$work/out") || fail 'the system provider of Windows reads otherwise'
    run 0 vssadmin list volumes
    same_labels "$CORPUS/vssadmin/33-en-volumes-win10.txt"
    run 0 vssadmin create shadow /for=C:
    run 0 vssadmin list shadows
    same_labels "$CORPUS/vssadmin/31-en-shadows-win10.txt"
    run 2 vssadmin nothing
    diff <(tr -d '\r' <"$CORPUS/tools/05-vssadmin-usage-10.0.14393.0-x64.txt") "$work/out" ||
      fail 'the list of commands reads otherwise'
    ;;
  vshadow-copies)
    run 0 vshadow -p -nw -script=set.cmd C:
    out_has '(Option: Persistent shadow copy)'
    out_has '- Setting the VSS context to: 0x00000019'
    out_has 'Snapshot creation done.'
    copy=$(id_of '* SNAPSHOT ID =')
    set=$(id_of '- Shadow copy Set:')
    grep -q "^SET VSHADOW_ID_1=$copy\$" set.cmd || fail 'the script lacks VSHADOW_ID_1'
    grep -q '^SET SHADOW_DEVICE_1=.*ShadowCopy1$' set.cmd || fail 'the script lacks SHADOW_DEVICE_1'
    run 0 vshadow -q
    out_has "$copy"
    run 0 vshadow "-qx=$set"
    out_has "$copy"
    run 0 vshadow "-s=$copy"
    out_has '   - Attributes:  No_Auto_Release Persistent No_Writers Differential'
    run 2 vshadow "-el=$copy,C:"
    out_has 'is a drive letter already in use!'
    run 0 vshadow "-el=$copy,X:"
    out_has "- Shadow copy exposed as 'X:'"
    run 0 vshadow "-s=$copy"
    out_has '   - Exposed locally as: X:'
    run 0 vshadow "-revert=$copy"
    out_has 'The shadow copy has been successfully reverted'
    run 2 vshadow "-b=$set"
    out_has '0x80042306'
    out_has 'VSS_E_PROVIDER_VETO'
    run 0 vshadow -p -nw C:
    run 0 vshadow -do=C:
    run 2 vshadow "-s=$copy"
    out_has 'VSS_E_OBJECT_NOT_FOUND'
    echo Y >"$work/in"
    run 0 vshadow -da
    run 0 vshadow -q
    out_has 'There are no shadow copies in the system'
    ;;
  vshadow-writers)
    run_on 0 vshadow -wm2
    out_has '* WRITER "ledger"'
    out_has '    - Restore method = VSS_RME_RESTORE_IF_CAN_REPLACE'
    out_has '    - Component "ledger:\Notes\All"'
    out_has "- File List: Path = D:\\Ledger\\notes, Filespec = *, Recursive"
    run_on 0 vshadow -wm
    out_lacks 'Filespec'
    run_on 0 vshadow -wm3
    out_has '<WRITER_METADATA'
    run_on 0 vshadow -ws
    out_has '- Number of writers that responded: 2'
    ;;
  vshadow-backup)
    # The settings writer fails its first freeze; its state lasts until the next backup.
    run_on 2 vshadow -p C: D:
    out_has "ERROR: Selected writer 'settings' is in failed state!"
    out_has 'VSS_WS_FAILED_AT_FREEZE'
    run_on 0 vssadmin list writers
    out_has '   State: [9] Failed'
    out_has '   Last error: Non-retryable error'
    run_on 0 vshadow -p -bc=backup.xml "-wx=settings" "-wi=ledger:\\Notes\\All" C: D:
    out_has '   - Add component \Ledger'
    out_has '  - The component "ledger:\Notes\All" is selected'
    out_lacks 'Add component \Settings'
    grep -q '<BACKUP_COMPONENTS' backup.xml || fail 'no backup components document'
    run_on 0 vshadow -rs=backup.xml
    out_has '   - Select component \Notes\All'
    out_has 'Restore simulation done.'
    run_on 0 vshadow -r=backup.xml
    out_has 'Restore done.'
    run_on 0 vshadow -p '-wi="ledger"' '-wx="settings"' C: D:
    run_on 2 vshadow "-wi=mail" -p C: D:
    out_has 'ERROR: The writer "mail" was not found! Aborting backup ...'
    run_on 2 vshadow "-wi=ledger" -p C:
    out_has 'ERROR: The writer "ledger" was not included in the backup! Aborting backup ...'
    ;;
  vshadow-programs)
    printf '#!/bin/sh\necho "in $SHADOW_ID_1"\n' >good.sh
    printf '#!/bin/sh\nexit 3\n' >bad.sh
    chmod +x good.sh bad.sh
    run 0 vshadow -nw -exec=./good.sh C:
    grep -Eq "^in $guid$" "$work/out" || fail 'the program had no SHADOW_ID_1'
    printf '#!/bin/sh\necho "on $VSHADOW_DEVICE_1 $SHADOW_DEVICE_1 of $VSHADOW_SET_ID"\n' >good.sh
    run 0 vshadow -nw -exec=good.sh C:
    grep -Eq "^on (.*ShadowCopy2) .*ShadowCopy2 of $guid$" "$work/out" || fail 'the program lacks variables'
    run 2 vshadow -nw -exec=./bad.sh C:
    out_has '- Returned error code: 3'
    run 2 vshadow -p -nw -exec=./missing.sh C:
    out_has 'must be an existing file!'
    out_lacks 'Creating shadow set'
    rm good.sh bad.sh
    run 0 vshadow -q
    out_has 'There are no shadow copies in the system'
    ;;
  vshadow-errors)
    run 1 vshadow -frobnicate
    out_has "ERROR: invalid parameter '-frobnicate'"
    run 1 vshadow Q:
    run 1 vshadow C: Q:
    out_has '- Parameter Q: is expected to be a volume'
    run 0 vshadow '-?'
    out_has 'VSHADOW [optional flags] [commands]'
    run 2 vshadow -s=nothing
    out_has 'is not a valid GUID'
    run 2 vshadow -r=missing.xml
    out_has 'ERROR: missing.xml: '
    printf 'no document' >broken.xml
    run 2 vshadow -r=broken.xml
    out_has 'VSS_E_INVALID_XML_DOCUMENT'
    run 2 vshadow "-i=broken.xml"
    run 2 vshadow -t=t.xml -nw C:
    out_has '- Returned HRESULT = 0x'
    run 2 vshadow -el=one
    ;;
  vshadow-shape)
    need_corpus vshadow
    # The transcript is of the build for clients, which knows no -p: context and attributes differ.
    run 0 vshadow -nw -p C:
    same_text "$CORPUS/vshadow/01-nw-p-ctx10-autorelease.txt" \
      '/^C:.Tools/d; /Option: Persistent/d; s/0x0+1[09]$/CONTEXT/; s/(Attributes:).*/\1/'
    ;;
  diskshadow-script)
    cat >backup.dsh <<'END'
# A backup as a domain controller's administrator makes it.
set verbose on
set metadata meta.cab
set context persistent
begin backup
add volume C: alias cdrive
create
expose %cdrive% %DISKSH_PARAM_1%
end backup
list shadows all
END
    run 0 diskshadow -s backup.dsh Z:
    out_has 'Excluding writer "Shadow Copy Optimization Writer", because all of its components'
    out_has '	+ Adding component: \C:_Windows_NTDS\ntds'
    out_has 'Inserted file BCDocument.xml into .cab file meta.cab'
    out_has '-> %cdrive% = {'
    out_has 'The shadow copy was successfully exposed as Z:\.'
    out_has '		- Exposed locally as: Z:'
    copy=$(id_of '* Shadow copy ID =')
    cat >after.dsh <<'END'
load metadata meta.cab
simulate restore
begin restore
end restore
unexpose Z:
delete shadows all
list shadows all
END
    run 0 diskshadow -s after.dsh
    out_has 'The shadow copy was successfully unexposed.'
    out_has '* Including writer "NTDS":'
    out_has "Deleting shadow copy $copy on volume"
    out_has 'Number of shadow copies deleted: 1'
    out_has 'There are no shadow copies on the computer.'
    ;;
  diskshadow-aliases)
    # From the script that makes the copies to the one that uses them, by the metadata file alone.
    printf 'set metadata m.cab\nset context persistent\nadd alias my a\nadd volume C: alias data\ncreate\nend backup\n' >make.dsh
    run 0 diskshadow -s make.dsh secret
    copy=$(id_of 'Alias data for shadow ID')
    printf 'load metadata m.cab\nadd\nlist shadows id %%data%%\nlist shadows set %%VSS_SHADOW_SET%%\nexpose %%data%% Z:\ndelete shadows id %%DATA%%\n' >use.dsh
    run 0 diskshadow -s use.dsh other
    out_has "Alias data for shadow ID $copy set as environment variable."
    out_has 'Alias my for value a set as environment variable.'
    out_has '0 volumes in Shadow Copy Set.'
    out_has '%DISKSH_PARAM_1% = other'
    out_has "-> %data% = $copy"
    out_has 'The shadow copy was successfully exposed as Z:\.'
    out_has 'Number of shadow copies deleted: 1'
    # A cabinet whose manifest is broken leaves no half of the aliases.
    sed 's/A\x00l\x00i\x00a\x00s\x00e\x00s\x00/A\x00l\x00i\x00a\x00s\x00&\x00\x00/' m.cab | head -c "$(stat -c %s m.cab)" >broken.cab
    printf 'load metadata broken.cab\n' >use.dsh
    run 1 diskshadow -s use.dsh
    out_lacks 'set as environment variable'
    ;;
  diskshadow-pages)
    # What the commands' pages say and show.
    printf 'set\nset context persistent\nset option differential\nset\nset nonsense\n' >s.dsh
    run 1 diskshadow -s s.dsh
    out_has '	- Context: VOLATILE'
    out_has '	- Context: PERSISTENT'
    out_has '	- Options: DIFFERENTIAL'
    out_has 'SET METADATA <file.cab>'
    printf 'writer exclude System Writer\nwriter exclude Nobody\nwriter verify {afbab4a2-367d-4d15-a586-71dbb18f8485}\nset verbose on\nset context persistent\nadd volume C: alias one\nadd\ncreate\nend backup\nlist providers\n' >s.dsh
    run 0 diskshadow -s s.dsh
    out_has 'Volume C:\ alias one GUID \\?\Volume{'
    out_has '1 volume in Shadow Copy Set.'
    out_has 'No Diskshadow aliases in the environment.'
    out_has 'There is no writer or component "Nobody" to exclude.'
    out_lacks 'There is no writer or component "System Writer"'
    out_lacks '* Including writer "System Writer":'
    out_has '* Including writer "Registry Writer":'
    out_has '	CLSID: {65ee1dba-8ff4-4a58-ac1c-3470ee2f376a}'
    out_has '1 provider registered.'
    copy=$(id_of 'Alias one for shadow ID')
    printf 'revert %s\n' "$copy" >s.dsh
    run 1 diskshadow -s s.dsh
    out_has 'CLIENTACCESSIBLE'
    printf 'set context clientaccessible\nadd volume C: alias one\ncreate\nrevert %%one%%\n' >s.dsh
    run 0 diskshadow -s s.dsh
    out_has 'The shadow copy has been successfully reverted.'
    # A script that cannot be run ends an interactive session too.
    printf 'exec ./nothing.sh\nlist providers\n' >"$work/in"
    run 1 diskshadow
    out_lacks 'ProviderID'
    printf '<Machine format="1"><Volumes><Volume root="C:\\"/><Volume root="F:\\"/></Volumes><Provider volumes="C:\\"/></Machine>' >one.xml
    printf 'add volume F:\ncreate\n' >s.dsh
    : >"$work/in"
    machine=$work/one.xml
    rm -rf "$work/lab"
    run_on 1 diskshadow -s s.dsh
    out_has 'The volume "F:" does not support shadow copies'
    ;;
  diskshadow-interactive)
    cat >"$work/in" <<'END'
list providers
frobnicate
set context sometimes
set context volatile nowriters
add volume c: alias temp
create
list shadows all
reset
list shadows all
exit
END
    run 0 diskshadow
    out_has 'DISKSHADOW> '
    out_has '	Name: Microsoft Software Shadow Copy provider 1.0'
    out_has 'SET CONTEXT { CLIENTACCESSIBLE | PERSISTENT [ NOWRITERS ] | VOLATILE [ NOWRITERS ] }'
    out_has 'Auto_Release No_Writers Differential'
    out_has 'There are no shadow copies on the computer.'
    ;;
  diskshadow-writers)
    echo 'list writers detailed' >list.dsh
    run_on 0 diskshadow -s list.dsh
    out_has '	* WRITER "ledger"'
    out_has '		+ Component "ledger:\Notes\All"'
    out_has '				- File List: Path = D:\Ledger\notes, Filespec = *, Recursive'
    printf 'set context persistent\nadd volume C:\nadd volume D:\ncreate\n' >create.dsh
    run_on 1 diskshadow -s create.dsh
    out_has 'The writer "settings" is in a failed state.'
    echo 'list writers status' >list.dsh
    run_on 0 diskshadow -s list.dsh
    out_has '	- Status: 9 (VSS_WS_FAILED_AT_FREEZE)'
    out_has '2 writers listed.'
    printf 'writer exclude "settings"\nwriter verify ledger\nset context persistent\nadd volume C:\nadd volume D:\ncreate\nlist shadows all\n' >create.dsh
    run_on 0 diskshadow -s create.dsh
    out_has 'Alias VSS_SHADOW_2 for shadow ID'
    out_has 'Number of shadow copies listed: 2'
    ;;
  diskshadow-errors)
    try() { printf '%b' "$1" >s.dsh; run 1 diskshadow -s s.dsh; out_has "$2"; }
    try 'create\n' 'No volume was added'
    try 'add volume Q:\n' 'The volume "Q:" was not found.'
    try 'end backup\n' 'No backup is in progress.'
    try 'begin backup\nbegin backup\n' 'already in progress'
    try 'load metadata missing.cab\n' 'missing.cab'
    printf 'MSCF nothing' >broken.cab
    try 'load metadata broken.cab\n' 'cut off'
    try 'begin restore\n' 'No metadata was loaded.'
    try 'expose {00000000-1111-2222-3333-444444444444} X:\n' '80042308'
    try 'delete shadows id nothing\n' '"nothing" is not a valid ID.'
    try 'set option plex differential\n' 'SET OPTION'
    try 'set context persistent\nadd volume C:\nset option plex\ncreate\n' '- Returned HRESULT: 8'
    try 'exec ./missing.sh\n' 'cannot be started'
    try 'writer verify mail\nadd volume C:\ncreate\n' 'is not included in the shadow copy.'
    # A restore verifies too, and has to find what it verifies.
    printf 'set metadata m.cab\nset context persistent\nbegin backup\nadd volume C:\ncreate\nend backup\n' >s.dsh
    run 0 diskshadow -s s.dsh
    try 'load metadata m.cab\nwriter verify "Nope"\nsimulate restore\n' 'The writer or component "Nope" is not included in the restore.'
    try 'delete shadows id {00000000-1111-2222-3333-444444444444}\n' 'No shadow copy on the computer is that of'
    try 'delete shadows exposed X:\n' 'No shadow copy on the computer is that of "X:".'
    run 2 diskshadow -s missing.dsh
    out_has '"missing.dsh": '
    run 2 diskshadow /frob
    out_has 'DISKSHADOW.EXE  [/s <scriptfile>'
    ;;
  diskshadow-shape)
    need_corpus diskshadow
    printf 'set context persistent nowriters\nadd volume c: alias temp\ncreate\nexpose %%temp%% z:\n' >s.dsh
    run 0 diskshadow /s s.dsh
    same_text "$CORPUS/diskshadow/05-persistent-nowriters-expose.txt"
    printf 'set verbose on\nset metadata meta.cab\nset context clientaccessible\nset context persistent\nbegin backup\nadd volume C: alias cdrive\ncreate\nexpose %%cdrive%% D:\nend backup\nexit\n' >s.dsh
    run 0 diskshadow -s s.dsh
    # Each machine has writers of its own, and the log that DiskShadow puts into the cabinet is not ours.
    same_text "$CORPUS/diskshadow/15-verbose-cab-overwritten-exit.txt" \
      '/^The existing file will/d; /^\* Including writer/d; /^\+ Adding/d; /^Excluding writer/d; /^Inserted file (WM|Dis)/d; s#C:.Windows.Temp.##'
    echo 'list writers status' >s.dsh
    run 0 diskshadow -s s.dsh
    labels_of() { plain "$1" | grep -oE '^[-*] [A-Z][A-Za-z ]*:?' | sort -u; }
    diff <(labels_of "$CORPUS/diskshadow/18-list-writers-status-docs-example.txt") \
      <(labels_of "$work/out") || fail 'the status of writers reads otherwise'
    ;;
  betest-backup)
    printf '<BETest><Writer writerid="7a1f0c9e-3d52-4b8e-9c41-5e0d2f6b7a31"><Component componentName="Ledger"/></Writer></BETest>' >one.xml
    run_on 0 betest /B /S backup.xml /D 'C:\BackupDestination' /X one.xml
    out_has 'The backup succeeded.'
    grep -q '<BACKUP_COMPONENTS' backup.xml || fail 'no backup components document'
    grep -q 'componentName="Ledger"' backup.xml || fail 'the component is not in the document'
    ! grep -q 'componentName="All"' backup.xml || fail 'a component that was not asked for is in the document'
    run_on 0 betest /R /S backup.xml /D 'C:\BackupDestination' /X one.xml
    out_has 'The restore succeeded.'
    # A document that is none does not take the place of the backup's own.
    printf 'no document' >broken.xml
    run_on 1 betest /R /S broken.xml /D 'C:\BackupDestination' /X one.xml
    out_has 'ERROR: broken.xml: '
    out_has 'VSS_E_INVALID_XML_DOCUMENT'
    run_on 0 betest /R /S 'C:\BackupDestination\backup.xml' /D 'C:\BackupDestination' /X one.xml
    ;;
  betest-old-form)
    printf '"7a1f0c9e-3d52-4b8e-9c41-5e0d2f6b7a31" : "Ledger";\n' >one.txt
    run_on 0 betest /b /s backup.xml /c one.txt /v
    grep -q 'componentName="Ledger"' backup.xml || fail 'the component is not in the document'
    printf '"7a1f0c9e-3d52-4b8e-9c41-5e0d2f6b7a31" : "Ledger", "All";\n' >both.txt
    run_on 0 betest /B /S backup.xml /C both.txt
    grep -q 'componentName="All"' backup.xml || fail 'a name alone does not find its component'
    run_on 0 betest /R /S backup.xml /C both.txt
    printf '"7a1f0c9e-3d52-4b8e-9c41-5e0d2f6b7a31" : "Ledger", "None";\n' >other.txt
    run_on 1 betest /R /S backup.xml /C other.txt
    out_has 'ERROR: the restore failed after'
    run_on 1 betest /BC
    out_has 'ERROR: the BackupComplete failed at BackupComplete with HRESULT 0x80042301'
    run_on 0 betest /Snapshot /P /C one.txt
    run_on 0 vssadmin list shadows
    out_has 'Type: ApplicationRollback'
    ;;
  betest-both)
    printf '"7a1f0c9e-3d52-4b8e-9c41-5e0d2f6b7a31" : "Ledger";\n' >one.txt
    run_on 0 betest /C one.txt /S 'C:\doc.xml' /D 'D:\Backup' /T COPY
    out_has 'The backup succeeded.'
    out_has 'The restore succeeded.'
    run_on 0 betest /R /C one.txt /S 'C:\doc.xml' /D 'D:\Backup'
    ;;
  betest-subcomponents)
    cat >tree.xml <<'END'
<Machine format="1">
    <Volumes>
        <Volume root="C:\" size="8GiB">
            <File path="C:\r\r.txt" content="root"/><File path="C:\a\a.txt" content="sub a"/>
            <File path="C:\b\b.txt" content="sub b"/>
        </Volume>
    </Volumes>
    <Writers><Writer name="tree"><TestWriter usage="USER_DATA">
        <RestoreMethod method="RESTORE_IF_CAN_REPLACE" writerRestore="always" rebootRequired="no"/>
        <Component componentType="filegroup" componentName="Root"><ComponentFile path="C:\r" filespec="*"/></Component>
        <Component componentType="filegroup" logicalPath="Root" componentName="A" selectableForRestore="yes"><ComponentFile path="C:\a" filespec="*"/></Component>
        <Component componentType="filegroup" logicalPath="Root" componentName="B" selectable="no"><ComponentFile path="C:\b" filespec="*"/></Component>
    </TestWriter></Writer></Writers>
</Machine>
END
    machine=$work/tree.xml
    select_as() { printf '<BETest><Writer writerid="5affb034-969f-4919-8875-88f830d0ef89">%s</Writer></BETest>' "$1" >s.xml; }
    lose() { for folder in r a b; do run_on 0 files del /q "C:\\$folder\\*"; done; }
    select_as '<Component componentName="Root"/>'
    run_on 0 betest /B /S backup.xml /D 'C:\Out' /X s.xml
    lose
    # A member of the set alone.
    select_as '<Component logicalPath="Root" componentName="A"/>'
    run_on 0 betest /R /S backup.xml /D 'C:\Out' /X s.xml --journal journal.txt
    grep -q 'AddRestoreSubcomponent' journal.txt || fail 'AddRestoreSubcomponent was not called'
    "$VSSLAB" check journal.txt >"$work/out" 2>"$work/err" || fail 'the journal is not conforming'
    run_on 0 files type 'C:\a\a.txt'
    run_on 1 files type 'C:\r\r.txt'
    run_on 0 files del 'C:\a\a.txt'
    # By its name alone, in the old form.
    printf '"5affb034-969f-4919-8875-88f830d0ef89" : "A";\n' >s.txt
    run_on 0 betest /R /S backup.xml /D 'C:\Out' /C s.txt
    run_on 0 files type 'C:\a\a.txt'
    # With the whole it comes along.
    lose
    select_as '<Component componentName="Root"/><Component logicalPath="Root" componentName="A"/>'
    run_on 0 betest /R /S backup.xml /D 'C:\Out' /X s.xml
    run_on 0 files type 'C:\b\b.txt'
    select_as '<Component logicalPath="Root" componentName="B"/>'
    run_on 1 betest /R /S backup.xml /D 'C:\Out' /X s.xml
    out_has 'was backed up as a part of Root, and is not selectable for restore'
    # A scenario has a word for it, and is told so.
    { printf '<?xml version="1.0"?>\n<!-- A part by its own name. -->\n<Scenario format="1">'
      sed '1d;$d' tree.xml
      printf '<Requester><Backup to="C:\\Out"/><Restore from="C:\\Out"><Component writer="tree" path="Root" component="A"/></Restore></Requester></Scenario>'
    } >part.xml
    "$VSSLAB" run part.xml >"$work/out" 2>"$work/err" && fail 'a part by its own name was restored'
    out_has 'A of tree was backed up as a part of Root: name Root, and in it <Subcomponent path="Root" component="A"/>'
    # A writer without components is all of it, and no writer is nothing.
    lose
    select_as ''
    run_on 0 betest /R /S backup.xml /D 'C:\Out' /X s.xml
    run_on 0 files type 'C:\r\r.txt'
    printf '<BETest><Writer writerid="11111111-2222-3333-4444-555555555555"/></BETest>' >s.xml
    run_on 1 betest /R /S backup.xml /D 'C:\Out' /X s.xml
    out_has 'nothing of the writers that the selection names'
    printf '<BETest/>' >s.xml
    run_on 2 betest /B /X s.xml
    out_has 'ERROR: s.xml names no writer'
    ;;
  betest-idle-switches)
    printf '<BETest><Writer writerid="7a1f0c9e-3d52-4b8e-9c41-5e0d2f6b7a31"><Component componentName="Ledger"/></Writer></BETest>' >one.xml
    run_on 0 betest /B /T INCREMENTAL /Auth /S backup.xml /D 'C:\Out' /X one.xml
    out_has 'WARNING: /Auth means nothing for a backup.'
    out_has 'WARNING: without /Pre the writers hear nothing of a previous backup.'
    run_on 0 betest /R /T FULL /Rollback /S backup.xml /D 'C:\Out' /X one.xml
    out_has 'WARNING: /T means nothing for a restore.'
    out_has 'WARNING: /Rollback means nothing for a restore.'
    out_lacks '/Pre'
    run_on 0 betest /B /S backup.xml /D 'C:\Out' /X one.xml
    out_lacks WARNING
    ;;
  betest-bases)
    printf '<BETest><Writer writerid="7a1f0c9e-3d52-4b8e-9c41-5e0d2f6b7a31"><Component componentName="Ledger"/></Writer></BETest>' >one.xml
    run_on 0 betest /B /T COPY /S copy.xml /D 'C:\Copy' /X one.xml
    run_on 0 betest /B /T FULL /S full.xml /D 'C:\Full' /X one.xml
    run_on 1 betest /B /T INCREMENTAL /Pre copy.xml /D 'C:\Inc' /X one.xml
    out_has 'copy.xml is the document of a copy backup'
    run_on 1 betest /B /T INCREMENTAL /Pre one.xml /D 'C:\Inc' /X one.xml
    out_has 'ERROR: one.xml: '
    out_lacks 'Base'
    run_on 1 betest /B /T INCREMENTAL /Pre 'C:\Full\backup.xml' /D 'c:\full' /X one.xml
    out_has 'holds the previous backup'
    run_on 0 betest /B /T INCREMENTAL /Pre 'C:\Full\backup.xml' /D 'C:\Inc' /S inc.xml /X one.xml
    run_on 1 betest /B /T DIFFERENTIAL /Pre inc.xml /D 'C:\Diff' /X one.xml
    out_has 'a differential backup builds on a full one'
    run_on 0 betest /B /T COPY /D 'C:\Copy' /X one.xml
    out_has 'C:\Copy holds a backup already: the new one takes its place.'
    printf '<!-- \303\244 -->' | cat one.xml - >foreign.xml
    run_on 0 betest /B /T COPY /D 'C:\Copy' /X foreign.xml
    out_has 'WARNING: foreign.xml has characters beyond 127'
    ;;
  betest-half-done)
    # A writer that fails, and a component that is not there: no success, however much was copied.
    run_on 1 betest /B /S backup.xml
    out_has 'writer settings reports VSS_E_WRITERERROR_NONRETRYABLE'
    out_has 'ERROR: the backup failed in part: settings failed.'
    out_lacks 'succeeded'
    run_on 1 betest /R /S backup.xml
    out_has ': its backup did not succeed.'
    out_has 'ERROR: the re'
    printf '<BETest><Writer writerid="7a1f0c9e-3d52-4b8e-9c41-5e0d2f6b7a31"><Component componentName="Ledger"/><Component componentName="Nope"/></Writer></BETest>' >two.xml
    run_on 1 betest /B /S two-backup.xml /X two.xml /D 'C:\Two'
    out_has 'Nope: no such component'
    out_has 'ERROR: the backup failed in part: the selection names components that are not there.'
    # A document and a folder of two backups.
    run_on 1 betest /R /S backup.xml /D 'C:\Two'
    out_has 'ERROR: backup.xml is the document of another backup than the one in C:\Two'
    run_on 2 betest /B /Pre backup.xml
    ;;
  betest-verbose)
    printf '<BETest><Writer writerid="7a1f0c9e-3d52-4b8e-9c41-5e0d2f6b7a31"><Component componentName="Ledger"/></Writer></BETest>' >one.xml
    run_on 0 betest /B /V /S backup.xml /X one.xml /D 'C:\Out'
    out_has 'GatherWriterMetadata: S_OK'
    out_has '  Writer ledger {7a1f0c9e-3d52-4b8e-9c41-5e0d2f6b7a31}, instance {'
    out_has '  Component Ledger of writer ledger'
    out_has '  Volume D:\'
    out_has ' of D:\: \\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy1'
    out_has '    D:\Ledger\ledger.db (18 bytes) from \\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy1\Ledger\ledger.db'
    out_has '  Writer ledger: state '
    out_has '  Component Ledger: backup succeeded'
    out_has 'BackupComplete: S_OK'
    run_on 0 betest /R /V /S backup.xml /X one.xml /D 'C:\Out'
    out_has 'PreRestore: S_OK'
    out_has '    D:\Ledger\ledger.db'
    out_has ' of writer ledger: restored'
    out_has 'PostRestore: S_OK'
    run_on 0 betest /B /S backup.xml /X one.xml /D 'C:\Out'
    out_lacks 'S_OK'
    ;;
  betest-snapshot)
    run 0 betest /Snapshot /P --journal "$work/journal.txt"
    out_has 'The shadow copy creation succeeded.'
    "$VSSLAB" check "$work/journal.txt" >"$work/out" 2>"$work/err" || fail 'the journal is not conforming'
    ;;
  default-machine)
    # A machine without a file backs itself up and comes back, with the services that this stops.
    run 0 betest /B /S backup.xml /D 'C:\Out'
    run 0 betest /R /S backup.xml /D 'C:\Out'
    out_has 'The restore succeeded.'
    out_lacks 'cannot be stopped'
    ;;
  full-volume)
    small_machine 64GiB 4MiB '<File path="D:\data\a.bin" size="2MiB"/>'
    run_on 1 betest /B /S backup.xml /D 'E:\Out'
    out_has 'copying '
    out_has 'ERROR: the backup failed at copying files with HRESULT 0x80070070'
    # No half of a file is left for somebody to take for the whole.
    run_on 0 files dir /s /b 'E:\Out'
    out_lacks 'a.bin'
    run_on 0 betest /B /S backup.xml /D 'C:\Out'
    run_on 0 files del /q 'D:\data\*'
    run_on 0 files fsutil file createnew 'D:\fill.bin' 3000000
    run_on 1 betest /R /S backup.xml /D 'C:\Out'
    out_has '0x80070070'
    out_has 'ERROR: the restore failed'
    run_on 1 files type 'D:\data\a.bin'
    run_on 0 files del 'D:\fill.bin'
    run_on 0 betest /R /S backup.xml /D 'C:\Out'
    run_on 0 files dir 'D:\data'
    out_has ' 2,097,152 a.bin'
    ;;
  full-volume-tools)
    # Documents, scripts and copies that find no room: an error with its HRESULT, no half of a file,
    # writers that are let go, and a document from before that is still whole.
    small_machine 8GiB 1MiB '<File path="D:\data\a.txt" content="a"/>'
    fill() {  # all but a little of a volume
      local bytes=1048576
      while [ "$bytes" -ge 1 ]; do
        "$VSSLAB" files --state "$work/lab" --machine "$machine" fsutil file createnew "$1\\fill.$RANDOM$bytes" "$bytes" >/dev/null 2>&1 || bytes=$((bytes / 2))
        [ "$bytes" -ge 4096 ] || break
      done
    }
    run_on 0 vshadow -p '-bc=E:\b.xml' C: D:
    run_on 0 files copy 'E:\b.xml' first.xml
    fill 'E:'
    run_on 2 vshadow -p '-bc=E:\b.xml' C: D: --journal journal.txt
    out_has 'ERROR: E:\b.xml: '
    out_has '0x80070070'
    out_has 'Backup failed. Mark all writers as not succesfully backed up'
    "$VSSLAB" check journal.txt >"$work/out" 2>"$work/err" || fail 'the journal is not conforming'
    run_on 0 files fc 'E:\b.xml' first.xml
    run_on 0 vssadmin list writers
    out_has '   State: [1] Stable'
    run_on 2 vshadow -p '-bc=C:\b.xml' '-script=E:\s.cmd' C: D:
    out_has '0x80070070'
    run_on 1 files type 'E:\s.cmd'
    printf 'set metadata E:\\m.cab\nset context persistent\nbegin backup\nadd volume C:\nadd volume D:\ncreate\nend backup\n' >s.dsh
    run_on 1 diskshadow -s s.dsh --journal journal.txt
    out_has '0x80070070'
    out_has 'The shadow copies were made; the backup is given up.'
    out_lacks '-> end backup'
    "$VSSLAB" check journal.txt >"$work/out" 2>"$work/err" || fail 'the journal is not conforming'
    run_on 1 files type 'E:\m.cab'
    run_on 0 vssadmin list writers
    out_has '   State: [1] Stable'
    # A copy is shown in a folder of a full volume all the same: that takes no room.
    printf 'list shadows all\n' >s.dsh
    run_on 0 diskshadow -s s.dsh
    copy=$(id_of '* Shadow copy ID =')
    run_on 0 vshadow "-el=$copy,X:"
    # A volume without room for differences has no copy, and nothing is left of the set.
    fill 'D:'
    run_on 0 vshadow -q
    before=$(grep -c 'SNAPSHOT ID' "$work/out")
    "$VSSLAB" vshadow --state "$work/lab" --machine "$machine" -p -nw D: >"$work/out" 2>"$work/err"
    code=$?
    cp "$work/out" "$work/made"
    run_on 0 vshadow -q
    after=$(grep -c 'SNAPSHOT ID' "$work/out")
    case $code in
      0) [ "$after" -eq $((before + 1)) ] || fail 'a copy that was made is not there' ;;
      2) grep -q 'Returned HRESULT = 0x8004' "$work/made" || fail 'no HRESULT'
        [ "$after" -eq "$before" ] || fail 'half of a set was left' ;;
      *) fail "vshadow ended with $code" ;;
    esac
    # A restore: its files are lost, and the full volume takes none back.
    run_on 0 vshadow -r=first.xml
    out_has 'Restore done.'
    ;;
  betest-stop-error)
    run_on 1 betest /B /StopError /S backup.xml
    out_has 'writer settings reports VSS_E_WRITERERROR_NONRETRYABLE'
    out_has 'ERROR: the backup failed after'
    ;;
  betest-errors)
    # Without writers there is nothing to back up, and nobody is told that it was.
    printf '<Machine format="1"><Volumes><Volume root="C:\\"/></Volumes></Machine>' >empty.xml
    for what in /B /Snapshot; do
      run 1 betest --machine empty.xml --state empty "$what"
      out_has 'ERROR: no writer has a component: nothing was backed up.' && out_lacks 'succeeded'
    done
    run 2 betest /frob
    out_has "unknown option '/frob'"
    run 0 betest '/?'
    out_has '/StopError'
    run 2 betest /B /R
    run 2 betest /R
    out_has '/R needs /S'
    run 2 betest /B /T SOMETIMES
    out_has "unknown backup type 'SOMETIMES'"
    run 2 betest /B /T FULL /Pre base.xml
    run 2 betest /B /S
    run 2 betest /B /X missing.xml
    printf '<BETest><Writr/></BETest>' >bad.xml
    run 2 betest /B /X bad.xml
    out_has 'bad.xml:1'
    run 1 betest /B /D relative
    out_has 'is no folder of the machine'
    printf 'no document' >broken.xml
    run 1 betest /R /S broken.xml /D 'C:\Nothing'
    out_has 'ERROR: the restore failed at'
    run 1 betest /R /S missing.xml
    run 1 betest /BC /S broken.xml
    out_has 'VSS_E_INVALID_XML_DOCUMENT'
    ;;
  files-look)
    run_on 0 files dir 'd:\Ledger'
    out_has ' Volume in drive D has no label.'
    out_has ' Directory of d:\Ledger'
    grep -Eq '^01/01/2026  12:00 AM    <DIR>          notes$' "$work/out" || fail 'no folder'
    grep -Eq '^ +[0-9]+ File\(s\) +[0-9,]+ bytes$' "$work/out" || fail 'no sum of files'
    grep -Eq '^ +[0-9]+ Dir\(s\) +[0-9,]+ bytes free$' "$work/out" || fail 'no free bytes'
    run_on 0 files dir /b /s 'D:/Ledger/notes'
    out_has 'D:\Ledger\notes\'
    [ ! -e "$work/lab" ] || fail 'looking changed the machine'
    run_on 1 files dir 'D:\Ledger\*.none'
    out_has 'File Not Found'
    run_on 1 files dir 'Q:\'
    out_has 'The system cannot find the path specified.'
    run_on 1 files type 'D:\nothing.txt'
    out_has 'The system cannot find the file specified.'
    run_on 1 files type 'D:\Ledger'
    out_has 'Access is denied.'
    run_on 2 files dir /q
    out_has 'Invalid switch - "q".'
    run_on 2 files copy 'C:\a'
    out_has 'The syntax of the command is incorrect.'
    run_on 2 files frob
    out_has "'frob' is not recognized"
    run_on 0 files
    out_has 'XCOPY source destination'
    run_on 0 files del '/?'
    out_has '/F  Read-only files too.'
    ;;
  files-copy)
    mkdir -p data/sub/empty
    printf 'one\n' >data/a.txt
    printf '\000\377\012' >data/b.dat  # no text, kept all the same
    printf 'deep\n' >data/sub/c.txt
    run 0 files mkdir 'C:\Data\In'
    run 0 files copy data/a.txt data/b.dat 'C:\Data\In'
    out_has '        2 file(s) copied.'
    run 0 files fc 'C:\Data\In\b.dat' data/b.dat
    out_has 'FC: no differences encountered'
    run 1 files fc data/a.txt 'C:\Data\In\b.dat'
    out_has '00000000: 6F 00'
    out_has 'longer than'
    run 0 files xcopy /e /i data 'C:\Data\Tree'
    out_has '3 File(s) copied'
    run 0 files dir /s /b 'C:\Data\Tree'
    out_has 'C:\Data\Tree\sub\empty'
    run 0 files copy 'C:\Data\Tree\a.txt' + data/sub/c.txt
    run 0 files type 'C:\Data\Tree\a.txt'
    printf 'one\ndeep\n' | cmp -s - "$work/out" || fail 'joined files lack one'
    printf 'typed\n' >"$work/in"
    run 0 files copy con 'C:\Data\typed.txt'
    : >"$work/in"
    run 0 files type 'C:\Data\typed.txt'
    printf 'typed\r\n' | cmp -s - "$work/out" || fail 'what was typed is not in the file'
    cp "$work/lab/calls.jsonl" "$work/kept"
    run 0 files xcopy /s /i /q 'C:\Data\Tree' came
    [ "$(cd came && find . -type f | sort | tr '\n' ' ')" = './a.txt ./b.dat ./sub/c.txt ' ] ||
      fail 'other files came out'
    cmp -s data/b.dat came/b.dat || fail 'a file changed on its way'
    run 0 files copy 'C:\Data\In\*.txt' came/sub/
    cmp -s data/a.txt came/sub/a.txt || fail 'a.txt did not come out'
    cmp -s "$work/kept" "$work/lab/calls.jsonl" || fail 'a copy out of the machine was kept'
    run 1 files copy missing 'C:\Data'
    out_has 'missing: '
    out_has '        0 file(s) copied.'
    run 1 files copy data/a.txt 'Q:\'
    run 1 files copy data/a.txt came/z.txt
    out_has 'is a path of the machine'
    run 1 files copy 'C:\Data\typed.txt' 'c:\data\TYPED.txt'
    out_has 'The file cannot be copied onto itself.'
    run 1 files xcopy data 'C:\Where'
    out_has '(F = file, D = directory)?'
    run 1 files fsutil file createnew 'C:\big.bin' 9000000000000000
    out_has 'There is not enough space on the disk.'
    run 1 files dir 'C:\big.bin'
    run 0 files fsutil file createnew 'C:\big.bin' 1000
    # What came in is kept, so the machine comes back without the user's files.
    rm -rf data
    run 0 files type 'C:\Data\In\a.txt'
    out_has 'one'
    ;;
  files-change)
    run 0 files mkdir 'C:\Data\In'
    run 1 files mkdir 'C:\Data'
    out_has 'A subdirectory or file C:\Data already exists.'
    printf 'one' >a.txt
    run 0 files copy a.txt 'C:\Data\In\a.txt'
    run 0 files copy a.txt 'C:\Data\In\b.txt'
    run 0 files ren 'C:\Data\In\b.txt' c.txt
    run 1 files ren 'C:\Data\In\c.txt' a.txt
    out_has 'A duplicate file name exists'
    run 0 files move 'C:\Data\In\c.txt' 'C:\Data'
    out_has '        1 file(s) moved.'
    run 0 files move 'C:\Data\In' 'C:\Out'
    out_has '        1 dir(s) moved.'
    run 1 files rmdir 'C:\Out'
    out_has 'The directory is not empty.'
    run 0 files attrib +r 'C:\Out\a.txt'
    run 0 files attrib 'C:\Out\*'
    out_has 'A    R                C:\Out\a.txt'
    run 1 files del 'C:\Out\a.txt'
    out_has 'Access is denied.'
    run 0 files del /f 'C:\Out\a.txt'
    run 1 files del 'C:\Out\a.txt'
    out_has 'Could Not Find C:\Out\a.txt'
    run 0 files rmdir 'C:\Out'
    run 0 files del 'C:\Data\*'
    out_has 'C:\Data\*, Are you sure (Y/N)? '
    run 0 files dir /b 'C:\Data'
    out_has 'c.txt'
    echo y >"$work/in"
    run 0 files rmdir /s 'C:\Data'
    run 1 files dir 'C:\Data'
    ;;
  files-in-copies)
    printf 'before' >a.txt
    run 0 files copy a.txt 'C:\a.txt'
    run 0 vssadmin create shadow /for=C:
    printf 'after' >a.txt
    run 0 files copy a.txt 'C:\a.txt'
    device='\\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy1'
    run 0 files type "$device\a.txt"
    out_has before
    run 0 files dir "$device\\"
    out_has ' a.txt'
    run 1 files del "$device\a.txt"
    out_has 'The media is write protected.'
    run 1 files copy a.txt "$device\b.txt"
    out_has 'The media is write protected.'
    run 0 files copy "$device\a.txt" 'C:\a.txt'
    run 0 files type 'C:\a.txt'
    out_has before
    run 0 vssadmin delete shadows /all /quiet
    run 1 files type "$device\a.txt"
    out_has 'The system cannot find the path specified.'
    ;;
  exposed-places)
    printf 'hello' >a.txt
    run 0 files mkdir 'C:\Docs' 'C:\mnt'
    run 0 files copy a.txt 'C:\Docs'
    run 0 vshadow -p -nw C:
    copy=$(id_of '* SNAPSHOT ID =')
    run 2 vshadow "-el=$copy,C:\\Docs"
    out_has 'ERROR: the second parameter to -el [C:\Docs\] is not an empty directory!'
    run 2 vshadow "-el=$copy,C:\\none"
    out_has 'ERROR: the second parameter to -el [C:\none\] is not a valid directory!'
    run 0 vshadow "-el=$copy,C:\\mnt"
    out_has "- Shadow copy exposed as 'C:\mnt\'"
    run 0 files type 'C:\mnt\Docs\a.txt'
    out_has hello
    run 0 files dir 'C:\'
    out_has '<JUNCTION>     mnt'
    run 1 files copy a.txt 'C:\mnt\Docs'
    out_has 'The media is write protected.'
    run 2 vshadow "-el=$copy,X:"
    out_has 'ERROR: Client-accessible (SFSF) snapshots cannot be exposed.'
    printf 'unexpose C:\\mnt\nexpose %s C:\\Docs\n' "$copy" >s.dsh
    run 1 diskshadow -s s.dsh
    out_has 'The shadow copy was successfully unexposed.'
    out_has 'The mount point C:\Docs is not an empty directory.'
    run 1 files dir /b 'C:\mnt'
    out_has 'File Not Found'
    printf 'expose %s C:\\mnt\nlist shadows all\n' "$copy" >s.dsh
    run 0 diskshadow -s s.dsh
    out_has '		- Exposed locally as: C:\mnt'
    run 0 files type 'C:\mnt\Docs\a.txt'
    run 0 vshadow "-ds=$copy"
    run 1 files type 'C:\mnt\Docs\a.txt'
    run 0 files rmdir 'C:\mnt'
    run 0 vshadow -p -nw C:
    copy=$(id_of '* SNAPSHOT ID =')
    run 2 vshadow "-er=$copy,docs,None"
    out_has 'E_INVALIDARG'
    run 0 vshadow "-er=$copy,docs,Docs"
    out_has "- Shadow copy exposed as 'docs'"
    run 0 files type '\\LAB\docs\a.txt'
    out_has hello
    run 0 vshadow -da
    out_has 'The input ended before an answer: nothing is deleted.'
    run 0 files type '\\lab\DOCS\a.txt'
    echo y >"$work/in"
    run 0 vshadow -da
    run 1 files type '\\LAB\docs\a.txt'
    ;;
  files-limits)
    # A file that would make a state which nothing reads again is not kept.
    head -c 40000000 /dev/urandom >big.bin
    run 0 files mkdir 'C:\Data'
    cp "$work/lab/calls.jsonl" "$work/kept"
    run 3 files copy big.bin 'C:\Data'
    err_has 'input_bytes_max'
    err_has 'this call is not kept'
    cmp -s "$work/kept" "$work/lab/calls.jsonl" || fail 'the state changed'
    run 0 files dir 'C:\Data'
    out_lacks big.bin
    ;;
  machine-file)
    run_on 0 vssadmin list writers
    count_is 2 'Writer name:'
    out_has "Writer name: 'ledger'"
    run_on 0 vssadmin create shadow /for=D:
    run_on 0 vssadmin list shadows /for=D:
    run 2 vssadmin list shadows
    err_has 'belongs to another machine'
    printf '<Machine format="1"><Volumes><Volume root="C:/"/></Volumes></Machine>' >"$work/bad.xml"
    run 2 vssadmin --machine "$work/bad.xml" list writers
    err_has 'bad.xml:1'
    printf '<Scenario format="1"/>' >"$work/bad.xml"
    run 2 vssadmin --machine "$work/bad.xml" list writers
    err_has 'not Machine'
    printf '<Machine format="1"><Writers><Writer name="mine" exec="./mine"/></Writers></Machine>' >"$work/bad.xml"
    run 2 vssadmin --machine "$work/bad.xml" list writers
    err_has "the tools' machine in virtual time"
    err_has 'vsslab serve'
    printf '<Machine format="2"/>' >"$work/bad.xml"
    run 2 vssadmin --machine "$work/bad.xml" list writers
    err_has 'format'
    run 2 vssadmin --machine "$work/missing.xml" list writers
    run 2 vssadmin --machine
    err_has 'needs a value'
    ;;
  machine-state)
    run 0 vssadmin create shadow /for=C:
    cp "$work/lab/calls.jsonl" "$work/good"
    run 0 vssadmin list shadows
    cmp -s "$work/good" "$work/lab/calls.jsonl" || fail 'a call that only reads was kept'
    printf 'nonsense\n' >"$work/lab/calls.jsonl"
    run 2 vssadmin list shadows
    err_has 'calls.jsonl:1'
    err_has 'the line breaks off or is no JSON (byte 2)'
    printf '{"vsslab":"x"}\n' >"$work/lab/calls.jsonl"
    run 2 vssadmin list shadows
    err_has "the line lacks a key; the first has 'format', 'vsslab' and 'machine'"
    sed 's/"code":0/"code":"none"/' "$work/good" >"$work/lab/calls.jsonl"
    run 2 vssadmin list shadows
    err_has 'calls.jsonl:2'
    err_has "a value is of another type than it has to be; a call has 'tool'"
    ! grep -q 'json\.exception' "$work/err" || fail 'words of the JSON library'
    sed 's/"format":1/"format":9/' "$work/good" >"$work/lab/calls.jsonl"
    run 2 vssadmin list shadows
    err_has 'format 9'
    sed 's/"printed":"[0-9a-f]*"/"printed":"0000000000000000"/' "$work/good" >"$work/lab/calls.jsonl"
    run 3 vssadmin list shadows
    err_has 'does not come out as it did then'
    sed 's/"tool":"vssadmin"/"tool":"format"/' "$work/good" >"$work/lab/calls.jsonl"
    run 3 vssadmin list shadows
    err_has "no tool 'format'"
    # Calls at the same time: some are kept, the others say that they are not.
    rm -rf "$work/lab"
    for n in 1 2 3 4 5 6; do
      "$VSSLAB" vssadmin --state "$work/lab" create shadow /for=C: >"$work/out.$n" 2>"$work/err.$n" &
    done
    kept=0
    for job in $(jobs -p); do wait "$job" && kept=$((kept + 1)); done
    [ "$kept" -ge 1 ] || fail 'none of six calls was kept'
    ! grep -q 'cannot be written' "$work"/err.* || fail 'calls stand in one another'"'"'s way'
    run 0 vssadmin list shadows
    count_is "$kept" 'Shadow Copy ID:'
    : >"$work/file"
    # A call that cannot be kept is not made.
    for folder in /proc/nowhere /dev/null/lab; do
      "$VSSLAB" vssadmin --state "$folder" create shadow /for=C: >"$work/out" 2>"$work/err"
      code=$?
      case $folder:$code in
        /proc/*:3) err_has 'the call was not made' ;;
        /dev/*:[23]) ;;
        *) fail "--state $folder: $code" ;;
      esac
      [ ! -s "$work/out" ] || fail "--state $folder: it says that something was done"
    done
    "$VSSLAB" vssadmin --state "$work/file" list shadows >"$work/out" 2>"$work/err" &&
      fail 'a file was taken for a folder'
    err_has 'is no folder'
    ;;
  machine-client)
    # What each page says is there on clients, and nothing else.
    printf '<Machine format="1" machine="win11"/>' >client.xml
    machine=$work/client.xml
    run_on 0 vssadmin
    for command in 'Add ShadowStorage' 'Create Shadow' 'Delete ShadowStorage' 'Revert Shadow' 'Query Reverts'; do
      out_lacks "$command"
    done
    count_is 7 '  - '
    run_on 2 vssadmin create shadow /for=C:
    out_has 'Error: Invalid command.'
    run_on 2 vssadmin add shadowstorage /for=C: /on=C: /maxsize=1GB
    run_on 1 vssadmin list shadows
    run_on 0 vssadmin list writers
    run_on 0 vshadow C:
    out_has 'Snapshot creation done.'
    run_on 1 vshadow -p C:
    out_has "ERROR: invalid parameter '-p'"
    out_lacks '  -scsf '
    out_lacks '  -el='
    out_has '  -wi='
    for option in -scsf -ad -ap -t=x.xml -bc=x.xml '-revert={00000000-1111-2222-3333-444444444444}' -do=C:; do
      run_on 1 vshadow "$option" C:
      out_has 'ERROR: invalid parameter'
    done
    printf 'list providers\n' >s.dsh
    run_on 2 diskshadow -s s.dsh
    out_has "'diskshadow' is not recognized as an internal or external command"
    run_on 0 betest /B /S backup.xml /D 'C:\Out'
    printf '<Machine format="1" machine="server2019"/>' >server.xml
    rm -rf "$work/lab"
    machine=$work/server.xml
    run_on 0 vssadmin
    out_has 'Create Shadow'
    run_on 0 vshadow -p -nw C:
    ;;
  machine-reboot)
    cat >busy.xml <<'END'
<Machine format="1">
    <Volumes>
        <Volume root="C:\" size="8GiB"><File path="C:\data\a.txt" content="old"/></Volume>
    </Volumes>
    <Writers><Writer name="files"><TestWriter usage="USER_DATA">
        <RestoreMethod method="RESTORE_AT_REBOOT" writerRestore="always" rebootRequired="yes"/>
        <Component componentType="filegroup" componentName="Data"><ComponentFile path="C:\data" filespec="*" recursive="no"/></Component>
    </TestWriter></Writer></Writers>
</Machine>
END
    machine=$work/busy.xml
    run_on 0 betest /B /S backup.xml /D 'C:\Out'
    run_on 0 files del 'C:\data\a.txt'
    run_on 0 betest /R /S backup.xml /D 'C:\Out'
    out_has 'when the machine starts again'
    run_on 1 files type 'C:\data\a.txt'
    run_on 0 vssadmin list writers
    before=$(grep 'Writer Instance Id' "$work/out")
    run_on 0 machine reboot
    out_has 'The machine LAB has started again.'
    run_on 0 files type 'C:\data\a.txt'
    out_has old
    run_on 0 vssadmin list writers
    out_has '   State: [1] Stable'
    [ "$before" != "$(grep 'Writer Instance Id' "$work/out")" ] || fail 'the writer did not start anew'
    run_on 0 machine
    out_has 'MACHINE REBOOT'
    run_on 2 machine explode
    out_has "'explode'"
    # Shadow copies that are not released automatically outlive it.
    run_on 0 vshadow -p -nw C:
    run_on 0 machine reboot
    run_on 0 vshadow -q
    out_has '* SNAPSHOT ID ='
    ;;
  machine-journal)
    run 0 vssadmin --journal "$work/journal.txt" create shadow /for=C:
    # A device is written to, never replaced; a file that cannot be is said before the work.
    run 3 vssadmin --journal /dev/full list writers && err_has "'/dev/full' cannot be written: No space"
    [ -c /dev/full ] || fail 'the device is gone'
    run 2 vssadmin --journal "$work/nowhere/journal.txt" list writers && err_has 'No such file'
    grep -q 'DoSnapshotSet' "$work/journal.txt" || fail 'the journal has no DoSnapshotSet'
    "$VSSLAB" check "$work/journal.txt" >"$work/out" 2>"$work/err" || fail 'the journal is not conforming'
    ;;
  *)
    echo "there is no case '$case_name'"
    exit 1
    ;;
esac

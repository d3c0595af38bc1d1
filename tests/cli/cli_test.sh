#!/usr/bin/env bash
# The command line, as its users meet it. cli_test.sh CASE runs one case; ctest runs each.
# From the environment: VSSLAB (the program), JSON_TOOL, PARTIES (libraries), SOURCE (the checkout).
set -u
case_name=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset NO_COLOR FORCE_COLOR CLICOLOR_FORCE
# The machine's own settings are no part of a test.
export LC_ALL=C.UTF-8 VSSLAB_HOME=$SOURCE VSSLAB_CONFIG=none
cd "$SOURCE" || exit 1
failing=tests/cli/failing.xml
good=scenarios/conformance/full-one-writer.xml
warning=tests/cli/warning.xml

fail() {
  printf 'FAILED: %s\n' "$*"
  printf -- '--- stdout\n'; head -c 4000 "$work/out"
  printf -- '\n--- stderr\n'; head -c 4000 "$work/err"
  exit 1
}
# run CODE ARGUMENT...: the program ends with this code; its streams are in $work/out and $work/err.
run() {
  local wanted=$1 got
  shift
  "$VSSLAB" "$@" >"$work/out" 2>"$work/err" </dev/null
  got=$?
  [ "$got" -eq "$wanted" ] || fail "'vsslab $*' ended with $got, not $wanted"
}
out_has() { grep -qF -- "$1" "$work/out" || fail "stdout lacks '$1'"; }
out_lacks() { ! grep -qF -- "$1" "$work/out" || fail "stdout has '$1'"; }
err_has() { grep -qF -- "$1" "$work/err" || fail "stderr lacks '$1'"; }
out_is_empty() { [ ! -s "$work/out" ] || fail 'stdout is not empty'; }
json_at() { "$JSON_TOOL" "$@" <"$work/out"; }
go() { run "$1" run --out "$work/results" "${@:2}"; }
# Runs every command that the last output offers; each has to end with this code and show its rule.
run_reproduce_lines() {
  sed -n 's/^ *Reproduce  vsslab //p' "$work/out" | sort -u >"$work/commands"
  [ -s "$work/commands" ] || fail 'no command to reproduce anything'
  while read -r command; do
    eval "run $1 $command --out '$work/again'"
    out_has "✗ ${command##* }"
  done <"$work/commands"
}

# A scenario that passes, as a file of its own elsewhere.
copy_good() { sed "s|[.][.]/writers|$SOURCE/scenarios/writers|" "$good" >"$1"; }
# "VSSW-TIME-009 fail" of every finding in a JSON report, in an order that does not depend on names.
verdicts() {
  awk -F'"' '/^ *"ruleId":/ { rule = $4 } /^ *"verdict":/ { print rule, $4; rule = "" }' "$1" | sort
}

case $case_name in
  help)
    run 0 --help
    head -n 1 "$work/out" | grep -q '^Examples:' || fail 'help does not begin with examples'
    for code in 0 1 2 3 130; do grep -Eq "^  $code +[a-z]" "$work/out" || fail "no exit code $code"; done
    for command in run conform check replay report compare validate metadata list explain bench; do
      run 0 "$command" --help
      head -n 1 "$work/out" | grep -q '^Examples:' || fail "$command: no examples first"
      grep -Eq "^  vsslab $command" "$work/out" || fail "$command: no example"
    done
    ;;
  version)
    run 0 --version
    grep -Eq '^vsslab [0-9]+\.[0-9]+\.[0-9]+$' "$work/out" || fail 'no version'
    grep -Eq '^commit ' "$work/out" || fail 'no commit'
    grep -Eq '^compiler +(g\+\+|clang)' "$work/out" || fail 'no compiler'
    grep -Eq '^catalogue +[0-9]+ rules' "$work/out" || fail 'no catalogue'
    ;;
  no-command)
    run 2
    out_is_empty
    err_has 'Examples:'
    ;;
  unknown-command)
    run 2 runn @demo
    err_has "did you mean 'run'?"
    out_is_empty
    ;;
  unknown-flag)
    run 2 run --sede 3 "$good"
    err_has "'--sede' is no flag"
    err_has "did you mean '--seed'?"
    ;;
  flag-values)
    run 2 run --level most "$good" && err_has 'must'
    run 2 run --seeds 9..1 "$good" && err_has 'ends before it begins'
    run 2 run --seed x "$good" && err_has "--seed 'x'"
    run 2 run @all --seeds 1..1000000 && err_has 'jobs_max'
    run 2 run --clock lunar "$good" && err_has 'virtual, real'
    run 2 run --shard 3/2 "$good" && err_has "--shard '3/2'"
    run 2 run --color sometimes "$good" && err_has 'always'
    run 2 run --report pdf=x "$good" && err_has "unknown format 'pdf'"
    run 2 run --jobs many "$good" && err_has "--jobs 'many' is no whole number"
    run 2 run --max-failures -1 "$good" && err_has "--max-failures '-1' is no whole number"
    run 2 run "$good" --seed && err_has '--seed needs a value'
    run 2 run --seed 1 --seed 2 "$good" && err_has '--seed is given more than once'
    run 2 check && err_has 'JOURNAL is required'
    run 0 help run && out_has 'vsslab run @demo'
    run 2 help runn && err_has "did you mean 'run'?"
    run 2 run --watchdog soon "$good" && err_has '60s'
    run 2 run --break-at 7 "$good" && err_has 'gdb --args'
    run 2 run --betest x.xml && err_has '--writer'
    ;;
  exit-0)
    go 0 "$good"
    run 0 run timing/freeze-hang && out_has 'timing/freeze-hang   seed 42'
    ;;
  exit-1)
    go 1 "$failing"
    out_has '✗ VSSW-TIME-009'
    out_has 'Reproduce  vsslab run tests/cli/failing.xml --seed 42 --rule VSSW-TIME-009'
    tail -n 1 "$work/out" | grep -Eq '^[0-9]+ failed, .*scenario\)$' || fail 'no count line at the end'
    ;;
  exit-2)
    run 2 run no/such/file.xml && err_has 'no/such/file.xml'
    run 2 run @no-such-suite && err_has 'no-such-suite'
    run 2 run @demoo && err_has "did you mean '@demo'?"
    run 2 run && err_has 'nothing to run'
    run 2 run --rule 'VSSW-NOPE-*' "$good" && err_has 'matches no rule'
    run 2 run --skip '*' "$good" && err_has 'no rule is selected'
    printf '<!-- What this shows: x. --><Scenario format="1"><Writerz/></Scenario>' >"$work/broken.xml"
    run 2 run "$work/broken.xml" && err_has 'broken.xml:1' && err_has 'Writers'
    printf '<Scenario format="1">' >"$work/broken.xml"
    run 2 run "$work/broken.xml" && err_has 'broken.xml'
    head -c 100000 /dev/urandom >"$work/noise.xml"
    run 2 run "$work/noise.xml" && err_has 'noise.xml'
    run 2 run "$good" --out /proc/nowhere
    # A writer of Windows with a slip in its name, with a name of its own or without one.
    for attributes in 'preset="ntd"' 'preset="ntd" name="directory"'; do
      printf '<!-- What this shows: x. --><Scenario format="1" machine="server2022"><Writers><Writer %s/></Writers>' \
        "$attributes" >"$work/preset.xml"
      printf '<Requester><Backup/></Requester></Scenario>' >>"$work/preset.xml"
      run 2 run "$work/preset.xml"
      err_has "there is no preset 'ntd'" && err_has "did you mean 'ntds'?"
    done
    sed -i 's/preset="ntd"/preset="my-own-thing"/' "$work/preset.xml"
    run 2 run "$work/preset.xml" && err_has "'vsslab list writers' names them"
    ;;
  exit-3)
    go 3 tests/cli/out-of-budget.xml
    out_has 'budget'
    # What a scenario asks for and cannot be is its mistake, not a pass.
    run 3 run tests/cli/unplayable.xml -q && out_has 'unplayable.xml:6: error:'
    run 3 run tests/cli/unplayable-step.xml -q && out_has 'object 1 has no shadow copy set'
    ;;
  exit-130)
    "$VSSLAB" run tests/cli/slow.xml "$good" -j 1 --out "$work/results" --json \
      >"$work/out" 2>"$work/err" &
    child=$!
    sleep 1
    kill -INT "$child"
    wait "$child"
    code=$?
    [ "$code" -eq 130 ] || fail "an interrupted run ended with $code"
    [ "$(json_at /interrupted)" = true ] || fail 'the report does not say that it is partial'
    [ -s "$work/results/result.json" ] || fail 'no partial report was written'
    ;;
  json)
    go 1 "$failing" --json
    [ "$(json_at /format)" = 1 ] || fail 'no format 1'
    [ "$(json_at /exitCode)" = 1 ] || fail 'no exit code'
    [ "$(json_at /scenarios/0/verdict)" = fail ] || fail 'no verdict'
    for command in 'list rules' 'list scenarios' 'list suites' 'list writers' 'list machines' 'list defects' \
      'explain VSSW-TIME-009' "validate $good"; do
      # shellcheck disable=SC2086
      run 0 $command --json
      json_at /format >/dev/null || fail "'$command --json' is not one JSON document"
    done
    ;;
  junit)
    go 1 "$failing" --report "junit=$work/junit.xml"
    xmllint --noout "$work/junit.xml" || fail 'JUnit is not well-formed'
    tests=$(xmllint --xpath 'string(/testsuites/@tests)' "$work/junit.xml")
    cases=$(xmllint --xpath 'count(//testcase)' "$work/junit.xml")
    [ "$tests" = "$cases" ] || fail "JUnit says $tests tests and has $cases"
    line=$(grep -n 'name="orders-db"' "$failing" | cut -d: -f1)
    [ "$(xmllint --xpath 'string(//testcase[failure]/@line)' "$work/junit.xml")" = "$line" ] ||
      fail 'the failure does not lead to the line of the writer'
    failures=$(xmllint --xpath 'string(/testsuites/@failures)' "$work/junit.xml")
    elements=$(xmllint --xpath 'count(//failure)' "$work/junit.xml")
    [ "$failures" = "$elements" ] || fail "JUnit says $failures failures and has $elements"
    go 1 "$failing" "$good" --seeds 1..3 --report "junit=$work/junit.xml"
    suites=$(grep -o '<testsuite name="[^"]*"' "$work/junit.xml" | sort -u | wc -l)
    [ "$suites" -eq 6 ] || fail "6 runs of scenarios have $suites names"
    classes=$(grep -o ' classname="[^"]*"' "$work/junit.xml" | sort -u | wc -l)
    [ "$classes" -eq 6 ] || fail "6 runs of scenarios have $classes classes"
    ;;
  reproduce)
    go 1 "$failing"
    run_reproduce_lines 1
    ;;
  reproduce-pair)
    mkdir "$work/pair" && cp tests/fuzz/testwriter/orders.xml "$work/pair/"
    printf '%s' '<BETest><Writer writerid="5affb034-969f-4919-8875-88f830d0ef89"/></BETest>' \
      >"$work/pair/betest.xml"
    sed -i 's/<\/TestWriter>/<FailEvent writerEvent="Freeze" action="late" delay="75s"\/>&/' \
      "$work/pair/orders.xml"
    go 1 --writer "$work/pair/orders.xml" --betest "$work/pair/betest.xml" --type COPY --seed 5
    out_has "--writer $work/pair/orders.xml --betest $work/pair/betest.xml --type COPY --seed 5"
    run_reproduce_lines 1
    journal=$(ls "$work"/results/journals/*.journal)
    inputs=$(ls "$work"/results/journals/*.inputs)
    run 0 replay "$journal" && out_has 'same:'
    # The files may change or go: the replay is that of the files that were read.
    printf 'broken' >"$work/pair/orders.xml"
    rm "$work/pair/betest.xml"
    run 0 replay "$journal" && out_has 'same:'
    run 1 run "$inputs" --seed 5 --out "$work/stored" && out_has '✗ VSSW-TIME-009'
    run_reproduce_lines 1
    run 0 replay "$work"/stored/journals/*.journal && out_has 'same:'
    run 0 validate "$inputs" && out_has '2 files'
    sed 's/delay="75s"/delay="76s"/' "$inputs" >"$work/other" && cp "$work/other" "$inputs"
    run 3 replay "$journal" && out_has 'has changed' && err_has 'has changed'
    mv "$inputs" "$work/moved.inputs"
    run 2 replay "$journal" && err_has 'not beside the journal'
    sed 's|^! inputs=.*|! inputs=../../moved.inputs|' "$journal" >"$work/astray.journal"
    run 2 replay "$work/astray.journal" && err_has 'no file beside it'
    head -c 300 "$work/moved.inputs" >"$work/cut.inputs"
    run 2 run "$work/cut.inputs" && err_has 'cut off'
    ;;
  reproduce-stdin)
    "$VSSLAB" run - --out "$work/results" <"$failing" >"$work/out" 2>"$work/err"
    [ $? -eq 1 ] || fail 'run -'
    run_reproduce_lines 1
    run 0 replay "$work"/results/journals/*.journal && out_has 'same:'
    cat tests/fuzz/testwriter/orders.xml |
      "$VSSLAB" run --writer - --out "$work/pair" >"$work/out" 2>"$work/err" || fail '--writer -'
    run 0 replay "$work"/pair/journals/*.journal && out_has 'same:'
    run 2 run - - && err_has 'asked for twice'
    run 2 run - --writer - && err_has 'asked for twice'
    ;;
  scenario-changed)
    cp "$failing" "$work/changing.xml"
    go 1 "$work/changing.xml"
    journal=$(ls "$work"/results/journals/*.journal)
    run 0 replay "$journal"
    [ ! -s "$work/err" ] || fail 'it says something about a scenario that is as it was'
    printf '<!-- a word more -->' >>"$work/changing.xml"
    run 0 replay "$journal" && err_has 'has changed since the journal was written' && out_has 'same:'
    sed -i 's/75s/76s/' "$work/changing.xml"
    run 3 replay "$journal" && err_has 'has changed' && out_has 'different:'
    run 3 replay "$journal" --json
    [ "$(json_at /scenarioChanged)" = true ] || fail 'JSON does not say that it changed'
    ;;
  parameters)
    chosen=scenarios/timing/freeze-of-chosen-length.xml
    go 0 "$chosen"
    go 1 "$chosen" --set hold=75s --set type=COPY
    out_has "$chosen --set hold=75s --set type=COPY --seed 42 --rule VSSW-TIME-009"
    out_has 'seed 42   hold=75s   type=COPY'
    run_reproduce_lines 1
    grep -q '^! set=hold=75s$' "$work"/results/journals/*.journal || fail 'the journal lacks it'
    run 0 replay "$work"/results/journals/*.journal && out_has 'same:'
    go 1 "$chosen" --set hold=75s --json
    [ "$(json_at /scenarios/0/settings/0)" = 'hold=75s' ] || fail 'JSON lacks it'
    run 2 run "$chosen" --set hald=1s && err_has "did you mean 'hold'?"
    run 2 run "$chosen" --set type=LOG && err_has 'not one of FULL, COPY' && err_has "$chosen:8"
    run 2 run "$chosen" --set hold=long && err_has "$chosen:17" && err_has 'no duration'
    run 2 run "$chosen" --set hold && err_has 'NAME=VALUE'
    run 2 run "$chosen" --set hold=1s --set hold=2s && err_has 'twice'
    run 2 run "$good" --set hold=1s && err_has 'no parameters'
    run 2 run --writer tests/fuzz/testwriter/orders.xml --set hold=1s && err_has 'needs a scenario'
    sed 's/ default="15s"//' "$chosen" >"$work/x.xml"
    run 2 run "$work/x.xml" && err_has "lacks its attribute 'default'"
    sed 's/delay="${hold}"/delay="${hald}"/' "$chosen" >"$work/x.xml"
    run 2 run "$work/x.xml" && err_has 'x.xml:17' && err_has "did you mean 'hold'?"
    sed 's/delay="${hold}"/delay="5s"/' "$chosen" >"$work/x.xml"
    run 2 run "$work/x.xml" && err_has 'used nowhere'
    xmllint --noout --schema scenarios/schema/scenario.xsd "$chosen" 2>"$work/err" ||
      fail 'the schema does not know parameters'
    ;;
  sarif)
    go 1 "$failing" --report "sarif=$work/run.sarif"
    cp "$work/run.sarif" "$work/out"
    [ "$(json_at /version)" = 2.1.0 ] || fail 'no version'
    [ "$(json_at /runs/0/results/0/ruleId)" = VSSW-TIME-009 ] || fail 'no result'
    [ "$(json_at /runs/0/results/0/level)" = error ] || fail 'no level'
    where=/runs/0/results/0/locations/0/physicalLocation
    [ "$(json_at $where/artifactLocation/uri)" = "$failing" ] || fail 'no file'
    line=$(grep -n 'name="orders-db"' "$failing" | cut -d: -f1)
    [ "$(json_at $where/region/startLine)" = "$line" ] || fail 'not the line of the writer'
    [ "$(json_at /runs/0/invocations/0/exitCode)" = 1 ] || fail 'no exit code'
    go 0 "$good" --report "sarif=$work/run.sarif"
    cp "$work/run.sarif" "$work/out"
    [ "$(json_at /runs/0/results)" = '[]' ] || fail 'a result of a run that is well'
    ;;
  same-names)
    mkdir "$work/a" "$work/b" && cp "$failing" "$work/a/x.xml" && copy_good "$work/b/x.xml"
    go 1 "$work/a/x.xml" "$work/b/x.xml"
    [ "$(ls "$work/results/journals" | wc -l)" -eq 2 ] || fail 'one journal took the other one'"'"'s place'
    ;;
  reproduce-demo)
    go 0 @demo
    sed -n 's/^ *Reproduce  vsslab //p' "$work/out" | sort -u >"$work/commands"
    [ -s "$work/commands" ] || fail 'the demo shows no failure to reproduce'
    while read -r command; do
      rule=${command##* }
      eval "run 0 $command --out '$work/again'"
      out_has "✗ $rule"
      out_has 'expected by the scenario'
    done <"$work/commands"
    ;;
  demo)
    go 0 @demo
    out_has 'SqlServerWriter'
    out_has 'System Writer'
    out_has 'expected by the scenario'
    out_has 'VSSW-TIME'
    out_has 'Conforming:'
    ;;
  color)
    escape=$(printf '\033')
    go 1 "$failing" && out_lacks "$escape"
    go 1 "$failing" --color always && out_has "$escape"
    FORCE_COLOR=1 go 1 "$failing" && out_has "$escape"
    NO_COLOR=1 FORCE_COLOR=1 go 1 "$failing" && out_lacks "$escape"
    NO_COLOR=1 go 1 "$failing" --color always && out_has "$escape"
    NO_COLOR='' FORCE_COLOR=1 go 1 "$failing" && out_has "$escape"
    FORCE_COLOR=1 go 1 "$failing" --color never && out_lacks "$escape"
    ;;
  ascii)
    LC_ALL=C go 1 "$failing"
    out_has '  x VSSW-TIME-009'
    if LC_ALL=C grep -q "$(printf '[\200-\377]')" "$work/out"; then fail 'bytes that are no ASCII'; fi
    ;;
  verbosity)
    go 1 "$failing" -q && out_lacks 'Report:' && out_has '✗ VSSW-TIME-009'
    go 0 "$good" -q
    [ "$(wc -l <"$work/out")" -eq 1 ] || fail 'more than the count line'
    go 0 "$good" -v && out_has '✓ VSSW-' && out_lacks 'DoSnapshotSet enter'
    go 0 "$good" -vv && out_has 'DoSnapshotSet enter'
    ;;
  progress)
    go 0 "$good" --progress lines && err_has '[1/1] ok'
    go 0 "$good" --progress none
    [ ! -s "$work/err" ] || fail 'stderr is not empty'
    go 0 "$good" --progress bar && err_has '[0/1]'
    ;;
  broken-pipe)
    set -o pipefail
    "$VSSLAB" run "$failing" -vv --out "$work/results" 2>"$work/err" | head -n 1 >"$work/out"
    [ ! -s "$work/err" ] || ! grep -qi 'internal error' "$work/err" || fail 'it complained'
    ;;
  stdin)
    "$VSSLAB" validate - <"$failing" >"$work/out" 2>"$work/err" || fail 'validate -'
    "$VSSLAB" run - --out "$work/results" <"$failing" >"$work/out" 2>"$work/err"
    [ $? -eq 1 ] || fail 'run -'
    journal=$(ls "$work"/results/journals/*)
    "$VSSLAB" check - <"$journal" >"$work/out" 2>"$work/err"
    [ $? -eq 1 ] || fail 'check -'
    ;;
  environment)
    VSSLAB_SEED=7 go 0 "$good" && out_has 'seed 7'
    VSSLAB_SEED=7 go 0 "$good" --seed 8 && out_has 'seed 8'
    VSSLAB_COLOR=always go 1 "$failing" && out_has "$(printf '\033')"
    VSSLAB_STRICT=true go 0 "$good"
    VSSLAB_LEVEL=most go 2 "$good"
    ;;
  config)
    unset VSSLAB_CONFIG
    mkdir -p "$work/project/deep/down" && cp "$failing" "$work/project/deep/"
    copy_good "$work/project/deep/good.xml"
    cd "$work/project/deep/down" || fail 'no folder'
    here() { printf '%s\n' "$@" >"$work/project/vsslab.toml"; }
    printf '<Waivers format="1"><Waiver rule="VSSW-TIME-009" until="2999-12-31" reason="r" link="l"/></Waivers>' \
      >"$work/project/live-with.xml"
    # Paths are seen from the file's folder; what is for another command is left alone.
    here 'color = "always"' 'region = 3' '[run]' 'seed = 7 # a comment' \
      "waivers = 'live-with.xml'" 'out = "found"' 'report = ["sarif=a.sarif", "junit=b.xml"]'
    run 0 run ../failing.xml
    out_has 'seed 7' && out_has '1 waived' && out_has "$(printf '\033')"
    [ -s "$work/project/found/result.json" ] || fail 'out is not seen from the folder of the file'
    [ -s "$work/project/a.sarif" ] && [ -s "$work/project/b.xml" ] || fail 'a report is missing'
    # Flags, then the environment, then the file, then the defaults.
    run 0 run --print-config
    out_has "$work/project/vsslab.toml"
    grep -Eq '^seed = 7 +# file$' "$work/out" || fail 'not from the file'
    grep -Eq '^shard = "1/1" +# default$' "$work/out" || fail 'not the default'
    grep -Eq '^# clock = +# not set$' "$work/out" || fail 'clock is not set'
    VSSLAB_SEED=8 run 0 run --print-config
    grep -Eq '^seed = 8 +# environment VSSLAB_SEED$' "$work/out" || fail 'not from the environment'
    VSSLAB_SEED=8 run 0 run --print-config --seed 9
    grep -Eq '^seed = 9 +# flag$' "$work/out" || fail 'not from the flag'
    # What it prints says the same again.
    run 0 run --print-config && cp "$work/out" vsslab.toml && cp "$work/out" "$work/first"
    run 0 run --print-config
    diff <(grep -v '^#' "$work/first" | sed 's/ *#.*//') \
      <(grep -v '^#' "$work/out" | sed 's/ *#.*//') >"$work/err" || fail 'it does not read its own output'
    rm vsslab.toml
    run 0 run --config none --print-config && out_has '# no vsslab.toml'
    wrong() { # MESSAGE HINT LINE...: a file that is refused
      local message=$1 hint=$2
      shift 2
      here "$@"
      run 2 run ../good.xml
      err_has "vsslab.toml:$#: error:" && err_has "$message" && err_has "$hint" && out_is_empty
    }
    wrong "unknown key 'sede' in [run]" "did you mean 'seed'?" '[run]' 'sede = 3'
    wrong "unknown key 'colour'" "did you mean 'color'?" 'colour = "auto"'
    wrong '[runn] is no command' "did you mean 'run'?" '[runn]' 'seed = 3'
    wrong "'max-failures'" 'shows what is valid' '[run]' 'max-failures = "x"'
    wrong "'check-determinism' is a switch" 'true or false' '[run]' 'check-determinism = "yes"'
    wrong "'seed' takes one value" '' '[run]' 'seed = [1, 2]'
    wrong "a second key 'seed'" '' '[run]' 'seed = 1' 'seed = 2'
    wrong 'a second table [run]' '' '[run]' '[run]'
    wrong 'no value that is read here' 'in quotes' 'color = 1.5'
    wrong 'a text that does not end' 'close it' 'color = "auto'
    wrong 'an escape that is not known' "in '" 'color = "\q"'
    wrong "no 'key = value'" '' 'color'
    wrong 'texts of several lines' '' 'color = """auto"""'
    wrong 'text follows' '' 'color = "auto" "never"'
    wrong "unknown key 'config'" '' 'config = "x"'
    here '[run]' 'rule = [' '  "VSSW-TIME-*", # one' '  "VSSW-INIT-*",' ']' && run 0 run --print-config
    out_has 'rule = ["VSSW-TIME-*", "VSSW-INIT-*"]'
    head -c 100000 /dev/urandom >"$work/project/vsslab.toml" && run 2 run ../good.xml
    err_has 'vsslab.toml:'
    head -c 2000000 /dev/zero >"$work/project/vsslab.toml" && run 2 run ../good.xml
    err_has 'config_bytes_max'
    rm "$work/project/vsslab.toml" && mkdir "$work/project/vsslab.toml"
    run 2 run ../good.xml && err_has 'this is a folder'
    ;;
  redact)
    customer=tests/cli/contoso-machine.xml
    reports=(--report "sarif=$work/run.sarif" --report "console=$work/console.txt")
    go 1 "$customer" --seeds 1..2 -j 2 -vv "${reports[@]}"
    mv "$work/results" "$work/plain"
    go 1 "$customer" --seeds 1..2 -j 2 -vv --redact "${reports[@]}"
    mv "$work/run.sarif" "$work/console.txt" "$work/results/"
    cp "$work/out" "$work/err" "$work/results/"
    # Every name that the scenario gives, as grep sees it: none may be left.
    sed -n 's/^ *Name: *//p' "$customer" >"$work/names"
    [ "$(wc -l <"$work/names")" -ge 20 ] || fail 'the scenario lists too few names'
    while IFS= read -r name; do
      grep -rqiF -- "$name" "$work/plain" || fail "'$name' is not even in a plain result"
      if grep -rliF -- "$name" "$work/results"; then fail "'$name' is still there"; fi
    done <"$work/names"
    # The verdicts are the same, and so are those of the redacted journals.
    [ "$(verdicts "$work/plain/result.json")" = "$(verdicts "$work/results/result.json")" ] ||
      fail 'the verdicts differ'
    run 1 check "$work"/plain/journals/*.journal --json && verdicts "$work/out" >"$work/a"
    run 1 check "$work"/results/journals/*.journal --json && verdicts "$work/out" >"$work/b"
    diff "$work/a" "$work/b" || fail 'a redacted journal is judged otherwise'
    # Tokens of the journal are those of the reports.
    subject=$(sed -n 's/^ *"subject": "\(writer-[^"]*\)",/\1/p' "$work/results/result.json" | head -n 1)
    grep -q "writer:$subject " "$work"/results/journals/scenario-1-1.journal || fail "no $subject"
    run 2 replay "$work"/results/journals/scenario-1-1.journal && err_has 'redacted'
    run 1 check "$work"/plain/journals/*.journal --redact
    while IFS= read -r name; do out_lacks "$name"; done <"$work/names"
    # A waiver names parties by their real names.
    printf '<Waivers format="1"><Waiver rule="VSSW-TIME-009" subject="Contoso*" until="2999-12-31" reason="r" link="l"/></Waivers>' \
      >"$work/waivers.xml"
    go 0 "$customer" --redact --rule VSSW-TIME-009 --waivers "$work/waivers.xml" && out_has '1 waived'
    go 1 "$customer" --set hold=1s --redact --rule VSSW-TIME-009 --waivers "$work/waivers.xml"
    out_has 'passed unexpectedly'
    ;;
  redact-all)
    # Rules see in a redacted journal what they saw in the plain one, whatever the scenario.
    run 0 run @all --out "$work/plain" -q
    run 0 run @all --out "$work/tokens" -q --redact
    # The same order: a redacted journal is called after its place in the run.
    grep -o '"journalFile": "[^"]*"' "$work/plain/result.json" | cut -d'"' -f4 >"$work/plain.list"
    grep -o '"journalFile": "[^"]*"' "$work/tokens/result.json" | cut -d'"' -f4 |
      sed "s|^|$work/tokens/|" >"$work/tokens.list"
    xargs "$VSSLAB" check --json 2>/dev/null <"$work/plain.list" >"$work/a.json"
    xargs "$VSSLAB" check --json 2>/dev/null <"$work/tokens.list" >"$work/b.json"
    diff <(verdicts "$work/a.json") <(verdicts "$work/b.json") >"$work/out" ||
      fail 'redacted journals are judged otherwise'
    [ "$(verdicts "$work/a.json" | wc -l)" -gt 100000 ] || fail 'hardly anything was judged'
    ;;
  report-later)
    go 1 "$failing"
    journal=$(ls "$work"/results/journals/*.journal)
    run 0 report "$journal" --report "sarif=$work/later.sarif" --report "junit=$work/later.xml"
    grep -q VSSW-TIME-009 "$work/later.sarif" || fail 'no finding in the SARIF report'
    xmllint --noout "$work/later.xml" || fail 'JUnit is not well-formed'
    run 0 report "$journal" --report console=- && out_has '✗ VSSW-TIME-009'
    "$VSSLAB" report - --report json=- <"$journal" >"$work/out" 2>"$work/err" || fail 'report -'
    [ "$(json_at /scenarios/0/verdict)" = fail ] || fail 'no verdict of a journal from standard input'
    run 2 report "$journal" && err_has 'no report is asked for'
    run 2 report "$journal" --report "junit=$work/no/folder.xml" && err_has 'no/folder.xml'
    run 2 report "$work/none.journal" --report console=- && err_has 'none.journal'
    ;;
  compare)
    sed 's/delay="75s"/delay="76s"/' "$failing" >"$work/x.xml"
    copy_good "$work/good.xml"
    go 1 "$work/x.xml" "$work/good.xml" && mv "$work/results" "$work/a"
    run 0 compare "$work/a" "$work/a" && out_has '0 new, 0 worse, 0 changed, 0 fixed'
    sed -i 's/delay="76s"/delay="77s"/' "$work/x.xml"
    go 1 "$work/x.xml" && mv "$work/results" "$work/b"
    run 0 compare "$work/a" "$work/b/result.json"
    out_has 'changed ' && out_has 'was  fail: ' && out_has '77.000 s' && out_has 'only in A: good   seed 42'
    sed -i '/FailEvent/d' "$work/x.xml"
    go 0 "$work/x.xml" "$work/good.xml" && mv "$work/results" "$work/c"
    run 0 compare "$work/b" "$work/c" && out_has 'fixed ' && out_has '1 fixed'
    run 1 compare "$work/c" "$work/b" && out_has 'new ' && out_has '1 new'
    run 1 compare "$work/c" "$work/b" --json
    [ "$(json_at /regressed)" = true ] || fail 'JSON does not say that it regressed'
    [ "$(json_at /differences/0/after/verdict)" = fail ] || fail 'no verdict'
    # A rule that no longer applies has not been kept, and a waived failure is one still.
    result() {
      printf '{"format":1,"scenarios":[{"name":"x","seed":1,"results":[{"ruleId":"VSSW-TIME-009",' >"$2"
      printf '"subject":"w","verdict":"%s"}],"expectations":[]}]}' "$1" >>"$2"
    }
    result fail "$work/1.json" && result not-applicable "$work/2.json" && result waived "$work/3.json"
    run 0 compare "$work/1.json" "$work/2.json" && out_has 'unjudged' && out_has '0 fixed'
    out_has '1 no longer checked'
    run 0 compare "$work/1.json" "$work/3.json" && out_has '1 changed, 0 fixed'
    # Journals are judged for it.
    run 0 compare "$work/b" "$work"/b/journals/*.journal && out_has '0 new'
    run 1 compare "$work"/c/journals/x-*.journal "$work"/b/journals/*.journal
    run 2 compare "$work/a" && err_has 'two results'
    run 2 compare "$work/a" "$work/a" "$work/a" && err_has 'two results'
    run 2 compare "$work/a" "$work/none" && err_has "$work/none"
    for text in '' '[]' '{"format":2,"scenarios":[]}' '{"format":1}' '{"format":1,"scenarios":[1]}' \
      '{"format":1,"scenarios":[{"name":"x","seed":-1}]}' '{"format":1,"scenarios":[{' \
      '{"format":1,"scenarios":[{"name":"x","seed":1,"results":[{"ruleId":"r","subject":"s","verdict":"bad"}]}]}'; do
      printf '%s' "$text" >"$work/bad.json"
      run 2 compare "$work/a" "$work/bad.json" && err_has 'bad.json: error:'
    done
    yes '[' | head -n 1000000 | tr -d '\n' >"$work/bad.json"
    run 2 compare "$work/a" "$work/bad.json" && err_has 'json_depth_max'
    { printf '[' && yes '1,' | head -n 41000000 | tr -d '\n' && printf '1]'; } >"$work/bad.json"
    run 2 compare "$work/a" "$work/bad.json" && err_has 'json_values_max'
    ;;
  selection)
    go 0 "$failing" --rule 'VSSW-INIT-*'
    go 0 "$failing" --rule VSSW-INIT-001,VSSW-INIT-002 && out_lacks 'VSSW-TIME'
    go 1 "$failing" --rule freeze-returns && out_has 'VSSW-TIME-009' && out_lacks 'VSSW-INIT'
    run 2 run --rule VSSW-TIM-009 "$good" && err_has "did you mean 'VSSW-TIME-009'?"
    ;;
  shards)
    total=$("$VSSLAB" run "$good" --seeds 1..5 --out "$work/all" 2>/dev/null | grep -c '^✓')
    one=$("$VSSLAB" run "$good" --seeds 1..5 --shard 1/2 -q -v --out "$work/a" 2>/dev/null |
      grep -c '   seed ')
    two=$("$VSSLAB" run "$good" --seeds 1..5 --shard 2/2 -q -v --out "$work/b" 2>/dev/null |
      grep -c '   seed ')
    [ "$total" -eq 5 ] || fail "5 seeds made $total scenarios"
    a=$(ls "$work/a/journals" | wc -l)
    b=$(ls "$work/b/journals" | wc -l)
    [ $((a + b)) -eq 5 ] || fail "the shards hold $a and $b scenarios ($one, $two)"
    run 2 run "$good" --shard 2/2
    ;;
  max-failures)
    go 1 "$failing" --seeds 1..5 --max-failures 2 --json
    count=$(json_at /scenarios | grep -o '"journalDigest"' | wc -l)
    [ "$count" -eq 2 ] || fail "stopped after $count failures"
    [ "$(json_at /notRun)" = 3 ] || fail 'the scenarios that were not run are not counted'
    # What was not run is told on every page.
    go 1 "$failing" --seeds 1..5 --max-failures 2 --report junit="$work/junit.xml"
    out_has '2 scenarios; 3 not run)'
    grep -q 'stopped after failures: 3 scenarios were not run' "$work/junit.xml" ||
      fail 'JUnit shows a whole run'
    ;;
  waivers)
    waiver() {
      printf '<Waivers format="1"><Waiver rule="%s" until="%s" reason="r" link="l"/></Waivers>' \
        "$1" "$2" >"$work/waivers.xml"
    }
    waiver VSSW-TIME-009 2999-12-31
    go 0 "$failing" --rule VSSW-TIME-009 --waivers "$work/waivers.xml" && out_has '1 waived'
    go 1 "$good" --rule VSSW-TIME-009 --waivers "$work/waivers.xml" && out_has 'passed unexpectedly'
    out_has 'VSSW-TIME-009 freeze-returns   holds for files and is waived until 2999-12-31'
    out_has "take the waiver out of $work/waivers.xml:1" && out_lacks 'start with the first failure'
    go 1 "$good" -q --rule VSSW-TIME-009 --waivers "$work/waivers.xml" && out_has 'take the waiver out'
    # The party under test keeps the rule.
    run 1 conform writer order-writer --scenario full --waivers "$work/waivers.xml"
    out_has 'take the waiver out' && out_has 'CONFORMANT: ' && out_lacks 'NOT CONFORMANT'
    waiver VSSW-TIME-009 2027-02-30
    go 2 "$good" --waivers "$work/waivers.xml" && err_has "'2027-02-30' is no date"
    waiver VSSW-TIME-009 2020-01-01
    go 1 "$failing" --rule VSSW-TIME-009 --waivers "$work/waivers.xml" && out_has 'ended on 2020-01-01'
    # The command that shows it again comes to the same verdict.
    out_has "Reproduce  vsslab run $failing --seed 42 --waivers $work/waivers.xml --rule VSSW-TIME-009"
    go 1 "$failing" --strict && out_has "--seed 42 --strict --rule VSSW-TIME-009"
    waiver VSSW-TIME-999 2999-12-31
    go 2 "$failing" --waivers "$work/waivers.xml" && err_has 'VSSW-TIME-999'
    ;;
  lanes)
    filter() { grep -v '"wallTime_ns"' "$1" | sed 's/lane[12]//g'; }
    run 1 run "$failing" "$good" --seeds 1..4 -j 1 --json --out "$work/lane1"
    cp "$work/out" "$work/one"
    run 1 run "$failing" "$good" --seeds 1..4 -j 2 --json --out "$work/lane2"
    [ "$(filter "$work/one")" = "$(filter "$work/out")" ] || fail '-j 1 and -j 2 differ'
    ;;
  determinism) go 0 "$good" --seeds 1..3 --check-determinism ;;
  journals)
    go 1 "$failing"
    journal=$(ls "$work"/results/journals/*)
    run 1 check "$journal" && out_has '✗ VSSW-TIME-009'
    run 0 replay "$journal" && out_has 'same:'
    run 0 replay "$journal" --json
    [ "$(json_at /same)" = true ] || fail 'replay --json'
    sed 's/ Freeze enter/ Thaw enter/' "$journal" >"$work/changed.journal"
    run 3 replay "$work/changed.journal" && out_has 'different:'
    head -c 2000 "$journal" >"$work/cut.journal"
    run 2 replay "$work/no.journal"
    printf 'no journal' >"$work/noise.journal"
    run 2 check "$work/noise.journal" && err_has 'noise.journal'
    ;;
  pair)
    pair=../shared/corpus/betest
    writer=$(ls $pair/*[Vv]swriter*.xml 2>/dev/null | head -n 1)
    betest=$(ls $pair/*[Bb]etest*.xml 2>/dev/null | head -n 1)
    if [ -z "$writer" ] || [ -z "$betest" ]; then
      printf 'SKIPPED: no corpus with Microsoft'"'"'s sample pair beside the checkout\n'
      exit 77
    fi
    go 0 --writer "$writer" --betest "$betest" --type FULL
    run 2 run --writer "$writer" --type FUL && err_has 'FULL'
    ;;
  validate)
    run 0 validate "$good" tests/fuzz/betest/betest-one.xml tests/fuzz/testwriter/orders.xml
    out_has 'scenario'
    run 2 validate "$good" /no/such && err_has '/no/such'
    printf '<?xml version="1.0"?><Other/>' >"$work/other.xml"
    run 2 validate "$work/other.xml" && err_has 'other.xml'
    run 0 validate tests/cli/machine.xml && out_has 'lab machine'
    printf '<Machine format="1" machine="servr2022"/>' >"$work/machine.xml"
    run 2 validate "$work/machine.xml" && err_has "did you mean 'server2022'?"
    : >"$work/empty.xml"
    run 2 validate "$work/empty.xml" && err_has 'the file is empty'
    printf '%s' '<BACKUP_LOCATIONS><FILE_GROUP componentName="a" restoreMetadata="no" ' \
      'notifyOnBackupComplete="no" selectable="yes" selectableForRestore="no" componentFlags="0"/>' \
      '</BACKUP_LOCATIONS>' >"$work/fragment.xml"
    run 0 validate "$work/fragment.xml" && out_has 'a fragment: 1 component'
    run 0 run "$good" --out "$work/results" && run 0 check "$work/results"
    run 2 run "$work"/results/journals/*.journal && err_has 'this is a journal'
    ;;
  validate-document)
    # SQL Server's own sets a flag that is reserved: a SHOULD rule.
    run 0 validate scenarios/demo/machine/sqlserver.xml && out_has '! VSSM-COMP-010'
    run 1 validate scenarios/demo/machine/sqlserver.xml --strict && out_has '✗ VSSM-COMP-010'
    document=$work/document.xml
    sed 's/notifyOnBackupComplete="yes"/notifyOnBackupComplete="no"/g' \
      scenarios/demo/machine/sqlserver.xml >"$document"
    run 0 validate "$document" --strict && out_has 'Writer Metadata Document' && out_lacks '✗'
    [ ! -s "$work/err" ] || fail 'it warns of a good document'
    change() { sed "$1" "$document" >"$work/changed.xml" && ! cmp -s "$document" "$work/changed.xml"; }
    slip() { # CHANGE MESSAGE HINT: a warning, and a failure with --strict
      change "$1" || fail "'$1' changes nothing"
      run 0 validate "$work/changed.xml" && err_has 'changed.xml:' && err_has "warning: $2"
      err_has "$3"
      run 1 validate "$work/changed.xml" --strict
      run 0 validate "$work/changed.xml" --json
      json_at /files/0/warnings/0/message | grep -qF "$2" || fail 'JSON lacks the warning'
    }
    slip '0,/FILE_LIST/s//FILE_LST/' "unknown element 'FILE_LST' in 'FILE_GROUP'" "mean 'FILE_LIST'?"
    slip '0,/usage="USER_DATA"/s//usage="USERDATA"/' "unknown word in usage='USERDATA'" \
      "did you mean 'USER_DATA'?"
    slip '0,/filespecBackupType/s//filespecBackupTyp/' \
      "unknown attribute 'filespecBackupTyp' of 'FILE_LIST'" "did you mean 'filespecBackupType'?"
    slip '0,/<BACKUP_LOCATIONS>/s//&<IDENTIFICATION\/>/' \
      "element 'IDENTIFICATION' does not belong in 'BACKUP_LOCATIONS'" ''
    breaks() { # CHANGE RULE
      change "$1" || fail "'$1' changes nothing"
      run 1 validate "$work/changed.xml" && out_has "✗ $2" && out_has '      Expected ' && out_has 'Next '
      run 1 validate "$work/changed.xml" --json
      json_at /files/0/results/0/ruleId | grep -qF "$2" || fail 'JSON lacks the rule'
    }
    breaks '0,/filespec="\([^"]*\)"/s//filespec="sub\\\1"/' VSSM-FILE-003
    breaks '0,/ path="[A-Z]:/s// path="/' VSSM-FILE-004
    breaks 's/componentName="model"/componentName="master"/' VSSM-COMP-003
    # A Backup Components Document: what can be wrong with it alone.
    backup=$work/backup.xml
    cat >"$backup" <<'XML'
<BACKUP_COMPONENTS xmlns="x-schema:#VssComponentMetadata" version="1.2" bootableSystemStateBackup="no" selectComponents="yes" backupType="full" partialFileSupport="yes"><WRITER_COMPONENTS instanceId="1bddd48e-5052-49db-9b07-b96f96727e6b" writerId="d61d61c8-d73a-4eee-8cdd-f6f9786b7124" backupSchema="0"><COMPONENT componentName="Data" componentType="filegroup"></COMPONENT></WRITER_COMPONENTS></BACKUP_COMPONENTS>
XML
    run 0 validate "$backup" --strict && out_has 'Backup Components Document' && out_lacks '✗'
    document=$backup
    breaks 's/<\/COMPONENT>/<FILE_LIST path="C:\\Data" filespec="*"\/>&/' VSSM-BCD-002
    run 2 validate - <<<'<BACKUP_COMPONENTS><WRITER_COMPONENTS' && err_has '<stdin>:'
    document=$work/document.xml
    # Many unknown parts stay few words.
    many=$(yes '<FILE_GRUP\/>' | head -n 1000 | tr -d '\n')
    change "s/<BACKUP_LOCATIONS>/&$many/" || fail 'nothing is changed'
    run 0 validate "$work/changed.xml" && err_has 'unknown_parts_max'
    [ "$(grep -c 'warning: ' "$work/err")" -le 21 ] || fail 'too many words'
    ;;
  metadata)
    run 0 metadata scenarios/demo/machine/sqlserver.xml && out_has 'SqlServerWriter'
    run 0 metadata --json scenarios/demo/machine/sqlserver.xml
    [ "$(json_at /documents/0/kind)" = 'writer metadata' ] || fail 'kind'
    run 2 metadata "$good" && err_has 'WRITER_METADATA'
    ;;
  list)
    run 0 list rules && out_has 'VSSW-TIME-009'
    run 0 list scenarios && out_has 'conformance/full-one-writer'
    run 0 list suites && out_has '@demo'
    run 0 list writers && out_has 'mirror'
    out_has 'Registry Writer {afbab4a2-367d-4d15-a586-71dbb18f8485}: on every machine'
    run 0 list machines && out_has 'Windows Server 2022; roles: '
    run 0 list defects && out_has 'VSSW-' && out_has 'requester: '
    run 0 list && out_has 'scenarios' && out_has 'defects'
    run 2 list rulez && err_has "did you mean 'rules'?"
    ;;
  flags-that-mean-nothing)
    run 2 run "$good" -j 0 && err_has 'lanes_max'
    run 2 run "$good" --type FULL && err_has '--type needs a writer'
    run 2 run "$good" --report "junit=$work/nowhere/x.xml" --out "$work/results"
    err_has 'nowhere/x.xml' && [ ! -e "$work/results" ] || fail 'it ran before it looked'
    sed 's/<Requester>/<Wire><Fault event="Freeze" action="drop" times="0"\/><\/Wire><Requester>/' \
      "$good" | sed "s|[.][.]/writers|$SOURCE/scenarios/writers|" >"$work/none.xml"
    run 2 run "$work/none.xml"
    err_has '0 times'
    ;;
  lost-output)
    for command in "run $failing --out $work/results" "run $failing --json --out $work/results" \
      'list rules' "explain VSSW-TIME-009" "validate $good"; do
      # shellcheck disable=SC2086
      "$VSSLAB" $command >/dev/full 2>"$work/err"
      code=$?
      [ "$code" -eq 3 ] || fail "'vsslab $command >/dev/full' ended with $code"
      err_has 'could not be written to standard output'
    done
    run 3 run "$failing" --out "$work/results" --report junit=/dev/full && err_has "'/dev/full'"
    "$VSSLAB" run "$failing" --out "$work/results" >&- 2>"$work/err"
    [ $? -eq 3 ] || fail 'without stdout there is no answer'
    "$VSSLAB" run no/such.xml 2>&-
    [ $? -eq 2 ] || fail 'without stderr it is still a wrong file'
    ;;
  interrupt-suite)
    : >"$work/err" # there before the run has opened it
    "$VSSLAB" run @all --out "$work/results" -j 2 >"$work/out" 2>"$work/err" &
    child=$!
    while [ "$(grep -c '^\[' "$work/err")" -lt 3 ] && kill -0 "$child" 2>/dev/null; do :; done
    kill -INT "$child"
    wait "$child"
    code=$?
    [ "$code" -eq 130 ] || fail "an interrupted run ended with $code"
    out_has 'Interrupted: what follows is only the part that was done.'
    grep -q '"interrupted": true' "$work/results/result.json" || fail 'JSON does not say so'
    grep -q 'interrupted: only a part' "$work/results/junit.xml" || fail 'JUnit does not say so'
    xmllint --noout "$work/results/junit.xml" || fail 'the partial JUnit report is not well-formed'
    [ "$(xmllint --xpath 'count(//error)' "$work/results/junit.xml")" = \
      "$(xmllint --xpath 'string(/testsuites/@errors)' "$work/results/junit.xml")" ] ||
      fail 'the partial JUnit report counts other errors than it has'
    ;;
  interrupt-conform)
    : >"$work/err" # there before the run has opened it
    "$VSSLAB" conform writer order-writer --seeds 1..200 -q --progress lines --out "$work/results" \
      >"$work/out" 2>"$work/err" &
    child=$!
    while [ "$(grep -c '^\[' "$work/err")" -lt 1 ] && kill -0 "$child" 2>/dev/null; do :; done
    kill -INT "$child"
    wait "$child"
    code=$?
    [ "$code" -eq 130 ] || fail "an interrupted suite ended with $code"
    out_has 'Interrupted: what follows is only the part that was done.'
    tail -n 1 "$work/out" | grep -Eq '^NO CONCLUSION: .*; interrupted after [0-9]+ scenario' ||
      fail 'a part of the suite has a verdict'
    grep -q '"conformant": false' "$work/results/result.json" || fail 'JSON says that it conforms'
    ;;
  reader-leaves)
    # Files that were asked for are whole, though nobody reads the screen.
    code=$("$VSSLAB" run "$good" "$failing" --seeds 1..100 -j 1 --report "junit=$work/whole.xml" \
      --out "$work/results" 2>"$work/err" | true; echo "${PIPESTATUS[0]}")
    [ "$code" -eq 1 ] || fail "a run without a reader ended with $code"
    [ "$(xmllint --xpath 'count(//testsuite)' "$work/whole.xml")" -eq 200 ] || fail 'JUnit is a part'
    [ "$(ls "$work/results/journals" | wc -l)" -eq 200 ] || fail 'journals are missing'
    grep -q '"interrupted": false' "$work/results/result.json" || fail 'the whole calls itself a part'
    # Otherwise the rest is not worth doing, and what is there says that it is a part.
    cd "$work" || fail 'no folder'
    code=$("$VSSLAB" run "$SOURCE/$good" --seeds 1..500 -j 1 2>"$work/err" | true; echo "${PIPESTATUS[0]}")
    [ "$code" -eq 130 ] || fail "a run that was left ended with $code"
    grep -q '"interrupted": true' results/latest/result.json || fail 'the part calls itself whole'
    code=$("$VSSLAB" conform writer order-writer --seeds 1..20 -j 1 2>"$work/err" | true
      echo "${PIPESTATUS[0]}")
    [ "$code" -eq 130 ] || fail "a suite that was left ended with $code"
    ;;
  strict)
    go 0 "$warning" && out_has '1 warning' && out_has 'Conforming:'
    go 0 "$warning" -q && [ "$(wc -l <"$work/out")" -eq 1 ] || fail 'a warning speaks with -q'
    for flags in '' '-q' '--seeds 1..6' '--seeds 1..6 -q'; do
      # shellcheck disable=SC2086
      go 1 "$warning" --strict $flags
      out_has '✗ VSSM-WMD-006 ' && out_has '(a warning; --strict)'
      for field in Expected Actual Evidence Reproduce; do out_has "      $field "; done
    done
    go 1 "$warning" --strict && out_has '--strict counts warnings as failures'
    run 1 check "$work"/results/journals/*.journal --strict && out_has '      Actual '
    run 0 conform writer notify-flag --scenario full
    tail -n 1 "$work/out" | grep -q '^CONFORMANT: .*, 1 broken' || fail 'it does not conform'
    run 1 conform writer notify-flag --scenario full --strict && out_has '✗ VSSM-COMP-010'
    tail -n 1 "$work/out" | grep -q '^NOT CONFORMANT: .*, 1 broken; --strict' || fail 'it conforms'
    go 1 "$warning" --strict --seeds 1..5 --max-failures 2 --json
    [ "$(json_at /scenarios | grep -o '"journalDigest"' | wc -l)" -eq 2 ] || fail 'it did not stop'
    ;;
  used-folder)
    go 1 "$failing" --seeds 1..3
    printf 'vsslab-journal' >"$work/results/journals/notes.txt"
    printf 'not ours' >"$work/results/journals/mine.journal"
    go 0 "$good"
    ours=$(grep -l '^vsslab-journal 1' "$work"/results/journals/*.journal)
    [ "$(echo "$ours" | wc -l)" -eq 1 ] || fail 'journals of an earlier run are still there'
    # shellcheck disable=SC2086
    run 0 check $ours
    [ -s "$work/results/journals/notes.txt" ] && [ -s "$work/results/journals/mine.journal" ] ||
      fail 'it took away what is not its own'
    # A run of stored inputs may have them in the same folder.
    "$VSSLAB" run - --out "$work/results" <"$failing" >"$work/out" 2>"$work/err"
    inputs=$(ls "$work"/results/journals/*.inputs)
    go 1 "$inputs" && go 1 "$inputs"
    ;;
  odd-names)
    # A file's name may be any bytes but a slash.
    odd=$work/$(printf 'na\377me\033[31m \342\200\256\047\\.xml')
    cp "$failing" "$odd"
    go 1 "$odd" --report "junit=$work/junit.xml" --report "sarif=$work/run.sarif"
    run_reproduce_lines 1
    journal=$(ls "$work"/results/journals/*.journal)
    run 1 check "$journal"
    run 0 replay "$journal" && out_has 'same:'
    xmllint --noout "$work/junit.xml" || fail 'JUnit is not well-formed'
    xmllint --xpath 'string(//property[@name="reproduce"]/@value)' "$work/junit.xml" >"$work/command"
    eval "run 1 $(sed 's/^vsslab //' "$work/command") --out '$work/again'"
    cp tests/fuzz/testwriter/orders.xml "$odd"
    run 0 run --writer "$odd" --out "$work/pair"
    run 0 replay "$work"/pair/journals/*.journal && out_has 'same:'
    ;;
  idle-defiance)
    # An application that goes on writing while it is frozen, where no time passes in that state.
    sed '/<Provider>/,/<\/Provider>/d; /<Rule id="VSSW-TIME-006"/d; s/ recovered="yes"//' \
      "$SOURCE/scenarios/sqlite/writer-goes-on-writing.xml" >"$work/idle.xml"
    run 0 run "$work/idle.xml" --out "$work/results"
    out_has 'freeze="ignore" of ledger hit nothing in this run'
    go 0 "$SOURCE/scenarios/sqlite/writer-goes-on-writing.xml"
    out_lacks 'hit nothing'
    ;;
  many-components)
    # A backup and restore whose cost grew with the square of the components ran into the watchdog.
    many() { # COMPONENTS FILE-SETS VOLUME STEPS
      printf '<Scenario format="1" name="many"><!-- One writer with very many components. -->'
      printf '<Volumes><Volume root="C:\\" size="4GiB">%s</Volume><Volume root="D:\\" size="4GiB"/></Volumes>' "$3"
      printf '<Writers><Writer name="w"><TestWriter usage="USER_DATA"><RestoreMethod '
      printf 'method="RESTORE_IF_CAN_BE_REPLACED" writerRestore="always" rebootRequired="no"/>'
      awk -v n="$1" -v sets="$2" 'BEGIN { for (i = 0; i < n; ++i) {
        printf "<Component componentType=\"filegroup\" logicalPath=\"p%d\" componentName=\"c%d\" selectable=\"yes\">", i % 7, i
        for (k = 0; k < sets; ++k) printf "<ComponentFile path=\"C:\\d%d\" filespec=\"f%d\"/>", i, k
        printf "</Component>" } }'
      printf '</TestWriter></Writer></Writers><Requester>%s</Requester><Expect/></Scenario>' "$4"
    }
    many 10000 10 '' '<Backup/>' >"$work/many.xml"
    run 0 run "$work/many.xml" --out "$work/many"
    files=$(awk 'BEGIN { for (i = 0; i < 4000; ++i) printf "<File path=\"C:\\d%d\\f0\" content=\"x\"/>", i }')
    many 4000 1 "$files" '<Backup to="D:\b"/><Restore from="D:\b"/>' >"$work/many.xml"
    run 0 run "$work/many.xml" --out "$work/many"
    ;;
  terminal-safe)
    # What stands in a file or an argument reaches no terminal as a command of its.
    escape=$(printf '\033')
    run 2 run "a${escape}[31mb.xml" && err_has 'a\x1b[31mb.xml'
    printf '%s' "no journal ${escape}[31m" >"$work/x.journal"
    run 2 check "$work/x.journal" && err_has '\x1b[31m'
    printf 'x\342\200\256y' >"$work/x.journal" && run 2 check "$work/x.journal" && err_has 'x\u202ey'
    TERM=dumb FORCE_COLOR='' go 1 "$failing" && out_lacks "$escape"
    ;;
  memory)
    # The most hostile documents that are still let in, with the rest of the 64 MiB as text: under
    # 1 GiB of address space, whatever they are made of.
    make() { # PIECE COUNT: a document of so many pieces
      printf '<WRITER_METADATA>'
      yes "$1" | head -n "$2" | tr -d '\n'
      printf '<z>'
      head -c 40000000 /dev/zero | tr '\0' y
      printf '</z></WRITER_METADATA>'
    }
    small() { (ulimit -v 1048576 && exec "$VSSLAB" "$@") >"$work/out" 2>"$work/err"; }
    for piece in '<a/> 1499990' '<a_b=""/> 749990' '<a>x</a> 749990' '<!----> 1499990' \
      'x<!----> 749990'; do
      make "$(printf '%s' "${piece% *}" | tr _ ' ')" "${piece##* }" >"$work/large.xml"
      for command in metadata validate; do
        small $command "$work/large.xml"
        code=$?
        [ "$code" -eq 2 ] || fail "'vsslab $command' of '${piece% *}' ended with $code"
        err_has 'IDENTIFICATION'
      done
      make "$(printf '%s' "${piece% *}" | tr _ ' ')" 1600000 >"$work/large.xml"
      small metadata "$work/large.xml"
      [ $? -eq 2 ] || fail 'a document of too many nodes'
      err_has 'xml_nodes_max'
    done
    ;;
  no-plain-file)
    mkfifo "$work/pipe"
    for command in run check validate metadata replay; do
      run 2 "$command" "$work/pipe" && err_has 'this is a pipe'
      run 2 "$command" /dev/zero && err_has 'this is a device'
    done
    run 2 check "$work" && err_has 'this is a folder'
    run 2 run --writer "$work" && err_has 'this is a folder'
    ;;
  cut-journal)
    go 0 "$good"
    journal=$(ls "$work"/results/journals/*)
    grep -av '^! ended' "$journal" >"$work/cut.journal"
    run 3 check "$work/cut.journal" && out_has 'it was cut off' && out_has 'No verdict'
    # Cut between two lines, it is whole to the eye.
    for lines in 15 30 80; do
      head -n $lines "$journal" >"$work/cut.journal"
      if grep -aq ' doc=' "$work/cut.journal"; then
        run 2 check "$work/cut.journal" && err_has 'truncated'
      else
        run 3 check "$work/cut.journal" && out_has 'it was cut off'
      fi
    done
    sed 's/^! events=.*/! events=3/' "$journal" >"$work/more.journal"
    run 2 check "$work/more.journal" && err_has 'announces 3 events'
    sed 's/^#5 [0-9.]*/#5 9999.000000000/' "$journal" >"$work/back.journal"
    run 2 check "$work/back.journal" && err_has 'time runs backwards'
    ;;
  party-ends)
    go 0 scenarios/failures/crash-in-freeze.xml
    out_has '✗ crashes' && out_has 'crashed in Freeze'
    grep -v '<Party ' scenarios/failures/crash-in-freeze.xml |
      sed "s|[.][.]/writers|$SOURCE/scenarios/writers|" >"$work/crash.xml"
    run 1 run "$work/crash.xml" --out "$work/again"
    out_has 'crashes stays up until it is asked to leave' && out_has 'Not conforming'
    ;;
  no-backup)
    printf '%s' '<BETest><Writer writerid="5affb034-969f-4919-8875-88f830d0ef00">' \
      '<Component componentName="Nobody"/></Writer></BETest>' >"$work/nobody.xml"
    go 1 --writer tests/fuzz/testwriter/orders.xml --betest "$work/nobody.xml"
    out_has 'names no component that is there' && out_has 'Not conforming'
    cat >"$work/no-volume.xml" <<'END'
<!-- What this shows: a backup of a volume that is not there. -->
<Scenario format="1"><Requester><Backup volumes="Q:\"/></Requester></Scenario>
END
    go 1 "$work/no-volume.xml" && out_has 'VSS_E_OBJECT_NOT_FOUND'
    sed 's/<\/Scenario>/<Expect><Backup made="no"\/><\/Expect><\/Scenario>/' "$work/no-volume.xml" \
      >"$work/expected.xml"
    go 0 "$work/expected.xml"
    ;;
  folder-refused)
    # The host's trouble with a copy is nobody's broken rule.
    mkdir -p "$work/volume/TestPath"
    echo hello >"$work/volume/TestPath/a.txt"
    echo taken >"$work/volume.shadow-copies"
    cat >"$work/folder.xml" <<'END'
<!-- What this shows: the place beside the folder is taken. -->
<Scenario format="1">
  <Volumes><Volume root="C:\" folder="volume"/></Volumes>
  <Writers><Writer name="a"><TestWriter usage="USER_DATA">
    <RestoreMethod method="RESTORE_IF_CAN_BE_REPLACED" writerRestore="always" rebootRequired="no"/>
    <Component componentType="filegroup" componentName="A">
      <ComponentFile path="C:\TestPath" filespec="*.txt"/>
    </Component></TestWriter></Writer></Writers>
  <Requester><Backup/></Requester>
</Scenario>
END
    go 3 "$work/folder.xml"
    # The path may be too long for one line.
    tr -s ' \n' ' ' <"$work/out" >"$work/line" && mv "$work/line" "$work/out"
    out_has "the shadow copy of C:\ cannot be made: $work/volume.shadow-copies: File exists"
    out_lacks '✗ VSSP'
    rm "$work/volume.shadow-copies"
    go 0 "$work/folder.xml"
    ;;
  conform-class)
    run 0 conform writer order-writer --scenario full
    tail -n 1 "$work/out" | grep -Eq '^CONFORMANT: [1-9][0-9]* must rules applied, 0 broken; ' ||
      fail 'no verdict at the end'
    run 1 conform writer backup-metadata-twice --scenario 'requester-*,full'
    out_has '✗ VSSW-PREP-009' && out_has 'Rules that backup-metadata-twice breaks:'
    tail -n 1 "$work/out" | grep -Eq '^NOT CONFORMANT: [1-9][0-9]* must rules applied, [1-9]' ||
      fail 'no verdict at the end'
    run 0 conform provider system && out_lacks '✗' && out_has 'CONFORMANT:'
    run 0 conform requester full-backup && out_lacks '✗' && out_has 'CONFORMANT:'
    run 0 conform requester file-backup && out_lacks '✗' && out_has 'CONFORMANT:'
    run 2 conform writer order-writr && err_has "did you mean 'order-writer'?"
    run 2 conform requester order-writer && err_has 'valid: full-backup'
    run 2 conform writr order-writer && err_has "did you mean 'writer'?"
    run 1 conform writer backup-metadata-twice
    [ "$(grep -c '^ *Explain  *vsslab explain VSSW-PREP-009' "$work/out")" -eq 1 ] ||
      fail 'a rule is not explained once'
    out_has '(explained in conform/writer/' && out_lacks 'The failures again'
    grep -A 3 '^  ✗ VSSW-PREP-009 .* in [0-9]* of [0-9]* scenarios:$' "$work/out" |
      grep -Eq '^      .*full' || fail 'the scenarios are not listed'
    run 1 conform writer backup-metadata-twice -v
    [ "$(grep -c '^ *Explain  *vsslab explain VSSW-PREP-009' "$work/out")" -gt 1 ] ||
      fail '-v does not show each in full'
    run 2 conform writer && err_has 'no party is named'
    ;;
  conform-defects)
    # The suite finds each requester with a bug, by the rule that the bug breaks.
    run 0 list defects
    sed -n 's/^\([a-z-]*\)  *requester: .*(\(VSSR-[A-Z]*-[0-9]*\))$/\1 \2/p' "$work/out" >"$work/defects"
    [ "$(wc -l <"$work/defects")" -ge 13 ] || fail 'defects of requesters are missing'
    while read -r defect rule; do
      run 1 conform requester "$defect" --strict
      out_has "✗ $rule" && out_lacks 'no verdict'
    done <"$work/defects"
    ;;
  conform-library)
    run 0 conform writer --library "$PARTIES/libparty_good.so" --out "$work/results"
    out_lacks '✗' && out_has 'CONFORMANT:'
    [ -s "$work/results/result.json" ] || fail 'no report'
    # What the lab's machine lacks, or has nothing of, is not held against anybody.
    for sound in has-no-files stops-a-service; do
      run 0 conform writer --library "$PARTIES/libparty_$sound.so" && out_has 'CONFORMANT:'
    done
    for misdeed in no-entry exits-when-loaded throws-when-loaded loops-when-loaded; do
      run 2 conform writer --library "$PARTIES/libparty_$misdeed.so"
      err_has "libparty_$misdeed.so' cannot be tested"
      out_is_empty
      cat "$work/err" >>"$work/all"
    done
    for text in 'it has no entry point (vsslab_party_main, wmain or main)' 'VSSLAB_WRITER(MyWriter)' \
      'it ended the program while it was loaded' 'loading it crashed with SIGABRT' 'load_patience'; do
      grep -qF "$text" "$work/all" || fail "nothing says '$text'"
    done
    run 2 conform writer --library "$work/no.so" && err_has 'there is no library'
    run 2 conform writer --library README.md && err_has 'build it for this machine'
    run 2 conform provider --library "$PARTIES/libparty_good.so" && err_has 'vsslab_provider_main'
    run 2 conform writer order-writer --library x.so && err_has 'two parties are named'
    ;;
  conform-provider-dll)
    # As it is installed on Windows: no line in it for vsslab.
    provider() { run "$1" conform provider --library "$PARTIES/libprovider_$2.so" "${@:3}"; }
    provider 0 sound && out_lacks '✗' && out_has 'CONFORMANT:'
    provider 1 slow --scenario full && out_has '✗ VSSP-TIME'
    provider 1 miscounts && out_has '✗ VSSP-SW-013' && out_lacks 'no verdict'
    no_provider() { # MISDEED TEXT, however the lines are broken
      provider 3 "$1" --scenario full
      tr -s ' \n' ' ' <"$work/out" | grep -qF -- "$2" || fail "nothing says '$2'"
    }
    no_provider registers-nothing 'registers no provider: it has to call IVssAdmin::RegisterProvider'
    no_provider hardware 'registers no software provider: the lab has no LUNs'
    no_provider no-class 'makes no provider of class 3d1c8a52-77b4-4f0e-8b13-5ac2906e417d: CLASS_E'
    no_provider throws "IClassFactory::CreateInstance of '$PARTIES/libprovider_throws.so' makes"
    no_provider throws "E_UNEXPECTED: it threw 'no vault'"
    ;;
  conform-misdeeds)
    # Each in bounded time, with the place in the message; the run goes on with the next scenario.
    misdeed() { run "$1" conform writer --library "$PARTIES/libparty_$2.so" "${@:3}"; }
    misdeed 1 throws-in-freeze --scenario full
    out_has '✗ VSSW-SEC-005' && out_has 'the queue is closed'
    misdeed 1 second-writer-throws --scenario full
    out_has '✗ VSSW-SEC-005 no-exception-escapes   subject#2' && out_lacks 'no verdict'
    misdeed 1 hangs-in-freeze --scenario full && out_has '✗ VSSW-TIME-009'
    misdeed 1 exits-in-freeze --scenario full,not-selected
    out_has 'ended with code 7' && out_has '(subject, in Freeze)'
    err_has '[2/2] ok  conform/writer/not-selected' && out_has 'it went down or gave up in 1 of 2 scenarios'
    misdeed 1 overruns-the-stack --scenario full
    out_has 'crashed with SIGSEGV (subject, in Freeze)'
    misdeed 1 loops-in-freeze --scenario full --watchdog 2s
    out_has 'gave no sign of life for 2.000 s' && out_has '(subject, in Freeze)'
    misdeed 0 keeps-files-on-q --scenario full,two-in-a-row
    misdeed 3 refuses-to-freeze --scenario full
    out_has 'seen 0 times; subject returned false from Freeze' && out_has 'RERROR_NONRETRYABLE)'
    misdeed 1 leaves-early --scenario full && out_has 'it unsubscribed at 0.000 s'
    out_lacks 'no verdict' && out_has 'it went down or gave up in 1 of 1 scenarios'
    misdeed 1 prepares-too-long --scenario full
    out_has 'VSS waited for subject and went on without it' && out_lacks 'no verdict'
    misdeed 1 names-a-wildcard --scenario full && out_has '✗ VSSM-FILE-002' && out_lacks 'no verdict'
    misdeed 1 initialises-again && out_has '✗ VSSW-INIT-013' && out_lacks 'no verdict'
    out_has 'rules applied, 1 broken'
    misdeed 3 throws-in-main --scenario full
    out_has 'its main function threw an' && out_has 'no configuration file'
    out_has 'NO CONCLUSION:' && out_has '1 of 1 scenarios gave no verdict'
    ;;
  conform-arguments)
    run 3 conform writer --library "$PARTIES/libparty_wants-arguments.so" --scenario full
    out_has 'ended with' && out_has 'code 0x00000003'
    run 0 conform writer --library "$PARTIES/libparty_wants-arguments.so" --scenario full \
      --arg=--name --arg 'two words' --seeds 1..2 -v
    grep -F 'Reproduce' "$work/out" && fail 'a good party has nothing to reproduce'
    run 2 conform writer order-writer --arg x && err_has '--arg has nobody to go to'
    run 2 conform writer order-writer --scenario ful && err_has "did you mean 'conform/writer/full'?"
    run 2 conform writer order-writer --rule 'VSSR-*' && err_has 'is about a writer'
    run 2 conform writer order-writer --watchdog soon && err_has 'such as 60s'
    run 2 conform writer order-writer --jobs 2000 && err_has 'lanes_max'
    run 2 conform writer order-writer --report junit=/nowhere/x.xml && err_has 'cannot be written'
    out_lacks 'conform/writer'
    run 2 conform writer order-writer --scenario full --break-at 5 && err_has 'gdb --args'
    run 0 conform writer order-writer --scenario full --rule 'VSSW-TIME-*' && out_has '(a selection)'
    run 0 conform requester --list-families && out_has 'VSSR-SNAP' && out_lacks 'VSSW'
    ;;
  conform-json)
    run 1 conform writer --library "$PARTIES/libparty_throws-in-freeze.so" --scenario full --json
    [ "$(json_at /format)" = 1 ] || fail 'no format 1'
    [ "$(json_at /conformance/conformant)" = false ] || fail 'conformant'
    [ "$(json_at /conformance/mustBroken)" = 1 ] || fail 'must rules broken'
    [ "$(json_at /conformance/target)" = libparty_throws-in-freeze.so ] || fail 'target'
    # The command that a failure prints does it again.
    run 1 conform writer --library "$PARTIES/libparty_throws-in-freeze.so" --scenario full,copy
    sed -n 's/^ *Reproduce  vsslab //p' "$work/out" | sort -u >"$work/commands"
    [ "$(wc -l <"$work/commands")" -eq 2 ] || fail 'two failures, and not two commands'
    while read -r command; do
      eval "run 1 $command"
      out_has "✗ ${command##* }"
      out_has 'NOT CONFORMANT: 1 must rule applied, 1 broken'
    done <"$work/commands"
    run 0 conform writer order-writer --scenario full --report "junit=$work/junit.xml"
    xmllint --noout "$work/junit.xml" || fail 'JUnit is not well-formed'
    ;;
  conform-break)
    command -v gdb >/dev/null || { echo 'SKIPPED: no gdb'; exit 77; }
    party=$PARTIES/libparty_good.so
    run 0 conform writer --library "$party" --scenario full --out "$work/results"
    seq=$(sed -n 's/^#\([0-9]*\) .* writer:subject Freeze enter .*/\1/p' "$work"/results/journals/*)
    [ -n "$seq" ] || fail 'no Freeze in the journal'
    gdb -nx -batch -ex run -ex bt -ex 'break Writer::OnFreeze' -ex continue -ex bt -ex 'delete' \
      -ex continue --args "$VSSLAB" conform writer --library "$party" --scenario full \
      --break-at "$seq" >"$work/out" 2>"$work/err"
    grep -q 'ptrace: Operation not permitted' "$work/out" "$work/err" &&
      { echo 'SKIPPED: no process may be traced here'; exit 77; }
    out_has 'received signal SIGTRAP' && out_has 'Journal::append'
    out_has 'Writer::OnFreeze' && out_has 'CONFORMANT:'
    gdb -nx -batch -ex run -ex bt -ex continue --args "$VSSLAB" run "$good" --break-at 9 \
      --out "$work/results" >"$work/out" 2>"$work/err"
    out_has 'received signal SIGTRAP' && out_has 'Conforming:'
    gdb -nx -batch -ex run --args "$VSSLAB" run "$good" --seeds 1..2 --break-at 9 >"$work/out" \
      2>"$work/err"
    grep -q 'needs one scenario, and 2 are selected' "$work/out" "$work/err" || fail 'two scenarios'
    ;;
  explain)
    run 0 explain VSSW-TIME-009 && out_has 'freeze-returns' && out_has 'https://learn.microsoft.com'
    run 0 explain VSS_E_WRITERERROR_TIMEOUT && out_has '0x800423f2'
    run 0 explain 0x800423F2 && out_has 'VSS_E_WRITERERROR_TIMEOUT'
    run 0 explain VSS_WS_FAILED_AT_FREEZE && out_has 'writer state'
    run 0 explain Freeze && out_has 'event'
    run 0 explain DoSnapshotSet && out_has 'IVssBackupComponents'
    # As tickets, logs and tools write them.
    for form in 80042306 -2147212538 2147754758; do
      run 0 explain "$form" && out_has 'VSS_E_PROVIDER_VETO' && out_has 'Next' && out_has 'Page'
    done
    run 0 explain 'Non-retryable error' && out_has '0x800423f4' && out_has 'list writers'
    run 0 explain '[9] Failed' && out_has 'VSS_WS_FAILED_AT_FREEZE'
    run 0 explain CVssWriter::OnFreeze && out_has 'Freeze   (event)'
    run 0 explain 12293 && out_has 'VSS 12293   (event log entry)'
    run 0 explain 'event 12298' && out_has 'could not be held'
    run 0 explain 'volsnap 25' && out_has 'storage could not grow'
    run 0 explain SetSelectedForRestore && out_has 'Rules' && out_has 'https://learn.microsoft.com'
    run 0 explain 12293 VSSR-DONE-010 VSS_WS_FAILED_AT_FREEZE
    grep -vE '(Fails on|Passes on|Page|^ {13}[0-9#])' "$work/out" | awk 'length > 100 { exit 1 }' ||
      fail 'a line is longer than a terminal'
    run 2 explain VSS_WS_FAILED_AT_FREEZ && err_has "did you mean 'VSS_WS_FAILED_AT_FREEZE'?"
    ;;
  bench)
    run 0 bench --region 1 --rounds 1 --json
    json_at /rows/0/ratio >/dev/null || fail 'no rows'
    err_has '/'
    run 2 bench --rounds 0
    ;;
  *)
    printf 'no case %s\n' "$case_name"
    exit 1
    ;;
esac

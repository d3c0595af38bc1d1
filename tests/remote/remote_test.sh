#!/usr/bin/env bash
# Parties that are programs of their own, against 'vsslab serve'.
set -u
case=$1
dir=$(mktemp -d)
server=''
children=''
cleanup() {
  # shellcheck disable=SC2086
  [ -z "$children" ] || kill -9 $children 2>/dev/null
  [ -z "$server" ] || kill -9 "$server" 2>/dev/null
  rm -rf "$dir"
}
trap cleanup EXIT
fail() {
  echo "FAILED: $*"
  for file in "$dir"/*.txt; do echo "--- $file" && tail -n 40 "$file"; done
  [ ! -e "$dir/out/journals/serve-42.journal" ] || tail -n 60 "$dir/out/journals/serve-42.journal"
  exit 1
}
export VSSLAB_SERVICE=unix:$dir/vss.sock

serve() {
  rm -f "$dir/serve.txt"  # what an earlier one said is not said by this one
  "$VSSLAB" serve --listen "$VSSLAB_SERVICE" --out "$dir/out" --time-limit 60s "$@" \
    >"$dir/serve.txt" 2>&1 &
  server=$!
  for _ in $(seq 200); do
    grep -q 'serving at' "$dir/serve.txt" && return
    sleep 0.05
  done
  fail 'the service did not begin to serve'
}
start_writer() {
  VSSLAB_PARTY=orders "$WRITER" >"$dir/writer.txt" 2>&1 &
  writer=$!
  children="$children $writer"
  wait_for 'OrderKeeper: serving' writer
}
# wait_for TEXT [WHO]: until the service, or another program, said it.
wait_for() {
  for _ in $(seq 600); do
    grep -q "$1" "$dir/${2:-serve}.txt" && return
    sleep 0.05
  done
  fail "the ${2:-service} never said '$1'"
}
# The service is asked to end; its exit code is in $code.
end_service() {
  kill -INT "$server"
  wait "$server"
  code=$?
  server=''
  journal=$(ls "$dir"/out/journals/*.journal)
}
has() { grep -q -- "$1" "$journal" || fail "the journal lacks '$1'"; }
lacks() { ! grep -q -- "$1" "$journal" || fail "the journal has '$1'"; }
backup() {
  VSSLAB_PARTY=backup timeout 60 "$REQUESTER" 'C:\' >"$dir/requester.txt" 2>&1
}

case $case in
  backup)
    serve
    start_writer
    backup || fail "the backup ended with $?"
    grep -q 'The backup is complete' "$dir/requester.txt" || fail 'the requester did not say so'
    grep -q 'writer OrderKeeper Writer' "$dir/requester.txt" || fail 'it saw no writer'
    end_service
    wait "$writer" || fail "the writer ended with $?"
    [ "$code" = 0 ] || fail "the service ended with $code"
    for event in Identify PrepareForBackup PrepareForSnapshot Freeze Thaw PostSnapshot \
      BackupComplete BackupShutdown; do
      has "orders .*$event"
    done
    ;;
  writer-killed)
    serve
    start_writer
    kill -9 "$writer"
    wait_for 'PartyDisconnected orders'
    backup || fail "the backup without a writer ended with $?"
    end_service
    has 'ProcessExit'
    has 'reason=crash'
    ;;
  writer-stopped)
    # A writer that does not answer holds the requester up until its process is gone.
    serve
    start_writer
    kill -STOP "$writer"
    backup &
    requester=$!
    wait_for 'PartyConnected backup'
    kill -9 "$writer"
    wait_for 'PartyDisconnected orders'
    wait "$requester" || fail "the backup ended with $?"
    end_service
    has 'reason=crash'
    ;;
  requester-killed)
    # What a requester held is let go of when it is gone: the next backup is not kept out.
    serve
    start_writer
    kill -STOP "$writer"  # so that the requester waits for it
    VSSLAB_PARTY=first "$REQUESTER" 'C:\' >"$dir/first.txt" 2>&1 &
    first=$!
    wait_for 'PartyConnected first'
    kill -9 "$first" || fail 'the requester had ended already'
    wait_for 'PartyDisconnected first'
    kill -CONT "$writer"
    backup || fail "the backup after it ended with $?"
    end_service
    wait "$writer" || fail "the writer ended with $?"
    has 'PartyDisconnected'
    ;;
  garbage)
    serve
    start_writer
    head -c 100000 /dev/urandom >"$dir/noise"
    python3 - "$dir" <<'PYTHON'
import os, socket, struct, sys
def one(data, wait=True):
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1] + '/vss.sock')
    try:
        s.sendall(data)
        s.settimeout(15)
        while wait and s.recv(4096): pass
    except (BrokenPipeError, ConnectionResetError): pass
    s.close()
noise = open(sys.argv[1] + '/noise', 'rb').read()
one(noise)
one(struct.pack('<I', 0))
one(struct.pack('<I', 0xFFFFFFFF))
one(struct.pack('<I', 100) + b'half', wait=False)
one(struct.pack('<IB', 1, 4))                      # a call before the hello
hello = struct.pack('<BIHI', 1, 0x4c535356, 1, 5) + b'liars' + struct.pack('<II', 0, 7)
good = struct.pack('<I', len(hello)) + hello
def welcomed():
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1] + '/vss.sock')
    s.settimeout(15)
    s.sendall(good)
    answer = s.recv(4096)
    if len(answer) < 5 or answer[4] != 2: sys.exit('a good hello is not welcome: %r' % answer)
    return s
standing = [welcomed() for _ in range(3)]           # half a frame, and then nothing more
standing[0].sendall(struct.pack('<I', 100) + b'half')
standing[1].sendall(struct.pack('<I', 100)[:3])
standing[2].sendall(struct.pack('<I', 16 << 20) + noise)
one(good + struct.pack('<I', 9) + noise[:9])        # garbage after a good hello
for method in range(20):                            # calls of the root with garbage arguments
    call = struct.pack('<BQQIHH', 4, 1, 0, 1, 0, method) + noise[:40]
    one(good + struct.pack('<I', len(call)) + call, wait=False)
idle = []
for _ in range(500):
    s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1] + '/vss.sock'); idle.append(s)
os._exit(0)
PYTHON
    [ $? = 0 ] || fail 'the garbage was not taken as it has to be'
    backup || fail "the backup among garbage ended with $?"
    end_service
    [ "$code" = 0 ] || [ "$code" = 1 ] || fail "the service ended with $code"
    has 'frame_bytes_max'
    ;;
  version)
    serve
    python3 - "$dir" <<'PYTHON'
import socket, struct, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1] + '/vss.sock')
hello = struct.pack('<BIHI', 1, 0x4c535356, 9, 0)
s.sendall(struct.pack('<I', len(hello)) + hello)
s.settimeout(15)
answer = b''
while True:
    piece = s.recv(4096)
    if not piece: break
    answer += piece
assert b'protocol version 9 is not spoken here, only 1' in answer, answer
PYTHON
    [ $? = 0 ] || fail 'no clear refusal'
    end_service
    has 'PartyRefused'
    ;;
  no-service)
    backup
    [ $? = 3 ] || fail 'a program without a service must end with 3'
    grep -q 'no service answers at' "$dir/requester.txt" || fail 'no clear message'
    (unset VSSLAB_SERVICE && timeout 60 "$REQUESTER" >"$dir/unset.txt" 2>&1)
    [ $? = 3 ] || fail 'without an address there is no service'
    grep -q "VSSLAB_SERVICE is not set; start 'vsslab serve'" "$dir/unset.txt" || fail 'no clear message'
    ;;
  token)
    echo 'open sesame' >"$dir/token"
    VSSLAB_SERVICE=tcp:$((20000 + $$ % 20000))
    echo '<Machine format="1"><Volumes><Volume root="C:\"/><Volume root="Q:\"/></Volumes></Machine>' \
      >"$dir/machine.xml"
    serve --token-file "$dir/token" --machine "$dir/machine.xml"
    VSSLAB_TOKEN=wrong backup
    [ $? = 3 ] || fail 'a wrong token must not come in'
    grep -q "its token (VSSLAB_TOKEN) is not the service's" "$dir/requester.txt" ||
      fail 'no clear message'
    VSSLAB_TOKEN='' backup
    [ $? = 3 ] || fail 'without a token nobody comes in'
    grep -q 'it gave no token: VSSLAB_TOKEN has to hold' "$dir/requester.txt" || fail 'no hint'
    VSSLAB_TOKEN='open sesame' backup || fail "the right token did not come in: $?"
    end_service
    has 'root=Q:'
    has 'its token (VSSLAB_TOKEN) is not'
    ;;
  service-killed)
    # Programs whose service is gone do not stay behind.
    serve
    start_writer
    kill -STOP "$writer"
    VSSLAB_PARTY=backup "$REQUESTER" 'C:\' >"$dir/requester.txt" 2>&1 &
    requester=$!
    children="$children $requester"
    wait_for 'PartyConnected backup'
    kill -9 "$server"
    kill -CONT "$writer"
    for who in "$writer" "$requester"; do
      for _ in $(seq 400); do
        kill -0 "$who" 2>/dev/null || continue 2
        sleep 0.05
      done
      fail "process $who stays behind"
    done
    wait "$requester" && fail 'a backup without a service must not end well'
    grep -q 'the service is gone' "$dir/writer.txt" || fail 'the writer was not told'
    ;;
  stale-socket)
    # A service that was killed leaves its socket file behind; that of a living one is respected.
    serve
    kill -9 "$server"
    wait "$server" 2>/dev/null
    [ -S "$dir/vss.sock" ] || fail 'there is no socket to be stale'
    rm -rf "$dir/out"
    serve
    "$VSSLAB" serve --listen "$VSSLAB_SERVICE" --out "$dir/out2" --time-limit 20s >"$dir/second.txt" 2>&1
    [ $? = 2 ] || fail 'a second service at the same place must be refused'
    grep -q 'cannot listen at' "$dir/second.txt" || fail 'no clear message'
    start_writer
    backup || fail "the backup ended with $?"
    end_service
    wait "$writer" || fail "the writer ended with $?"
    ;;
  crowd)
    # 10,000 connections: what is beyond connections_max is refused, who was there goes on.
    serve
    start_writer
    python3 - "$dir" <<'PYTHON' || fail 'the crowd was not treated well'
import resource, select, socket, sys, time
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
wanted = 10000
if hard < wanted + 100:
    wanted = hard - 100
    print('only', wanted, 'descriptors')
refused, open_ones = 0, []
for i in range(wanted):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    until = time.time() + 30
    while True:
        try:
            s.connect(sys.argv[1] + '/vss.sock')
            break
        except BlockingIOError:  # more wait already than the service has accepted
            assert time.time() < until, 'the service accepts nobody'
            time.sleep(0.01)
    open_ones.append(s)
poll = select.poll()
by_descriptor = {}
for s in open_ones:
    poll.register(s, select.POLLIN)
    by_descriptor[s.fileno()] = s
texts, ended = {}, 0
while ended < wanted:
    ready = poll.poll(30000)
    assert ready, f'{wanted - ended} of {wanted} connections were left hanging'
    for descriptor, _ in ready:
        try:
            piece = by_descriptor[descriptor].recv(4096)
        except ConnectionResetError:
            piece = b''
        texts[descriptor] = texts.get(descriptor, b'') + piece
        if not piece:
            poll.unregister(descriptor)
            ended += 1
refused = sum(b'connections_max' in text for text in texts.values())
print(wanted, 'connections,', refused, 'refused')
assert wanted < 4200 or refused >= wanted - 4096, refused
PYTHON
    backup || fail "the backup after the crowd ended with $?"
    end_service
    wait "$writer" || fail "the writer ended with $?"
    ;;
  slow)
    # A byte at a time, half a frame, one that never reads: nobody else waits for them.
    serve
    start_writer
    python3 - "$dir" <<'PYTHON' &
import socket, struct, sys, time
def connected():
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1] + '/vss.sock')
    return s
hello = struct.pack('<BIHI', 1, 0x4c535356, 1, 4) + b'slow' + struct.pack('<II', 0, 7)
good = struct.pack('<I', len(hello)) + hello
call = struct.pack('<BQQIHH', 4, 1, 0, 1, 0, 6) + struct.pack('<II', 0, 0)
deaf = connected()                     # asks and asks, and reads no answer
deaf.sendall(good)
deaf.setblocking(False)
half = connected()
half.sendall(good + struct.pack('<I', 1000) + b'half')
slow = connected()
print('begun', flush=True)
many = (struct.pack('<I', len(call)) + call) * 1000
end = time.time() + 20
for byte in good + many[:200]:
    slow.send(bytes([byte]))
    try:
        deaf.send(many)
    except (BlockingIOError, BrokenPipeError, ConnectionResetError): pass
    if time.time() > end: break
    time.sleep(0.02)
PYTHON
    children="$children $!"
    wait_for 'PartyConnected slow'
    backup || fail "the backup beside slow programs ended with $?"
    end_service
    wait "$writer" || fail "the writer ended with $?"
    ;;
  *) fail "no case $case" ;;
esac
echo "ok: $case"

#!/usr/bin/env bash
# A real database under a real writer: PostgreSQL is backed up while it works, and a second one
# started from the backup has every transaction that was committed before Freeze.
set -u
bin=$(pg_config --bindir 2>/dev/null)
if [ -z "$bin" ] || [ ! -x "$bin/initdb" ] || [ -z "${WRITER-}" ]; then
  echo 'SKIPPED: there is no PostgreSQL here (./run-tests --postgres installs it)'
  exit 77
fi
dir=$(mktemp -d)
chmod 711 "$dir"
workload=''
as_db() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}
cleanup() {
  [ -z "$workload" ] || kill "$workload" 2>/dev/null
  for data in "$dir/volume/pgdata" "$dir/restored"; do
    [ ! -e "$data/postmaster.pid" ] || as_db "$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1
  done
  rm -rf "$dir"
}
trap cleanup EXIT
fail() {
  echo "FAILED: $*"
  for file in "$dir"/*.txt; do echo "--- $file" && tail -n 40 "$file"; done
  exit 1
}
folder() {
  mkdir -p "$1" && chmod 700 "$1"
  [ "$(id -u)" != 0 ] || chown postgres "$1"
}
query() { as_db "$bin/psql" -h "$1" -XAtq -d postgres -c "$2" 2>>"$dir/psql.txt"; }

folder "$dir/volume"
folder "$dir/volume/archive"
folder "$dir/socket"
folder "$dir/socket2"
as_db "$bin/initdb" -D "$dir/volume/pgdata" -A trust -N >"$dir/initdb.txt" 2>&1 || fail 'initdb'
cat >>"$dir/volume/pgdata/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$dir/socket'
archive_mode = on
archive_command = 'cp %p $dir/volume/archive/%f'
fsync = off
CONF
as_db "$bin/pg_ctl" -D "$dir/volume/pgdata" -l "$dir/socket/log" -w start >"$dir/start.txt" 2>&1 ||
  fail "PostgreSQL does not start: $(cat "$dir/socket/log")"
query "$dir/socket" 'CREATE TABLE ledger (id bigserial PRIMARY KEY, text text)' || fail 'no table'

# Transactions all the time, one a line; what it prints is committed.
(
  while query "$dir/socket" "INSERT INTO ledger (text) VALUES (repeat('x', 500)) RETURNING id"; do :; done
) >"$dir/committed.txt" &
workload=$!
for _ in $(seq 200); do
  [ "$(wc -l <"$dir/committed.txt")" -gt 20 ] && break
  sleep 0.1
done

cat >"$dir/postgres.xml" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<!-- A PostgreSQL cluster that works while it is backed up. -->
<Scenario format="1" clock="real" budget="120s">
    <Volumes>
        <Volume root="P:\\" folder="volume"/>
    </Volumes>
    <Writers>
        <Writer name="postgres" exec="$WRITER" arguments="postgresql://postgres@/postgres?host=$dir/socket P:\\pgdata P:\\archive $dir/frozen.txt"/>
    </Writers>
    <Requester name="backup" exec="$REQUESTER" arguments="P:\\ $dir/backup"/>
</Scenario>
XML
[ "$(id -u)" = 0 ] || sed -i "s|postgres@/postgres|/postgres|" "$dir/postgres.xml"
mkdir "$dir/backup"
"$VSSLAB" run "$dir/postgres.xml" --out "$dir/out" >"$dir/run.txt" 2>&1 ||
  fail "the backup ended with $?"
journal=$dir/out/journals/postgres-42.journal
for event in 'postgres PrepareForSnapshot' 'postgres Freeze' 'postgres Thaw' 'postgres PostSnapshot' \
  'postgres BackupShutdown' 'backup BackupComplete'; do
  grep -q "$event" "$journal" || fail "the journal lacks '$event'"
done
before=$(cat "$dir/frozen.txt")
[ -n "$before" ] || fail 'the writer did not say what was committed before Freeze'
[ ! -e "$dir/volume.shadow-copies" ] || fail 'the copy is still there'
kill "$workload" && wait "$workload" 2>/dev/null
workload=''
all=$(wc -l <"$dir/committed.txt")
[ "$before" -gt 20 ] || fail "only $before transactions came before Freeze"
[ "$all" -gt "$before" ] || fail 'the database stood still during the backup'

# The restore: the cluster from the shadow copy, the writer's label, the archived log.
mv "$dir/backup/pgdata" "$dir/restored"
mv "$dir/backup/backup_label" "$dir/restored/backup_label"
cat >>"$dir/restored/postgresql.conf" <<CONF
unix_socket_directories = '$dir/socket2'
archive_mode = off
restore_command = 'cp $dir/backup/archive/%f %p'
recovery_target = 'immediate'
recovery_target_action = 'promote'
CONF
touch "$dir/restored/recovery.signal"
[ "$(id -u)" != 0 ] || chown -R postgres "$dir/restored" "$dir/backup"
chmod -R go-rwx "$dir/restored"
chmod 711 "$dir/backup"
as_db "$bin/pg_ctl" -D "$dir/restored" -l "$dir/socket2/log" -w start >"$dir/second.txt" 2>&1 ||
  fail "the restored cluster does not start: $(tail -n 20 "$dir/socket2/log")"
restored=$(query "$dir/socket2" "SELECT count(*) FROM ledger WHERE id <= $before")
[ "$restored" = "$before" ] || fail "$restored of the $before transactions before Freeze are there"
query "$dir/socket2" 'SELECT sum(length(text)) FROM ledger' >/dev/null || fail 'the ledger cannot be read'
echo "ok: $before transactions before Freeze, $all in all; the restored cluster has the $before"

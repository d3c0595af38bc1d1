#!/usr/bin/env bash
# Copies of folder volumes on a file system that shares blocks: a small btrfs in a file, mounted for
# this test. UNIT_CORE and UNIT_VOLUME come from CMake.
set -u
not_tested() { echo "NOT TESTED: $*"; exit 77; }
command -v mkfs.btrfs >/dev/null || not_tested 'there is no mkfs.btrfs (apt-get install btrfs-progs)'
[ "$(id -u)" = 0 ] || not_tested 'only root can mount a file system'
dir=$(mktemp -d)
cleanup() {
  ! mountpoint -q "$dir/mounted" || umount "$dir/mounted"
  rm -rf "$dir"
}
trap cleanup EXIT
truncate -s 256M "$dir/image"
mkdir "$dir/mounted"
{ mkfs.btrfs -q "$dir/image" && mount -o loop "$dir/image" "$dir/mounted"; } >"$dir/log" 2>&1 ||
  { cat "$dir/log"; not_tested 'no btrfs can be made and mounted here'; }
export VSSLAB_REFLINK_FOLDER=$dir/mounted TMPDIR=$dir/mounted
"$UNIT_CORE" --gtest_filter='Clone.*' || exit 1
"$UNIT_VOLUME" --gtest_filter='FolderVolumes.*' || exit 1

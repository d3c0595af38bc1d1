# shellcheck shell=bash disable=SC2154
# Shared by ./vsslab, ./run-tests and .ci/run: installs what .ci/packages lists and is not there.
# Everything said here goes to stderr.

say() { printf 'vsslab: %s\n' "$*" >&2; }
die() {
  say "$*"
  exit 3
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    die "must be root, or have sudo, to install: $missing"
  fi
}

installed() { dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null | grep -q '^installed$'; }

# install_packages LOG KIND...: the packages of these kinds.
install_packages() {
  local log=$1 kind name missing='' wanted=''
  shift
  if ! command -v dpkg-query >/dev/null 2>&1; then
    say "this is no Debian or Ubuntu: the packages of .ci/packages must be there already"
    return 0
  fi
  while read -r kind name; do
    case " $* " in *" $kind "*) ;; *) continue ;; esac
    installed "$name" && continue
    if [ "$kind" = optional ]; then wanted="$wanted $name"; else missing="$missing $name"; fi
  done < <(grep -v '^#' "$root/.ci/packages")
  [ -n "$missing$wanted" ] || return 0
  [ -n "$missing" ] || [ ! -e "$root/build/.optional-tried" ] || return 0
  say "installing$missing$wanted"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update >>"$log" 2>&1 || say "apt-get update failed (see $log); trying anyway"
  if [ -n "$missing" ]; then
    # shellcheck disable=SC2086
    as_root apt-get install -y --no-install-recommends $missing >>"$log" 2>&1 || {
      tail -n 15 "$log" >&2
      die "apt-get could not install:$missing (log: $log)"
    }
  fi
  for name in $wanted; do
    as_root apt-get install -y --no-install-recommends "$name" >>"$log" 2>&1 || say "no $name; going on"
  done
  : >"$root/build/.optional-tried"
}

# build_dir PRESET: the folder of a preset, configured.
configure() {
  local preset=$1 log=$2
  if [ ! -e "$root/build/$preset/build.ninja" ]; then
    local launcher=''
    command -v ccache >/dev/null 2>&1 && launcher='-DCMAKE_CXX_COMPILER_LAUNCHER=ccache'
    say "configuring build/$preset"
    # shellcheck disable=SC2086
    (cd "$root" && cmake --preset "$preset" $launcher) >>"$log" 2>&1 || {
      tail -n 30 "$log" >&2
      die "cmake failed (log: $log)"
    }
  fi
}

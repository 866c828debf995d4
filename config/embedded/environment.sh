# Shared by ./run and ./test: a virtual environment that holds exactly the pinned packages.

# Without compiled modules every program starts three times slower.
unset PYTHONDONTWRITEBYTECODE

find_python() {
  local name
  for name in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    if [ -n "$name" ] && "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  echo "Hurdle needs Python 3.11, 3.12 or 3.13. Install one, or name it: PYTHON=/path/to/python3 $0" >&2
  return 1
}

# Waits until no other start changes the environment; the lock ends with the subshell that opened descriptor 8.
wait_for_lock() {
  "$1" -c 'import fcntl; fcntl.flock(8, fcntl.LOCK_EX)'
}

make_venv() {
  local python=$1 folder=$2
  "$python" -m venv --clear "$folder" >/dev/null 2>&1 && return
  rm -rf "$folder"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing python3-venv ..."
    apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null && "$python" -m venv "$folder"
  else
    echo "Python cannot make virtual environments here. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2
    return 1
  fi
}

# prepare_environment PROJECT REQUIREMENTS: makes PROJECT/.venv and installs what changed.
prepare_environment() {
  local project=$1 requirements=$2 stamp wanted python
  stamp="$project/.venv/.installed-$requirements"
  wanted=$(cksum <"$project/$requirements")
  [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
  python=$(find_python) || return 1
  (
    wait_for_lock "$python" || exit 1
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0
    "$project/.venv/bin/python" -m pip --version >/dev/null 2>&1 || make_venv "$python" "$project/.venv" || exit 1
    echo "Installing the pinned packages ..."
    "$project/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-compile \
      --require-hashes --only-binary :all: -r "$project/$requirements" || exit 1
    echo "$wanted" >"$stamp"
  ) 8>"$project/.venv.lock"
}

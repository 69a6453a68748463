# Steps 3 to 6: files arrive, the others are linked, every hash is checked, and the program is tried.

# Prints the fourth word of df's last line, if it is a number, else `-`: free_of <option> <folder>.
free_of() {
  # shellcheck disable=SC2046 # words of a line
  set -- $(df "$1" "$2" 2>/dev/null | tail -n 1)
  case ${4:-} in '' | *[!0-9]*) echo - ;; *) echo "$4" ;; esac
}

# Prints free bytes and inodes for releases, or of a folder; `-` is for what df does not print.
free_space() {
  [ -n "${1:-}" ] || [ ! -d incoming ] || set -- incoming/.
  kilobytes=$(free_of -Pk "${1:-.}")
  [ "$kilobytes" = - ] || kilobytes=$((kilobytes * 1024))
  echo "$kilobytes $(free_of -Pi "${1:-.}")"
}

# Ends with the reason why a path cannot be written: fail_write <path>. Whatever failed, the release before it still runs.
fail_write() {
  problem=$( { : >.partial.0; } 2>&1) && rm -f .partial.0
  case $problem in *[Rr]ead-only*) fail READ_ONLY "$1 cannot be written: the file system is read-only" ;; esac
  # The small files may be on another file system than the releases.
  for full in . ''; do
    space=$(free_space "$full")
    if [ "${space% *}" != - ] && [ "${space% *}" -lt 65536 ]; then fail NO_SPACE "$1 cannot be written: ${space% *} bytes are free"; fi
  done
  fail WRITE_FAILED "$1 cannot be written; free bytes and inodes: $space"
}

# Unpacks the tar of stdin: unpack <folder>. Sets `reason` if that fails.
unpack() {
  if have gzip; then flags=xzopf; else flags=xopf; fi
  reason=$(tar -C "$1" "-$flags" - 2>&1) && return
  reason=$(printf '%s' "$reason" | tail -n 3 | tr '\n' ' ')
  return 1
}

# A full disk is not the fault of the stream.
fail_unpack() {
  case $reason in
    *[Nn]o\ space* | *[Rr]ead-only*) fail_write "$folder" ;;
    *) fail RECEIVE_FAILED "the upload cannot be unpacked: $reason" ;;
  esac
}

# The host sends the files that are missing or wrong; what is there stays, so that a cut upload goes on.
op_receive() {
  hold "$1"
  is_id "$2" || fail USAGE "$2 is not the id of a release"
  rm -f "$run/whole"
  mkdir -p "incoming/$2" || fail_write "$folder/incoming"
  unpack "incoming/$2" || fail_unpack
  send received "$(find "incoming/$2" -type f | wc -l | tr -d ' ') $(find "incoming/$2" -type f | with_lines cat | wc -c | tr -d ' ')"
}

# Makes the folder of a file: make_parent <path>. The test spares most processes.
make_parent() {
  case $1 in */*) [ -d "${1%/*}" ] || mkdir -p "${1%/*}" ;; esac
}

# Links the files that an older release has, and makes the links of the manifest: fill <folder> <base id>.
fill() {
  [ ! -r "releases/$2/.manifest" ] || shared_files "releases/$2/.manifest" "$1/.manifest" |
    while IFS= read -r from && IFS= read -r to && IFS= read -r mode; do
      [ ! -e "$1/$to" ] || continue
      make_parent "$1/$to" || exit 1
      if [ "$mode" = - ] && ln "releases/$2/$from" "$1/$to" 2>/dev/null; then continue; fi
      # A missing file of the base is found by `verify`.
      [ -r "releases/$2/$from" ] || continue
      cp -p "releases/$2/$from" "$1/$to" || exit 1
      [ "$mode" = - ] || chmod "$mode" "$1/$to" || exit 1
    done || return 1
  sed -n 's/^link //p' "$1/.manifest" | while IFS= read -r link; do
    target=${link%% *}
    path=${link#* }
    [ ! -L "$1/$path" ] || continue
    make_parent "$1/$path" && ln -s "$target" "$1/$path" || exit 1
  done
}

op_assemble() {
  hold "$1"
  rm -f "$run/whole"
  find_release "$2" || fail NO_RELEASE "release $2 is not on the board: it was never received"
  [ "$(sha256sum <"$place/.manifest" | cut -c 1-16)" = "$2" ] || fail BAD_MANIFEST "the manifest of $2 is missing or not the one that was sent"
  case $place in
    incoming/*) fill "$place" "$3" || fail_write "$folder/$place" ;;
  esac
  # The manifest names no folders; the app's user has to enter them.
  find "$place" -type d ! -perm 0755 | with_lines chmod 755
  flush
  # What is read from now on comes from the flash, not from memory.
  { echo 1 >/proc/sys/vm/drop_caches; } 2>/dev/null
  wrong=$(verify "$place")
  [ -n "$wrong" ] || echo "$2" >"$run/whole"
  send wrong "$wrong"
}

# Kills a process and those that it has started.
kill_tree() {
  for stat_file in /proc/[0-9]*/stat; do
    IFS= read -r stat 2>/dev/null <"$stat_file" || continue
    child=${stat%% *}
    rest=${stat##*) ? }
    if [ "${rest%% *}" = "$1" ]; then (kill_tree "$child"); fi
  done
  kill -9 "$1" 2>/dev/null
}

# Runs the `check` of a release, which loads its addons, as the app's user below the cap, while the old one serves.
# check <token> <id> <bytes of the cap, or 0> [<user> [<folder of the data>]]; the settings of the first deploy are not there yet.
op_check() {
  hold "$1"
  find_release "$2" || fail NO_RELEASE "release $2 is not on the board"
  user=${4:-$user} data=${5:-$data}
  # For that user to read them, whatever the umask of the shell that made them.
  chmod 755 "$script" "$folder"
  group=boardkit-$app-check
  rm -f "$run/no-cap"
  (
    cd "$place" || exit 1
    if [ "$3" != 0 ]; then enter_cap "$group" "$3" || : >"$run/no-cap"; fi
    run_as_user check "$2"
  ) >"$run/check" 2>&1 &
  pid=$!
  deadline=$(($(uptime_now) + 60))
  while kill -0 "$pid" 2>/dev/null; do
    if [ "$(uptime_now)" -ge "$deadline" ]; then
      kill_tree "$pid"
      echo 'boardkit: the check did not end within 60 s' >>"$run/check"
    fi
    nap
  done
  wait "$pid" 2>/dev/null
  code=$?
  rmdir "/sys/fs/cgroup/$group" 2>/dev/null
  if [ "$3" = 0 ] || [ -e "$run/no-cap" ]; then send cap no; else send cap yes; fi
  send check "$code
$(tail -c 16384 "$run/check")"
  rm -f "$run/check" "$run/no-cap"
}

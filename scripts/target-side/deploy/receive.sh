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

# Whether the folder's file system has next to no space, by `space`, an answer of free_space.
is_full() { [ "${space% *}" != - ] && [ "${space% *}" -lt 65536 ]; }

# Ends with the reason why a path cannot be written: fail_write <path>. Whatever failed, the release before it still runs.
fail_write() {
  problem=$( { : >.partial.0; } 2>&1) && rm -f .partial.0
  case $problem in *[Rr]ead-only*) fail READ_ONLY "$1 cannot be written: the file system is read-only" ;; esac
  # The small files may be on another file system than the releases.
  for full in . ''; do
    space=$(free_space "$full")
    if is_full; then fail NO_SPACE "$1 cannot be written: ${space% *} bytes are free"; fi
  done
  fail WRITE_FAILED "$1 cannot be written; free bytes and inodes: $space"
}

# Unpacks the tar of stdin: unpack <folder>. Sets `reason` if that fails.
unpack() {
  if have gzip; then flags=xzopf; else flags=xopf; fi
  reason=$(tar -C "$1" "-$flags" - 2>&1)
}

# A full disk is not the fault of the stream; tar says so once, or only how much it has written.
fail_unpack() {
  space=$(free_space)
  ! is_full || fail_write "$folder"
  case $reason in *[Nn]o\ space* | *[Rr]ead-only*) fail_write "$folder" ;; esac
  fail RECEIVE_FAILED "the upload cannot be unpacked: $(printf '%s' "$reason" | tail -n 3 | tr '\n' ' ')"
}

# The host sends the files that are missing or wrong; what is there stays, so that a cut upload goes on. With a third word nothing stays.
op_receive() {
  hold "$1"
  is_id "$2" || fail USAGE "$2 is not the id of a release"
  rm -f "$run/whole"
  [ -z "${3:-}" ] || rm -rf "incoming/$2"
  mkdir -p "incoming/$2" || fail_write "$folder/incoming"
  unpack "incoming/$2" || fail_unpack
  send received ''
}

# Links files into a folder in one call, and copies them where links are refused: link_files <folder> <files...>. A missing one is found by
# `verify`.
link_files() {
  into=$1
  shift
  [ $# -gt 0 ] || return 0
  [ -d "$into" ] || mkdir -p "$into" || return
  ! ln "$@" "$into/" 2>/dev/null || return 0
  for file; do
    shift
    if [ ! -e "$into/${file##*/}" ] && [ -r "$file" ]; then set -- "$@" "$file"; fi
  done
  [ $# = 0 ] || cp -p "$@" "$into/"
}

# Links or copies a file that has another name or mode now: link_as <file> <path> <mode, or ->.
link_as() {
  if [ -e "$2" ] || [ ! -r "$1" ]; then return 0; fi
  make_parent "$2" || return
  if [ "$3" = - ] && ln "$1" "$2" 2>/dev/null; then return; fi
  cp -p "$1" "$2" || return
  [ "$3" = - ] || chmod "$3" "$2"
}

# Links what the lines of shared_files name: link_shared <folder> <folder of the older release>.
link_shared() {
  new=$1 old=$2
  set --
  while IFS= read -r line; do
    word=${line#* }
    case $line in
      f*)
        link_files "$to" "$@" || return
        set --
        from=$old${word:+/$word}
        ;;
      t*)
        to=$new${word:+/$word}
        ;;
      n*)
        [ -e "$to/$word" ] || set -- "$@" "$from/$word"
        if [ $# = 100 ]; then
          link_files "$to" "$@" || return
          set --
        fi
        ;;
      a*) from=$old/$word ;;
      b*) path=$new/$word ;;
      m*) link_as "$from" "$path" "$word" || return ;;
    esac
  done
  link_files "$to" "$@"
}

# Links the files that an older release has, and makes the links of the manifest: fill <folder> <base id>.
fill() {
  if [ -r "releases/$2/.manifest" ]; then
    shared_files "releases/$2/.manifest" "$1/.manifest" | link_shared "$1" "releases/$2" || return
  fi
  sed -n 's/^link //p' "$1/.manifest" | while IFS= read -r link; do
    target=${link%% *}
    path=${link#* }
    [ ! -L "$1/$path" ] || continue
    make_parent "$1/$path" && ln -s -- "$target" "$1/$path" || exit 1
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
  flush .
  # What is read from now on comes from the flash, not from memory.
  { echo 1 >/proc/sys/vm/drop_caches; } 2>/dev/null
  wrong=$(verify "$place")
  [ -n "$wrong" ] || echo "$2" >"$run/whole"
  send wrong "$wrong"
}

# Puts a runtime whose hashes are right into its place, where releases share it: adopt <token> <id>.
op_adopt() {
  hold "$1"
  find_release "$2" || fail NO_RELEASE "runtime $2 is not on the board: it was never received"
  case $place in
    incoming/*)
      [ "$(cat "$run/whole" 2>/dev/null)" = "$2" ] || fail NOT_WHOLE "the files of $2 are not checked since they came; assemble first"
      { mkdir -p runtimes && mv "$place" "runtimes/$2"; } || fail_write "$folder/runtimes/$2"
      persist runtimes
      ;;
  esac
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

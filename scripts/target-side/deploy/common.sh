# The functions that the launcher and the tool of `boardkit deploy` share. A POSIX shell and the applets of OpenWrt's busybox are enough.
# Both run as root in the folder of the app; `folder` is its path.

# dropbear and sshd give a short PATH to commands, and service managers another one.
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
umask 022

have() { command -v "$1" >/dev/null 2>&1; }

# Writes a message to the service's log, or over ssh.
say() { printf 'boardkit: %s\n' "$*" >&2; }

# Prints the first digits of the sha256 of a text: digest <digits> <text>.
digest() { printf '%.*s' "$1" "$(printf '%s' "$2" | sha256sum)"; }

# Prints whole seconds since the kernel started: the wall clock of a board may say 1970, and jumps.
uptime_now() {
  IFS=' .' read -r up _ </proc/uptime
  echo "$up"
}

# Waits for a moment; a sleep without fractions waits for a second.
nap() { sleep 0.1 2>/dev/null || sleep 1; }

# Makes a file durable, or the names in a folder. Where there is no fsync, `sync` does it or flushes everything. Unlike `flush` it does not
# write each time what the journal of the filesystem has already.
persist() { if have fsync; then fsync "$1"; else sync "$1"; fi; }

# Makes everything on the filesystem of a folder durable. An older sync knows no -f, and flushes all filesystems.
flush() { sync -f "$1" 2>/dev/null || sync; }

# Makes the folder of a file: make_parent <path>. The test spares most processes.
make_parent() {
  case $1 in */*) [ -d "${1%/*}" ] || mkdir -p "${1%/*}" ;; esac
}

# Replaces a file as a whole: replace_file <new> <path>.
replace_file() {
  make_parent "$2" && cp -p "$1" "$2.partial" && persist "$2.partial" && mv -f "$2.partial" "$2"
}

# Replaces files by a line and its checksum: after a power cut each has its old or the new line. write_line <text> <name...>.
# A shell may not notice a full disk, so each line is read back before it counts.
write_line() {
  whole="$1 $(digest 8 "$1 ")"
  shift
  for file; do
    printf '%s\n' "$whole" >"$file.partial.$$" && IFS= read -r back <"$file.partial.$$" && [ "$back" = "$whole" ] && persist "$file.partial.$$" && continue
    for partial; do rm -f "$partial.partial.$$"; done
    return 1
  done
  for file; do mv -f "$file.partial.$$" "$file" || return 1; done
  persist .
} 2>/dev/null

# Reads such a line into `line`, without the checksum. Fails if there is none or it is torn.
read_line() {
  line=
  whole=
  [ -r "$1" ] || return 1
  IFS= read -r whole <"$1" || return 1
  line=${whole% *}
  [ "${whole##* }" = "$(digest 8 "$line ")" ]
}

# Sets `good` and `previous`: the confirmed release and the one before it, or `-`. A torn file has a copy.
read_good() {
  good=-
  previous=-
  read_line good || read_line good.copy || return 1
  good=${line%% *}
  previous=${line#* }
}

# Makes a release the good one: write_good <id>.
write_good() {
  read_good || :
  [ "$good" = "$1" ] || previous=$good
  good=$1
  write_line "$good $previous" good good.copy
}

# Sets `trial`, `starts` (left), `seconds` and `nonce`: the release on trial.
read_trial() {
  trial=- starts=0 seconds=0 nonce=-
  read_line "${1:-trial}" || return 1
  # shellcheck disable=SC2086 # four words
  set -- $line
  [ $# = 4 ] || return 1
  trial=$1 starts=$2 seconds=$3 nonce=$4
}

# A confirmed trial whose release is not the good one yet: the power went in between.
# Sets `won` to its id if it cannot be written.
settle_won() {
  won=-
  if read_trial won; then
    won=$trial
    write_good "$trial" || return
    # They are of the release before.
    [ ! -d "$here/before" ] || { rm -rf "$here/before" && persist "$here"; }
  fi
  won=-
  rm -f won
}

# systemd leaves a cap in force that the unit of this process does not name any more.
lift_cap() {
  own=$(sed -n 's/^0:://p' /proc/self/cgroup)
  case $own in */"boardkit-$app.service") echo max >"/sys/fs/cgroup$own/memory.max" ;; esac
} 2>/dev/null

# The good release runs with the files of the service that it was confirmed with: those of a release that failed may end it too, for
# example by a smaller cap. restore_service <id of the release that is to run>
restore_service() {
  if [ ! -d "$here/before" ] || [ -e "$run/installing" ]; then return 0; fi
  if [ "$(cat "$here/before/.good")" = "$1" ]; then
    find "$here/before" -type f ! -name .good >"$run/before" || return
    while IFS= read -r kept; do replace_file "$kept" "${kept#"$here/before"}" || return; done <"$run/before"
    rm -f "$run/before"
    sync
    # It holds a process that runs to the cap of the unit too, also the one that asks.
    [ "$kind" != systemd ] || systemctl daemon-reload
    read_settings
    [ -n "$cap" ] || lift_cap
  fi
  rm -rf "$here/before"
}

# Sets `run`: a folder in memory for what ends with the boot; empty if there is none.
find_run() {
  for parent in /run /var/run /tmp; do
    if [ ! -d "$parent" ] || [ ! -w "$parent" ]; then continue; fi
    run=$parent/boardkit
    [ -d "$run" ] || mkdir -p "$run" 2>/dev/null
    # In /tmp it may be somebody else's.
    # shellcheck disable=SC3067 # dash and ash have -O
    if [ ! -d "$run" ] || [ -L "$run" ] || [ ! -O "$run" ]; then continue; fi
    run=$run/$(digest 16 "$folder")
    if [ -d "$run" ] || mkdir -p "$run"; then return; fi
  done
  run=
  return 1
}

# Begins what only one of launcher, timer and tool may do at a time; it is short. The lock of flock ends with its process.
enter() {
  [ -n "$run" ] || return 0
  if have flock; then
    # A failing exec would end the shell.
    : >>"$run/mutex" && exec 8>"$run/mutex" && flock 8
    return
  fi
  waits=0
  until mkdir "$run/mutex.folder" 2>/dev/null; do
    waits=$((waits + 1))
    # Its owner was killed in between.
    [ "$waits" -lt 50 ] || rmdir "$run/mutex.folder" 2>/dev/null
    nap
  done
}

leave() {
  [ -n "$run" ] || return 0
  if have flock; then exec 8>&-; else rmdir "$run/mutex.folder"; fi
}

# Prints when a process started, in ticks since the boot: with its id it names the process for ever.
started_at() {
  IFS= read -r stat <"/proc/$1/stat" || return 1
  # The name before the last parenthesis may have spaces.
  # shellcheck disable=SC2086 # words
  set -- ${stat##*) }
  echo "${20}"
} 2>/dev/null

# Sets what the launcher noted at its last start: `running` (the release), `pid`, `since` (uptime), `count` (starts since activate) and
# `running_nonce`. Fails if that process has ended.
read_running() {
  running=- pid=0 ticks=0 since=0 count=0 running_nonce=-
  [ -r "$run/running" ] || return 1
  read -r running pid ticks since count running_nonce <"$run/running" || return 1
  [ "$(started_at "$pid")" = "$ticks" ]
}

# Sets `runtime`, the one in `runtimes` that a release needs, and `runtime_name`; empty if the board's own runs it: read_runtime <folder>.
read_runtime() {
  second=
  { IFS= read -r _ && IFS= read -r second; } 2>/dev/null <"$1/.run"
  case $second in
    runtime=*' # '*)
      runtime=${second#runtime=} runtime_name=${second#* # }
      runtime=${runtime%% *}
      ;;
    *) runtime='' runtime_name='' ;;
  esac
}

# Sends a text as a record: send <name> <text>. With LC_ALL=C a length is in bytes.
send() { printf 'boardkit %s %s\n%s' "$1" "${#2}" "$2"; }

# Whether words are ids of releases.
is_id() {
  for one; do
    case $one in *[!0-9a-f]* | '') return 1 ;; esac
  done
}

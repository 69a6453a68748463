# What is on the board and what runs there.

# Prints the entries of a folder that are releases.
ids_in() {
  for entry in "$1"/*; do
    [ -e "$entry" ] && is_id "${entry##*/}" && echo "${entry##*/}"
  done
}

hash_of() {
  if [ -r "$1" ]; then sha256sum <"$1" | cut -c 1-64; else echo -; fi
}

send_lines() {
  if read_good; then send good "$good $previous"; else send good ''; fi
  if read_trial; then send trial "$trial $starts $seconds"; else send trial ''; fi
}

# Prints the flags of the file system that a folder is on, as the kernel mounts it: mount_flags <folder>.
mount_flags() {
  awk -v at="$1/" '{ point = $2 == "/" ? "/" : $2 "/" } index(at, point) == 1 && length(point) >= deepest { deepest = length(point); flags = $4 } END { print flags }' /proc/mounts
}

op_inventory() {
  for applet in awk cmp cp cut df find head ln mv readlink sed sha256sum sort sync tail tar tr wc xargs; do
    have "$applet" || fail NO_APPLET "this machine has no $applet"
  done
  if take_lock "$1"; then
    token=$1
    send lock ok
  else
    send lock "$holder $age"
  fi
  send_lines
  send releases "$(ids_in releases)"
  send runtimes "$(ids_in runtimes)"
  send incoming "$(ids_in incoming)"
  send failed "$(ids_in failed)"
  send memory "$(memory_folder)"
  send space "$(free_space)"
  send mount "$(mount_flags "$(memory_folder || echo "$folder")")"
  send service "$kind $(hash_of "$(unit_path)") $(service_state)"
  send launcher "$(hash_of "$here/start")"
  send settings "$(hash_of "$here/settings")"
  send gzip "$(have gzip && echo yes || echo no)"
  send uptime "$(uptime_now)"
}

# Prints the cap that the kernel holds a process to, in bytes or `max`; `-` without a memory controller.
cap_of() {
  group=$(sed -n 's/^0::\///p' "/proc/$1/cgroup")
  older=$(sed -n 's/^[0-9]*:memory:\///p' "/proc/$1/cgroup")
  cat "/sys/fs/cgroup/$group/memory.max" || cat "/sys/fs/cgroup/memory/$older/memory.limit_in_bytes" || echo -
} 2>/dev/null

# Prints the resident bytes of a process; fails if it has ended.
rss_of() {
  kilobytes=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$1/status" 2>/dev/null)
  [ -n "$kilobytes" ] && echo $((kilobytes * 1024))
}

# The id of the last failure and its reason, in two lines.
last_failure() {
  # shellcheck disable=SC2012 # names of hexadecimal digits
  last=$(ls -t failed 2>/dev/null | head -n 1)
  [ -n "$last" ] || return 0
  echo "$last"
  {
    read -r _ _ bytes
    head -c "$bytes"
  } <"failed/$last"
}

op_state() {
  send_lines
  send service "$kind $(service_state)"
  # The program may end while it is asked.
  if read_running && [ "$running" != - ] && rss=$(rss_of "$pid"); then
    send running "$running"
    send pid "$pid"
    read_runtime "releases/$running"
    send runtime "$(readlink "/proc/$pid/exe")
$runtime_name"
    send uptime "$(($(uptime_now) - since))"
    send rss "$rss"
    held=$(cap_of "$pid")
    case $held in '' | *[!0-9]*) force=not-in-force ;; *) if [ -n "$cap" ] && [ "$held" -le "$cap" ]; then force=in-force; else force=not-in-force; fi ;; esac
    [ -z "$cap" ] || send cap "$cap $force"
    send restarts "$((count - 1))"
  fi
  send failure "$(last_failure)"
  send volatile "$([ -L releases ] && echo yes || echo no)"
  send gone "$(gone_release)"
  if read_lock; then send lock "$holder $age"; else send lock ''; fi
}

# What the host asks while a release is on trial, in one call: what runs, and what a script prints if it is this release: health <id> [<script>]
op_health() {
  send_lines
  read_running || return 0
  send running "$running"
  send pid "$pid"
  if [ "$running" = "$1" ] && [ -n "${2:-}" ]; then send health "$(eval "$2" 2>&1)"; fi
}

# Runs a command until stdin ends: a program that waits for lines to write does not notice that nobody reads them any more.
while_asked() {
  exec 7<&0
  "$@" </dev/null 7<&- &
  pid=$!
  ticks=$(started_at "$pid")
  {
    cat <&7
    [ "$(started_at "$pid")" != "$ticks" ] || kill_tree "$pid"
  } >/dev/null 2>&1 &
  wait "$pid"
}

# Prints the lines of the app in the system's log as they come; grep would collect some kilobytes of them first.
follow_log() {
  if have logread; then logread -f; else tail -n 0 -F /var/log/messages; fi | while IFS= read -r line; do
    case $line in *"${name}:"* | *"${name}["*) printf '%s\n' "$line" ;; esac
  done
}

# The log goes to the host as it is: it is no record, and there is no `end`.
op_logs() {
  case $kind in
    systemd)
      if [ -n "${2:-}" ]; then while_asked journalctl --no-pager -o short-iso -u "$name" -n "$1" -f; else journalctl --no-pager -o short-iso -u "$name" -n "$1"; fi
      ;;
    runit)
      if [ -n "${2:-}" ]; then while_asked tail -n "$1" -F "$run/log/current"; else tail -n "$1" "$run/log/current"; fi
      ;;
    *)
      log_lines "$1"
      [ -z "${2:-}" ] || while_asked follow_log
      ;;
  esac
  exit 0
}

# The records `reason`, `exit`, `oom` and `log` of a failed trial; the launcher may still be collecting them.
op_failure() {
  is_id "$1" || fail USAGE "$1 is not the id of a release"
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ ! -e "failed/$1" ] || break
    nap
  done
  if [ ! -e "failed/$1" ]; then
    read_running || :
    failure_records "$1" "its service did not start, or was not healthy"
  else
    cat "failed/$1"
  fi
}

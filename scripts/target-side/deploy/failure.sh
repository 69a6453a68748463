# Why a trial failed: for failed/<id>, and for the host.

# Prints the last lines of the service's log: log_lines <lines>. `app` and `kind` are from the settings.
log_lines() {
  case ${kind:-} in
    systemd) journalctl --no-pager -o cat -u "boardkit-$app" -n "$1" ;;
    runit) tail -n "$1" "$run/log/current" ;;
    *)
      # Its tag, and not that of an app whose name begins with this one.
      if have logread; then logread; else cat /var/log/messages; fi | grep -F -e "boardkit-${app}:" -e "boardkit-${app}[" | tail -n "$1"
      ;;
  esac
} 2>/dev/null

# Prints the kernel's line about a process that was killed for lack of memory, since an uptime: oom_line <seconds>.
oom_line() {
  dmesg | awk -v since="$1" '/Out of memory|oom-kill|Memory cgroup out of memory/ {
    time = $0
    if (sub(/^[^[]*\[ */, "", time) && time + 0 >= since + 0) line = $0
  } END { if (line != "") print line }'
} 2>/dev/null

# Prints the part of a log that is of the last start of a release: log_of <id>. The launcher has written a line at each start.
log_of() {
  log_lines 200 | awk -v id="$1" '
    /boardkit: release [0-9a-f]+ starts/ {
      mine = index($0, "boardkit: release " id " starts") > 0
      if (mine) { count = 0; found = 1 }
    }
    mine || !found { lines[count++] = $0 }
    END { for (at = count > 50 ? count - 50 : 0; at < count; at++) print lines[at] }
  '
}

# The same, once there is a line: a log comes after the program that wrote it, on a busy board some tenths of a second.
late_log_of() {
  for _ in 1 2 3 4 5; do
    lines=$(log_of "$1")
    [ -z "$lines" ] || break
    nap
  done
  printf '%s\n' "$lines"
}

# Prints how the program of a release ended last, if the service manager says so: last_end <id>. A line `exited <code>` or `killed <signal>`.
last_end() {
  if [ -r "$run/ended" ]; then
    sed -n "s/^$1 //p" "$run/ended"
  elif [ "${kind:-}" = procd ]; then
    ubus call service list "{\"name\":\"boardkit-$app\"}" | sed -n 's/.*"exit_code": *\([0-9]*\).*/exited \1/p'
  fi
} 2>/dev/null

# Prints the records of a failure: failure_records <id> <reason>.
failure_records() {
  send reason "$2"
  send exit "$(last_end "$1")"
  send oom "$(oom_line "${since:-0}")"
  send log "$(late_log_of "$1")"
}

# Keeps the records of a failure: write_failure <id> <reason>. On a full disk there are none.
write_failure() {
  mkdir -p failed
  failure_records "$1" "$2" >"failed/.partial.$$" && persist "failed/.partial.$$" && mv -f "failed/.partial.$$" "failed/$1" && persist failed
  rm -f "failed/.partial.$$"
} 2>/dev/null

# Why a trial failed: for failed/<id>, and for the host.

# Prints the last lines of the service's log: log_lines <lines>. `app` and `kind` are from the settings.
log_lines() {
  case ${kind:-} in
    systemd) journalctl --no-pager -o cat -u "boardkit-$app" -n "$1" ;;
    runit) tail -n "$1" "$run/log/current" ;;
    *) if have logread; then logread | grep -F "boardkit-$app" | tail -n "$1"; else grep -F "boardkit-$app" /var/log/messages | tail -n "$1"; fi ;;
  esac
} 2>/dev/null

# Prints the kernel's line about a process that was killed for lack of memory, since an uptime: oom_line <seconds>.
oom_line() {
  dmesg | awk -v since="$1" '/Out of memory|oom-kill|Memory cgroup out of memory/ {
    time = $0
    if (sub(/^[^[]*\[ */, "", time) && time + 0 >= since + 0) line = $0
  } END { if (line != "") print line }'
} 2>/dev/null

# Prints how the program ended last, if the service manager says so: a line `exited <code>` or `killed <signal>`.
last_end() {
  if [ -r "$run/ended" ]; then
    cat "$run/ended"
  elif [ "${kind:-}" = procd ]; then
    ubus call service list "{\"name\":\"boardkit-$app\"}" | sed -n 's/.*"exit_code": *\([0-9]*\).*/exited \1/p'
  fi
} 2>/dev/null

# Prints the records of a failure: failure_records <reason>.
failure_records() {
  send reason "$1"
  send exit "$(last_end)"
  send oom "$(oom_line "${since:-0}")"
  send log "$(log_lines 50)"
}

# Keeps the records of a failure: write_failure <id> <reason>. On a full disk there are none.
write_failure() {
  mkdir -p failed
  failure_records "$2" >"failed/.partial.$$" && persist "failed/.partial.$$" && mv -f "failed/.partial.$$" "failed/$1" && persist failed
  rm -f "failed/.partial.$$"
} 2>/dev/null

# The service managers. `kind`, `app`, `user` and `services` (runit's folder) are from the settings, which `install` brings.

detect_kind() {
  if [ -d /run/systemd/system ]; then
    echo systemd
  elif [ -x /sbin/procd ]; then
    echo procd
  elif [ -d /run/openrc ]; then
    echo openrc
  elif [ "$(cat /proc/1/comm)" = runit ]; then
    echo runit
  elif [ -f /etc/inittab ]; then
    echo busybox
  else
    echo none
  fi
}

# The main file of the service.
unit_path() {
  case $kind in
    systemd) echo "/etc/systemd/system/$name.service" ;;
    procd | openrc) echo "/etc/init.d/$name" ;;
    runit) echo "$here/sv/run" ;;
    *) echo "$here/inittab" ;;
  esac
}

# busybox init: one line of /etc/inittab, which init reads again.
write_inittab() {
  grep -vxF "$(cat "$here/inittab" 2>/dev/null)" /etc/inittab >"$run/inittab"
  [ "$1" = without ] || cat "$here/inittab" >>"$run/inittab"
  cmp -s "$run/inittab" /etc/inittab || replace_file "$run/inittab" /etc/inittab || return 1
  kill -HUP 1
}

service_enable() {
  case $kind in
    systemd) systemctl daemon-reload && systemctl enable "$name.service" ;;
    procd) "/etc/init.d/$name" enable ;;
    openrc) rc-update -q add "$name" default ;;
    busybox) write_inittab with ;;
    # There is no release to start yet; the launcher would give up, and `finish` might stop the service while `activate` starts it.
    runit) [ -L "$services/$name" ] || { : >"$here/sv/down" && ln -s "$here/sv" "$services/$name"; } ;;
    *) fail NO_SERVICE "this machine has no service manager that Boardkit knows; set \`service\` in the settings of the deploy" ;;
  esac
}

service_disable() {
  case $kind in
    systemd) systemctl disable "$name.service" ;;
    procd) "/etc/init.d/$name" disable ;;
    openrc) rc-update -q del "$name" ;;
    busybox) write_inittab without ;;
    runit) rm -f "$services/$name" ;;
  esac
}

# Ends the program, where the service manager has no command for that.
end_program() {
  read_running || return 0
  kill -TERM "$pid"
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    nap
    [ "$(started_at "$pid")" = "$ticks" ] || return 0
  done
  kill -KILL "$pid"
}

# runsv is there some seconds after its folder, as runsvdir looks every five.
restart_runit() {
  # A file that a power cut brings back would keep the service stopped.
  [ ! -e "$here/sv/down" ] || { rm -f "$here/sv/down" && flush; }
  if sv status "$services/$name" >/dev/null 2>&1; then
    # It fails also if it had to kill the program.
    sv -w 15 force-restart "$services/$name" || sv -w 5 start "$services/$name"
    return
  fi
  deadline=$(($(uptime_now) + 15))
  until sv status "$services/$name" >/dev/null 2>&1; do
    if [ "$(uptime_now)" -ge "$deadline" ]; then
      echo "no runsvdir looks at $services"
      return 1
    fi
    nap
  done
  # It does not start by itself if it has seen the file `down`.
  sv up "$services/$name"
}

service_restart() {
  case $kind in
    systemd) systemctl reset-failed "$name.service" 2>/dev/null; systemctl restart "$name.service" ;;
    procd) "/etc/init.d/$name" restart ;;
    openrc) rc-service -q "$name" restart ;;
    busybox) end_program ;;
    runit) restart_runit ;;
  esac
}

service_stop() {
  case $kind in
    systemd) systemctl stop "$name.service" ;;
    procd) "/etc/init.d/$name" stop ;;
    openrc) rc-service -q "$name" stop ;;
    busybox) end_program ;;
    # Its own folder: the link is gone.
    runit) sv -w 15 force-shutdown "$here/sv" ;;
  esac
}

service_state() {
  if read_running; then
    echo running
  elif [ -e "$(unit_path)" ]; then
    echo stopped
  else
    echo absent
  fi
}

# Whether a file that came is the one in its place: is_same <new> <path>.
is_same() { cmp -s "$1" "$2" && { [ -x "$2" ] || [ ! -x "$1" ]; }; }

# Keeps the files that are to be replaced, with the good release that they belong to: the launcher puts them back if it runs that release.
# Not before the trial has begun: a note in memory says so.
keep_before() {
  read_good || return 0
  [ "$(cat "$here/before/.good" 2>/dev/null)" = "$good" ] || rm -rf "$here/before"
  while IFS= read -r new; do
    path=${new#install.partial}
    if [ ! -e "$path" ] || [ -e "$here/before$path" ] || is_same "$new" "$path"; then continue; fi
    make_parent "$here/before$path" && cp -p "$path" "$here/before$path" || return 1
  done <"$run/install"
  [ ! -d "$here/before" ] || { echo "$good" >"$here/before/.good" && flush "$here" && echo >"$run/installing"; }
}

# Steps 7 and 8: a tar of files with their paths from the root, each replaced only if it differs.
op_install() {
  hold "$1"
  rm -rf install.partial
  mkdir -p install.partial || fail_write "$folder"
  unpack install.partial || fail_unpack
  find install.partial -type f >"$run/install"
  keep_before || fail_write "$here/before"
  changed=same
  while IFS= read -r new; do
    path=${new#install.partial}
    if is_same "$new" "$path"; then continue; fi
    replace_file "$new" "$path" || fail_write "$path"
    changed=changed
  done <"$run/install"
  rm -rf install.partial "$run/install"
  read_settings
  chmod 755 "$folder"
  make_data
  # The unit may be on another filesystem than the folder.
  [ "$changed" = same ] || sync
  output=$(service_enable 2>&1 8>&-) || fail SERVICE_FAILED "the service cannot be enabled: $output"
  send installed "$changed"
}

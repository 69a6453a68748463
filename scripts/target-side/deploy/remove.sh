# Removes releases, or all of the app.

# Removes a release: it leaves `releases` by a rename, so that a power cut leaves no half of it there.
drop_release() {
  mkdir -p incoming
  rm -rf "incoming/$1"
  mv "releases/$1" "incoming/$1" && flush && rm -rf "incoming/$1"
}

# prune <token> <number of releases to keep> [<id of an upload that goes on>]
op_prune() {
  hold "$1"
  read_good || :
  read_trial || :
  kept=0
  for id in "$good" "$previous"; do
    [ ! -d "releases/$id" ] || kept=$((kept + 1))
  done
  # shellcheck disable=SC2012,SC2045 # names of hexadecimal digits
  for id in $(ls -t releases 2>/dev/null); do
    case " $good $previous $trial " in *" $id "*) continue ;; esac
    if [ "$kept" -lt "$2" ]; then
      kept=$((kept + 1))
    else
      drop_release "$id"
    fi
  done
  for id in $(ids_in incoming); do
    [ "$id" = "${3:-}" ] || rm -rf "incoming/$id"
  done
  # shellcheck disable=SC2012
  for id in $(ls -t failed 2>/dev/null | tail -n +6); do rm -f "failed/$id"; done
  for tool in "$here"/tool-*; do
    [ "$tool" = "$script" ] || rm -f "$tool"
  done
  rm -rf install.partial ./*.partial.* failed/.partial.*
  flush
  send pruned "$(ids_in releases)"
}

# remove <token> [all]: data and `env` stay unless `all`.
op_remove() {
  hold "$1"
  output=$(service_stop 2>&1)
  service_disable >/dev/null 2>&1
  case $kind in systemd | procd | openrc) rm -f "$(unit_path)" ;; esac
  [ "$kind" != systemd ] || systemctl daemon-reload
  rm -f "/lib/upgrade/keep.d/$name"
  memory=$(memory_folder) && is_own "$memory" && rm -rf "$memory"
  rm -rf releases incoming failed install.partial good good.copy trial won lost ./*.partial.* "$here/sv" "$here/start" "$here/settings" "$here/inittab"
  for tool in "$here"/tool-* "$here"/probe-*; do rm -f "$tool"; done
  if [ "${2:-}" = all ]; then
    remove_data
    rm -f "$here/env"
    cd / && rmdir "$folder" "$here" 2>/dev/null
  fi
  sync
  rm -rf "$run"
  token=
  send removed "$output"
  send kept "${kept:-}"
}

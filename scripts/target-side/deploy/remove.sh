# Removes releases, or all of the app.

# Takes a release or a runtime out of its place by a rename, so that a power cut leaves no half of it there: drop <releases|runtimes> <id>.
drop() {
  mkdir -p incoming
  rm -rf "incoming/$2"
  mv "$1/$2" "incoming/$2" && dropped="$dropped $1"
}

# prune <token> <number of releases to keep> [<ids of an upload that goes on: release and runtime>]
op_prune() {
  hold "$1"
  most=$2
  shift 2
  needed=$*
  read_good || :
  read_trial || :
  kept=0 dropped=
  for id in "$good" "$previous"; do
    [ ! -d "releases/$id" ] || kept=$((kept + 1))
  done
  # shellcheck disable=SC2012,SC2045 # names of hexadecimal digits
  for id in $(ls -t releases 2>/dev/null); do
    case " $good $previous $trial " in *" $id "*) continue ;; esac
    if [ "$kept" -lt "$most" ]; then
      kept=$((kept + 1))
    else
      drop releases "$id"
    fi
  done
  uploads=$needed
  for id in $(ids_in releases); do
    read_runtime "releases/$id"
    needed="$needed $runtime"
  done
  for id in $(ids_in runtimes); do
    case " $needed " in *" $id "*) ;; *) drop runtimes "$id" ;; esac
  done
  for place in $dropped; do persist "$place"; done
  for id in $(ids_in incoming); do
    case " $uploads " in *" $id "*) ;; *) rm -rf "incoming/$id" ;; esac
  done
  rm -f incoming/*.edit
  # shellcheck disable=SC2012
  for id in $(ls -t failed 2>/dev/null | tail -n +6); do rm -f "failed/$id"; done
  for tool in "$here"/tool-*; do
    [ "$tool" = "$script" ] || rm -f "$tool"
  done
  rm -rf install.partial "$here"/*.partial.* ./*.partial.* failed/.partial.*
  send pruned "$(ids_in releases)"
}

# remove <token> [all]: data and `env` stay unless `all`.
op_remove() {
  hold "$1"
  # First: init and runsvdir start again what ends while they know it.
  service_disable >/dev/null 2>&1
  output=$(service_stop 2>&1)
  case $kind in systemd | procd | openrc) rm -f "$(unit_path)" ;; esac
  [ "$kind" != systemd ] || systemctl daemon-reload
  rm -f "/lib/upgrade/keep.d/$name"
  memory=$(memory_folder) && is_own "$memory" && rm -rf "$memory"
  rm -rf releases runtimes incoming failed install.partial good good.copy trial won lost ./*.partial.* "$here/sv" "$here/before" "$here/start" "$here/settings" "$here/inittab" "$here"/*.partial.*
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

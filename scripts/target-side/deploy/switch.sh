# Steps 9 to 12, and back.

# Waits until the launcher has started the trial; sets `pid`.
await_start() {
  deadline=$(($(uptime_now) + 30))
  until read_running || :; [ "$running_nonce" = "$1" ]; do
    if [ ! -e trial ] && read_trial lost && [ "$nonce" = "$1" ]; then return 0; fi
    [ "$(uptime_now)" -lt "$deadline" ] || return 1
    nap
  done
  # One start may have ended by the restart, before the next.
  for _ in 1 2 3 4 5; do
    ! read_running || return 0
    nap
  done
}

# Begins a trial and restarts the service: start_trial <id> <starts> <seconds>.
start_trial() {
  is_id "$1" || fail USAGE "$1 is not the id of a release"
  case $2$3 in *[!0-9]* | '') fail USAGE "starts and seconds must be numbers" ;; esac
  new=$(cut -c 1-8 /proc/sys/kernel/random/uuid)
  enter
  settle_won || {
    leave
    fail_write "$folder/good"
  }
  rm -f lost "failed/$1" "$run/ended" "$run/installing"
  # The first start is counted here, while the old program runs.
  echo "$new" >"$run/counted"
  if ! write_line "$1 $(($2 - 1)) $3 $new" trial; then
    leave
    fail_write "$folder/trial"
  fi
  # A trial without its release would not start, and a good release must be there.
  persist releases
  # The launcher counts its starts from here.
  if read_running; then echo "$running $pid $ticks $since 0 $running_nonce" >"$run/running"; else rm -f "$run/running"; fi
  leave
  output=$(service_restart 2>&1 8>&-) || fail SERVICE_FAILED "the service cannot be restarted: $output"
  await_start "$new" || fail NOT_STARTED "the service manager did not start the release within 30 s; the timer or its next start decides"
  send activated "$pid"
}

op_activate() {
  hold "$1"
  find_release "$2" || fail NO_RELEASE "release $2 is not on the board"
  case $place in
    incoming/*)
      [ "$(cat "$run/whole" 2>/dev/null)" = "$2" ] || fail NOT_WHOLE "the files of $2 are not checked since they came; assemble first"
      { mkdir -p releases && mv "$place" "releases/$2"; } || fail_write "$folder/releases/$2"
      ;;
  esac
  start_trial "$2" "$3" "$4"
}

op_rollback() {
  hold "$1"
  read_good || fail NO_GOOD "no release is confirmed on this board"
  is_there "$previous" || fail NO_PREVIOUS "there is no release before $good on this board"
  start_trial "$previous" "$2" "$3"
}

# `trial` has two ways to go, by rename: to `won` here, to `lost` by the timer or the launcher. A second call says the same as the first.
# confirm <token> [<id>]
op_confirm() {
  hold "$1"
  enter
  read_trial || :
  wanted=${2:-$trial}
  if [ "$trial" != - ] && [ "$trial" = "$wanted" ] && { ! read_running || [ "$running" != "$wanted" ]; }; then
    leave
    fail NOT_RUNNING "the program of $wanted has ended or never started; its trial goes on"
  fi
  if [ "$trial" != - ] && [ "$trial" = "$wanted" ] && mv -f trial won 2>/dev/null; then
    settle_won || {
      leave
      fail_write "$folder/good"
    }
  else
    settle_won || :
    read_good || :
    if [ "$good" != "$wanted" ] || [ -e trial ]; then
      leave
      fail TRIAL_LOST "the trial of ${2:-the release} is over, and $good runs: it was not confirmed in time or ended too often"
    fi
  fi
  leave
  send good "$good $previous"
}

# Ends the trial before its time, with the reason that the host gives: abandon <token> [<reason>]. The good release starts.
op_abandon() {
  hold "$1"
  enter
  read_trial || :
  if [ "$trial" = - ] || ! mv -f trial lost 2>/dev/null; then
    leave
    send abandoned -
    return
  fi
  persist .
  leave
  read_running || :
  write_failure "$trial" "${2:-the host gave it up}"
  # The launcher does it too, if the cap lets it run.
  read_good && restore_service "$good" >&2
  output=$(service_restart 2>&1) || fail SERVICE_FAILED "the service cannot be restarted: $output"
  send abandoned "$trial"
}

op_restart() {
  hold "$1"
  if gone=$(gone_release); then fail RELEASE_GONE "release $gone was in memory, and is gone with the power"; fi
  read_running || :
  old="$pid $ticks"
  output=$(service_restart 2>&1) || fail SERVICE_FAILED "the service cannot be restarted: $output"
  deadline=$(($(uptime_now) + 30))
  until read_running && [ "$pid $ticks" != "$old" ]; do
    [ "$(uptime_now)" -lt "$deadline" ] || fail NOT_STARTED "the program did not start again within 30 s"
    nap
  done
  send restarted "$pid"
}

# The launcher of `boardkit deploy`: the service manager starts it, it chooses a release, and the program runs in its place. A release on
# trial has a number of starts, and a time in which the host must confirm it; after either it starts the good one. Nothing but the files
# of the folder decides, so a power cut or a dead link cannot leave the board without a program.
#
#   start                    runs the app
#   start ended <how>        notes how the program ended, `exited <code>` or `killed <signal>`; the service manager calls it
#   start log                writes stdin to a log in memory, for runit
#   start --function <name>  the second half of `run_as_user`

# Sets app, kind, user, data, cap, oom, log; and folder if the releases are elsewhere.
read_settings() {
  folder=$here app=${here##*/} kind='' user='' data='' cap='' oom='' log=''
  # shellcheck disable=SC1091 # written by scripts/model/deploy/units
  [ ! -r "$here/settings" ] || . "$here/settings"
}

# The exit for a fault that no restart removes; service managers are told so where they can be.
give_up() {
  say "$*"
  exit 78
}

# There is nothing to run until the next deploy: await_deploy <message>. systemd and runit stop a service that gives up; others would start
# it again at once, for ever. There it waits as one small process, which the deploy ends like a program.
await_deploy() {
  case ${kind:-} in
    procd | openrc | busybox)
      say "$*"
      id=-
      nonce=-
      note_start
      leave
      exec sleep 2147483647
      ;;
  esac
  leave
  give_up "$*"
}

# Ends the trial: lose <reason>. The good release starts first, the reason is collected beside it.
lose() {
  mv -f trial lost 2>/dev/null && persist .
  say "the trial of $trial failed: $1"
  failed=$trial
  read_running || :
  (write_failure "$failed" "$1" 8>&- &)
}

# Whether the tool has counted this start of the trial: the first one, unless the machine was restarted since. It spares a write to the
# flash while nothing runs.
is_counted() {
  [ -n "$run" ] && [ -r "$run/counted" ] && read -r counted <"$run/counted" && [ "$counted" = "$nonce" ] && echo - >"$run/counted"
} 2>/dev/null

# Sets `id` and `nonce`: the release to start, and `-` if it is not on trial.
choose() {
  if read_trial; then
    if ! is_there "$trial"; then
      lose "its release or its runtime is not on the board"
    elif is_counted; then
      id=$trial
      return
    elif [ "$starts" -le 0 ]; then
      lose "it ended at each of its starts before it was confirmed"
    elif write_line "$trial $((starts - 1)) $seconds $nonce" trial; then
      id=$trial
      return
    else
      # Without a count it might start for ever.
      say "the trial of $trial is not started: $folder cannot be written, because the disk is full or read-only"
    fi
  fi
  nonce=-
  read_good || :
  # `won` is there if `good` could not be written.
  for id in "$won" "$good" "$previous"; do
    ! is_there "$id" || return 0
  done
  return 1
}

# Notes what runs, in memory. `count` goes on until the next activation removes the note.
note_start() {
  [ -n "$run" ] || return 0
  read_running || :
  echo "$id $$ $own_ticks $(uptime_now) $((count + 1)) $nonce" >"$run/running.partial" && mv -f "$run/running.partial" "$run/running"
}

# Whether the program of this launcher still runs.
is_alive() { [ "$(started_at $$)" = "$own_ticks" ]; }

# Ends the trial if it is not confirmed in time, and then the program, so that the service manager starts the good release.
watch_trial() {
  exec </dev/null 8>&-
  # Without the timer nothing would return from a program that hangs.
  { echo -900 >/proc/self/oom_score_adj; } 2>/dev/null
  mine=$nonce
  deadline=$(($(uptime_now) + seconds))
  while [ "$(uptime_now)" -lt "$deadline" ]; do
    sleep 1
    is_alive && [ -e trial ] || return 0
  done
  enter
  if ! is_alive || ! read_trial || [ "$nonce" != "$mine" ]; then
    leave
    return 0
  fi
  lost=$trial
  # `confirm` renames the same file: exactly one of the two succeeds.
  if ! mv -f trial lost; then
    leave
    return 0
  fi
  persist .
  leave
  say "the trial of $lost was not confirmed within $seconds s: back to the release before it"
  read_running || :
  write_failure "$lost" "it was not confirmed within $seconds s"
  kill -TERM $$
  for _ in 1 2 3 4 5; do
    sleep 1
    is_alive || return 0
  done
  kill -KILL $$
}

# The timer: no child of the program, which would have to collect it.
arm() { (watch_trial &); }

launch() {
  cd "$folder" || give_up "$folder is not there; deploy $app again"
  find_run || :
  if [ "${log:-}" = syslog ]; then open_log; fi
  enter
  settle_won
  own_ticks=$(started_at $$)
  if ! choose; then
    if gone=$(gone_release); then await_deploy "release $gone was in memory, and is gone with the power: deploy $app again"; fi
    await_deploy "neither a good release nor one on trial is in $folder; deploy $app again"
  fi
  note_start
  leave
  if [ "$nonce" != - ]; then
    arm
    say "release $id starts, on trial"
  else
    [ -z "$run" ] || restore_service "$id" || say "the files of the service that were there before cannot be put back"
    say "release $id starts"
  fi
  cd "releases/$id" || give_up "releases/$id cannot be entered"
  # Rather the program than the rest of the board is killed when memory ends.
  { echo "${oom:-500}" >/proc/self/oom_score_adj; } 2>/dev/null
  # systemd has its own.
  if [ -n "${cap:-}" ] && [ "$kind" != systemd ] && ! enter_cap "boardkit-$app" "$cap"; then say "the memory cap of $cap bytes is not in force"; fi
  [ -d "$(data_folder)" ] || say "the data folder $(data_folder) is not there: is its disk mounted?"
  run_as_user program "$id"
}

# Sends the output to the system's log, for service managers that do not.
open_log() {
  if ! have logger || ! have mkfifo || [ -z "$run" ]; then return 0; fi
  rm -f "$run/log.fifo"
  mkfifo "$run/log.fifo" || return 0
  (logger -t "boardkit-$app" <"$run/log.fifo" 8>&- &)
  exec >"$run/log.fifo" 2>&1
}

here=${0%/*}
here=$(cd "$here" && pwd) || exit 78
script=$here/start
read_settings
case ${1:-} in
  '') launch ;;
  ended)
    find_run && shift
    # The note is of the program that has ended, and names its release.
    read_running || :
    echo "$running $*" >"$run/ended"
    ;;
  log)
    find_run && mkdir -p "$run/log" && printf 's65536\nn2\n' >"$run/log/config" && exec svlogd "$run/log"
    ;;
  --function) run_function "$2" ;;
esac

# The lock of a deploy: it spans several calls of the tool. A line `<boot id> <token> <uptime> <process> <its start>` in memory; it is stale
# after a boot, or when its last operation ended more than two minutes ago.

# Reads the lock; sets `holder` and `age`. Fails if nobody holds it.
read_lock() {
  holder=
  [ -r "$run/lock" ] || return 1
  read -r lock_boot holder lock_at lock_pid lock_ticks <"$run/lock" || return 1
  age=$(($(uptime_now) - lock_at))
  read -r boot </proc/sys/kernel/random/boot_id
  [ "$lock_boot" = "$boot" ] || return 1
  [ "$age" -lt 120 ] || [ "$(started_at "$lock_pid")" = "$lock_ticks" ]
}

write_lock() {
  read -r boot </proc/sys/kernel/random/boot_id
  echo "$boot $1 $(uptime_now) $$ $(started_at $$)" >"$run/lock.partial" && mv -f "$run/lock.partial" "$run/lock"
}

# Takes or refreshes the lock for a token; fails if another one holds it.
take_lock() {
  enter
  if read_lock && [ "$holder" != "$1" ]; then
    leave
    return 1
  fi
  write_lock "$1"
  leave
}

# Refreshes the lock of a token that still has it: an operation whose link has died may end after its deploy.
keep_lock() {
  enter
  if read_lock && [ "$holder" = "$1" ]; then write_lock "$1"; fi
  leave
}

# Begins an operation of a token.
hold() {
  [ -n "$1" ] || fail USAGE "this operation needs a token"
  token=$1
  take_lock "$token" || fail LOCKED "another deploy holds the lock since $age s: $holder; it is free 120 s after its last operation"
}

op_unlock() {
  enter
  if read_lock && [ "$holder" = "$1" ]; then rm -f "$run/lock"; fi
  leave
  token=
}

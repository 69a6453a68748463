# How the program runs: its user, its memory cap and its environment.

# Puts this process below a memory cap: enter_cap <group> <bytes>. Fails where the kernel has no memory controller, as on a Raspberry Pi
# whose firmware switches it off. The group is directly below the root, which may have processes of its own.
enter_cap() {
  cap_folder=/sys/fs/cgroup/$1
  case " $(cat /sys/fs/cgroup/cgroup.controllers) " in *" memory "*) ;; *) return 1 ;; esac
  echo +memory >/sys/fs/cgroup/cgroup.subtree_control
  mkdir -p "$cap_folder" || return 1
  echo "$2" >"$cap_folder/memory.max" || return 1
  [ ! -w "$cap_folder/memory.swap.max" ] || echo 0 >"$cap_folder/memory.swap.max"
  # The kernel rounds down to pages.
  [ "$(cat "$cap_folder/memory.max")" -le "$2" ] || return 1
  # 0 is the process that writes.
  echo 0 >"$cap_folder/cgroup.procs"
} 2>/dev/null

# Runs a command in place of this shell, as another user: become <user> <command...>. Boards have one of these three programs.
become() {
  who=$1
  shift
  if ! id -u "$who" >/dev/null 2>&1; then
    say "there is no user $who on this machine; create it, or name another one in the settings of the deploy"
    return 78
  fi
  uid=$(id -u "$who")
  gid=$(id -g "$who")
  HOME=$(data_folder) USER=$who LOGNAME=$who
  export HOME USER LOGNAME
  if [ "$(id -u)" = "$uid" ]; then exec "$@"; fi
  if setpriv --reuid="$uid" --regid="$gid" --init-groups true 2>/dev/null; then
    exec setpriv --reuid="$uid" --regid="$gid" --init-groups "$@"
  elif have chpst; then
    exec chpst -u "$who" "$@"
  elif have start-stop-daemon; then
    command=$1
    shift
    # The file of the process id does not exist, so that none is taken for the program.
    exec start-stop-daemon -S -p "$folder/none" -c "$who:$gid" -x "$command" -- "$@"
  fi
  say "no program here can start another one as the user $who; install setpriv of util-linux, or run the app as root"
  return 78
}

# Exports the lines NAME=value of stdin; a value is the rest of its line as it is.
load_env() {
  while IFS= read -r variable || [ -n "$variable" ]; do
    case ${variable%%=*} in
      "$variable" | '' | [0-9]* | *[!A-Za-z0-9_]*) ;;
      *) export "${variable?}" ;;
    esac
  done
}

# Runs a function of .run in the release's folder, where the shell is: run_function <program|check>. The file `env` is open as 9, as its
# reader may be another user than its owner; what it sets counts more than the release's own.
run_function() {
  # shellcheck disable=SC1091 # of the release
  . ./.run
  load_env <&9
  exec 9<&-
  "$1"
}

# Runs a function of the release that is in the current folder, as the app's user, in place of this shell: run_as_user <function> <id>.
# `script` is the path of the launcher or the tool, which runs again as that user.
run_as_user() {
  BOARDKIT_APP=${app:-} BOARDKIT_RELEASE=$2 BOARDKIT_DATA=$(data_folder)
  export BOARDKIT_APP BOARDKIT_RELEASE BOARDKIT_DATA
  if [ -r "$here/env" ]; then exec 9<"$here/env"; else exec 9</dev/null; fi
  if [ -z "${user:-}" ]; then
    run_function "$1"
  else
    become "$user" /bin/sh "$script" --function "$1"
  fi
}

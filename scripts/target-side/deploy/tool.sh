# The tool of `boardkit deploy` on the board: `exec sh <folder>/tool-<hash> <mark> <operation> <arguments>` over ssh, as root. Every answer is
# a record, as those of probe.sh: a line `boardkit <name> <bytes>`, then that number of bytes; the first is `begin/<mark>`, the last `end`.
# A failure is a record `error` with a line `<CODE> <text>` before `end`. Nothing stays in memory between two operations.

# Ends with an error: fail <CODE> <text>.
fail() {
  send error "$1 $2"
  finish
  exit 1
}

# The lock counts from the end of an operation, which may have taken long.
finish() {
  [ -z "$token" ] || keep_lock "$token"
  send end ''
}

read_settings() {
  # shellcheck disable=SC1091 # written by scripts/model/deploy/units
  [ ! -r "$here/settings" ] || . "$here/settings"
  name=boardkit-$app
}

main() {
  mark=$1 op=$2
  shift 2
  here=${0%/*}
  here=$(cd "$here" && pwd) || exit 1
  script=$here/${0##*/}
  folder=$here app=${here##*/} kind=$(detect_kind) user='' data='' cap='' services=/etc/service token=''
  read_settings
  printf '\n'
  send "begin/$mark" ''
  { mkdir -p "$folder" && cd "$folder"; } || fail READ_ONLY "$folder cannot be made"
  find_run || fail NO_MEMORY_FOLDER "none of /run, /var/run and /tmp can be written: there is no place for the lock"
  case $op in
    receive | install | logs) "op_$op" "$@" ;;
    inventory | place | files | assemble | adopt | check | activate | confirm | abandon | state | health | failure | rollback | restart | remove | prune | unlock)
      "op_$op" "$@" </dev/null
      ;;
    *) fail USAGE "there is no operation $op" ;;
  esac
  finish
}

# The second half of `run_as_user`.
if [ "$1" = --function ]; then
  run_function "$2"
  exit
fi
main "$@"
exit

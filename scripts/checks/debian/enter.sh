#!/bin/sh
# Runs a command as root in another root file system: enter.sh <root> <rule> <command...>
# The rule for binfmt_misc names the emulator for that system's programs; empty if this machine runs them itself. The rule applies only
# in a new user namespace, and mounts and processes end with the command.
set -eu
root=$1 rule=$2
shift 2
pipes=$(mktemp -d)
trap 'rm -rf "$pipes"' EXIT
mkfifo "$pipes/ready" "$pipes/go"
# shellcheck disable=SC2016
unshare --user --mount --pid --fork --propagation private sh -ec '
  echo >"$1/ready"
  read -r _ <"$1/go"
  if [ -n "$2" ]; then
    mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    printf %s "$2" >/proc/sys/fs/binfmt_misc/register
  fi
  root=$3
  shift 3
  mount -t proc proc "$root/proc"
  exec chroot "$root" "$@"
' sh "$pipes" "$rule" "$root" "$@" &
read -r _ <"$pipes/ready"
# Map all users of a system; unshare would map only one.
echo "0 0 65536" >"/proc/$!/uid_map"
echo "0 0 65536" >"/proc/$!/gid_map"
echo >"$pipes/go"
wait $!

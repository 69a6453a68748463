#!/bin/sh
# Runs a command as root in a copy of this machine's files that is thrown away: in-copy.sh <folder> <command...>
# Only what the command writes below <folder> is kept. Its processes end with it.
set -eu
folder=$1
shift
mkdir -p "$folder/copy"
# shellcheck disable=SC2016
exec unshare --mount --pid --fork --kill-child --propagation private sh -ec '
  folder=$1
  copy=$folder/copy
  shift
  mount -t tmpfs tmpfs "$copy"
  mkdir "$copy/upper" "$copy/work" "$copy/root"
  mount -t overlay overlay -o "lowerdir=/,upperdir=$copy/upper,workdir=$copy/work" "$copy/root"
  root=$copy/root
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  mount --bind "$folder" "$root$folder"
  # actions/checkout calls https://github.com.
  printf "[safe]\n\tdirectory = *\n[url \"file://%s/github/\"]\n\tinsteadOf = https://github.com/\n" "$folder" >"$root/etc/gitconfig"
  exec chroot "$root" "$@"
' sh "$folder" "$@"

#!/bin/sh
# Boots another root file system of this machine's own CPU: its /sbin/init is process 1 of new namespaces, also of users and the network, with
# a control group of its own. boot.sh <root> <folder of cgroup2> prints the process id that the namespaces belong to, and ends with init.
set -eu
root=$1 group=$2/boardkit-$$
pipes=$(mktemp -d)
trap 'rm -rf "$pipes"; find "$group" -depth -type d -exec rmdir {} +' EXIT
mkfifo "$pipes/ready" "$pipes/go"
mkdir "$group"
# shellcheck disable=SC2016
boot='
  echo >"$1/ready"
  read -r _ <"$1/go"
  root=$2
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  for folder in run tmp dev; do mount -t tmpfs -o mode=755 tmpfs "$root/$folder"; done
  chmod 1777 "$root/tmp"
  mkdir "$root/dev/pts" "$root/dev/shm"
  for device in null zero full random urandom tty; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  mkdir "$root/old"
  cd "$root"
  pivot_root . old
  umount -l /old
  rmdir /old
  exec env -i container=boardkit PATH=/usr/sbin:/usr/bin:/sbin:/bin /sbin/init
'
# shellcheck disable=SC2016
sh -c 'echo $$ >"$0/cgroup.procs"; exec "$@"' "$group" \
  unshare --user --mount --pid --fork --kill-child --cgroup --ipc --uts --net --propagation private sh -ec "$boot" sh "$pipes" "$root" &
read -r _ <"$pipes/ready"
# Map all users of a system; unshare would map only one.
echo "0 0 65536" >"/proc/$!/uid_map"
echo "0 0 65536" >"/proc/$!/gid_map"
echo >"$pipes/go"
echo $!
wait $!

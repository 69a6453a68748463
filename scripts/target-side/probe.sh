#!/bin/sh
# Reports what a machine is, for `boardkit probe`: `ssh <host> exec sh -s <mark> <probe.sh`. It writes nothing on the machine, and needs a
# POSIX shell (dash, bash, or the ash of busybox) and the usual applets; what an applet that is missing would report is left out.
#
# Every answer is a record, as those of board-init.sh: a line `boardkit <name> <bytes>`, then that number of bytes. The first one has the
# caller's mark in its name, so that the output of a .profile before it is not taken for an answer. The last one is `end`.
#
# The shell reads this script from its stdin. All of it is functions, so that a command cannot read a part of the script, and a script that
# is cut off does nothing.

# Sends a text as a record: send <name> <text>.
send() {
  printf 'boardkit %s %s\n' "$1" "$(($(printf '%s' "$2" | wc -c)))"
  printf '%s' "$2"
}

# Sends the first 4 KiB of a file as a record, if it can be read: send_start <name> <file>. The shell opens the file: /proc/self is the
# shell, and no applet of another architecture.
send_start() {
  bytes=$(($(head -c 4096 <"$2" | wc -c))) 2>/dev/null
  [ "$bytes" -gt 0 ] || return 0
  printf 'boardkit %s %s\n' "$1" "$bytes"
  head -c 4096 <"$2"
}

# Prints a file, if it can be read.
show() { [ ! -r "$1" ] || cat "$1"; }

# Prints the given commands that the machine has.
have() {
  for name; do
    command -v "$name" >/dev/null && echo "$name"
  done
}

# Prints each dynamic loader, and its own words about its version: musl's without arguments, glibc's with --version.
loaders() {
  for loader in /lib/ld-musl-*.so.1 /lib/ld-linux*.so.* /lib64/ld-linux*.so.* /lib/*/ld-linux*.so.*; do
    [ -x "$loader" ] || continue
    echo "loader $loader"
    case $loader in
      *musl*) "$loader" 2>&1 | head -n 2 ;;
      *) "$loader" --version | head -n 1 ;;
    esac
  done
  # glibc before 2.33 does not know --version.
  echo "getconf $(getconf GNU_LIBC_VERSION)"
  echo "ldd $(ldd --version | head -n 1)"
}

# Prints each Node: its path, a tab, then version, architecture, version of modules, and the lowest version of ARM.
nodes() {
  found=:
  for node in "$(command -v node)" /usr/bin/node /usr/local/bin/node /opt/bin/node /opt/*/bin/node \
    "$HOME"/.nvm/versions/node/*/bin/node "$HOME"/.volta/bin/node "$HOME"/.local/bin/node /snap/bin/node; do
    if [ ! -x "$node" ] || [ -d "$node" ]; then continue; fi
    case $found in *":$node:"*) continue ;; esac
    found=$found$node:
    says=$("$node" -p 'var v = process.config.variables; [process.version, process.arch, process.versions.modules, v.arm_version || "-"].join(" ")' | head -n 1)
    printf '%s\t%s\n' "$node" "$says"
  done
}

# Prints whether the user becomes root without a password.
root() {
  if [ "$(id -u)" = 0 ]; then
    echo root
  elif command -v sudo >/dev/null; then
    sudo -n true && echo sudo || echo password
  elif command -v doas >/dev/null; then
    doas -n true && echo doas || echo password
  else
    echo none
  fi
}

# Prints the space of a folder, if it exists.
space() {
  [ -d "$1" ] || return 0
  echo "$1 $(df -Pk "$1" | tail -n 1)"
}

probe() {
  LC_ALL=C
  # dropbear and sshd give a short PATH to commands.
  PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  export LC_ALL PATH
  printf '\n'
  send "begin/$1" ""
  send kernel "$(uname -s) $(uname -r) $(uname -m)"
  if [ -r /proc/self/exe ]; then send_start exe /proc/self/exe; else send_start exe /bin/sh; fi
  send_start auxv /proc/self/auxv
  send cpuinfo "$(grep -E '^(processor|Processor|model name|Model|Hardware|Features|flags|CPU part)[[:space:]]*:' /proc/cpuinfo)"
  send page "$(getconf PAGESIZE || sed -n 's/^KernelPageSize: *\([0-9]*\) kB$/\1 KiB/p' /proc/self/smaps | head -n 1)"
  send loaders "$(loaders)"
  send memory "$(grep -E '^(MemTotal|MemAvailable|MemFree|SwapTotal):' /proc/meminfo)"
  send mounts "$(show /proc/mounts)"
  send space "$(for folder in / /opt /tmp; do space "$folder"; done)"
  send model "$(tr -d '\000' </proc/device-tree/model)"
  send compatible "$(tr '\000' '\n' </proc/device-tree/compatible)"
  send board_name "$(show /tmp/sysinfo/board_name)"
  send os "$(cat /etc/os-release || cat /usr/lib/os-release)"
  send openwrt "$(show /etc/openwrt_release)"
  send files "$(ls -d /etc/*release /etc/*issue /etc/*_version)"
  send init "$(show /proc/1/comm) $(readlink /sbin/init)"
  send run "$(ls -d /run/systemd/system /run/openrc /sbin/procd)"
  send cgroup "$(show /sys/fs/cgroup/cgroup.controllers)"
  send nodes "$(nodes)"
  send applets "$(have awk base64 busybox cat cmp curl cut dd df diff find flock fsync grep gunzip gzip head hexdump id ip jq kill logger \
    logread ls mkfifo mktemp mv nohup npm od pgrep ps readlink realpath rm rsync sed setsid sftp-server sha256sum sort \
    start-stop-daemon stat sync systemctl tail tar timeout tr truncate ubus uci wc wget xz zstd)"
  send user "$(id -u) $(id -un)"
  send root "$(root)"
  send clock "$(date +%s) $(cut -d ' ' -f 1 /proc/uptime)"
  send end ""
}

# Of programs that do not exist or do not run only stderr would say so. stdin stays that of the shell, and the exit is in the same line:
# ash reads a script in blocks, and looks for the rest of a line where stdin is then.
probe "$1" </dev/null 2>/dev/null; exit 0

#!/bin/busybox sh
# The init of an emulated board: loads kernel modules, mounts the disks, runs the job's run.sh, sends the results, and powers off. It runs
# in busybox's shell, from the initramfs of scripts/stages/board/image.ts.
#
# Every result is a record: a line `boardkit <name> <bytes>`, then that number of bytes. Records are written to a virtio serial port or, on
# a machine without one, to the end of its SD card, each at the start of a sector. The last record is `end`: without it the run is
# incomplete.
#
# With `boardkit.guest=<root|overlay>` on the kernel's command line it sets up a network, and gives way to the init of the root disk.

/bin/busybox mkdir -p /proc /sys /dev /root /tmp
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev

# Prints the value of `boardkit.<name>` on the kernel's command line.
argument() {
  for word in $(cat /proc/cmdline); do
    case $word in "boardkit.$1="*) echo "${word#*=}" ;; esac
  done
}

# Prints the seconds since the kernel started.
uptime() { cut -d ' ' -f 1 /proc/uptime; }

# Reports a fatal error and powers off.
die() {
  echo "boardkit: $*" | tee /tmp/fault >/dev/console
  [ -z "$results" ] || send fault /tmp/fault
  poweroff -f
}

# Sends a file as a record: send <name> <file>.
send() {
  { echo "boardkit $1 $(wc -c <"$2")" && cat "$2"; } >/tmp/record
  if [ -z "$sector" ]; then
    cat /tmp/record >"$results"
  else
    dd if=/tmp/record of="$results" bs=512 seek="$sector" conv=notrunc,sync,fsync 2>/dev/null
    sector=$((sector + ($(wc -c </tmp/record) + 511) / 512))
  fi
}

# Sends a text as a record: send_text <name> <text>.
send_text() {
  printf '%s' "$2" >/tmp/text
  send "$1" /tmp/text
}

# Finds the disks and the device for results, if they exist yet.
find_disks() {
  for disk in /sys/block/vd* /sys/block/mmcblk0; do
    [ -e "$disk" ] || continue
    device=/dev/${disk##*/}
    case $disk in
      */mmcblk0) root=$device job=none results=$device ;;
      *) case $(cat "$disk/serial") in root) root=$device ;; job) job=$device ;; data) data=$device ;; esac ;;
    esac
  done
  for port in /sys/class/virtio-ports/*; do
    [ ! -e "$port/name" ] || [ "$(cat "$port/name")" != results ] || results=/dev/${port##*/}
  done
}

# Starts the init of the root disk: of a squashfs below an overlay that the data disk keeps, as on OpenWrt, or of an ext4.
start_guest() {
  ifconfig lo 127.0.0.1 up
  ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up || die "there is no network"
  case $guest in
    overlay)
      mkdir -p /lower /upper
      mount -t squashfs -o ro "$root" /lower && mount -t ext4 "$data" /upper && mkdir -p /upper/upper /upper/work || die "the disks do not mount"
      mount -t overlay -o lowerdir=/lower,upperdir=/upper/upper,workdir=/upper/work overlay /root || die "the overlay does not mount"
      ;;
    *) mount -t ext4 "$root" /root || die "the root disk does not mount" ;;
  esac
  for folder in proc sys dev; do mount --move /$folder /root/$folder; done
  exec switch_root /root /sbin/init
}

# Runs one program of the root disk and sends its results: run <name> <program> [<argument>...]. Returns the exit status of the program.
run() {
  name=$1
  shift
  rm -f /tmp/timeout /tmp/output /root/tmp/memory /root/tmp/result
  dmesg -c >/dev/null
  # Only the last 64 KiB of the output are kept.
  tail -c 65536 </tmp/pipe >/tmp/output &
  collector=$!
  began=$(uptime)
  (
    # If memory is short, the kernel kills this program and not init. It leads a session, so that its children can be killed with it.
    echo 1000 >/proc/self/oom_score_adj
    exec setsid chroot /root "$@"
  ) </dev/null >/tmp/pipe 2>&1 &
  program=$!
  left=$((seconds - ${began%.*}))
  (sleep $((left > 1 ? left : 1)) && touch /tmp/timeout && kill -KILL -$program) 2>/dev/null &
  watcher=$!
  wait $program
  status=$?
  ended=$(uptime)
  kill $watcher 2>/dev/null
  kill -KILL -$program 2>/dev/null
  wait $collector
  dmesg >/tmp/kernel
  send "$name/output" /tmp/output
  [ ! -e /root/tmp/memory ] || send "$name/memory" /root/tmp/memory
  [ ! -e /root/tmp/result ] || { head -c 1000000 /root/tmp/result >/tmp/result && send "$name/result" /tmp/result; }
  ! grep 'Out of memory: Killed process' /tmp/kernel >/tmp/killed || send "$name/killed" /tmp/killed
  [ ! -e /tmp/timeout ] || send_text "$name/timeout" "$seconds"
  send_text "$name/end" "$status $began $ended"
  return $status
}

sector=$(argument sector)
seconds=$(argument seconds)
# A board without a clock starts in 1970; Raspberry Pi OS keeps the time over a restart.
now=$(argument time)
[ "$(date +%s)" -ge "$now" ] || date -s "@$now" >/dev/null
mkfifo /tmp/pipe
while read -r module; do
  insmod "/modules/$module.ko" || die "the module $module does not load"
done </modules/list
guest=$(argument guest)
case $guest in '' | root) data=none ;; esac
[ -z "$guest" ] || job=none results=/dev/null
tries=0
until find_disks && [ -n "$root" ] && [ -n "$job" ] && [ -n "$results" ] && [ -n "$data" ]; do
  tries=$((tries + 1))
  [ $tries -le 100 ] || die "the disks did not appear"
  sleep 0.1
done

if [ -n "$guest" ]; then start_guest; fi

mount -t squashfs -o ro "$root" /root || die "the root disk does not mount"
[ "$job" = none ] || mount -t squashfs -o ro "$job" /root/job || die "the job's disk does not mount"
mount -t proc proc /root/proc
mount -t sysfs sys /root/sys
mount -t devtmpfs dev /root/dev
# With a size limit, a program that fills the disk gets an error, as on a board, and does not use up the memory.
mount -t tmpfs -o size=25% tmp /root/tmp

# With too little memory, a default kernel reads the same pages from disk forever. If it must keep the working set for 0.1 s, it kills a
# program instead.
if [ -e /sys/kernel/mm/lru_gen/enabled ]; then
  echo y >/sys/kernel/mm/lru_gen/enabled
  echo 100 >/sys/kernel/mm/lru_gen/min_ttl_ms
fi

send_text boot "$(
  echo "uptime $(uptime)"
  echo "release $(uname -r)"
  echo "$(grep MemTotal: /proc/meminfo)"
  echo "$(grep -m 1 KernelPageSize: /proc/self/smaps)"
)"

. /root/job/environment.sh
case " $(cat /proc/cmdline) " in
  *" boardkit.shell "*)
    echo "alias node='chroot /root /bin/node'" >/tmp/profile
    echo "The board's disk is mounted at /root, the job at /root/job; \`node\` is the board's Node; \`exit\` powers the board off."
    cd /root/job && ENV=/tmp/profile setsid cttyhack sh
    ;;
  *) . /root/job/run.sh ;;
esac
send end /dev/null
poweroff -f

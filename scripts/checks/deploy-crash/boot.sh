# Boots the app of a disk, in namespaces of its own so that nothing stays: `sh boot.sh <disk> <mount point> <folder on it> [<id> <tar>]` starts the
# launcher once, prints what it says, and then what is wrong with the release that ran. With an id and a tar it deploys that release too.
mount -t proc none /proc && mount --bind -o ro /proc/sys /proc/sys && mount -t tmpfs none /run || exit
mount -o loop,noatime "$1" "$2" || {
  echo 'the disk cannot be mounted'
  exit
}
cd "$2/$3" || exit
ONCE=1 dash ./start >/run/said 2>&1
cat /run/said
id=$(sed -n 's/^runs //p' /run/said)

# With programs of its own, not with those of the tool: verify <id>.
verify() {
  [ "$(sha256sum <.manifest | cut -c 1-16)" = "$1" ] || echo 'its manifest is not its own'
  sed -n 's/^\([0-9a-f]\{64\}\) .... [0-9]* /\1  /p' .manifest | sha256sum -c --quiet 2>&1 | head -n 3
  [ "$(find . ! -type d | wc -l)" = "$(($(wc -l <.manifest) + 1))" ] || echo 'it has other files'
}
(cd "releases/$id" && verify "$id")
runtime=$(sed -n '2s/^runtime=\([0-9a-f]*\) .*/\1/p' "releases/$id/.run")
[ -z "$runtime" ] || (cd "runtimes/$runtime" && verify "$runtime")

[ -n "${4:-}" ] || exit
(while :; do
  dash ./start
  sleep 0.1
done >/dev/null 2>&1 &)

# Runs an operation of the next deploy; prints its answer only if it fails.
next() {
  answer=$(dash ./tool-* m "$@" 2>&1)
  case $answer in
    *'boardkit error'*) ;;
    *'boardkit end'*) return ;;
  esac
  printf 'the next deploy: %s: %s\n' "$1" "$answer"
}
next inventory t
next receive t "$4" <"$5"
next assemble t "$4" -
next activate t "$4" 2 60
next confirm t "$4"
next prune t 2

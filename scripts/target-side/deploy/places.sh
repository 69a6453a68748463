# Where releases and data are. With `volatile` the releases are in a folder in memory: `releases`, `runtimes` and `incoming` are links to it,
# and nothing else says so. After a boot they lead nowhere until the next deploy; the small files of the app stay on the flash.

# Prints the folder in memory; fails if the releases are on the flash.
memory_folder() {
  [ -L releases ] && linked=$(readlink releases) && echo "${linked%/releases}"
}

# Whether a folder and the one above are of this user alone: what is in them runs as root, and in /tmp anybody makes folders.
is_own() {
  for one in "${1%/*}" "$1"; do
    # shellcheck disable=SC3067 # dash and ash have -O
    if [ ! -d "$one" ] || [ -L "$one" ] || [ ! -O "$one" ]; then return 1; fi
  done
}

# Whether a release can run, with its runtime: is_there <id>.
is_there() {
  [ -f "releases/$1/.run" ] || return 1
  [ ! -L releases ] || is_own "$(memory_folder)" || return
  read_runtime "releases/$1"
  [ -z "$runtime" ] || [ -f "runtimes/$runtime/.manifest" ]
}

# Prints the good release if it was in memory and is gone.
gone_release() {
  [ -L releases ] && read_good && ! is_there "$good" && echo "$good"
}

# The folder of the program's data.
data_folder() { echo "${data:-$folder/data}"; }

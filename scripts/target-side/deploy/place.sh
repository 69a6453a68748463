# Makes the folders in memory and for data.

# Prints the type of the file system that a path is on. /proc/mounts writes a space as \040, and the last mount of a point counts.
type_of() {
  awk -v path="$1/" '{
    point = $2
    gsub(/\\040/, " ", point)
    if (point != "/") point = point "/"
    if (index(path, point) == 1 && length(point) >= length(best)) { best = point; type = $3 }
  } END { print type }' /proc/mounts
}

# Puts releases into a folder in memory, or with `-` on the flash again, before the first of them comes: place <token> <folder>. A link
# that is there already gets its folder back after a boot.
op_place() {
  hold "$1"
  if [ "$2" != - ]; then
    mkdir -p "$2" 2>/dev/null
    is_own "$2" || fail MEMORY_FOLDER "$2 cannot be made, or it or the folder above is a link or of another user than $(id -un)"
    type=$(type_of "$2")
    case $type in tmpfs | ramfs) ;; *) fail NOT_IN_MEMORY "$2 is on $type, which is not in memory" ;; esac
    mkdir -p "$2/releases" "$2/runtimes" "$2/incoming" || fail_write "$2"
  fi
  for name_of in releases runtimes incoming; do
    if [ "$2" != - ] && [ "$(readlink "$name_of")" = "$2/$name_of" ]; then continue; fi
    # An upload that was cut.
    [ "$name_of" != incoming ] || [ -L incoming ] || rm -rf incoming
    if [ -L "$name_of" ]; then rm -f "$name_of"; else rmdir "$name_of" 2>/dev/null; fi
    [ ! -d "$name_of" ] || fail OTHER_PLACE "the releases are in $folder/releases: remove the app first"
    [ "$2" = - ] || ln -s "$2/$name_of" "$name_of" || fail_write "$folder/$name_of"
  done
  persist .
  send place "$2"
}

# Makes the folder for data, for the app's user. One that was there before keeps its owner; on a file system without owners, as on most USB
# sticks, the mount says who may write.
make_data() {
  where=$(data_folder)
  if [ ! -d "$where" ]; then
    mkdir -p "$where" || fail_write "$where"
    # Only what was made here is removed.
    [ "$where" = "$folder/data" ] || : >data.made
  fi
  [ -n "$user" ] || return 0
  id -u "$user" >/dev/null 2>&1 || fail NO_USER "there is no user $user on this machine; create it, or set another \`user\`"
  if [ "$where" = "$folder/data" ] || [ -e data.made ]; then chown "$user" "$where" 2>/dev/null; fi
  # shellcheck disable=SC2016 # of the other shell
  (become "$user" /bin/sh -c '[ -w "$0" ] && [ -x "$0" ]' "$where") >/dev/null 2>&1 ||
    fail DATA_FOLDER "$user may not write in $where: change its owner, or the options of its mount"
}

# Removes the data, unless its folder was there before the first deploy; sets `kept` to the folder that stays.
remove_data() {
  kept=
  where=$(data_folder)
  if [ "$where" = "$folder/data" ] || [ -e data.made ]; then
    rm -rf "$where" data.made
  else
    kept=$where
  fi
}

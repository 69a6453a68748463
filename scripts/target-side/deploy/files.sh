# The files of a release beside its manifest. OpenWrt has neither stat nor find -printf nor find -exec +: each fact is one pass of find.

# Runs a command with the lines of stdin as its last arguments.
with_lines() { tr '\n' '\000' | xargs -0 -r "$@"; }

# The modes that a manifest names, and the usual ones.
modes_of() {
  {
    [ ! -r "$1" ] || awk '$1 != "link" { print $2 }' "$1"
    printf '%s\n' 0644 0755 0600 0700 0444 0555 0664 0775
  } | sort -u
}

# Prints the files and links of a folder as lines of a manifest, in any order: list_files <folder>. A file with an unusual mode has 0000,
# and what is neither file, link nor folder is a line `other - - <path>`. It stays in that folder: call it in a subshell. A function in a
# pipe would be a further shell, so that this one has none.
list_files() {
  cd "$1" || exit 1
  {
    find . -type f ! -path ./.manifest | tr '\n' '\000' | xargs -0 -r sha256sum
    echo '# size'
    find . -type f ! -path ./.manifest | tr '\n' '\000' | xargs -0 -r wc -c
    for mode in $(modes_of .manifest); do
      echo "# mode $mode"
      find . -type f -perm "$mode" ! -path ./.manifest
    done
    echo '# link'
    find . -type l | while IFS= read -r path; do printf 'link %s %s\n' "$(readlink "$path")" "${path#./}"; done
    find . ! -type f ! -type l ! -type d | sed 's,^\./,other - - ,'
  } | awk '
    /^# / { part = $2; mode = $3; next }
    part == "" {
      # GNU marks a name with a backslash, and doubles that.
      if (sub(/^\\/, "")) gsub(/\\\\/, "\\")
      hash[substr($0, 69)] = $1
      next
    }
    part == "size" { line = $0; sub(/^ *[0-9]+ \.\//, "", line); if (line != $0) size[line] = $1; next }
    part == "mode" { modes[substr($0, 3)] = mode; next }
    { print }
    END { for (path in hash) print hash[path], (path in modes) ? modes[path] : "0000", size[path], path }
  '
}

# Prints what differs from the manifest of a folder, as lines `<missing|extra|type|hash|mode> <path>`: verify <folder>.
verify() {
  list_files "$1" | awk -v manifest="$1/.manifest" '
    function path_of(line, words) { for (words = line ~ /^link / ? 2 : 3; words > 0; words--) sub(/^[^ ]* /, "", line); return line }
    BEGIN { while ((getline line < manifest) > 0) wanted[path_of(line)] = line }
    {
      path = path_of($0)
      if (!(path in wanted)) { print "extra " path; next }
      if (wanted[path] != $0) {
        split(wanted[path], want, " ")
        if (want[1] == "link" || $1 == "link" || $1 == "other") print "type " path
        else if (want[1] != $1) print "hash " path
        else print "mode " path
      }
      delete wanted[path]
    }
    END { for (path in wanted) print "missing " path }
  '
}

# Prints the files of a manifest whose content an older one has: shared_files <old manifest> <manifest>. Those that keep name and mode come by
# folder: `f <folder there>`, `t <folder here>`, `n <name>` for each; the top has no name. The others: `a <path there>`, `b <path here>`,
# `m <mode to set, or ->`.
shared_files() {
  awk -v old="$1" '
    function path_of(line, words) { for (words = 3; words > 0; words--) sub(/^[^ ]* /, "", line); return line }
    function folder_of(path) { return sub("/[^/]*$", "", path) ? path : "" }
    function name_of(path) { sub("^.*/", "", path); return path }
    function one(from, to, mode) { print "a " from; print "b " to; print "m " mode }
    BEGIN {
      while ((getline line < old) > 0) {
        split(line, words, " ")
        if (words[1] == "link") continue
        path = path_of(line)
        known[line] = 1
        at[words[1] words[2]] = any[words[1]] = path
      }
    }
    $1 == "link" { next }
    {
      path = path_of($0)
      from = ($0 in known) ? path : ($1 $2 in at) ? at[$1 $2] : ($1 in any) ? any[$1] : ""
      if (from == "") next
      if (!($1 $2 in at)) one(from, path, $2)
      else if (name_of(from) != name_of(path)) one(from, path, "-")
      else {
        group = "f " folder_of(from) "\nt " folder_of(path)
        names[group] = names[group] "\nn " name_of(path)
      }
    }
    END { for (group in names) print group names[group] }
  ' "$2"
}

# The folder of a release or a runtime: in its place, else in incoming. Sets `place`.
find_release() {
  is_id "$1" || fail USAGE "$1 is not the id of a release"
  for place in "releases/$1" "runtimes/$1" "incoming/$1"; do
    [ ! -d "$place" ] || return 0
  done
  return 1
}

op_files() {
  if find_release "$1"; then send files "$(list_files "$place")"; else send files ''; fi
}

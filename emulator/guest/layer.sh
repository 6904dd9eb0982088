# Files of packages into a layer, and a layer into a tar that is the same every time.

# libraries_of FILE... : the names in NEEDED.
libraries_of() { readelf -d "$@" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u; }

# add FROM TO PATH... : files or folders of an unpacked package tree, below the same path (links are kept).
add() {
  local from=$1 to=$2 path
  shift 2
  for path in "$@"; do
    [ -e "$from/$path" ] || [ -L "$from/$path" ] || die "$from has no $path"
    mkdir -p "$to/$(dirname "$path")"
    cp -a "$from/$path" "$to/$(dirname "$path")/"
  done
}

LIBRARY_FOLDERS=(usr/lib/i386-linux-gnu lib/i386-linux-gnu usr/lib lib)

# add_libraries FROM TO [LOWER...] : every shared library that an ELF file below TO needs, and that neither TO nor a
# layer below it has, out of the unpacked packages in FROM. Fails when one is nowhere.
add_libraries() {
  local from=$1 to=$2 missing name tree folder found
  shift 2
  while :; do
    missing=()
    while read -r name; do
      [ -n "$name" ] || continue
      found=
      for tree in "$to" "$@"; do
        for folder in "${LIBRARY_FOLDERS[@]}"; do [ -e "$tree/$folder/$name" ] && found=1; done
      done
      [ -n "$found" ] || missing+=("$name")
    done < <(find "$to" -type f \( -perm -u+x -o -name '*.so*' \) -print0 | xargs -0r -n64 readelf -d 2>/dev/null |
      sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u)
    [ ${#missing[@]} -gt 0 ] || return 0
    for name in "${missing[@]}"; do
      found=
      for folder in "${LIBRARY_FOLDERS[@]}"; do
        [ -e "$from/$folder/$name" ] || continue
        mkdir -p "$to/usr/lib/i386-linux-gnu"
        cp -L --preserve=mode "$from/$folder/$name" "$to/usr/lib/i386-linux-gnu/$name"
        found=1
        break
      done
      [ -n "$found" ] || die "no package brings $name"
    done
  done
}

# layer_tar DIR FILE : sorted names, one time for all, owners as they are.
layer_tar() {
  (
    cd "$1"
    shopt -s dotglob nullglob
    tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --numeric-owner --format=posix \
      --pax-option='delete=atime,delete=ctime,exthdr.name=%d/PaxHeaders/%f' --xattrs --xattrs-include='security.capability' \
      -cf "$2" -- *
  )
}

# layer_blob DIR NAME : .cache/guest/layers/NAME.tar and .tar.gz
layer_blob() {
  mkdir -p "$CACHE/layers"
  layer_tar "$1" "$CACHE/layers/$2.tar"
  gzip -9nc "$CACHE/layers/$2.tar" >"$CACHE/layers/$2.tar.gz"
}

# Debian packages as the only input: a private apt state, and a lock that names every package by version and sha256.
# Sourced by build.sh; uses $GUEST (this folder) and $CACHE.

LOCK=$GUEST/packages.lock
DEBS=$CACHE/debs
SOURCES=$CACHE/sources

die() {
  echo "guest: $*" >&2
  exit 1
}

# need PACKAGE... : build tools, installed where they are missing.
need() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] || env -u APT_CONFIG apt-get install -y -q=2 --no-install-recommends "${missing[@]}" >/dev/null ||
    die "cannot install ${missing[*]}"
}

# apt with deb-src and i386, without touching the system's own lists or its idea of what is installed.
apt_prepare() {
  export APT_CONFIG=$CACHE/apt/apt.conf
  [ -z "${APT_READY:-}" ] || return 0
  APT_READY=1
  mkdir -p "$CACHE"/apt/{etc/sources.d,lists/partial,archives/partial} "$DEBS" "$SOURCES"
  : >"$CACHE/apt/status"
  # The point release alone: it stays as it is for months, so the versions in the lock stay available for months.
  local mirror
  mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    sed -n -e 's/^URIs: *\([^ ]*\/debian\)\/* *$/\1/p' -e 's/^deb .*\(https*:[^ ]*\/debian\)\/* bookworm .*/\1/p' | head -n1 || true)
  [ -n "$mirror" ] || die "apt has no Debian mirror configured"
  echo "deb $mirror bookworm main" >"$CACHE/apt/etc/sources.list"
  echo "deb-src $mirror bookworm main" >>"$CACHE/apt/etc/sources.list"
  cat >"$APT_CONFIG" <<CONF
APT::Architecture "amd64";
APT::Architectures { "amd64"; "i386"; };
APT::Sandbox::User "root";
APT::Get::AllowUnauthenticated "false";
Dir::State "$CACHE/apt";
Dir::State::lists "$CACHE/apt/lists";
Dir::State::status "$CACHE/apt/status";
Dir::Cache "$CACHE/apt";
Dir::Cache::archives "$CACHE/apt/archives";
Dir::Etc::sourcelist "$CACHE/apt/etc/sources.list";
Dir::Etc::sourceparts "$CACHE/apt/etc/sources.d";
Acquire::Languages "none";
CONF
  if [ ! -e "$CACHE/apt/updated" ] || [ -n "${RELOCK:-}" ] && [ -z "${APT_UPDATED:-}" ]; then
    apt-get -q=2 update || apt-get -q=2 update || die "apt-get update failed"
    touch "$CACHE/apt/updated"
    APT_UPDATED=1
  fi
}

sha256_of() { sha256sum "$1" | cut -d' ' -f1; }

# note KIND NAME : the part that is being built takes this package.
note() {
  local file=$CACHE/used/${PART//\//-}
  grep -qxF "$1 $2" "$file" 2>/dev/null || echo "$1 $2" >>"$file"
}

# The lock: lines of "kind name version sha256", kind being i386, all, amd64 or source. Sorted.
lock_line() { awk -v k="$1" -v n="$2" '$1 == k && $2 == n { print $3, $4 }' "$LOCK" 2>/dev/null; }
lock_set() {
  touch "$LOCK"
  {
    awk -v k="$1" -v n="$2" '!($1 == k && $2 == n)' "$LOCK"
    echo "$1 $2 $3 $4"
  } | LC_ALL=C sort >"$LOCK.new"
  mv "$LOCK.new" "$LOCK"
}

# deb NAME[:ARCH] -> prints the path of the verified .deb. i386 unless told otherwise.
deb() {
  local name=${1%%:*} arch=i386 version sha256 path
  case $1 in *:*) arch=${1#*:} ;; esac
  read -r version sha256 <<<"$(lock_line "$arch" "$name")" || true
  if [ -z "$version" ]; then
    [ -n "${RELOCK:-}" ] || die "package $name:$arch is not in packages.lock (RELOCK=1 adds it)"
    apt_prepare
    version=$(apt-cache policy "$name:$arch" | sed -n 's/^  Candidate: //p')
    [ -n "$version" ] && [ "$version" != "(none)" ] || die "no package $name:$arch"
  fi
  path=$DEBS/${name}_${version//:/%3a}_$arch.deb
  if [ ! -e "$path" ]; then
    apt_prepare
    mkdir -p "$DEBS/partial.$$"
    (cd "$DEBS/partial.$$" && apt-get -q=2 download "$name:$arch=$version" >/dev/null) ||
      die "cannot download $name:$arch=$version; the archive may have a newer one (RELOCK=1 after removing its line)"
    mv "$DEBS/partial.$$"/*.deb "$path"
    rmdir "$DEBS/partial.$$"
  fi
  if [ -z "${sha256:-}" ]; then
    lock_set "$arch" "$name" "$version" "$(sha256_of "$path")"
  else
    [ "$(sha256_of "$path")" = "$sha256" ] || die "$path does not have the sha256 in packages.lock"
  fi
  note "$arch" "$name"
  echo "$path"
}

# unpack_debs DIR NAME... : the files of the packages, without their maintainer scripts.
unpack_debs() {
  local into=$1 name path
  shift
  mkdir -p "$into"
  for name in "$@"; do
    path=$(deb "$name") || exit 1
    dpkg-deb -x "$path" "$into"
  done
}

# source_package NAME DIR : Debian's source package, patches applied, as DIR.
source_package() {
  local name=$1 into=$2 version sha256 dsc
  apt_prepare
  read -r version sha256 <<<"$(lock_line source "$name")" || true
  if [ -z "$version" ]; then
    [ -n "${RELOCK:-}" ] || die "source package $name is not in packages.lock (RELOCK=1 adds it)"
    version=$(apt-cache showsrc "$name" | sed -n 's/^Version: //p' | sort -V | tail -n1)
  fi
  dsc=$SOURCES/${name}_${version#*:}.dsc
  if [ ! -e "$dsc" ]; then
    (cd "$SOURCES" && apt-get -q=2 source --download-only "$name=$version" >/dev/null) || die "no source of $name=$version"
  fi
  if [ -z "${sha256:-}" ]; then
    lock_set source "$name" "$version" "$(sha256_of "$dsc")"
  else
    [ "$(sha256_of "$dsc")" = "$sha256" ] || die "$dsc does not have the sha256 in packages.lock"
  fi
  note source "$name"
  rm -rf "$into"
  dpkg-source --no-check -x "$dsc" "$into" >/dev/null
}

# locked_version KIND NAME
locked_version() { lock_line "$1" "$2" | cut -d' ' -f1; }

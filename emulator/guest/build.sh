#!/bin/bash
# Builds what runs inside the machine from Debian packages, reproducibly. README.md explains the parts.
#   build.sh [bios|kernel|crun|iptables|seccomp|agent|initramfs|tools|images|notices|manifest|all]...
# FORCE=1 builds parts whose recipe has not changed as well. RELOCK=1 adds packages that packages.lock does not name yet.
set -euo pipefail

# In a function, so that the shell has read all of it before anything runs.
main() {
  GUEST=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  ROOT=$(cd "$GUEST/../.." && pwd)
  CACHE=$ROOT/.cache/guest
  PUBLIC=$ROOT/public
  mkdir -p "$CACHE"/{work,out,used,stamps,layers} "$PUBLIC"/{machine,registry}
  local file stage
  for file in environment packages layer musl kernel/build rootfs/build seccomp/build images/build tools/build notices; do
    . "$GUEST/$file.sh"
  done
  [ $# -gt 0 ] || set -- all
  for stage in "$@"; do
    case $stage in
      all)
        need gcc gcc-multilib libc6-dev-i386 make dpkg-dev xz-utils zstd gzip cpio tar
        parts bios kernel crun iptables seccomp initramfs tools images notices
        tsx "$GUEST/manifest.ts" check
        ;;
      manifest) tsx "$GUEST/manifest.ts" check ;;
      agent) stage_agent ;;
      bios | kernel | crun | iptables | seccomp | initramfs | tools | images | notices) parts "$stage" ;;
      *) die "no part $stage" ;;
    esac
  done
}

parts() {
  local each
  for each in "$@"; do
    case $each in
      images) stage_images ;;
      # Its recipe is also what the other parts take.
      notices) FORCE=1 part notices stage_notices ;;
      *) part "$each" "stage_$each" ;;
    esac
  done
}

tsx() { "$ROOT/node_modules/.bin/tsx" "$@"; }

# part NAME FUNCTION : runs it unless this machine built the part from the same recipe, and enters it in manifest.json.
# The packages it takes are noted in .cache/guest/used/NAME by deb() and source_package().
part() {
  local name=$1 stamp=$CACHE/stamps/${1//\//-} recipe
  recipe=$(tsx "$GUEST/manifest.ts" recipe "$name")
  if [ -z "${FORCE:-}" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$recipe" ]; then
    echo "guest: $name is up to date"
    return
  fi
  echo "guest: $name"
  PART=$name
  : >"$CACHE/used/${name//\//-}"
  "$2" "${@:3}"
  tsx "$GUEST/manifest.ts" record "$name" "$CACHE"
  tsx "$GUEST/manifest.ts" recipe "$name" >"$stamp"
}

main "$@"

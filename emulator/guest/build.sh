#!/bin/bash
# Builds everything that runs inside the machine, from Debian packages, reproducibly:
#   build.sh [kernel|crun|iptables|agent|initramfs|tools|images|seccomp|bios|manifest|all]...
# RELOCK=1 adds packages that packages.lock does not name yet. README.md explains the stages.
set -euo pipefail
GUEST=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$GUEST/../.." && pwd)
CACHE=$ROOT/.cache/guest
PUBLIC=$ROOT/public
export LC_ALL=C TZ=UTC
umask 022
# Every file of every artifact has this time: 2024-01-01.
export SOURCE_DATE_EPOCH=1704067200
# v86's CPU has SSE2, and its x87 is forty times slower than a real one.
GUEST_CFLAGS="-O2 -march=pentium3 -msse2 -mfpmath=sse -fno-stack-protector -ffile-prefix-map=$CACHE=."
mkdir -p "$CACHE/work" "$CACHE/out" "$PUBLIC/machine" "$PUBLIC/registry"

. "$GUEST/packages.sh"
. "$GUEST/kernel/build.sh"
. "$GUEST/rootfs/build.sh"

for stage in "${@:-all}"; do
  case $stage in
    all) set -- "$@" ;;
    kernel | crun | iptables | agent | initramfs | tools | images | seccomp | bios | manifest) ;;
    *) die "no stage $stage" ;;
  esac
done
stages=("${@:-all}")
[ "${stages[*]}" != all ] || stages=(bios kernel crun iptables seccomp agent initramfs tools images manifest)
for stage in "${stages[@]}"; do
  echo "guest: $stage"
  "stage_$stage"
done

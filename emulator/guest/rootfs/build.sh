# The initramfs: busybox, crun, iptables, the agent and the docker stub. All of it sits in the guest's memory, so what is
# not needed to start a container is in the tools layer instead.
. "$GUEST/rootfs/crun.sh"
. "$GUEST/rootfs/iptables.sh"
. "$GUEST/rootfs/bios.sh"

# The agent (PID 1) and the docker stub, by their own Makefile.
stage_agent() {
  make -s -C "$GUEST/agent" OUT="$CACHE/out/agent" || die "the agent did not build"
}

stage_initramfs() {
  local root=$CACHE/work/initramfs out=$CACHE/out name
  FORCE= parts crun iptables
  PART=initramfs
  cat "$CACHE/used/crun" "$CACHE/used/iptables" >"$CACHE/used/initramfs"
  stage_agent
  rm -rf "$root"
  mkdir -p "$root"/{bin,sbin,mnt,root,usr,var/lib,var/log}
  cp -r "$GUEST"/rootfs/files/. "$root/"
  chmod 755 "$root/init" "$root/sbin/console"
  chmod 700 "$root/root"
  unpack_debs "$CACHE/work/busybox" busybox-static
  install -m 755 "$CACHE/work/busybox/bin/busybox" "$root/bin/busybox"
  for name in $("$root/bin/busybox" --list); do
    grep -qxF -- "$name" "$GUEST/rootfs/applets.omit" || [ "$name" = busybox ] || ln -s busybox "$root/bin/$name"
  done
  install -m 755 "$out/crun" "$root/bin/crun"
  install -m 755 "$out/xtables-legacy-multi" "$root/sbin/xtables-legacy-multi"
  for name in iptables iptables-restore iptables-save ip6tables ip6tables-restore ip6tables-save; do
    ln -s xtables-legacy-multi "$root/sbin/$name"
  done
  install -m 755 "$out/agent/agent" "$root/sbin/agent"
  install -m 755 "$out/agent/docker" "$root/bin/docker"
  # What the tools layer brings, under the names scripts use.
  ln -s usr/lib "$root/lib"
  ln -s ../usr/bin/bash "$root/bin/bash"
  ln -s ../usr/bin/docker-init "$root/sbin/docker-init"
  ln -s ../run "$root/var/run"
  find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  (cd "$root" && find . -mindepth 1 | sort | cpio --quiet -o -H newc --reproducible -R 0:0) |
    zstd -q -19 --no-check -T1 -c >"$CACHE/work/initrd.img"
  mv "$CACHE/work/initrd.img" "$PUBLIC/machine/initrd.img"
}

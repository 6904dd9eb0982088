# The kernel: Debian's linux-source over tinyconfig and kernel.config. Makes public/machine/bzImage and writes down the
# configuration that came out.
stage_kernel() {
  local work=$CACHE/work/kernel tree
  need flex bison bc libelf-dev libssl-dev
  rm -rf "$work"
  mkdir -p "$work"
  unpack_debs "$work" linux-source-6.1:all
  tar -C "$work" -xf "$work"/usr/src/linux-source-6.1.tar.xz
  tree=$work/linux-source-6.1
  export KBUILD_BUILD_TIMESTAMP="Mon Jan  1 00:00:00 UTC 2024" KBUILD_BUILD_USER=drydock KBUILD_BUILD_HOST=drydock KBUILD_BUILD_VERSION=1
  (
    cd "$tree"
    make -s ARCH=i386 tinyconfig
    scripts/kconfig/merge_config.sh -m .config "$GUEST/kernel/kernel.config"
    make -s ARCH=i386 olddefconfig
    make -s ARCH=i386 -j2 bzImage
  ) >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; die "the kernel did not build, see $work/log"; }
  # What was built, without the header that names the compiler twice.
  grep -E '^(CONFIG_|# CONFIG_)' "$tree/.config" | LC_ALL=C sort >"$GUEST/kernel/kernel.built.config"
  install -m 644 "$tree/arch/x86/boot/bzImage" "$PUBLIC/machine/bzImage"
}

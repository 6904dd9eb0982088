# crun, static, from Debian's source package. Leaves .cache/guest/out/crun.
# --disable-systemd: no systemd here. --disable-dl, --disable-criu: nothing to load. BPF stays on: with cgroup v2 the
# device rules of a container are a BPF program, and without it every container could open every device.
stage_crun() {
  local out=$CACHE/out work=$CACHE/work/crun sys
  need autoconf automake libtool pkg-config gperf
  rm -rf "$work"
  mkdir -p "$work"
  sys=$work/sys
  unpack_debs "$sys" libyajl-dev libseccomp-dev libcap-dev
  sys=$sys/usr
  local lib=$sys/lib/i386-linux-gnu
  cp "$lib/libyajl_s.a" "$lib/libyajl.a"
  source_package crun "$work/source"
  (
    cd "$work/source"
    ./configure -q --host=i686-linux-gnu CC="gcc -m32" CPPFLAGS="-I$sys/include" \
      CFLAGS="$GUEST_CFLAGS" LDFLAGS="-static -L$lib" LIBS="-lm" PKG_CONFIG_LIBDIR="$lib/pkgconfig" \
      YAJL_CFLAGS="-I$sys/include" YAJL_LIBS="-lyajl -lm" --disable-systemd --disable-dl --disable-criu
    grep -q '^#define HAVE_EBPF 1' config.h || die "crun would be built without device rules"
    make -s -j2 CFLAGS="$GUEST_CFLAGS -fno-pie -fno-pic" LDFLAGS="-all-static -no-pie -L$lib"
  ) >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; die "crun did not build, see $work/log"; }
  mkdir -p "$out"
  strip -s -R .comment -R .note -o "$out/crun" "$work/source/crun"
}

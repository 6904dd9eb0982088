# The tools layer: what learners want and BusyBox lacks. The agent binds its usr/ to the lab's /usr; layerfs serves it, so
# nothing of it is in the guest's memory before it is used, nor in the snapshot.
#
# From binary packages where their libraries are small. curl, jq, ip, ss, ps and those of util-linux are built from Debian's
# source packages: the binaries would bring 18 MB of Kerberos, LDAP, TLS, SSH, systemd, SELinux and BPF libraries.
stage_tools() {
  local layer=$CACHE/work/tools tree=$CACHE/work/tools/usr packages=$CACHE/work/packages-tools
  rm -rf "$layer" "$packages"
  mkdir -p "$tree"/{bin,sbin,lib/i386-linux-gnu,lib/terminfo,share,local/bin,local/sbin}
  unpack_debs "$packages" libc6 libtinfo6 libncursesw6 bash libcap-ng0 libmnl0 zlib1g strace less nano tree libc-bin \
    ncurses-base:all
  cp "$packages/lib/i386-linux-gnu/ld-linux.so.2" "$tree/lib/i386-linux-gnu/"
  ln -s i386-linux-gnu/ld-linux.so.2 "$tree/lib/ld-linux.so.2"
  local name
  for name in bash nano; do cp -L "$packages/bin/$name" "$tree/bin/$name"; done
  for name in strace less tree; do cp -L "$packages/usr/bin/$name" "$tree/bin/$name"; done
  ln -s /bin/docker "$tree/bin/docker"
  musl_compiler
  build_tini "$tree"
  build_curl "$tree"
  build_iproute "$tree"
  build_procps "$tree"
  build_util_linux "$tree"
  build_jq "$tree"
  add_libraries "$packages" "$layer"
  for name in x/xterm x/xterm-256color l/linux v/vt100 d/dumb s/screen s/screen-256color t/tmux-256color; do
    unpack_terminfo "$packages" "$name" "$tree/lib/terminfo"
  done
  mkdir -p "$tree/lib/locale" "$tree/share/nano"
  cp -r "$packages/usr/lib/locale/C.utf8" "$tree/lib/locale/"
  for name in default sh json yaml python html css javascript nanorc; do
    [ ! -e "$packages/usr/share/nano/$name.nanorc" ] || cp "$packages/usr/share/nano/$name.nanorc" "$tree/share/nano/"
  done
  find "$tree" -type f -perm -u+x -size +8k -exec strip -s -R .comment -R .note {} + 2>/dev/null || true
  chown -R 0:0 "$layer"
  layer_tar "$layer" "$CACHE/out/tools.tar"
  gzip -9nc "$CACHE/out/tools.tar" >"$PUBLIC/machine/tools.tar.gz"
}

unpack_terminfo() {
  local name
  for name in "$1/lib/terminfo/$2" "$1/usr/share/terminfo/$2"; do
    [ -e "$name" ] || continue
    mkdir -p "$3/${2%/*}"
    cp -L "$name" "$3/$2"
    return
  done
  die "no terminfo for $2"
}

# build NAME COMMAND... in the unpacked source, with a log.
in_source() {
  local name=$1
  shift
  rm -rf "$CACHE/work/$name"
  source_package "$name" "$CACHE/work/$name"
  (cd "$CACHE/work/$name" && "$@") >"$CACHE/work/$name.log" 2>&1 ||
    { tail -n 30 "$CACHE/work/$name.log" >&2; die "$name did not build, see $CACHE/work/$name.log"; }
}

# HTTP, FTP and unix sockets. No TLS: nothing outside the machine can be reached.
build_curl() {
  configure_curl() {
    ./configure -q --host=i686-linux-gnu CC="$MUSL_CC" CFLAGS="$GUEST_CFLAGS -ffunction-sections -fdata-sections" --disable-shared --enable-static \
      --without-ssl --without-brotli --without-zstd --without-zlib --without-libpsl --without-libidn2 --without-nghttp2 \
      --without-librtmp --without-libssh2 --disable-ldap --disable-ldaps --disable-rtsp --disable-dict --disable-telnet \
      --disable-tftp --disable-pop3 --disable-imap --disable-smtp --disable-gopher --disable-mqtt --disable-smb \
      --disable-manual --disable-ntlm --disable-docs
    make -s -j2 -C lib && make -s -j2 -C src LDFLAGS="-all-static -no-pie -Wl,--gc-sections"
  }
  in_source curl configure_curl
  cp "$CACHE/work/curl/src/curl" "$1/bin/curl"
}

build_iproute() {
  configure_iproute() {
    local mnl=$CACHE/work/packages-mnl
    rm -rf "$mnl"
    unpack_debs "$mnl" libmnl-dev libmnl0

    export PKG_CONFIG_LIBDIR=$mnl/usr/lib/i386-linux-gnu/pkgconfig PKG_CONFIG_SYSROOT_DIR=$mnl
    CC="gcc -m32" ./configure
    make -s -j2 SUBDIRS="lib ip bridge misc" CC="gcc -m32" HOSTCC=gcc CCOPTS="$GUEST_CFLAGS" SHARED_LIBS=n LDFLAGS="-L$mnl/usr/lib/i386-linux-gnu"
  }
  need bison flex pkg-config
  in_source iproute2 configure_iproute
  cp "$CACHE/work/iproute2/ip/ip" "$CACHE/work/iproute2/bridge/bridge" "$CACHE/work/iproute2/misc/ss" "$1/sbin/"
  ln -s ../sbin/ss "$1/bin/ss"
}

# `docker top` shows what ps(1) prints, and BusyBox's knows none of the columns.
build_procps() {
  configure_procps() {
    [ -e configure ] || autoreconf -fi
    ./configure -q --host=i686-linux-gnu CC="gcc -m32" CFLAGS="$GUEST_CFLAGS" --disable-shared --enable-static \
      --without-systemd --without-elogind --without-ncurses --disable-nls --disable-pidof --disable-kill
    make -s -j2 library/libproc2.la src/ps/pscommand src/pmap src/pgrep
  }
  need autoconf automake libtool gettext autopoint
  in_source procps configure_procps
  cp "$CACHE/work/procps/src/ps/pscommand" "$1/bin/ps"
  cp "$CACHE/work/procps/src/pmap" "$CACHE/work/procps/src/pgrep" "$1/bin/"
  ln -s pgrep "$1/bin/pkill"
}

build_util_linux() {
  configure_util_linux() {
    local ng=$CACHE/work/packages-cap-ng each
    rm -rf "$ng"
    unpack_debs "$ng" libcap-ng-dev libcap-ng0
    export PKG_CONFIG_LIBDIR=$ng/usr/lib/i386-linux-gnu/pkgconfig PKG_CONFIG_SYSROOT_DIR=$ng
    [ -e configure ] || ./autogen.sh
    ./configure -q --host=i686-linux-gnu CC="gcc -m32" CFLAGS="$GUEST_CFLAGS -ffunction-sections -fdata-sections" \
      CPPFLAGS="-I$ng/usr/include" LDFLAGS="-Wl,--gc-sections -L$ng/usr/lib/i386-linux-gnu" --disable-shared --enable-static \
      --disable-nls --disable-asciidoc --without-selinux --without-udev --without-systemd --without-ncursesw \
      --without-tinfo --without-python --without-cryptsetup --disable-year2038
    make -s -j2 unshare nsenter lsns findmnt setpriv prlimit flock ipcs
  }
  need autoconf automake libtool gettext autopoint bison
  in_source util-linux configure_util_linux
  for name in unshare nsenter lsns findmnt setpriv prlimit flock ipcs; do
    cp "$CACHE/work/util-linux/$name" "$1/bin/"
  done
}

build_jq() {
  local onig=$CACHE/work/libonig
  configure_onig() {
    [ -e configure ] || autoreconf -fi
    ./configure -q --host=i686-linux-gnu CC="$MUSL_CC" CFLAGS="$GUEST_CFLAGS -ffunction-sections -fdata-sections" \
      --disable-shared --enable-static --enable-posix-api --prefix="$onig/installed"
    make -s -j2 -C src install
  }
  configure_jq() {
    [ -e configure ] || autoreconf -fi
    ./configure -q --host=i686-linux-gnu CC="$MUSL_CC" \
      CFLAGS="$GUEST_CFLAGS -D_GNU_SOURCE -ffunction-sections -fdata-sections" --disable-shared --enable-static \
      --disable-docs --disable-maintainer-mode --with-oniguruma="$onig/installed"
    make -s src/builtin.inc src/version.h
    make -s -j2 LDFLAGS="-all-static -no-pie -Wl,--gc-sections -L$onig/installed/lib" jq
  }
  need autoconf automake libtool bison flex
  in_source libonig configure_onig
  in_source jq configure_jq
  cp "$CACHE/work/jq/jq" "$1/bin/jq"
}

# --init: bound into containers, so it cannot be linked to anything.
build_tini() {
  compile_tini() {
    printf '#define TINI_VERSION "%s"\n#define TINI_GIT ""\n' "$(dpkg-parsechangelog -S Version | sed 's/-.*//')" >src/tiniConfig.h
    "$MUSL_CC" $GUEST_CFLAGS -D_GNU_SOURCE -DPR_SET_CHILD_SUBREAPER=36 -DPR_GET_CHILD_SUBREAPER=37 -static -no-pie \
      -o tini-static src/tini.c
  }
  in_source tini compile_tini
  install -m 755 "$CACHE/work/tini/tini-static" "$1/bin/docker-init"
}

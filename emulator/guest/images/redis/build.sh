# Redis from Debian's source package, with the layout and habits of the official image. Debian's binary would bring
# OpenSSL, systemd, jemalloc and the C++ library: 3 MB that nothing here uses. SSE2 arithmetic instead of x87.
unpack_debs "$PACKAGES" util-linux libcap-ng0
source_package redis "$CACHE/work/redis"
(
  cd "$CACHE/work/redis"
  # Its version header asks git for a commit, and would find this project's.
  export GIT_DIR=/nonexistent
  make -s -j2 V=1 CC="gcc -m32" CFLAGS="$GUEST_CFLAGS" OPTIMIZATION=-O2 MALLOC=libc USE_SYSTEMD=no BUILD_TLS=no \
    PROG_SUFFIX=
) >"$CACHE/work/redis.log" 2>&1 || { tail -n 30 "$CACHE/work/redis.log" >&2; die "redis did not build"; }
mkdir -p "$LAYER/usr/local/bin" "$LAYER/usr/bin" "$LAYER/etc"
for name in redis-server redis-cli redis-benchmark; do
  strip -s -R .comment -R .note -o "$LAYER/usr/local/bin/$name" "$CACHE/work/redis/src/$name"
  chmod 755 "$LAYER/usr/local/bin/$name"
done
for name in redis-check-rdb redis-check-aof redis-sentinel; do ln -s redis-server "$LAYER/usr/local/bin/$name"; done
add "$PACKAGES" "$LAYER" usr/bin/setpriv
install -m 755 "$GUEST/images/redis/files/usr/local/bin/docker-entrypoint.sh" "$LAYER/usr/local/bin/docker-entrypoint.sh"
add_libraries "$PACKAGES" "$LAYER" "$CACHE/work/layer-base"
{ cat "$CACHE/work/layer-base/etc/passwd"; echo 'redis:x:999:999::/home/redis:/bin/sh'; } >"$LAYER/etc/passwd"
{ cat "$CACHE/work/layer-base/etc/group"; echo 'redis:x:999:'; } >"$LAYER/etc/group"
install -d -o 999 -g 999 "$LAYER/data"

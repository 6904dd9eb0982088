# Debian's nginx with the layout and habits of the official image.
unpack_debs "$PACKAGES" nginx nginx-common:all libpcre2-8-0 zlib1g libcrypt1 gettext-base
add "$PACKAGES" "$LAYER" usr/sbin/nginx etc/nginx/mime.types etc/nginx/fastcgi_params etc/nginx/scgi_params etc/nginx/uwsgi_params \
  usr/share/nginx/html/index.html usr/bin/envsubst
cp -r "$GUEST/images/nginx/files/." "$LAYER/"
chmod 755 "$LAYER/docker-entrypoint.sh" "$LAYER"/docker-entrypoint.d/*
mkdir -p "$LAYER"/usr/share/nginx/html "$LAYER"/usr/lib/nginx/modules "$LAYER"/var/{log,cache,lib}/nginx
ln -s /usr/lib/nginx/modules "$LAYER/etc/nginx/modules"
ln -sf /dev/stdout "$LAYER/var/log/nginx/access.log"
ln -sf /dev/stderr "$LAYER/var/log/nginx/error.log"
add_libraries "$PACKAGES" "$LAYER" "$CACHE/work/layer-base" "$CACHE/work/layer-openssl"
# The account of the official image, added to those of the base.
{ cat "$CACHE/work/layer-base/etc/passwd"; echo 'nginx:x:101:101:nginx user:/nonexistent:/bin/false'; } >"$LAYER/etc/passwd"
{ cat "$CACHE/work/layer-base/etc/group"; echo 'nginx:x:101:'; } >"$LAYER/etc/group"
chown 101:0 "$LAYER/var/cache/nginx"

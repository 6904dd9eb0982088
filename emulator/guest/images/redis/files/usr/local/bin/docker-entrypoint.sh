#!/bin/sh
# A first argument that is an option or a .conf file means redis-server. As root, the server runs as the user redis.
set -e

case $1 in
  -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . \! -user redis -exec chown redis '{}' +
  exec setpriv --reuid redis --regid redis --clear-groups -- "$0" "$@"
fi

# Files that the server writes are nobody else's business, unless the caller chose a mask.
if [ "$(umask)" = 0022 ]; then
  umask 0077
fi

exec "$@"

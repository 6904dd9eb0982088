#!/bin/sh
# Templates in /etc/nginx/templates become files in /etc/nginx/conf.d, with the variables of the environment filled in.
set -e
from=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
to=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
suffix=${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}

[ -d "$from" ] || exit 0
# Only variables that exist, so that nginx's own $host and the like stay as they are.
known=$(env | sed -n "/^${NGINX_ENVSUBST_FILTER:-}[A-Za-z0-9_]*=/s/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\${\1}/p" | tr '\n' ' ')
cd "$from"
find . -type f -name "*$suffix" | while read -r template; do
  target=$to/${template#./}
  target=${target%"$suffix"}
  mkdir -p "${target%/*}"
  [ -n "$NGINX_ENTRYPOINT_QUIET_LOGS" ] || echo "$0: Running envsubst on $from/${template#./} to $target"
  envsubst "$known" <"$template" >"$target"
done

#!/bin/sh
# With NGINX_ENTRYPOINT_WORKER_PROCESSES_AUTOTUNE set, as many workers as the container has processors.
set -e
[ -n "$NGINX_ENTRYPOINT_WORKER_PROCESSES_AUTOTUNE" ] || exit 0
sed -i "s/^worker_processes .*/worker_processes  $(nproc);/" /etc/nginx/nginx.conf

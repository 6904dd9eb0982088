#!/bin/sh
# Runs what is in /docker-entrypoint.d before the server starts, in the order of names, then becomes the command.
# *.sh are run, *.envsh are sourced; NGINX_ENTRYPOINT_QUIET_LOGS=1 keeps it silent.
set -e

say() { [ -n "$NGINX_ENTRYPOINT_QUIET_LOGS" ] || echo "$0: $*"; }

case $1 in
  nginx | nginx-debug)
    for script in /docker-entrypoint.d/*; do
      [ -e "$script" ] || continue
      case $script in
        *.envsh)
          say "Sourcing $script"
          . "$script"
          ;;
        *.sh)
          if [ -x "$script" ]; then
            say "Launching $script"
            "$script"
          else
            say "Ignoring $script, not executable"
          fi
          ;;
        *) say "Ignoring $script" ;;
      esac
    done
    say "Configuration complete; ready for start up"
    ;;
esac

exec "$@"

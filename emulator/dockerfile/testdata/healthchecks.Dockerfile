FROM busybox
HEALTHCHECK CMD wget -q -O- http://localhost:8080/ || exit 1
HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=10s --start-interval=500ms --retries=5 CMD ["/check", "--fast"]
HEALTHCHECK NONE
HEALTHCHECK --interval=0s cmd [ -f /ready ]

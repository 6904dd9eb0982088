from alpine as Base
run echo hi
Workdir /a  b
expose 80 443/tcp 53/udp
stopsignal SIGQUIT
user  root:root
volume /data
entrypoint top
MAINTAINER Jo <jo@example.com>
FROM base

FROM debian:stable-slim
RUN groupadd -r mysql && useradd -r -g mysql mysql
ENV GOSU_VERSION 1.17
ENV MYSQL_MAJOR 8.0
ENV LANG=en_US.utf8 PGDATA=/var/lib/postgresql/data
VOLUME ["/var/lib/mysql"]
COPY docker-entrypoint.sh /usr/local/bin/
ENTRYPOINT ["docker-entrypoint.sh"]
STOPSIGNAL SIGINT
EXPOSE 3306 33060
CMD ["mysqld"]

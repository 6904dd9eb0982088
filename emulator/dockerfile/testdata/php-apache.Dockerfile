FROM php:8.3-apache
RUN set -eux; \
	apt-get update; \
	savedAptMark="$(apt-mark showmanual)"; \
	\
	docker-php-ext-configure gd --with-freetype; \
	apt-mark auto '.*' > /dev/null; \
	[ -z "$savedAptMark" ] || apt-mark manual $savedAptMark; \
	find /usr/local -type f -name '*.so' -exec ldd '{}' ';' \
		| awk '/=>/ { so = $(NF-1); if (index(so, "/usr/local/") == 1) { next }; gsub("^/(usr/)?", "", so); print so }' \
		| sort -u; \
	rm -rf /var/lib/apt/lists/*
VOLUME /var/www/html
COPY docker-entrypoint.sh /usr/local/bin/
STOPSIGNAL SIGWINCH
CMD ["apache2-foreground"]

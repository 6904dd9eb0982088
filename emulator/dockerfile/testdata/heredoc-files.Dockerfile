FROM nginx:alpine
ARG SITE=example
COPY <<EOF /etc/nginx/conf.d/default.conf
server {
  server_name ${SITE};
  root /usr/share/nginx/html; # not a comment of the Dockerfile
}
EOF
COPY <<"index.html" <<-robots.txt /usr/share/nginx/html/
<h1>$HOME is not expanded</h1>
index.html
	User-agent: *
	Disallow: /
	robots.txt
COPY --chmod=0755 <<'EOF' /docker-entrypoint.d/40-hello.sh
#!/bin/sh
echo "hello\n"

EOF
EXPOSE 80

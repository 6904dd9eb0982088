# syntax=docker/dockerfile:1
FROM debian:bookworm-slim
RUN <<EOT
  set -eux
  apt-get update
  apt-get install -y curl \
    ca-certificates
EOT

RUN <<-'SCRIPT' bash
	for i in 1 2 3; do
		echo "$i"
	done
	SCRIPT

RUN python3 <<PY > /numbers
print([n * n for n in range(3)])
PY
CMD ["true"]

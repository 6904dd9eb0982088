import { PATH, type ImageDefinition } from "../image.ts";

export const redis: ImageDefinition = {
  repository: "redis",
  tags: ["latest", "{major}", "{minor}", "{version}"],
  versionOf: { kind: "source", name: "redis" },
  title: "redis",
  description: "Redis built from Debian's source package on a small glibc base, laid out as the official image is.",
  licences: "BSD-3-Clause AND GPL-2.0-or-later AND LGPL-2.1-or-later",
  layers: ["base", "redis"],
  config: {
    ExposedPorts: { "6379/tcp": {} },
    Env: [PATH, "REDIS_VERSION={version}"],
    Entrypoint: ["docker-entrypoint.sh"],
    Cmd: ["redis-server"],
    Volumes: { "/data": {} },
    WorkingDir: "/data",
  },
  instructions: [
    "ENV REDIS_VERSION={version}",
    "VOLUME [/data]",
    "WORKDIR /data",
    'ENTRYPOINT ["docker-entrypoint.sh"]',
    "EXPOSE map[6379/tcp:{}]",
    'CMD ["redis-server"]',
  ],
};

import { PATH, type ImageDefinition } from "../image.ts";

export const nginx: ImageDefinition = {
  repository: "nginx",
  tags: ["latest", "stable", "{major}", "{minor}", "{version}"],
  versionOf: { kind: "i386", name: "nginx" },
  title: "nginx",
  description: "Debian's nginx on a small glibc base, laid out as the official image is.",
  licences: "BSD-2-Clause AND GPL-2.0-or-later AND LGPL-2.1-or-later AND Apache-2.0",
  layers: ["base", "openssl", "nginx"],
  config: {
    ExposedPorts: { "80/tcp": {} },
    Env: [PATH, "NGINX_VERSION={version}"],
    Entrypoint: ["/docker-entrypoint.sh"],
    Cmd: ["nginx", "-g", "daemon off;"],
    WorkingDir: "/",
    StopSignal: "SIGQUIT",
  },
  instructions: [
    "ENV NGINX_VERSION={version}",
    'ENTRYPOINT ["/docker-entrypoint.sh"]',
    "EXPOSE map[80/tcp:{}]",
    "STOPSIGNAL SIGQUIT",
    'CMD ["nginx" "-g" "daemon off;"]',
  ],
};

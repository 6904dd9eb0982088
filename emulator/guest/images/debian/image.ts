import { PATH, type ImageDefinition } from "../image.ts";

export const debian: ImageDefinition = {
  repository: "debian",
  tags: ["12-slim", "bookworm-slim", "{version}-slim"],
  versionOf: {
    kind: "i386",
    name: "base-files",
    read: (version) => `12.${/deb12u([0-9]+)/.exec(version)?.[1] ?? "0"}`,
  },
  title: "debian",
  description: "Debian GNU/Linux 12 for i386, minbase without documentation, with dpkg and apt.",
  licences: "GPL-2.0-or-later AND LGPL-2.1-or-later AND BSD-3-Clause AND others, see /usr/share/doc/*/copyright",
  layers: ["debian"],
  config: { Env: [PATH], Cmd: ["bash"], WorkingDir: "/" },
  instructions: ['CMD ["bash"]'],
};

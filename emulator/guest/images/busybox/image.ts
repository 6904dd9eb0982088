import type { ImageDefinition } from "../image.ts";

export const busybox: ImageDefinition = {
  repository: "busybox",
  tags: ["latest", "{minor}", "{version}"],
  versionOf: { kind: "i386", name: "busybox-static" },
  title: "busybox",
  description: "BusyBox, statically linked, with a link for every applet; from Debian's busybox-static.",
  licences: "GPL-2.0-only",
  layers: ["busybox"],
  config: { Cmd: ["sh"], Env: ["PATH=/bin"] },
  instructions: [],
  labelled: false,
};

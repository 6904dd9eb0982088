import { bool } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { askDaemon } from "../../ask-daemon.ts";

export const create = command({
  use: "create [OPTIONS] PLUGIN PLUGIN-DATA-DIR",
  short:
    "Create a plugin from a rootfs and configuration. Plugin data directory must contain config.json and rootfs directory.",
  args: atLeast(2),
  flags: {
    compress: bool("", "Compress the context using gzip"),
  },
  run: askDaemon("POST", "/plugins/create"),
});

import { group, shortcut } from "../command.ts";
import type { RootSections } from "../help.ts";
import { container } from "./container/index.ts";
import { attach } from "./container/attach.ts";
import { create } from "./container/create.ts";
import { exec } from "./container/exec.ts";
import { kill } from "./container/kill.ts";
import { logs } from "./container/logs.ts";
import { ls as containerLs } from "./container/ls.ts";
import { pause } from "./container/pause.ts";
import { rename } from "./container/rename.ts";
import { restart } from "./container/restart.ts";
import { rm } from "./container/rm.ts";
import { run } from "./container/run.ts";
import { start } from "./container/start.ts";
import { stop } from "./container/stop.ts";
import { unpause } from "./container/unpause.ts";
import { wait } from "./container/wait.ts";
import { ls as imageLs } from "./image/ls.ts";
import { inspect } from "./inspect.ts";

/** The parts of `docker --help` that are not in alphabetical order. */
export const rootSections: RootSections = {
  common: ["run", "exec", "ps", "build", "pull", "push", "images", "login", "logout", "search", "version", "info"],
  swarm: ["swarm"],
};

export const root = group({
  use: "docker",
  short: "A self-sufficient runtime for containers",
  commands: {
    attach,
    create,
    exec,
    kill,
    logs,
    pause,
    rename,
    restart,
    rm,
    run,
    start,
    stop,
    unpause,
    wait,
    ps: shortcut(containerLs, "ps"),
    images: shortcut(imageLs, "images"),
    inspect,
    container,
  },
});

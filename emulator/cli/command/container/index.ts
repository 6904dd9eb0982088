import { group } from "../../command.ts";
import { attach } from "./attach.ts";
import { create } from "./create.ts";
import { exec } from "./exec.ts";
import { inspect } from "./inspect.ts";
import { kill } from "./kill.ts";
import { logs } from "./logs.ts";
import { ls } from "./ls.ts";
import { pause } from "./pause.ts";
import { rename } from "./rename.ts";
import { restart } from "./restart.ts";
import { rm } from "./rm.ts";
import { run } from "./run.ts";
import { start } from "./start.ts";
import { stop } from "./stop.ts";
import { unpause } from "./unpause.ts";
import { wait } from "./wait.ts";

export const container = group({
  use: "container",
  short: "Manage containers",
  commands: {
    attach,
    create,
    exec,
    inspect,
    kill,
    logs,
    ls,
    pause,
    rename,
    restart,
    rm,
    run,
    start,
    stop,
    unpause,
    wait,
  },
});

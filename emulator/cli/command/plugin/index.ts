import { group } from "../../command.ts";
import { create } from "./create.ts";
import { disable } from "./disable.ts";
import { enable } from "./enable.ts";
import { inspect } from "./inspect.ts";
import { install } from "./install.ts";
import { ls } from "./ls.ts";
import { push } from "./push.ts";
import { rm } from "./rm.ts";
import { set } from "./set.ts";
import { upgrade } from "./upgrade.ts";

export const plugin = group({
  use: "plugin",
  short: "Manage plugins",
  commands: { create, disable, enable, inspect, install, ls, push, rm, set, upgrade },
});

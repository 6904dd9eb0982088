import { group } from "../../command.ts";
import { create } from "./create.ts";
import { inspect } from "./inspect.ts";
import { ls } from "./ls.ts";
import { rm } from "./rm.ts";

export const config = group({
  use: "config",
  short: "Manage Swarm configs",
  traits: { hidden: true },
  commands: { create, inspect, ls, rm },
});

import { group } from "../../command.ts";
import { demote } from "./demote.ts";
import { inspect } from "./inspect.ts";
import { ls } from "./ls.ts";
import { promote } from "./promote.ts";
import { ps } from "./ps.ts";
import { rm } from "./rm.ts";
import { update } from "./update.ts";

export const node = group({
  use: "node",
  short: "Manage Swarm nodes",
  traits: { hidden: true },
  commands: { demote, inspect, ls, promote, ps, rm, update },
});

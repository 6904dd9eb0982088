import { group } from "../../command.ts";
import { connect } from "./connect.ts";
import { create } from "./create.ts";
import { disconnect } from "./disconnect.ts";
import { inspect } from "./inspect.ts";
import { ls } from "./ls.ts";
import { prune } from "./prune.ts";
import { rm } from "./rm.ts";

export const network = group({
  use: "network",
  short: "Manage networks",
  commands: { connect, create, disconnect, inspect, ls, prune, rm },
});

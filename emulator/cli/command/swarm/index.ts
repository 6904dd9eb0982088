import { group } from "../../command.ts";
import { ca } from "./ca.ts";
import { init } from "./init.ts";
import { join } from "./join.ts";
import { joinToken } from "./join-token.ts";
import { leave } from "./leave.ts";
import { unlock } from "./unlock.ts";
import { unlockKey } from "./unlock-key.ts";
import { update } from "./update.ts";

export const swarm = group({
  use: "swarm",
  short: "Manage Swarm",
  commands: {
    ca: { ...ca, traits: { hidden: true } },
    init,
    join,
    "join-token": { ...joinToken, traits: { hidden: true } },
    leave: { ...leave, traits: { hidden: true } },
    unlock: { ...unlock, traits: { hidden: true } },
    "unlock-key": { ...unlockKey, traits: { hidden: true } },
    update: { ...update, traits: { hidden: true } },
  },
});

import { group } from "../../command.ts";
import { config } from "./config.ts";
import { deploy } from "./deploy.ts";
import { ls } from "./ls.ts";
import { ps } from "./ps.ts";
import { rm } from "./rm.ts";
import { services } from "./services.ts";

export const stack = group({
  use: "stack [OPTIONS]",
  short: "Manage Swarm stacks",
  traits: { hidden: true },
  commands: { config, deploy, ls, ps, rm, services },
});

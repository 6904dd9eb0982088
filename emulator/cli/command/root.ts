import { group } from "../command.ts";
import type { RootSections } from "../help.ts";
export const rootSections: RootSections = { common: [], swarm: [] };
export const root = group({ use: "docker", short: "A self-sufficient runtime for containers", commands: {} });

import { group, shortcut, type Group } from "../command.ts";
import type { RootSections } from "../help.ts";
import { builder } from "./builder/index.ts";
import { buildx } from "./buildx/index.ts";
import { checkpoint } from "./checkpoint/index.ts";
import { config } from "./config/index.ts";
import { container } from "./container/index.ts";
import { context } from "./context/index.ts";
import { image } from "./image/index.ts";
import { inspect } from "./inspect.ts";
import { manifest } from "./manifest/index.ts";
import { network } from "./network/index.ts";
import { node } from "./node/index.ts";
import { plugin } from "./plugin/index.ts";
import { login } from "./registry/login.ts";
import { logout } from "./registry/logout.ts";
import { search } from "./search.ts";
import { secret } from "./secret/index.ts";
import { service } from "./service/index.ts";
import { stack } from "./stack/index.ts";
import { swarm } from "./swarm/index.ts";
import { system } from "./system/index.ts";
import { trust } from "./trust/index.ts";
import { version } from "./version.ts";
import { volume } from "./volume/index.ts";

/** The parts of `docker --help` that are not in alphabetical order. */
export const rootSections: RootSections = {
  common: ["run", "exec", "ps", "build", "pull", "push", "images", "login", "logout", "search", "version", "info"],
  swarm: ["swarm"],
};

/** Verbs that may be used without their noun: the short name, and the verb it stands for. */
function shortcuts(noun: Group, names: readonly (string | readonly [short: string, verb: string])[]) {
  return Object.fromEntries(
    names.map((name) => {
      const [short, verb] = typeof name === "string" ? [name, name] : name;
      const target = noun.commands[verb];
      if (target?.kind !== "command") throw new Error(`no verb ${verb} of ${noun.use}`);
      return [short, shortcut(target, short)];
    }),
  );
}

const ofContainer = [
  ...["attach", "commit", "cp", "create", "diff", "exec", "export", "kill", "logs", "pause", "port", "rename"],
  ...["restart", "rm", "run", "start", "stats", "stop", "top", "unpause", "update", "wait"],
];

export const root = group({
  use: "docker",
  short: "A self-sufficient runtime for containers",
  commands: {
    ...shortcuts(container, [...ofContainer, ["ps", "ls"]]),
    ...shortcuts(image, ["build", "history", "import", "load", "pull", "push", "save", "tag"]),
    ...shortcuts(image, [
      ["images", "ls"],
      ["rmi", "rm"],
    ]),
    ...shortcuts(system, ["events", "info"]),
    inspect,
    login,
    logout,
    search,
    version,
    builder,
    buildx,
    checkpoint,
    config,
    container,
    context,
    image,
    manifest,
    network,
    node,
    plugin,
    secret,
    service,
    stack,
    swarm,
    system,
    trust,
    volume,
  },
});

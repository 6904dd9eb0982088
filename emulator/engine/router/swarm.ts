import { NotFound, NotImplemented, Unavailable } from "../errors.ts";
import type { Call } from "./call.ts";
import { json } from "./response.ts";
import { del, get, post, type Route } from "./route.ts";

/** What an engine answers that is in no swarm and has no plugins. */
export const swarmRoutes: readonly Route[] = [
  post("/swarm/init", unsupported),
  post("/swarm/join", unsupported),
  post("/swarm/leave", () => {
    throw new Unavailable("This node is not part of a swarm");
  }),
  ...["swarm", "nodes", "services", "tasks", "secrets", "configs"].flatMap((noun) => [
    get(`/${noun}`, notManager),
    get(`/${noun}/{rest:.*}`, notManager),
    post(`/${noun}/{rest:.*}`, notManager),
    del(`/${noun}/{rest:.*}`, notManager),
  ]),
  get("/plugins", () => json([])),
  get("/plugins/{name:.*}/json", noPlugin),
  post("/plugins/{name:.*}/enable", noPlugin),
  post("/plugins/{name:.*}/disable", noPlugin),
  post("/plugins/{name:.*}/set", noPlugin),
  del("/plugins/{name:.*}", noPlugin),
];

function notManager(): never {
  throw new Unavailable(
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
  );
}

function unsupported(): never {
  throw new NotImplemented("swarm mode is not supported by this engine");
}

function noPlugin(_: unknown, call: Call): never {
  throw new NotFound(`plugin ${JSON.stringify(call.parameter("name"))} not found`);
}

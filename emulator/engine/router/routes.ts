import { buildRoutes } from "./build.ts";
import { containersRoutes } from "./containers.ts";
import { execRoutes } from "./exec.ts";
import { imagesRoutes } from "./images.ts";
import { networksRoutes } from "./networks.ts";
import type { Route } from "./route.ts";
import { systemRoutes } from "./system.ts";
import { swarmRoutes } from "./swarm.ts";
import { volumesRoutes } from "./volumes.ts";

/** Every route of the API, a table per noun. */
export const routes: readonly Route[] = [
  ...systemRoutes,
  ...buildRoutes,
  ...containersRoutes,
  ...execRoutes,
  ...imagesRoutes,
  ...networksRoutes,
  ...volumesRoutes,
  ...swarmRoutes,
];

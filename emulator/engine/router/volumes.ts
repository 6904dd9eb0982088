import type { Route } from "./route.ts";

export const volumesRoutes: readonly Route[] = [];

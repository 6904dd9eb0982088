import type { Route } from "./route.ts";

export const containersRoutes: readonly Route[] = [];

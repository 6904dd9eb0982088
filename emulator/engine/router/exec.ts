import type { Route } from "./route.ts";

export const execRoutes: readonly Route[] = [];

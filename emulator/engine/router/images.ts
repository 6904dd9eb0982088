import type { Route } from "./route.ts";

export const imagesRoutes: readonly Route[] = [];

import type { LessonId } from "../lessons/lesson.ts";

/** A place of the site. All of them are in the fragment, so that any static host serves them from one file. */
export type Route =
  | { readonly kind: "home" }
  | { readonly kind: "lessons" }
  | { readonly kind: "lesson"; readonly id: LessonId; readonly task: string | undefined }
  | { readonly kind: "playground" }
  | { readonly kind: "glossary"; readonly term: string | undefined }
  | { readonly kind: "unknown"; readonly path: string };

/** Where a machine is at work: these places share one workbench, which stays when one goes from one to the other. */
export type WorkRoute = Extract<Route, { kind: "lesson" | "playground" }>;

export function isWork(route: Route): route is WorkRoute {
  return route.kind === "lesson" || route.kind === "playground";
}

/** `#/lesson/04-building/02-the-build-cache/order` -> that lesson at that task. */
export function parseRoute(hash: string): Route {
  const path = hash.replace(/^#/, "");
  const unknown: Route = { kind: "unknown", path };
  let segments: string[];
  try {
    segments = path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return unknown; // an escape sequence that is none
  }
  const [place, ...rest] = segments;
  switch (place) {
    case undefined:
      return { kind: "home" };
    case "lessons":
      return rest.length === 0 ? { kind: "lessons" } : unknown;
    case "playground":
      return rest.length === 0 ? { kind: "playground" } : unknown;
    case "glossary":
      return rest.length < 2 ? { kind: "glossary", term: rest[0] } : unknown;
    case "lesson": {
      const [part, lesson, task] = rest;
      if (part === undefined || lesson === undefined || rest.length > 3) return unknown;
      return { kind: "lesson", id: `${part}/${lesson}`, task };
    }
    default:
      return unknown;
  }
}

/** The address of a route, for links. */
export function hrefOf(route: Route): string {
  switch (route.kind) {
    case "home":
      return "#/";
    case "lessons":
    case "playground":
      return `#/${route.kind}`;
    case "glossary":
      return route.term === undefined ? "#/glossary" : `#/glossary/${encodeURIComponent(route.term)}`;
    case "lesson": {
      const id = route.id.split("/").map(encodeURIComponent).join("/");
      return `#/lesson/${id}${route.task === undefined ? "" : `/${encodeURIComponent(route.task)}`}`;
    }
    case "unknown":
      return `#${route.path}`;
  }
}

export const toLesson = (id: LessonId, task?: string) => hrefOf({ kind: "lesson", id, task });
export const toTerm = (term: string) => hrefOf({ kind: "glossary", term });

import type { EngineEvent } from "../../events.ts";
import type { Filters } from "../../router/filters.ts";

/** Filters by an object's id or name, or the beginning of one. */
const objects = ["daemon", "container", "plugin", "volume", "network", "node", "service", "secret", "config"];

/** Actions with something behind a colon, which their bare name stands for. */
const families = ["health_status", "exec_create", "exec_start"];

/** What `docker events --filter` lets through. Filters that there are none of let everything through. */
export function eventFilter(filters: Filters): (event: EngineEvent) => boolean {
  return (event) =>
    matchesAction(filters, event.Action) &&
    filters.exact("type", event.Type) &&
    filters.exact("scope", event.scope) &&
    objects.every((object) => matchesObject(filters, object, event)) &&
    matchesImage(filters, event) &&
    filters.labels("label", event.Actor.Attributes);
}

function matchesAction(filters: Filters, action: string): boolean {
  const wanted = filters.get("event");
  if (wanted.some((name) => families.includes(name))) return wanted.some((name) => action.startsWith(name));
  return filters.exact("event", action);
}

function matchesObject(filters: Filters, object: string, { Actor }: EngineEvent): boolean {
  if (!filters.has(object)) return true;
  const names = [Actor.ID, Actor.Attributes["name"] ?? ""];
  return filters.get(object).some((wanted) => names.some((name) => name !== "" && name.startsWith(wanted)));
}

function matchesImage(filters: Filters, { Type, Actor }: EngineEvent): boolean {
  if (!filters.has("image")) return true;
  const name = Actor.Attributes[Type === "image" ? "name" : "image"] ?? "";
  const candidates = [Actor.ID, name, withoutTag(Actor.ID), withoutTag(name)];
  return filters.get("image").some((wanted) => wanted !== "" && candidates.includes(wanted));
}

function withoutTag(name: string): string {
  return name.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}

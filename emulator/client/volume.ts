import type { Volume, VolumeCreateOptions, VolumePruneResponse } from "../spec/engine-api.generated.ts";
import { done, filtersParameter, json, segment, text, type Engine, type Filters } from "./engine.ts";
import { asObject, asObjects, parseJson, stringField, type JsonObject } from "./json.ts";

const at = (name: string): string => `/volumes/${segment(name)}`;

export async function list(
  engine: Engine,
  filters?: Filters,
): Promise<{ readonly volumes: Volume[]; readonly warnings: readonly string[] }> {
  const query = { filters: filtersParameter(filters) };
  const found = asObject(await json(engine, "GET", "/volumes", { query }), "volumes");
  const warnings = Array.isArray(found["Warnings"]) ? found["Warnings"].map(String) : [];
  return { volumes: asObjects(found["Volumes"], "volumes") as unknown as Volume[], warnings };
}

/** The JSON text as the engine sent it, and its value. */
export async function inspect(
  engine: Engine,
  name: string,
): Promise<{ readonly text: string; readonly value: JsonObject }> {
  const body = await text(engine, "GET", at(name));
  return { text: body, value: asObject(parseJson(body), "volume") };
}

/** The volume's name. */
export async function create(engine: Engine, options: VolumeCreateOptions): Promise<string> {
  return stringField(asObject(await json(engine, "POST", "/volumes/create", { json: options }), "volume"), "Name");
}

export async function remove(engine: Engine, name: string, force: boolean): Promise<void> {
  await done(engine, "DELETE", at(name), { query: { force: force ? true : undefined } });
}

export async function prune(engine: Engine, filters?: Filters): Promise<VolumePruneResponse> {
  const query = { filters: filtersParameter(filters) };
  return asObject(await json(engine, "POST", "/volumes/prune", { query }), "pruned") as VolumePruneResponse;
}

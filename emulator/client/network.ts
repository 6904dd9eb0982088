import type {
  EndpointSettings,
  Network,
  NetworkCreateRequest,
  NetworkCreateResponse,
  NetworkPruneResponse,
} from "../spec/engine-api.generated.ts";
import { done, filtersParameter, json, segment, text, type Engine, type Filters } from "./engine.ts";
import { asObject, asObjects, parseJson, type JsonObject } from "./json.ts";

const at = (id: string): string => `/networks/${segment(id)}`;

export async function list(engine: Engine, filters?: Filters): Promise<Network[]> {
  const query = { filters: filtersParameter(filters) };
  return asObjects(await json(engine, "GET", "/networks", { query }), "networks") as Network[];
}

/** The JSON text as the engine sent it, and its value. */
export async function inspect(
  engine: Engine,
  id: string,
  options: { readonly verbose?: boolean } = {},
): Promise<{ readonly text: string; readonly value: JsonObject }> {
  const query = { verbose: options.verbose === true ? "true" : undefined };
  const body = await text(engine, "GET", at(id), { query });
  return { text: body, value: asObject(parseJson(body), "network") };
}

export async function create(engine: Engine, request: NetworkCreateRequest): Promise<NetworkCreateResponse> {
  return asObject(
    await json(engine, "POST", "/networks/create", { json: request }),
    "network",
  ) as NetworkCreateResponse;
}

export async function remove(engine: Engine, id: string): Promise<void> {
  await done(engine, "DELETE", at(id));
}

export async function connect(
  engine: Engine,
  id: string,
  container: string,
  endpoint: EndpointSettings,
): Promise<void> {
  await done(engine, "POST", `${at(id)}/connect`, { json: { Container: container, EndpointConfig: endpoint } });
}

export async function disconnect(engine: Engine, id: string, container: string, force: boolean): Promise<void> {
  await done(engine, "POST", `${at(id)}/disconnect`, { json: { Container: container, Force: force } });
}

export async function prune(engine: Engine, filters?: Filters): Promise<NetworkPruneResponse> {
  const query = { filters: filtersParameter(filters) };
  return asObject(await json(engine, "POST", "/networks/prune", { query }), "pruned") as NetworkPruneResponse;
}

import * as v from "valibot";
import type { EndpointSettings, NetworkCreateRequest } from "../../spec/engine-api.generated.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { networkFilterNames } from "../daemon/network/network-filter.ts";
import type { Call } from "./call.ts";
import { json, noContent, ok } from "./response.ts";
import { del, get, post, type Route } from "./route.ts";
import type { HttpResponse } from "../../http/message.ts";

export const networksRoutes: readonly Route[] = [
  get("/networks", list),
  get("/networks/", list),
  get("/networks/{id:.*}", (daemon, call) => json(daemon.networks.inspect(call.parameter("id")))),
  post("/networks/create", create),
  post("/networks/prune", prune),
  post("/networks/{id:.*}/connect", connect),
  post("/networks/{id:.*}/disconnect", disconnect),
  del("/networks/{id:.*}", remove),
];

const strings = v.nullish(v.record(v.string(), v.string()));
const text = v.nullish(v.string());
const flag = v.nullish(v.boolean());

const createBody = v.object({
  Name: v.string(),
  Driver: text,
  Scope: text,
  Internal: flag,
  Attachable: flag,
  Ingress: flag,
  ConfigOnly: flag,
  ConfigFrom: v.nullish(v.object({ Network: text })),
  IPAM: v.nullish(
    v.object({
      Driver: text,
      Options: strings,
      Config: v.nullish(v.array(v.object({ Subnet: text, IPRange: text, Gateway: text, AuxiliaryAddresses: strings }))),
    }),
  ),
  EnableIPv6: flag,
  Options: strings,
  Labels: strings,
});

const endpointBody = v.object({
  IPAMConfig: v.nullish(
    v.object({ IPv4Address: text, IPv6Address: text, LinkLocalIPs: v.nullish(v.array(v.string())) }),
  ),
  Links: v.nullish(v.array(v.string())),
  Aliases: v.nullish(v.array(v.string())),
  MacAddress: text,
  DriverOpts: strings,
});

const connectBody = v.object({ Container: v.string(), EndpointConfig: v.nullish(endpointBody) });
const disconnectBody = v.object({ Container: v.string(), Force: flag });

/** Go reads null as "not given". */
function present(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(present);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null && field !== undefined)
      .map(([name, field]) => [name, present(field)]),
  );
}

function list(daemon: Daemon, call: Call): HttpResponse {
  return json(daemon.networks.list(call.filters(networkFilterNames)));
}

async function create(daemon: Daemon, call: Call): Promise<HttpResponse> {
  const body = present(await call.json(createBody)) as NetworkCreateRequest;
  return json({ Id: await daemon.networks.create(body), Warning: "" }, 201);
}

async function connect(daemon: Daemon, call: Call): Promise<HttpResponse> {
  const { Container, EndpointConfig } = await call.json(connectBody);
  await daemon.networks.attach(call.parameter("id"), Container, present(EndpointConfig ?? {}) as EndpointSettings);
  return ok();
}

async function disconnect(daemon: Daemon, call: Call): Promise<HttpResponse> {
  const { Container, Force } = await call.json(disconnectBody);
  await daemon.networks.detach(call.parameter("id"), Container, Force === true);
  return ok();
}

async function remove(daemon: Daemon, call: Call): Promise<HttpResponse> {
  await daemon.networks.remove(call.parameter("id"));
  return noContent();
}

async function prune(daemon: Daemon, call: Call): Promise<HttpResponse> {
  const filters = call.filters(["label", "label!", "until"]);
  const NetworksDeleted = await daemon.networks.prune(filters);
  return json({ NetworksDeleted: NetworksDeleted.length === 0 ? null : NetworksDeleted });
}

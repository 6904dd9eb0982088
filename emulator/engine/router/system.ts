import * as v from "valibot";
import type { HttpResponse } from "../../http/message.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { unreachable } from "../daemon/image/registry-errors.ts";
import { diskUsage } from "../daemon/system/disk-usage.ts";
import { systemInfo } from "../daemon/system/info.ts";
import { systemVersion } from "../daemon/system/version.ts";
import type { Call } from "./call.ts";
import { streamEvents } from "./events.ts";
import { json } from "./response.ts";
import { get, head, post, type Route } from "./route.ts";

export const systemRoutes: readonly Route[] = [
  get("/_ping", ping),
  head("/_ping", ping),
  get("/version", (daemon) => json(systemVersion(daemon.world.host))),
  get("/info", (daemon) => json(systemInfo(daemon))),
  get("/events", streamEvents),
  get("/system/df", usage),
  post("/auth", authenticate),
];

function ping(_: Daemon, call: Call): HttpResponse {
  return {
    status: 200,
    headers: {
      // The classic builder; 2 would announce BuildKit.
      "builder-version": "1",
      "cache-control": "no-cache, no-store, must-revalidate",
      "content-type": "text/plain; charset=utf-8",
      pragma: "no-cache",
      swarm: "inactive",
    },
    body: new TextEncoder().encode(call.request.method === "HEAD" ? "" : "OK"),
  };
}

async function usage(daemon: Daemon, call: Call): Promise<HttpResponse> {
  return json(await diskUsage(daemon, call.query.getAll("type")));
}

const credentials = v.object({ serveraddress: v.nullish(v.string()) });

/** There is no registry to ask: the answer is that of a machine without a network. */
async function authenticate(_: Daemon, call: Call): Promise<HttpResponse> {
  const { serveraddress } = await call.json(credentials);
  const domain = (serveraddress ?? "").replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  throw unreachable(domain === "" || domain === "index.docker.io" ? "docker.io" : domain);
}

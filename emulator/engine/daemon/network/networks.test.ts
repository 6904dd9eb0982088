import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EngineApi } from "../../testing/api.ts";

let api: EngineApi;
beforeEach(async () => {
  api = await EngineApi.start();
});
afterEach(async () => {
  await api.engine.close();
  expect(api.world.reported).toEqual([]);
});

const network = async (name: string, body: Record<string, unknown> = {}): Promise<string> => {
  const answer = await api.post("/networks/create", { Name: name, ...body });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.json.Id as string;
};
const subnet = (Subnet: string): Record<string, unknown> => ({ IPAM: { Config: [{ Subnet }] } });

/** A sleeping container. */
const run = async (name: string, NetworkMode = "bridge", options: Record<string, unknown> = {}): Promise<string> => {
  const { HostConfig = {}, ...rest } = options;
  const id = await api.create(
    ["sleep", "1000"],
    { HostConfig: { NetworkMode, ...(HostConfig as object) }, ...rest },
    name,
  );
  const started = await api.post(`/containers/${id}/start`);
  if (started.status !== 204) throw new Error(String(started.json.message));
  return id;
};
const inspect = async (name: string) => (await api.get(`/containers/${name}/json`)).json;
const file = async (id: string, name: string): Promise<string> =>
  new TextDecoder().decode(await api.world.files.read("/", `/var/lib/docker/containers/${id}/${name}`));

/** Addresses that the resolver of a container gives for a name; undefined when there is no such name. */
async function lookUp(container: string, name: string): Promise<string[] | undefined> {
  const { SandboxID } = (await inspect(container)).NetworkSettings;
  const resolve = api.world.network.dns.get(String(SandboxID));
  if (resolve === undefined) throw new Error("no resolver");
  const labels = name.split(".").flatMap((label) => [label.length, ...new TextEncoder().encode(label)]);
  const reply = await resolve(Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1));
  const view = new DataView(reply.buffer);
  if ((view.getUint16(2) & 15) === 3) return undefined;
  const start = 12 + labels.length + 5;
  return Array.from({ length: view.getUint16(6) }, (_, i) =>
    [...reply.subarray(start + i * 16 + 12, start + i * 16 + 16)].join("."),
  );
}

describe("the default bridge", () => {
  it("is there from the start, with docker0", async () => {
    expect([...api.world.network.bridges.keys()]).toEqual(["docker0"]);
    const names = ((await api.get("/networks")).json as { Name: string }[]).map(({ Name }) => Name);
    expect(names).toEqual(["bridge", "host", "none"]);
  });

  it("gives addresses in order and takes them back", async () => {
    await run("ca");
    await run("cb");
    expect((await inspect("cb")).NetworkSettings).toMatchObject({
      Networks: {
        bridge: { IPAddress: "172.17.0.3", Gateway: "172.17.0.1", MacAddress: "02:42:ac:11:00:03", DNSNames: null },
      },
    });
    const { Containers } = (await api.get("/networks/bridge")).json;
    expect(Object.values(Containers as object).map(({ Name }: { Name: string }) => Name)).toEqual(["ca", "cb"]);
    await api.delete("/containers/ca?force=1");
    await run("cc");
    expect((await inspect("cc")).NetworkSettings.Networks.bridge.IPAddress).toBe("172.17.0.2");
    for (const name of ["cb", "cc"]) await api.delete(`/containers/${name}?force=1`);
    expect([...api.world.network.sandboxes, ...api.world.network.endpoints.keys()]).toEqual([]);
    expect(api.engine.state().endpoints).toEqual([]);
  });

  it("writes hosts and resolv.conf, links included", async () => {
    const db = await run("lk", "bridge", { ExposedPorts: { "6379/tcp": {} }, Env: ["A=1"] });
    const id = await run("web", "bridge", {
      Hostname: "box1",
      HostConfig: { Links: ["lk:db"], ExtraHosts: ["x:10.9.8.7", "me:host-gateway"] },
    });
    expect((await file(id, "hosts")).split("\n").slice(6)).toEqual([
      "10.9.8.7\tx",
      "172.17.0.1\tme",
      `172.17.0.2\tdb ${db.slice(0, 12)} lk`,
      "172.17.0.3\tbox1",
      "",
    ]);
    expect(await file(id, "resolv.conf")).toContain("nameserver 8.8.8.8\n");
    expect(api.world.network.dns.size).toBe(0);
    await api.post("/containers/lk/stop?t=0");
    await api.post("/containers/web/stop?t=0");
    expect((await api.post("/containers/web/start")).json.message).toBe(
      "Cannot link to a non running container: /lk AS /web/db",
    );
  });
});

describe("published ports", () => {
  const publish = (port: string) => ({ HostConfig: { PortBindings: { "80/tcp": [{ HostPort: port }] } } });

  it("are taken while the container runs", async () => {
    await run("web", "bridge", publish("18080"));
    expect((await inspect("web")).NetworkSettings.Ports).toEqual({
      "80/tcp": [
        { HostIp: "0.0.0.0", HostPort: "18080" },
        { HostIp: "::", HostPort: "18080" },
      ],
    });
    expect([...api.world.network.ports.values()]).toMatchObject([{ hostPort: 18080, containerIp: "172.17.0.2" }]);
    await expect(run("clash", "bridge", publish("18080"))).rejects.toThrow(
      /^driver failed programming external connectivity on endpoint clash \([0-9a-f]{64}\): Bind for 0.0.0.0:18080 failed: port is already allocated$/,
    );
    expect((await inspect("clash")).State.Status).toBe("created");
    expect(api.engine.state().endpoints).toHaveLength(1);
    await api.post("/containers/web/stop?t=0");
    expect((await inspect("web")).NetworkSettings.Ports).toEqual({});
    expect((await api.post("/containers/clash/start")).status).toBe(204);
  });

  it("say when a process of the guest listens there, and give everything back", async () => {
    api.world.network.taken.add(8080);
    await expect(run("web", "bridge", publish("8080"))).rejects.toThrow(
      /: Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use$/,
    );
    expect([...api.world.network.sandboxes, ...api.world.network.ports.keys()]).toEqual([]);
    expect(api.engine.state().endpoints).toEqual([]);
  });
});

describe("networks of one's own", () => {
  it("resolve names, aliases, short ids and links, and nothing else", async () => {
    await network("svc");
    const one = await run("one", "svc", {
      NetworkingConfig: { EndpointsConfig: { svc: { Aliases: ["pool"] } } },
    });
    await run("two", "svc", {
      NetworkingConfig: { EndpointsConfig: { svc: { Aliases: ["pool"], Links: ["one:uno"] } } },
    });
    const resolve = (name: string) => lookUp("two", name);
    expect(await resolve("one")).toEqual(["172.18.0.2"]);
    expect(await resolve("one.svc")).toEqual(["172.18.0.2"]);
    expect(await resolve(one.slice(0, 12))).toEqual(["172.18.0.2"]);
    expect(await resolve("uno")).toEqual(["172.18.0.2"]);
    expect(await lookUp("one", "uno")).toBeUndefined();
    expect((await resolve("pool"))?.sort()).toEqual(["172.18.0.2", "172.18.0.3"]);
    expect(await resolve("deb.debian.org")).toBeUndefined();
    await api.post("/containers/one/rename?name=eins");
    expect([await resolve("one"), await resolve("eins")]).toEqual([undefined, ["172.18.0.2"]]);
    await api.post("/containers/eins/stop?t=0");
    expect(await resolve("eins")).toBeUndefined();
  });

  it("keep to what was asked for", async () => {
    await network("sub", subnet("10.56.0.0/24"));
    const static77 = {
      NetworkingConfig: {
        EndpointsConfig: { sub: { IPAMConfig: { IPv4Address: "10.56.0.77" }, MacAddress: "02:42:0a:38:00:63" } },
      },
    };
    await run("ip1", "sub", static77);
    expect((await inspect("ip1")).NetworkSettings.Networks.sub).toMatchObject({
      IPAddress: "10.56.0.77",
      IPPrefixLen: 24,
      MacAddress: "02:42:0a:38:00:63",
    });
    await expect(run("ip2", "sub", static77)).rejects.toThrow("Address already in use");
    await api.post("/containers/ip1/restart?t=0");
    expect((await inspect("ip1")).NetworkSettings.Networks.sub.MacAddress).toBe("02:42:0a:38:00:63");
    const outside = (address: string, mode: string) =>
      api.post("/containers/create", {
        Image: "busybox",
        HostConfig: { NetworkMode: mode },
        NetworkingConfig: { EndpointsConfig: { [mode]: { IPAMConfig: { IPv4Address: address } } } },
      });
    expect((await outside("10.99.0.1", "sub")).json.message).toBe(
      "invalid config for network sub: invalid endpoint settings:\nno configured subnet or ip-range contain the IP address 10.99.0.1",
    );
    expect((await outside("notanip", "sub")).json.message).toBe(
      "invalid config for network sub: invalid endpoint settings:\n* invalid IPv4 address: notanip\n* no configured subnet or ip-range contain the IP address notanip",
    );
    expect((await outside("172.17.0.200", "bridge")).json.message).toBe(
      "invalid config for network bridge: invalid endpoint settings:\n* user specified IP address is supported on user defined networks only\n* user specified IP address is supported only when connecting to networks with user configured subnets",
    );
  });

  it("cannot be removed while somebody is on them", async () => {
    const id = await network("na");
    await run("n1", "na");
    expect(await api.delete("/networks/na")).toMatchObject({
      status: 403,
      json: { message: `error while removing network: network na id ${id} has active endpoints` },
    });
    await api.delete("/containers/n1?force=1");
    expect((await api.delete("/networks/na")).status).toBe(204);
    expect([...api.world.network.bridges.keys()]).toEqual(["docker0"]);
    expect(await api.delete("/networks/na")).toMatchObject({ status: 404, json: { message: "network na not found" } });
  });

  it("a name that is not there shows at the start", async () => {
    await expect(run("n1", "nosuch")).rejects.toThrow("network nosuch not found");
  });

  it("prune spares what is in use, and what the filter says", async () => {
    await network("used");
    await network("free");
    await network("kept", { Labels: { keep: "" } });
    await run("n1", "used");
    const filter = encodeURIComponent(JSON.stringify({ "label!": ["keep"] }));
    expect((await api.post(`/networks/prune?filters=${filter}`)).json).toEqual({ NetworksDeleted: ["free"] });
    expect((await api.post("/networks/prune")).json).toEqual({ NetworksDeleted: ["kept"] });
    expect((await api.post("/networks/prune")).json).toEqual({ NetworksDeleted: null });
  });
});

describe("connect and disconnect", () => {
  const connect = (name: string, Container: string, EndpointConfig: unknown = {}) =>
    api.post(`/networks/${name}/connect`, { Container, EndpointConfig });
  const disconnect = (name: string, Container: string, Force = false) =>
    api.post(`/networks/${name}/disconnect`, { Container, Force });

  it("a running container: interface, hosts, names and route follow", async () => {
    await network("nb", subnet("10.2.0.0/24"));
    await network("na", subnet("10.1.0.0/24"));
    const id = await run("n1", "nb");
    await run("n2", "na");
    const { SandboxID } = (await inspect("n1")).NetworkSettings;
    const gateway = () => api.world.network.gateways.get(String(SandboxID));
    const interfaces = () =>
      [...api.world.network.endpoints.values()]
        .filter(({ sandboxId }) => sandboxId === SandboxID)
        .map(({ interfaceName, address }) => `${interfaceName} ${address}`);
    expect(await lookUp("n1", "n2")).toBeUndefined();
    expect(gateway()).toBe("10.2.0.1");
    expect((await connect("na", "n1", { Aliases: ["other"] })).status).toBe(200);
    expect(interfaces()).toEqual(["eth0 10.2.0.2/24", "eth1 10.1.0.3/24"]);
    expect(gateway()).toBe("10.1.0.1");
    expect(await lookUp("n2", "other")).toEqual(["10.1.0.3"]);
    expect((await file(id, "hosts")).trimEnd().split("\n").slice(-2)).toEqual([
      `10.2.0.2\t${id.slice(0, 12)}`,
      `10.1.0.3\t${id.slice(0, 12)}`,
    ]);
    expect((await connect("na", "n1")).json.message).toBe("endpoint with name n1 already exists in network na");
    expect((await disconnect("na", "n1")).status).toBe(200);
    expect([interfaces(), gateway()]).toEqual([["eth0 10.2.0.2/24"], "10.2.0.1"]);
    expect(await file(id, "hosts")).not.toContain("10.1.0.3");
    expect((await disconnect("na", "n1")).json.message).toBe(`container ${id} is not connected to network na`);
    expect(Object.keys((await inspect("n1")).NetworkSettings.Networks as object)).toEqual(["nb"]);
  });

  it("from the default bridge to a network with names, the resolver comes along", async () => {
    await network("na");
    const id = await run("n1");
    expect(await file(id, "resolv.conf")).not.toContain("127.0.0.11");
    await connect("na", "n1");
    expect(await file(id, "resolv.conf")).toContain("nameserver 127.0.0.11\n");
    expect(await lookUp("n1", "n1")).toEqual(["172.18.0.2"]);
  });

  it("a stopped container: at its next start", async () => {
    await network("na");
    const id = await api.create(["sleep", "1000"], {}, "n1");
    await connect("na", "n1");
    await api.post("/containers/n1/start");
    const { Networks } = (await inspect("n1")).NetworkSettings;
    expect([Networks.bridge.IPAddress, Networks.na.IPAddress]).toEqual(["172.17.0.2", "172.18.0.2"]);
    await api.post("/containers/n1/stop?t=0");
    expect((await disconnect("bridge", "n1")).status).toBe(200);
    expect((await disconnect("bridge", "n1")).json.message).toBe(
      `container ${id} is not connected to the network bridge`,
    );
  });

  it("says what cannot be", async () => {
    await network("na");
    await run("n1");
    await run("nn", "none");
    await run("nh", "host");
    const message = async (answer: Promise<{ json: { message: string } }>) => (await answer).json.message;
    expect(await message(connect("host", "n1"))).toBe(
      "container cannot be disconnected from host network or connected to host network",
    );
    expect(await message(disconnect("host", "nh"))).toBe(
      "container cannot be disconnected from host network or connected to host network",
    );
    expect(await message(connect("na", "nh"))).toBe(
      "container sharing network namespace with another container or host cannot be connected to any other network",
    );
    expect(await message(connect("na", "nn"))).toBe(
      "container cannot be connected to multiple networks with one of the networks in private (none) mode",
    );
    expect(await message(connect("na", "n1", { IPAMConfig: { IPv4Address: "10.1.1.1" } }))).toBe(
      "invalid endpoint settings:\nuser specified IP address is supported only when connecting to networks with user configured subnets",
    );
    expect(await message(connect("na", "nosuch"))).toBe("No such container: nosuch");
    expect(await message(connect("nosuch", "n1"))).toBe("network nosuch not found");
    expect(await message(disconnect("nosuch", "n1"))).toBe("network nosuch not found");
  });

  it("a connect that fails leaves no trace", async () => {
    await network("na");
    await run("n1");
    const { network: driver } = api.world;
    const real = driver.serveDns.bind(driver);
    driver.serveDns = () => Promise.reject(new Error("no room"));
    expect((await connect("na", "n1")).json.message).toBe("no room");
    driver.serveDns = real;
    expect(driver.endpoints.size).toBe(1);
    expect(api.engine.state().endpoints).toHaveLength(1);
    expect((await connect("na", "n1")).status).toBe(200);
  });
});

describe("restore", () => {
  it("takes name service and allocations up again", async () => {
    await network("svc");
    await run("one", "svc", { HostConfig: { PortBindings: { "80/tcp": [{ HostPort: "8080" }] } } });
    api.world.network.dns.clear();
    api = await api.restored();
    expect(await lookUp("one", "one")).toEqual(["172.18.0.2"]);
    await run("two", "svc");
    expect(await lookUp("one", "two")).toEqual(["172.18.0.3"]);
    await expect(
      run("clash", "bridge", { HostConfig: { PortBindings: { "80/tcp": [{ HostPort: "8080" }] } } }),
    ).rejects.toThrow("port is already allocated");
    for (const name of ["one", "two", "clash"]) await api.delete(`/containers/${name}?force=1`);
    expect((await api.delete("/networks/svc")).status).toBe(204);
    expect([...api.world.network.ports, ...api.world.network.sandboxes, ...api.world.network.dns]).toEqual([]);
  });
});

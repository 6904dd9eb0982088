import { describe, expect, it } from "vitest";
import { PortAllocator, portMap, portRequests, type PortSpecification } from "./ports.ts";

const plain: PortSpecification = { bindings: {}, exposed: [], publishAll: false };
const allocate = (
  allocator: PortAllocator,
  specification: Partial<PortSpecification>,
  taken: Parameters<PortAllocator["allocate"]>[1] = [],
): ReturnType<PortAllocator["allocate"]> =>
  allocator.allocate(portRequests({ ...plain, ...specification }), taken, "0.0.0.0");
const asText = (ports: ReturnType<PortAllocator["allocate"]>): string[] =>
  ports.map((p) => `${p.hostIp}:${String(p.hostPort)}->${String(p.containerPort)}/${p.protocol}`);

describe("published ports", () => {
  it("binds every address on IPv4 and IPv6, a named one only there", () => {
    const bindings = { "80/tcp": [{ HostPort: "18080" }], "443/tcp": [{ HostIp: "127.0.0.1", HostPort: "18443" }] };
    expect(asText(allocate(new PortAllocator(), { bindings }))).toEqual([
      "127.0.0.1:18443->443/tcp",
      "0.0.0.0:18080->80/tcp",
      ":::18080->80/tcp",
    ]);
  });

  it("counts on from 32768, highest container port first, each protocol for itself", () => {
    const exposed = ["8000/tcp", "9000/udp", "9001/udp"];
    const allocator = new PortAllocator();
    expect(asText(allocate(allocator, { exposed, publishAll: true })).filter((text) => !text.startsWith("::"))).toEqual(
      ["0.0.0.0:32768->9001/udp", "0.0.0.0:32769->9000/udp", "0.0.0.0:32768->8000/tcp"],
    );
    expect(asText(allocate(allocator, { bindings: { "80/tcp": [{}] } }))).toEqual([
      "0.0.0.0:32769->80/tcp",
      ":::32769->80/tcp",
    ]);
  });

  it("takes the first free port of a range", () => {
    const bindings = { "80/tcp": [{ HostIp: "0.0.0.0", HostPort: "8000-8001" }] };
    const allocator = new PortAllocator();
    const first = allocate(allocator, { bindings });
    const second = allocate(allocator, { bindings }, first);
    expect(asText([...first, ...second])).toEqual(["0.0.0.0:8000->80/tcp", "0.0.0.0:8001->80/tcp"]);
    expect(() => allocate(allocator, { bindings }, [...first, ...second])).toThrow("all ports are allocated");
  });

  it("says which port is taken, and by what", () => {
    const bindings = { "80/tcp": [{ HostPort: "8080" }] };
    const taken = allocate(new PortAllocator(), { bindings });
    expect(() => allocate(new PortAllocator(), { bindings }, taken)).toThrow(
      "Bind for 0.0.0.0:8080 failed: port is already allocated",
    );
    const local = { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }] };
    expect(() => allocate(new PortAllocator(), { bindings: local }, taken)).toThrow(
      "Error starting userland proxy: listen tcp4 127.0.0.1:8080: bind: address already in use",
    );
    expect(
      asText(allocate(new PortAllocator(), { bindings: { "80/udp": [{ HostPort: "8080" }] } }, taken)),
    ).toHaveLength(2);
  });

  it("shows exposed ports as null beside published ones", () => {
    const published = allocate(new PortAllocator(), { bindings: { "80/tcp": [{ HostPort: "18080" }] } });
    expect(JSON.stringify(portMap(["9/udp", "80/tcp"], published))).toBe(
      '{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"18080"},{"HostIp":"::","HostPort":"18080"}],"9/udp":null}',
    );
  });
});

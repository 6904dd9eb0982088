import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EngineApi } from "../../testing/api.ts";

let api: EngineApi;
beforeEach(async () => {
  api = await EngineApi.start();
});
afterEach(async () => {
  await api.engine.close();
});

const post = (body: Record<string, unknown>, query = "") =>
  api.post(`/containers/create${query}`, { Image: "busybox", Cmd: ["true"], ...body });

describe("create refuses", () => {
  it.each([
    [{ WorkingDir: "relative" }, "the working directory 'relative' is invalid, it needs to be an absolute path"],
    [{ StopSignal: "NOPE" }, "invalid signal: NOPE"],
    [{ Env: ["=x"] }, "invalid environment variable: =x"],
    [{ Healthcheck: { Interval: 1000 } }, "Interval in Healthcheck cannot be less than 1ms"],
    [{ Hostname: "x", HostConfig: { UTSMode: "host" } }, "conflicting options: hostname and the UTS mode"],
    [
      { Hostname: "x", HostConfig: { NetworkMode: "container:y" } },
      "conflicting options: hostname and the network mode",
    ],
    [{ HostConfig: { Memory: 1024 } }, "Minimum memory limit allowed is 6MB"],
    [
      { HostConfig: { Memory: 64 << 20, MemorySwap: 32 << 20 } },
      "Minimum memoryswap limit should be larger than memory limit, see usage",
    ],
    [{ HostConfig: { NanoCpus: 9999e9 } }, "Range of CPUs is from 0.01 to 1.00, as there are only 1 CPUs available"],
    [{ HostConfig: { CpusetCpus: "999" } }, "Requested CPUs are not available - requested 999, available: 0"],
    [{ HostConfig: { CapAdd: ["BOGUS"] } }, 'invalid CapAdd: unknown capability: "CAP_BOGUS"'],
    [{ HostConfig: { OomScoreAdj: 5000 } }, "Invalid value 5000, range for oom score adj is [-1000, 1000]"],
    [{ HostConfig: { IpcMode: "bogus" } }, "invalid IPC mode: bogus"],
    [{ HostConfig: { Runtime: "bogus" } }, "unknown or invalid runtime name: bogus"],
    [{ HostConfig: { LogConfig: { Config: { bogus: "1" } } } }, "unknown log opt 'bogus' for json-file log driver"],
    [
      { HostConfig: { RestartPolicy: { Name: "x" } } },
      "invalid restart policy: unknown policy 'x'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
    ],
    [
      { HostConfig: { RestartPolicy: { Name: "always", MaximumRetryCount: 1 } } },
      "invalid restart policy: maximum retry count can only be used with 'on-failure'",
    ],
    [
      { HostConfig: { AutoRemove: true, RestartPolicy: { Name: "always" } } },
      "can't create 'AutoRemove' container with restart policy",
    ],
    [{ HostConfig: { Binds: ["/a:/b:badmode"] } }, "invalid mode: badmode"],
    [
      { HostConfig: { Binds: ["/x:relative"] } },
      `invalid volume specification: '/x:relative': invalid mount config for type "bind": invalid mount path: 'relative' mount path must be absolute`,
    ],
    [{ HostConfig: { Binds: ["/x:/y", "z:/y"] } }, "Duplicate mount point: /y"],
    [{ HostConfig: { Binds: ["a:/"] } }, /destination can't be '\/'/],
    [{ HostConfig: { Binds: ["relative/path:/x"] } }, /includes invalid characters for a local volume name/],
    [
      { HostConfig: { Mounts: [{ Type: "tmpfs", Source: "x", Target: "/t" }] } },
      'invalid mount config for type "tmpfs": field Source must not be specified',
    ],
    [
      { HostConfig: { Mounts: [{ Type: "bind", Source: "/nosuch", Target: "/t" }] } },
      'invalid mount config for type "bind": bind source path does not exist: /nosuch',
    ],
    [{ HostConfig: { Links: ["nosuch:x"] } }, "could not get container for nosuch: No such container: nosuch"],
    [{ HostConfig: { VolumesFrom: ["nosuch"] } }, "No such container: nosuch"],
    [{ WorkingDir: "/etc/passwd" }, "Cannot mkdir: /etc/passwd is not a directory"],
  ])("%j", async (body, message) => {
    const answer = await post(body);
    expect([answer.status, answer.json.message]).toEqual([
      400,
      typeof message === "string" ? message : expect.stringMatching(message),
    ]);
    expect((await api.get("/containers/json?all=1")).json).toEqual([]);
  });

  it("an image that is not there", async () => {
    const answer = await post({ Image: "nosuch" });
    expect([answer.status, answer.json.message]).toEqual([404, "No such image: nosuch:latest"]);
  });

  it("another platform", async () => {
    const answer = await post({}, "?platform=linux/arm64");
    expect(answer.status).toBe(404);
    expect(answer.json.message).toContain("does not match the specified platform: wanted linux/arm64");
  });

  it.each(["a", "bad name", "-x"])("the name %j", async (name) => {
    const answer = await post({}, `?name=${encodeURIComponent(name)}`);
    expect(answer.json.message).toBe(`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  });

  it("what is no JSON, or of the wrong type", async () => {
    const broken = await api.open("POST", "/containers/create", new TextEncoder().encode("{"));
    expect(broken.status).toBe(400);
    expect((await post({ Cmd: 5 })).json.message).toMatch(
      /^invalid JSON: json: cannot unmarshal number into field Cmd/,
    );
    expect((await post({ HostConfig: { Memory: "1" } })).json.message).toMatch(
      /field HostConfig\.Memory of type number/,
    );
  });
});

describe("create", () => {
  it("makes up a name of an adjective and a surname", async () => {
    const { Id } = (await post({})).json;
    expect((await api.get(`/containers/${String(Id)}/json`)).json.Name).toMatch(/^\/[a-z]+_[a-z]+$/);
  });

  it("fills in what inspect shows", async () => {
    const { Id } = (await post({ Labels: { z: "1", a: "2" }, ExposedPorts: { "80": {} } })).json;
    const inspected = (await api.get(`/containers/${String(Id)}/json`)).json;
    expect(Object.keys(inspected)).toEqual([
      "Id",
      "Created",
      "Path",
      "Args",
      "State",
      "Image",
      "ResolvConfPath",
      "HostnamePath",
      "HostsPath",
      "LogPath",
      "Name",
      "RestartCount",
      "Driver",
      "Platform",
      "MountLabel",
      "ProcessLabel",
      "AppArmorProfile",
      "ExecIDs",
      "HostConfig",
      "GraphDriver",
      "Mounts",
      "Config",
      "NetworkSettings",
    ]);
    expect(JSON.stringify(inspected.Config.Labels)).toBe('{"a":"2","z":"1"}');
    expect(inspected.Config.ExposedPorts).toEqual({ "80/tcp": {} });
    expect(inspected.Config.Env).toEqual(["PATH=/bin"]);
    expect(inspected.Config.Hostname).toBe(String(Id).slice(0, 12));
    expect(inspected.HostConfig).toMatchObject({
      NetworkMode: "bridge",
      ShmSize: 67108864,
      IpcMode: "private",
      CgroupnsMode: "private",
      Runtime: "runc",
      RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
      LogConfig: { Type: "json-file", Config: {} },
      PidsLimit: null,
      Binds: null,
      PortBindings: {},
    });
    expect(inspected.State).toEqual({
      Status: "created",
      Running: false,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: 0,
      ExitCode: 0,
      Error: "",
      StartedAt: "0001-01-01T00:00:00Z",
      FinishedAt: "0001-01-01T00:00:00Z",
    });
  });

  it("fills an empty volume with the image's files, and leaves one that is not empty", async () => {
    const first = await api.run(["ls", "/etc"], { HostConfig: { Binds: ["vol:/etc"] } });
    expect(first.stdout).toContain("passwd\n");
    await api.run(["sh", "-c", "rm /etc/passwd"], { HostConfig: { Binds: ["vol:/etc"] } });
    const second = await api.run(["ls", "/etc"], { HostConfig: { Binds: ["vol:/etc"] } });
    expect(second.stdout).not.toContain("passwd\n");
    const bare = await api.run(["ls", "/etc"], { HostConfig: { Binds: ["bare:/etc:nocopy"] } });
    expect(bare.stdout).not.toContain("passwd\n");
  });

  it("makes the working directory", async () => {
    expect((await api.run(["pwd"], { WorkingDir: "/made/by/docker" })).stdout).toBe("/made/by/docker\n");
  });

  it("takes anonymous volumes along when it goes, and named ones not", async () => {
    const { Id } = (await post({ Volumes: { "/anon": {} }, HostConfig: { Binds: ["named:/n"] } })).json;
    expect((await api.get("/volumes")).json.Volumes).toHaveLength(2);
    await api.delete(`/containers/${String(Id)}?v=1`);
    expect((await api.get("/volumes")).json.Volumes.map(({ Name }: { Name: string }) => Name)).toEqual(["named"]);
  });
});

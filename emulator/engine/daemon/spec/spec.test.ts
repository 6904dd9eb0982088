import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Spec } from "../../../spec/oci-runtime.ts";
import { EngineApi } from "../../testing/api.ts";

let api: EngineApi;
beforeEach(async () => {
  api = await EngineApi.start();
});
afterEach(async () => {
  await api.engine.close();
});

/** The runtime configuration of a container that has been started so. */
async function specOf(options: Record<string, unknown> = {}): Promise<Spec> {
  const id = await api.create(["/bin/sleep", "300"], options);
  const started = await api.post(`/containers/${id}/start`);
  if (started.status !== 204) throw new Error(started.text);
  const spec = api.world.runtime.spec(id);
  if (spec === undefined) throw new Error("not started");
  return spec;
}

const host = (config: Record<string, unknown>) => specOf({ HostConfig: config });

describe("process", () => {
  it("has Docker's environment over the image's", async () => {
    const { process } = await specOf({ Env: ["A=b", "PATH"], Tty: true, Hostname: "box" });
    expect(process.env).toEqual(["HOSTNAME=box", "TERM=xterm", "A=b", "HOME=/root"]);
    expect(
      (await specOf({ Env: ["A=b", "HOME=/x"] })).process.env.filter((entry) => /^(PATH|HOME)=/.test(entry)),
    ).toEqual(["PATH=/bin", "HOME=/x"]);
    expect((await specOf({ User: "1000" })).process.env).toContain("HOME=/");
  });

  it("has the default capabilities, for root at once", async () => {
    const { capabilities } = (await specOf()).process;
    expect(capabilities.effective).toEqual(capabilities.bounding);
    expect(capabilities.bounding).toHaveLength(14);
    expect(capabilities.inheritable).toEqual([]);
  });

  it("for others only bounds them", async () => {
    const { capabilities, user } = (await specOf({ User: "1000" })).process;
    expect(user.uid).toBe(1000);
    expect([capabilities.effective.length, capabilities.bounding.length]).toEqual([0, 14]);
  });

  it.each([
    [{ CapDrop: ["ALL"] }, []],
    [{ CapDrop: ["all"], CapAdd: ["net_bind_service"] }, ["CAP_NET_BIND_SERVICE"]],
  ])("%j", async (config, expected) => {
    expect((await host(config)).process.capabilities.effective).toEqual(expected);
  });

  it("--cap-add and --cap-drop change the default set", async () => {
    const { effective } = (await host({ CapAdd: ["NET_ADMIN"], CapDrop: ["chown"] })).process.capabilities;
    expect(effective).toContain("CAP_NET_ADMIN");
    expect(effective).not.toContain("CAP_CHOWN");
  });

  it("--privileged has all of them, no masks, a writable /sys and every device", async () => {
    const spec = await host({ Privileged: true });
    expect(spec.process.capabilities.effective).toHaveLength(41);
    expect([spec.linux.maskedPaths, spec.linux.readonlyPaths]).toEqual([[], []]);
    expect(spec.mounts.find(({ destination }) => destination === "/sys")?.options).toContain("rw");
    expect(spec.linux.resources.devices).toEqual([{ allow: true, access: "rwm" }]);
    expect(spec.linux.devices).toContainEqual(expect.objectContaining({ path: "/dev/null", major: 1, minor: 3 }));
  });

  it("--init runs under docker-init", async () => {
    const spec = await host({ Init: true });
    expect(spec.process.args).toEqual(["/sbin/docker-init", "--", "/bin/sleep", "300"]);
    expect(spec.mounts.at(-1)).toMatchObject({ destination: "/sbin/docker-init", source: "/usr/bin/docker-init" });
  });

  it("ulimits, oom score and no-new-privileges", async () => {
    const { process } = await host({
      Ulimits: [{ Name: "nofile", Soft: 100, Hard: 200 }],
      OomScoreAdj: 500,
      SecurityOpt: ["no-new-privileges"],
    });
    expect(process.rlimits).toEqual([{ type: "RLIMIT_NOFILE", soft: 100, hard: 200 }]);
    expect([process.oomScoreAdj, process.noNewPrivileges]).toEqual([500, true]);
  });
});

describe("linux", () => {
  it("limits", async () => {
    const { resources, cgroupsPath } = (
      await host({ Memory: 64 << 20, MemoryReservation: 32 << 20, NanoCpus: 5e8, CpuShares: 512, PidsLimit: 20 })
    ).linux;
    expect(cgroupsPath).toMatch(/^\/docker\/[0-9a-f]{64}$/);
    expect(resources).toMatchObject({
      memory: { limit: 64 << 20, reservation: 32 << 20 },
      cpu: { quota: 50_000, period: 100_000, shares: 512 },
      pids: { limit: 20 },
    });
    // This kernel has no swap: a limit without a file would fail the start.
    expect(resources.memory?.swap).toBeUndefined();
  });

  it("namespaces are its own, or joined", async () => {
    const own = (await specOf()).linux.namespaces;
    expect(own.map(({ type }) => type).sort()).toEqual(["cgroup", "ipc", "mount", "network", "pid", "uts"]);
    expect(own.find(({ type }) => type === "network")?.path).toMatch(/^\/var\/run\/docker\/netns\/[0-9a-f]{12}$/);
    const shared = await host({ NetworkMode: "host", PidMode: "host", IpcMode: "host", UTSMode: "host" });
    expect(shared.linux.namespaces.map(({ type }) => type).sort()).toEqual(["cgroup", "mount"]);
    expect(shared.hostname).toBeUndefined();
    const other = await api.create(["sleep", "300"], { HostConfig: { IpcMode: "shareable" } }, "donor");
    await api.post(`/containers/${other}/start`);
    const joined = await host({
      NetworkMode: "container:donor",
      PidMode: "container:donor",
      IpcMode: "container:donor",
    });
    const pid = String((await api.get("/containers/donor/json")).json.State.Pid);
    expect(joined.linux.namespaces).toEqual(
      expect.arrayContaining([
        { type: "network", path: `/proc/${pid}/ns/net` },
        { type: "pid", path: `/proc/${pid}/ns/pid` },
        { type: "ipc", path: `/proc/${pid}/ns/ipc` },
      ]),
    );
    const shm = joined.mounts.find(({ destination }) => destination === "/dev/shm");
    expect(shm?.source).toBe(`/var/lib/docker/containers/${other}/mounts/shm`);
    expect(joined.mounts.find(({ destination }) => destination === "/etc/hosts")?.source).toContain(other);
  });

  it("masks what Docker masks, unless told not to", async () => {
    expect((await specOf()).linux.maskedPaths).toContain("/sys/devices/virtual/powercap");
    expect((await host({ SecurityOpt: ["systempaths=unconfined"] })).linux.maskedPaths).toEqual([]);
  });

  it("a device is made and allowed", async () => {
    const { devices, resources } = (
      await host({ Devices: [{ PathOnHost: "/dev/null", PathInContainer: "/dev/mynull", CgroupPermissions: "r" }] })
    ).linux;
    expect(devices).toEqual([{ path: "/dev/mynull", type: "c", major: 1, minor: 3, fileMode: 0o666, uid: 0, gid: 0 }]);
    expect(resources.devices?.at(-1)).toEqual({ allow: true, type: "c", major: 1, minor: 3, access: "r" });
  });

  it("a device that is not there is refused", async () => {
    await expect(host({ Devices: [{ PathOnHost: "/dev/nosuch" }] })).rejects.toThrow(
      'error gathering device information while adding custom device \\"/dev/nosuch\\": no such file or directory',
    );
  });
});

describe("mounts", () => {
  it("lie below what they are mounted on", async () => {
    const { mounts } = await host({
      Binds: ["/tmp:/a/b/c", "named:/a"],
      Tmpfs: { "/a/b": "size=1m,exec" },
      Mounts: [{ Type: "volume", Source: "ro", Target: "/r", ReadOnly: true }],
    });
    const own = mounts.filter(({ destination }) => /^\/(a|r)/.test(destination));
    expect(own.map(({ destination }) => destination)).toEqual(["/a", "/r", "/a/b", "/a/b/c"]);
    expect(own[1]?.options).toContain("ro");
    expect(own[2]?.options).toEqual(["nosuid", "nodev", "rprivate", "size=1m", "exec"]);
  });

  it("a bind over /etc/hosts takes the place of the engine's", async () => {
    const { mounts } = await host({ Binds: ["/etc/hosts:/etc/hosts"] });
    const hosts = mounts.filter(({ destination }) => destination === "/etc/hosts");
    expect(hosts.map(({ source }) => source)).toEqual(["/etc/hosts"]);
  });

  it("--read-only makes the root and the engine's files read-only", async () => {
    const { root, mounts } = await host({ ReadonlyRootfs: true });
    expect(root.readonly).toBe(true);
    expect(mounts.find(({ destination }) => destination === "/etc/hosts")?.options).toContain("ro");
  });

  it("--ipc none has no /dev/shm", async () => {
    expect((await host({ IpcMode: "none" })).mounts.some(({ destination }) => destination === "/dev/shm")).toBe(false);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EngineApi } from "../../testing/api.ts";
import { ManualClock } from "../../testing/clock.ts";
import { eventually } from "../../testing/eventually.ts";

let api: EngineApi;
beforeEach(async () => {
  api = await EngineApi.start();
});
afterEach(async () => {
  await api.engine.close();
  expect(api.world.reported).toEqual([]);
});

const status = async (id: string) => (await api.get(`/containers/${id}/json`)).json.State.Status as string;

describe("docker run", () => {
  it("gives the output and the exit code", async () => {
    const { stdout, stderr, exitCode } = await api.run(["sh", "-c", "echo out; echo err >&2; exit 3"]);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: "out\n", stderr: "err\n", exitCode: 3 });
  });

  it("--rm leaves nothing in the guest", async () => {
    const { id, exitCode } = await api.run(["true"], { HostConfig: { AutoRemove: true } });
    expect(exitCode).toBe(0);
    expect((await api.get(`/containers/${id}/json`)).status).toBe(404);
    await eventually(async () => api.world.snapshotter.ids.length === 0);
    expect(api.world.runtime.keys).toEqual([]);
    expect([...api.world.network.sandboxes]).toEqual([]);
    await eventually(async () => (await api.world.files.list("/", "/var/lib/docker/containers")).length === 0);
  });

  it("a command that is not there is 127, and the container stays created", async () => {
    const id = await api.create(["nosuchcmd"]);
    const { status: code, json } = await api.post(`/containers/${id}/start`);
    const message =
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "nosuchcmd": executable file not found in $PATH: unknown';
    expect([code, json]).toEqual([400, { message }]);
    const { State } = (await api.get(`/containers/${id}/json`)).json;
    expect([State.Status, State.ExitCode, State.Error]).toEqual(["created", 127, message]);
    expect([...api.world.network.sandboxes]).toEqual([]);
    expect(api.world.runtime.keys).toEqual([]);
  });

  it("a directory as command is 126", async () => {
    const id = await api.create(["/etc"]);
    const { json } = await api.post(`/containers/${id}/start`);
    expect(json.message).toMatch(/exec: "\/etc": is a directory: unknown: permission denied$/);
    expect((await api.get(`/containers/${id}/json`)).json.State.ExitCode).toBe(126);
  });

  it("attached before a start that fails sees the end", async () => {
    const id = await api.create(["nosuchcmd"]);
    const attached = await api.hijack(`/containers/${id}/attach?stream=1&stdout=1&stderr=1`);
    await api.post(`/containers/${id}/start`);
    expect(await attached.output()).toEqual({ stdout: "", stderr: "" });
  });

  it("stdin goes to the task and its end closes it", async () => {
    const id = await api.create(["cat"], { OpenStdin: true, StdinOnce: true });
    const attached = await api.hijack(`/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`);
    await api.post(`/containers/${id}/start`);
    await attached.write("hello\n");
    await attached.writer.close();
    expect((await attached.output()).stdout).toBe("hello\n");
  });
});

describe("lifecycle", () => {
  it("start, stop, start again, kill, remove", async () => {
    const id = await api.create(["sleep", "300"], {}, "web");
    expect(await status(id)).toBe("created");
    expect((await api.post("/containers/web/start")).status).toBe(204);
    expect((await api.post("/containers/web/start")).status).toBe(304);
    expect(await status(id)).toBe("running");
    expect((await api.delete("/containers/web")).json.message).toBe(
      'cannot remove container "/web": container is running: stop the container before removing or force remove',
    );
    expect((await api.post("/containers/web/stop?t=0")).status).toBe(204);
    expect((await api.post("/containers/web/stop")).status).toBe(304);
    expect((await api.get("/containers/web/json")).json.State.ExitCode).toBe(137);
    await api.post("/containers/web/start");
    expect((await api.post("/containers/web/kill")).status).toBe(204);
    expect((await api.post("/containers/web/kill")).json.message).toBe(
      `cannot kill container: web: container ${id} is not running`,
    );
    expect((await api.delete("/containers/web")).status).toBe(204);
    expect((await api.delete("/containers/web")).json.message).toBe("No such container: web");
  });

  it("stop sends the container's own signal and waits for it", async () => {
    const id = await api.create(["sh", "-c", "trap 'echo bye; exit 4' USR1; echo up; while :; do sleep 0.01; done"], {
      StopSignal: "USR1",
    });
    await api.post(`/containers/${id}/start`);
    await api.post(`/containers/${id}/stop`);
    expect((await api.get(`/containers/${id}/json`)).json.State.ExitCode).toBe(4);
    const log = await api.get(`/containers/${id}/logs?stdout=1`);
    expect(log.text).toContain("bye");
  });

  it("pause and unpause", async () => {
    const id = await api.create(["sleep", "300"]);
    await api.post(`/containers/${id}/start`);
    expect((await api.post(`/containers/${id}/pause`)).status).toBe(204);
    expect((await api.post(`/containers/${id}/pause`)).json.message).toBe(`Container ${id} is already paused`);
    expect(await status(id)).toBe("paused");
    expect((await api.post(`/containers/${id}/exec`, { Cmd: ["true"] })).json.message).toBe(
      `Container ${id} is paused, unpause the container before exec`,
    );
    expect((await api.post(`/containers/${id}/unpause`)).status).toBe(204);
    expect((await api.post(`/containers/${id}/unpause`)).json.message).toBe(`Container ${id} is not paused`);
    await api.delete(`/containers/${id}?force=1`);
  });

  it("names are taken until they are given back", async () => {
    const id = await api.create(["true"], {}, "one");
    const again = await api.post("/containers/create?name=one", { Image: "busybox", Cmd: ["true"] });
    expect([again.status, again.json.message]).toEqual([
      409,
      `Conflict. The container name "/one" is already in use by container "${id}". You have to remove (or rename) that container to be able to reuse that name.`,
    ]);
    expect((await api.post("/containers/one/rename?name=one")).json.message).toBe(
      "Renaming a container with the same name as its current name",
    );
    expect((await api.post("/containers/one/rename?name=two")).status).toBe(204);
    await api.create(["true"], {}, "one");
    expect((await api.get("/containers/two/json")).json.Id).toBe(id);
  });

  it("an out-of-memory end says so", async () => {
    const id = await api.create(["sleep", "300"], { HostConfig: { Memory: 8 << 20 } });
    await api.post(`/containers/${id}/start`);
    const waiting = api.post(`/containers/${id}/wait`);
    api.world.runtime.outOfMemory(id);
    expect((await waiting).json.StatusCode).toBe(137);
    expect((await api.get(`/containers/${id}/json`)).json.State.OOMKilled).toBe(true);
  });

  it("the events are Docker's, in Docker's order", async () => {
    const seen: string[] = [];
    api.engine.events.subscribe((event) => seen.push(`${event.Type} ${event.Action}`));
    const { id } = await api.run(["true"]);
    await api.post(`/containers/${id}/rename?name=ev2`);
    await api.delete(`/containers/${id}`);
    expect(seen).toEqual([
      "container create",
      "container attach",
      "network connect",
      "container start",
      "network disconnect",
      "container die",
      "container rename",
      "container destroy",
    ]);
  });
});

describe("restart policy", () => {
  it("waits longer each time and can be stopped", async () => {
    const clock = new ManualClock();
    await api.engine.close();
    api = await EngineApi.start({ clock });
    const id = await api.create(["sh", "-c", "exit 3"], { HostConfig: { RestartPolicy: { Name: "always" } } });
    await api.post(`/containers/${id}/start`);
    await eventually(async () => (await status(id)) === "restarting");
    const starts: number[] = [];
    api.engine.events.subscribe((event) => event.Action === "start" && starts.push(clock.now()));
    const begin = clock.now();
    for (const wait of [100, 200, 400]) {
      clock.advance(wait - 1);
      expect(await status(id)).toBe("restarting");
      const before = starts.length;
      clock.advance(1);
      await eventually(async () => starts.length === before + 1 && (await status(id)) === "restarting");
    }
    expect(starts.map((at) => at - begin)).toEqual([100, 300, 700]);
    expect((await api.get(`/containers/${id}/json`)).json.RestartCount).toBe(3);
    expect((await api.post(`/containers/${id}/stop`)).status).toBe(204);
    expect(await status(id)).toBe("exited");
    expect(clock.waiting).toBe(0);
  });

  it("on-failure:2 gives up after two", async () => {
    const id = await api.create(["false"], {
      HostConfig: { RestartPolicy: { Name: "on-failure", MaximumRetryCount: 2 } },
    });
    await api.post(`/containers/${id}/start`);
    await eventually(async () => (await status(id)) === "exited");
    expect((await api.get(`/containers/${id}/json`)).json.RestartCount).toBe(2);
  });
});

describe("after a restore", () => {
  it("an exec that was attached can be attached once more, and is not started again", async () => {
    const id = await api.create(["sleep", "300"]);
    await api.post(`/containers/${id}/start`);
    const created = await api.post(`/containers/${id}/exec`, { Cmd: ["cat"], AttachStdin: true, AttachStdout: true });
    const target = `/exec/${String(created.json.Id)}/start`;
    await api.hijack(target, {});
    await eventually(async () => (await api.get(`/exec/${String(created.json.Id)}/json`)).json.Running === true);
    api = await api.restored();
    const attached = await api.hijack(target, {});
    expect((await api.post(target, {})).status).toBe(409);
    await attached.write("still here\n");
    await attached.writer.close();
    expect((await attached.output()).stdout).toBe("still here\n");
    expect((await api.get(`/exec/${String(created.json.Id)}/json`)).json.ExitCode).toBe(0);
    await api.delete(`/containers/${id}?force=1`);
    await api.engine.settled();
  });

  it("running containers and their execs are adopted", async () => {
    const id = await api.create(["cat"], { OpenStdin: true, StdinOnce: true });
    await api.post(`/containers/${id}/start`);
    api = await api.restored();
    expect(await status(id)).toBe("running");
    const waiting = api.post(`/containers/${id}/wait`);
    const attached = await api.hijack(`/containers/${id}/attach?stream=1&stdin=1&stdout=1`);
    await attached.write("still here\n");
    await attached.writer.close();
    expect((await attached.output()).stdout).toBe("still here\n");
    expect((await waiting).json.StatusCode).toBe(0);
    expect((await api.delete(`/containers/${id}`)).status).toBe(204);
  });
});

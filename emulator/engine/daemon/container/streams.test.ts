import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EngineApi, bodyBytes, demultiplex } from "../../testing/api.ts";
import { eventually } from "../../testing/eventually.ts";
import { DetachFilter, parseDetachKeys } from "./detach-keys.ts";

let api: EngineApi;
beforeEach(async () => {
  api = await EngineApi.start();
});
afterEach(async () => {
  await api.engine.close();
  expect(api.world.reported).toEqual([]);
});

async function started(command: readonly string[], options: Record<string, unknown> = {}): Promise<string> {
  const id = await api.create(command, options);
  await api.post(`/containers/${id}/start`);
  return id;
}

const logs = async (id: string, query: string) =>
  demultiplex(await bodyBytes(await api.open("GET", `/containers/${id}/logs?stdout=1&stderr=1&${query}`)));

describe("logs", () => {
  it("tail, timestamps, details, since and until", async () => {
    const { id } = await api.run(["sh", "-c", "echo one; echo two; echo oops >&2"], {
      Labels: { k: "v" },
      HostConfig: { LogConfig: { Config: { labels: "k" } } },
    });
    expect(await logs(id, "")).toEqual({ stdout: "one\ntwo\n", stderr: "oops\n" });
    expect(await logs(id, "tail=2")).toEqual({ stdout: "two\n", stderr: "oops\n" });
    expect(await logs(id, "tail=0")).toEqual({ stdout: "", stderr: "" });
    expect((await logs(id, "timestamps=1")).stderr).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z oops\n$/);
    expect((await logs(id, "details=1")).stderr).toBe("k=v oops\n");
    expect(await logs(id, "since=4000000000")).toEqual({ stdout: "", stderr: "" });
    expect(await logs(id, "until=1000000000")).toEqual({ stdout: "", stderr: "" });
    const none = await api.get(`/containers/${id}/logs`);
    expect([none.status, none.json.message]).toEqual([400, "Bad parameters: you must choose at least one stream"]);
  });

  it("follow goes on to the end of the task", async () => {
    const id = await started(["cat"], { OpenStdin: true, StdinOnce: true });
    const following = logs(id, "follow=1");
    const attached = await api.hijack(`/containers/${id}/attach?stream=1&stdin=1`);
    await attached.write("later\n");
    await attached.writer.close();
    expect((await following).stdout).toBe("later\n");
  });

  it("follow ends when the client goes", async () => {
    const id = await started(["sleep", "300"]);
    const client = new AbortController();
    const response = await api.open("GET", `/containers/${id}/logs?stdout=1&follow=1`, undefined, client.signal);
    const reading = bodyBytes(response);
    client.abort();
    expect((await reading).length).toBe(0);
  });

  it("driver none cannot be read", async () => {
    const { id } = await api.run(["true"], { HostConfig: { LogConfig: { Type: "none" } } });
    expect((await api.get(`/containers/${id}/logs?stdout=1`)).json.message).toBe(
      "configured logging driver does not support reading",
    );
  });
});

describe("attach", () => {
  it("with a terminal is raw, and detaches on its keys", async () => {
    const id = await started(["cat"], { OpenStdin: true, Tty: true });
    const attached = await api.hijack(`/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`);
    const output = attached.raw();
    await attached.write("hi\n");
    await eventually(async () => (await api.get(`/containers/${id}/logs?stdout=1`)).text.includes("hi"));
    await attached.write("\x10\x11");
    expect(await output).toBe("hi\r\n");
    await attached.served;
    expect((await api.get(`/containers/${id}/json`)).json.State.Running).toBe(true);
  });

  it("gives what was put out before, when asked", async () => {
    const id = await started(["sh", "-c", "echo before; sleep 300"]);
    await eventually(async () => (await api.get(`/containers/${id}/logs?stdout=1`)).text.includes("before"));
    const attached = await api.hijack(`/containers/${id}/attach?logs=1&stdout=1&stderr=1`);
    expect((await attached.output()).stdout).toBe("before\n");
  });

  it("a client that goes leaves the container running", async () => {
    const id = await started(["sleep", "300"]);
    const client = new AbortController();
    const attached = await api.hijack(`/containers/${id}/attach?stream=1&stdout=1`, undefined, client.signal);
    client.abort();
    await attached.served;
    expect((await api.get(`/containers/${id}/json`)).json.State.Running).toBe(true);
  });

  it("two attachments both get everything", async () => {
    const id = await api.create(["echo", "twice"]);
    const both = [
      await api.hijack(`/containers/${id}/attach?stream=1&stdout=1`),
      await api.hijack(`/containers/${id}/attach?stream=1&stdout=1`),
    ];
    await api.post(`/containers/${id}/start`);
    const outputs = await Promise.all(both.map((attached) => attached.output()));
    expect(outputs.map(({ stdout }) => stdout)).toEqual(["twice\n", "twice\n"]);
  });
});

describe("detach keys", () => {
  const filter = (keys: string, ...inputs: string[]) => {
    const found = new DetachFilter(parseDetachKeys(keys));
    const results = inputs.map((input) => found.push(new TextEncoder().encode(input)));
    return {
      passed: results.map(({ pass }) => new TextDecoder().decode(pass)).join(""),
      detached: results.at(-1)?.detached,
    };
  };

  it.each([
    ["", ["a\x10", "\x11b"], { passed: "a", detached: true }],
    ["", ["\x10x"], { passed: "\x10x", detached: false }],
    ["", ["\x10\x10\x11"], { passed: "\x10", detached: true }],
    ["ctrl-a,q", ["x\x01q"], { passed: "x", detached: true }],
    ["ctrl-\\", ["\x1c"], { passed: "", detached: true }],
  ])("%j: %j", (keys, inputs, expected) => {
    expect(filter(keys, ...inputs)).toEqual(expected);
  });

  it("that mean nothing are refused", () => {
    expect(() => parseDetachKeys("ctrl-§")).toThrow("Invalid escape keys (ctrl-§) provided");
  });
});

describe("exec", () => {
  async function exec(id: string, command: readonly string[], options: Record<string, unknown> = {}) {
    const created = await api.post(`/containers/${id}/exec`, {
      Cmd: command,
      AttachStdout: true,
      AttachStderr: true,
      ...options,
    });
    if (created.status !== 201) throw new Error(created.text);
    const execId = String(created.json.Id);
    const attached = await api.hijack(`/exec/${execId}/start`, { Detach: false });
    const { stdout, stderr } = await attached.output();
    return { stdout, stderr, inspected: (await api.get(`/exec/${execId}/json`)).json };
  }

  it("runs in the container, and its exit code is there when its stream ends", async () => {
    const id = await started(["sleep", "300"], { Env: ["BASE=1"], WorkingDir: "/tmp" });
    const { stdout, stderr, inspected } = await exec(id, ["sh", "-c", "pwd; echo $X $BASE; echo e >&2; exit 42"], {
      Env: ["X=y", "BASE=2"],
    });
    expect({ stdout, stderr }).toEqual({ stdout: "/tmp\ny 2\n", stderr: "e\n" });
    expect([inspected.ExitCode, inspected.Running]).toEqual([42, false]);
  });

  it.each([
    [["nosuchcmd"], {}, 'exec: "nosuchcmd": executable file not found in $PATH: unknown'],
    [["/etc"], {}, 'exec: "/etc": is a directory: unknown: permission denied'],
    [
      ["true"],
      { WorkingDir: "/nonexistent" },
      'chdir to cwd ("/nonexistent") set in config.json failed: no such file or directory: unknown',
    ],
  ])("%j that cannot start is text on the stream and 126", async (command, options, reason) => {
    const id = await started(["sleep", "300"]);
    const { stdout, inspected } = await exec(id, command, options);
    expect(stdout).toBe(`OCI runtime exec failed: exec failed: unable to start container process: ${reason}\r\n`);
    expect(inspected.ExitCode).toBe(126);
    await api.engine.settled();
    expect(api.world.runtime.keys).toEqual([id]);
  });

  it("as a user who is not there", async () => {
    const id = await started(["sleep", "300"]);
    const { stdout, inspected } = await exec(id, ["id"], { User: "nobodyhere" });
    expect(stdout).toBe("unable to find user nobodyhere: no matching entries in passwd file\r\n");
    expect(inspected.ExitCode).toBe(126);
  });

  it("takes input, and runs only once", async () => {
    const id = await started(["sleep", "300"]);
    const created = await api.post(`/containers/${id}/exec`, { Cmd: ["cat"], AttachStdin: true, AttachStdout: true });
    const execId = String(created.json.Id);
    const attached = await api.hijack(`/exec/${execId}/start`, {});
    await attached.write("piped");
    await attached.writer.close();
    expect((await attached.output()).stdout).toBe("piped");
    expect((await api.post(`/exec/${execId}/start`, {})).status).toBe(409);
    expect((await api.get("/exec/nosuch/json")).json.message).toBe("No such exec instance: nosuch");
  });

  it("detached is listed while it runs, and ends with the container", async () => {
    const id = await started(["sleep", "300"]);
    const created = await api.post(`/containers/${id}/exec`, { Cmd: ["sleep", "200"] });
    expect((await api.post(`/exec/${String(created.json.Id)}/start`, { Detach: true })).status).toBe(200);
    expect((await api.get(`/containers/${id}/json`)).json.ExecIDs).toEqual([created.json.Id]);
    await api.post(`/containers/${id}/kill`);
    await eventually(async () => (await api.get(`/exec/${String(created.json.Id)}/json`)).json.ExitCode === 137);
    expect((await api.post(`/containers/${id}/exec`, { Cmd: ["true"] })).json.message).toBe(
      `container ${id} is not running`,
    );
  });
});

describe("wait", () => {
  it("answers at once that it waits, and later with the code", async () => {
    const id = await api.create(["sh", "-c", "exit 9"]);
    const response = await api.open("POST", `/containers/${id}/wait?condition=next-exit`);
    expect(response.status).toBe(200);
    await api.post(`/containers/${id}/start`);
    expect(new TextDecoder().decode(await bodyBytes(response))).toBe('{"StatusCode":9}\n');
    expect((await api.post(`/containers/${id}/wait`)).json).toEqual({ StatusCode: 9 });
    expect((await api.post(`/containers/${id}/wait?condition=x`)).json.message).toBe('invalid condition: "x"');
  });
});

describe("stats, top and resize", () => {
  it("stats once, and for a container that does not run", async () => {
    const id = await started(["sleep", "300"]);
    const { json } = await api.get(`/containers/${id}/stats?stream=0&one-shot=1`);
    expect(json.memory_stats.usage).toBe(1 << 20);
    expect(json.cpu_stats.cpu_usage.total_usage).toBe(1_000_000);
    await api.post(`/containers/${id}/kill`);
    expect((await api.get(`/containers/${id}/stats?stream=0`)).json.memory_stats).toEqual({});
  });

  it("top and resize need it to run", async () => {
    const id = await started(["sleep", "300"], { Tty: true });
    expect((await api.get(`/containers/${id}/top`)).json.Processes[0]).toContain("sleep 300");
    expect((await api.post(`/containers/${id}/resize?h=40&w=100`)).status).toBe(200);
    expect(api.world.runtime.sizes.get(id)).toEqual({ columns: 100, rows: 40 });
    await api.post(`/containers/${id}/kill`);
    expect((await api.get(`/containers/${id}/top`)).json.message).toBe(`container ${id} is not running`);
  });
});

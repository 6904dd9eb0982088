import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Lab } from "../../emulator/index.ts";
import { TypedShell } from "../../emulator/node/bench/typed-shell.ts";
import { loadSnapshot } from "../../emulator/node/snapshot.ts";
import { folderSource } from "../../emulator/node/source.ts";
import { decodeTraces, type CommandTrace } from "../../emulator/observe/command/trace.ts";

const patience = 120_000;
let lab: Lab;
let shell: TypedShell;

beforeAll(async () => {
  lab = await Lab.restore(await folderSource(), await loadSnapshot(() => undefined));
  shell = await TypedShell.open(lab);
}, patience);
afterAll(() => lab.close());

async function traces(): Promise<readonly CommandTrace[]> {
  const { body } = await lab.inside({
    method: "GET",
    target: "/inside/trace/",
    headers: {},
    body: null,
    signal: new AbortController().signal,
  });
  if (!(body instanceof Uint8Array)) throw new Error("no list");
  return decodeTraces(JSON.parse(new TextDecoder().decode(body)));
}

describe("the path of a command", () => {
  it("is the requests of docker run, the container's config.json and its process", { timeout: patience }, async () => {
    await shell.run("cd /tmp && docker run -d --name web --memory 16m -e DB_PASSWORD=hunter2 busybox sleep 300");
    const trace = (await traces()).at(-1);
    expect(trace?.args.slice(0, 4)).toEqual(["run", "-d", "--name", "web"]);
    expect(trace?.cwd).toBe("/tmp");
    expect(trace?.exitCode).toBe(0);
    expect(trace?.requests.map(({ method, status }) => [method, status])).toContainEqual(["POST", 201]);
    expect(trace?.requests.at(-1)).toMatchObject({ method: "POST", status: 204 });
    const [task] = trace?.tasks ?? [];
    expect(JSON.parse(task?.spec ?? "")).toMatchObject({
      process: { args: ["sleep", "300"] },
      linux: { resources: { memory: { limit: 16 * 1024 * 1024 } } },
    });
    await shell.run("docker inspect -f '{{.State.Pid}}' web > /tmp/pid");
    expect(task?.pid).toBe(Number(new TextDecoder().decode(await lab.files.read("/", "/tmp/pid"))));
    expect(JSON.stringify(trace)).not.toContain("hunter2");
  });

  it("is kept of an exec, of what was refused, and of the last twenty", { timeout: patience }, async () => {
    await shell.run("docker exec web true; docker start nobody");
    const [exec, refused] = (await traces()).slice(-2);
    expect(exec?.tasks).toMatchObject([{ kind: "exec" }]);
    expect(refused?.exitCode).toBe(1);
    expect(refused?.requests.at(-1)?.status).toBe(404);
    await shell.run("for i in $(seq 25); do docker ps -q; done");
    const kept = await traces();
    expect(kept).toHaveLength(20);
    expect(kept.every(({ args }) => args[0] === "ps")).toBe(true);
  });
});

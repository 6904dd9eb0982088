import * as container from "../../client/container.ts";
import { encodeSave, exchange, Lab } from "../../index.ts";
import { loadSnapshot, readDescription } from "../snapshot.ts";
import { folderSource } from "../source.ts";
import type { NativeReference } from "./native.ts";
import { median, type Row } from "./table.ts";
import { TypedShell } from "./typed-shell.ts";

const hi = "docker run --rm busybox echo hi";
const warmFrom = 8;

/** The budget's figures under Node. */
export async function benchMachine(native: NativeReference | undefined, log: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const row = (what: string, unit: Row["unit"], measured: readonly number[], rest: Partial<Row> = {}) => {
    rows.push({ what, where: "Node", unit, measured, ...rest });
    log(`${what}: ${median(measured).toFixed(3)} ${unit}`);
  };
  const base = await loadSnapshot(log);
  const source = await folderSource();

  const restores: number[] = [];
  const firsts: number[] = [];
  for (let i = 0; i < 3; i++) {
    const began = performance.now();
    const lab = await Lab.restore(source, base);
    const shell = await TypedShell.open(lab);
    await shell.run("true");
    restores.push((performance.now() - began) / 1000);
    firsts.push((await shell.run(hi)).seconds);
    await lab.close();
  }
  row("restore to a prompt that answers", "s", restores);
  row("docker run --rm busybox echo hi, first after a restore, not warmed up", "s", firsts, { budget: 0.6 });

  const lab = await Lab.restore(source, base);
  const shell = await TypedShell.open(lab);
  const runs: number[] = [];
  for (let i = 0; i < warmFrom + 9; i++) runs.push((await shell.run(hi)).seconds);
  row("docker run --rm busybox echo hi, warm", "s", runs.slice(warmFrom), {
    ratioBudget: 1,
    ...(native && { reference: { name: "native", value: native.run } }),
  });
  for (const [stage, times] of Object.entries(await stages(lab))) row(`  of it: ${stage}`, "ms", times);
  const repeat = async (command: string, count: number) => {
    const times: number[] = [];
    for (let i = 0; i < count; i++) times.push((await shell.run(command)).seconds);
    return times.slice(3);
  };
  row("docker ps, warm", "s", await repeat("docker ps", 12), {
    budget: 0.05,
    ...(native && { reference: { name: "native", value: native.ps } }),
  });
  await shell.run("docker run -d --name c busybox sleep 1000");
  row("docker exec c true, warm", "s", await repeat("docker exec c true", 12), {
    budget: 0.15,
    ...(native && { reference: { name: "native", value: native.exec } }),
  });
  await shell.run("docker rm -f c");

  await shell.run("docker pull nginx; docker pull python");
  row("docker run -d -p 8080:80 nginx to its first 200", "s", await nginx(lab, shell), { budget: 1.5 });
  row("python -c 1 in a container", "s", await repeat("docker run --rm python python -c 1", 6), { budget: 1.5 });

  const saves: number[] = [];
  let size = 0;
  for (let i = 0; i < 5; i++) {
    const { parts, paused } = await lab.save();
    saves.push(paused);
    size = (await encodeSave(parts, base)).length;
  }
  row("a save: pause", "ms", saves, { budget: 150 });
  row("a save after the above: size", "MB", [size / 1e6], { budget: 5 });

  await shell.run("for i in $(seq 50); do docker run -d --name m$i busybox sleep 10000 >/dev/null; done", 180_000);
  const meminfo = new TextDecoder().decode(await lab.agent.readFile("/proc/meminfo"));
  row("guest memory free with 50 containers", "MB", [Number(/MemAvailable:\s+(\d+)/.exec(meminfo)?.[1]) / 1024], {
    budget: 20,
    atLeast: true,
  });
  const count = (await container.list({ transport: lab.transport })).length;
  if (count !== 50) throw new Error(`${count} containers run instead of 50`);
  await lab.close();

  row("idle, guest at a prompt", "%", [await idle()], { budget: 1.5 });
  const shipped = await readDescription();
  if (shipped !== undefined)
    row("snapshot, compressed", "MB", [shipped.compressed / 1e6], {
      note: shipped.release ? "release" : "fast compression",
    });
  return rows;

  async function idle(): Promise<number> {
    const quiet = await Lab.restore(source, base);
    const prompt = await TypedShell.open(quiet);
    await prompt.run("true");
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const before = process.cpuUsage();
    const began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const used = process.cpuUsage(before);
    const share = (used.user + used.system) / 10 / (performance.now() - began);
    await quiet.close();
    return share;
  }
}

/** The stages of `docker run`, as a client sees them: milliseconds each. */
async function stages(lab: Lab): Promise<Record<string, number[]>> {
  const engine = { transport: lab.transport };
  const times: Record<string, number[]> = {};
  const timed = async <T>(stage: string, work: Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work;
    (times[stage] ??= []).push(performance.now() - began);
    return result;
  };
  for (let i = 0; i < 9; i++) {
    const { Id } = await timed(
      "create",
      container.create(engine, { Image: "busybox", Cmd: ["echo", "hi"], HostConfig: {}, NetworkingConfig: {} }),
    );
    await timed("start (mount, network, crun)", container.start(engine, Id));
    const { exited } = await container.wait(engine, Id, "not-running");
    await timed("wait", exited);
    await timed("remove", container.remove(engine, Id, {}));
  }
  return times;
}

async function nginx(lab: Lab, shell: TypedShell): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < 4; i++) {
    const began = performance.now();
    await shell.run("docker run -d --rm --name web -p 8080:80 nginx");
    for (;;) {
      try {
        const response = await exchange(await lab.agent.dial("127.0.0.1", 8080), {
          method: "GET",
          target: "/",
          headers: { host: "localhost" },
        });
        await response.body.cancel();
        if (response.status === 200) break;
      } catch {
        // It does not listen yet.
      }
      if (performance.now() - began > 30_000) throw new Error("nginx did not answer");
    }
    times.push((performance.now() - began) / 1000);
    await shell.run("docker rm -f web");
  }
  return times.slice(1);
}

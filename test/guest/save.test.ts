import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeSave, encodeSave, exchange, Lab, type Snapshot } from "../../emulator/index.ts";
import { TypedShell } from "../../emulator/node/bench/typed-shell.ts";
import { loadSnapshot } from "../../emulator/node/snapshot.ts";
import { folderSource } from "../../emulator/node/source.ts";

const patience = 120_000;
let base: Snapshot;
let lab: Lab;

/** Saves, ends the machine, and goes on from the bytes as another visit would. */
async function reload(): Promise<void> {
  const { parts } = await lab.save();
  const bytes = await encodeSave(parts, base);
  await lab.close();
  lab = await Lab.restore(await folderSource(), await decodeSave(bytes, base));
}

beforeAll(async () => {
  base = await loadSnapshot(() => undefined);
}, patience);

describe("a save in the middle", () => {
  beforeAll(async () => {
    lab = await Lab.restore(await folderSource(), base);
  }, patience);
  afterAll(() => lab.close());

  it("of run -it: the shell in the container is simply still there", { timeout: patience }, async () => {
    const shell = await TypedShell.open(lab, "one");
    await shell.write("docker run -it --rm --name box busybox sh\n");
    await shell.until(/\/ # $/);
    await shell.write("remembered=yes; echo sat${remembered}\n");
    await shell.until(/satyes/);
    await reload();
    const again = await TypedShell.open(lab, "one");
    await again.write("echo still-$remembered\n");
    await again.until(/still-yes/);
    await again.write("exit 7\n");
    await again.until(/drydock:.*[#$] $/);
    expect((await again.run("echo status $?; docker ps -aq")).output).toMatch(/status 7\r?\n__/);
  });

  it("of exec -it, which is joined again", { timeout: patience }, async () => {
    const shell = await TypedShell.open(lab, "two");
    await shell.run("docker run -d --name kept busybox sleep 1000");
    await shell.write("docker exec -it kept sh\n");
    await shell.until(/\/ # $/);
    await shell.write("mark=there\n");
    await shell.until(/\/ # $/);
    await reload();
    const again = await TypedShell.open(lab, "two");
    await again.write("echo mark-is-$mark; exit 3\n");
    await again.until(/mark-is-there/);
    await again.until(/drydock:.*[#$] $/);
    expect((await again.run("echo status $?")).output).toMatch(/status 3/);
    await again.run("docker rm -f kept");
  });

  it("of logs -f: later lines come, and Ctrl-C ends it", { timeout: patience }, async () => {
    const shell = await TypedShell.open(lab, "three");
    await shell.run(
      "docker run -d --name ticks busybox sh -c 'i=0; while true; do i=$((i+1)); echo tick $i; sleep 1; done'",
    );
    await shell.write("docker logs -f ticks\n");
    await shell.until(/tick 2/);
    await reload();
    const again = await TypedShell.open(lab, "three");
    await again.until(/tick \d+/);
    await again.write("\x03");
    await again.until(/drydock:.*[#$] $/);
    expect((await again.run("docker rm -f ticks")).output).toMatch(/ticks/);
  });

  it("of a running nginx: it serves on, its port is still published", { timeout: patience }, async () => {
    const shell = await TypedShell.open(lab, "four");
    await shell.run("docker run -d --name web -p 8080:80 nginx", patience);
    await shell.run("until wget -q -O /dev/null localhost:8080; do sleep 0.1; done");
    await reload();
    const response = await exchange(await lab.agent.dial("127.0.0.1", 8080), {
      method: "GET",
      target: "/",
      headers: { host: "localhost" },
    });
    expect(response.status).toBe(200);
    const again = await TypedShell.open(lab, "four");
    expect((await again.run("docker ps --format '{{.Names}} {{.Ports}}'")).output).toMatch(
      /web 0\.0\.0\.0:8080->80\/tcp/,
    );
    expect((await again.run("docker rm -f web")).output).toMatch(/web/);
  });

  it("of a pull: it is not half there, and a second one completes it", { timeout: patience }, async () => {
    const shell = await TypedShell.open(lab, "five");
    await shell.write("docker pull python\n");
    await shell.until(/Pulling from library\/python/);
    await reload();
    const again = await TypedShell.open(lab, "five");
    await again.until(/[#$] $/);
    expect((await again.run("docker images -q python")).output).not.toMatch(/[0-9a-f]{12}/);
    expect(
      (await again.run("docker pull -q python && docker run --rm python python -c 'print(6*7)'", patience)).output,
    ).toMatch(/42/);
  });

  it("keeps the guest's clock right and its randomness fresh", { timeout: patience }, async () => {
    const { parts } = await lab.save();
    const bytes = await encodeSave(parts, base);
    const seen = new Set<string>();
    for (let i = 0; i < 2; i++) {
      await lab.close();
      lab = await Lab.restore(await folderSource(), await decodeSave(bytes, base));
      const shell = await TypedShell.open(lab, `clock-${i}`);
      const { output } = await shell.run(
        "date +now=%s; head -c 16 /dev/urandom | od -An -tx1 | tr -d ' ' | sed s/^/random=/",
      );
      expect(Math.abs(Number(/now=(\d+)/.exec(output)?.[1]) - Date.now() / 1000)).toBeLessThan(30);
      seen.add(/random=([0-9a-f]{32})/.exec(output)?.[1] ?? "none");
    }
    expect(seen.size).toBe(2);
    expect(seen.has("none")).toBe(false);
  });
});

import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLab, type OpenLab } from "../../emulator/node/open-lab.ts";
import { socketServer } from "../../emulator/node/socket-server.ts";

/** The real `docker` command against our engine: what it sends and reads is the interface. */

const found = spawnSync("docker", ["--version"], { encoding: "utf8" });
const hasClient = found.status === 0;
if (!hasClient)
  process.stderr.write("No docker client here: its tests are skipped (Debian: apt-get install docker.io).\n");
const hasScript = spawnSync("script", ["--version"]).status === 0;

interface Result {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

describe.skipIf(!hasClient)("the real docker client", { timeout: 60_000 }, () => {
  let open: OpenLab;
  let folder: string;
  let end: () => void;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "real-client-"));
    open = await openLab();
    const served = socketServer(open.lab.handle);
    end = served.end;
    served.server.listen(join(folder, "docker.sock"));
    await once(served.server, "listening");
  }, 120_000);

  afterAll(async () => {
    end();
    await open.lab.close();
    rmSync(folder, { recursive: true });
  });

  function run(command: string, args: readonly string[], stdin = ""): Promise<Result> {
    return new Promise((resolve, reject) => {
      const env = { ...process.env, DOCKER_HOST: `unix://${join(folder, "docker.sock")}`, DOCKER_CONFIG: folder };
      const child = execFile(command, args, { env, timeout: 50_000 }, (error, out, err) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === "number") resolve({ out, err, code });
        else reject(new Error(`docker ${args.join(" ")}: ${out}${err}`, { cause: error }));
      });
      child.stdin?.end(stdin);
    });
  }
  const docker = (...args: string[]) => run("docker", args);

  it("agrees on an API version", async () => {
    expect((await docker("version", "--format", "{{.Server.APIVersion}}")).out).toBe("1.45\n");
    expect((await docker("info", "--format", "{{.Driver}} {{.OSType}}")).out).toBe("overlay2 linux\n");
  });

  it("runs with separate streams and an exit status", async () => {
    const ran = await docker("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 3");
    expect(ran).toEqual({ out: "out\n", err: "err\n", code: 3 });
  });

  it("passes more input than any buffer holds, and its end", async () => {
    const input = "0123456789abcdef".repeat(40_000);
    const ran = await run("docker", ["run", "-i", "--rm", "busybox", "wc", "-c"], input);
    expect(ran).toEqual({ out: `${input.length}\n`, err: "", code: 0 });
  });

  it.skipIf(!hasScript)("runs on a terminal", async () => {
    const ran = await run("script", ["-qec", "docker run --rm -it busybox sh -c 'tty; exit 5'", "/dev/null"]);
    expect(ran.out).toContain("/dev/pts/0\r\n");
    expect(ran.code).toBe(5);
  });

  it("follows a container from run to rm", async () => {
    const script = "echo first; while ! test -f /go; do usleep 50000; done; echo last";
    const { out: id } = await docker("run", "-d", "--name", "long", "busybox", "sh", "-c", script);
    expect((await docker("ps", "--no-trunc", "--format", "{{.ID}} {{.Names}}")).out).toBe(`${id.trim()} long\n`);
    const logs = docker("logs", "-f", "long");
    expect(await docker("exec", "long", "sh", "-c", "echo in; touch /go; exit 4")).toEqual({
      out: "in\n",
      err: "",
      code: 4,
    });
    expect((await logs).out).toBe("first\nlast\n");
    expect((await docker("wait", "long")).out).toBe("0\n");
    expect((await docker("inspect", "-f", "{{.State.Status}}", "long")).out).toBe("exited\n");
    expect(await docker("rm", "long")).toEqual({ out: "long\n", err: "", code: 0 });
  });

  it("removes an image and pulls it again", async () => {
    expect((await docker("rmi", "busybox")).out).toContain("Untagged: busybox:latest\n");
    expect((await docker("images", "-q")).out).toBe("");
    expect((await docker("pull", "busybox")).out).toContain("Status: Downloaded newer image for busybox:latest\n");
  });

  it("tells events up to a moment", async () => {
    await docker("volume", "create", "kept");
    await docker("run", "--rm", "-v", "kept:/d", "busybox", "touch", "/d/f");
    const until = String(Math.ceil(Date.now() / 1000) + 1);
    const args = ["events", "--since", "1", "--until", until, "--filter", "volume=kept", "--format", "{{.Action}}"];
    expect((await docker(...args)).out).toBe("create\nmount\nunmount\n");
  });

  it("finds a container by name in a network", async () => {
    await docker("network", "create", "between");
    await docker("run", "-d", "--net", "between", "--name", "peer", "busybox", "sleep", "1000");
    const ping = await docker("run", "--rm", "--net", "between", "busybox", "ping", "-c", "1", "peer");
    expect(ping.out).toContain("1 packets transmitted, 1 packets received");
    await docker("rm", "-f", "peer");
    expect(await docker("network", "rm", "between")).toEqual({ out: "between\n", err: "", code: 0 });
  });

  it("outlives a client that goes away in the middle", async () => {
    const env = { ...process.env, DOCKER_HOST: `unix://${join(folder, "docker.sock")}`, DOCKER_CONFIG: folder };
    const child = execFile("docker", ["run", "--name", "left", "busybox", "sh", "-c", "echo up; sleep 1000"], { env });
    child.on("error", () => undefined);
    if (child.stdout !== null) await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect((await docker("ps", "--format", "{{.Names}}")).out).toBe("left\n");
    await docker("rm", "-f", "left");
  });
});

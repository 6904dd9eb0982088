import { describe, expect, it } from "vitest";
import { failure, json } from "./testing/fake-engine.ts";
import { runCli } from "./testing/run-cli.ts";
import { shellEngine, type Program } from "./testing/shell-engine.ts";
import type { SignalName } from "./invocation.ts";

const cat: Program = async ({ stdin, stdout }) => {
  const decoder = new TextDecoder();
  for await (const chunk of stdin) await stdout(decoder.decode(chunk));
  return 0;
};
const speak: Program = async ({ stdout, stderr }) => {
  await stdout("out\n");
  await stderr("err\n");
  return 3;
};
const paths = (seen: readonly { method: string; path: string }[]): string[] =>
  seen.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{64}/, "ID")}`);

describe("docker run", () => {
  it("attaches and waits before it starts, and exits as the container does", async () => {
    const { handler, seen } = shellEngine(speak);
    const result = await runCli(["run", "box", "speak"], { handler });
    expect(result).toMatchObject({ out: "out\n", err: "err\n", code: 3 });
    expect(paths(seen)).toEqual([
      "POST /containers/create",
      "POST /containers/ID/attach",
      "POST /containers/ID/wait",
      "POST /containers/ID/start",
    ]);
    expect(seen[2]?.query.get("condition")).toBe("next-exit");
  });

  it("waits for the removal with --rm", async () => {
    const { handler, seen } = shellEngine(speak);
    await runCli(["run", "--rm", "box"], { handler });
    expect(seen.find(({ path }) => path.endsWith("/wait"))?.query.get("condition")).toBe("removed");
  });

  it("gives its input to the container with -i only", async () => {
    const withInput = await runCli(["run", "-i", "box", "cat"], {
      handler: shellEngine(cat).handler,
      stdin: "hello\n",
    });
    expect(withInput).toMatchObject({ out: "hello\n", code: 0 });
    const without = await runCli(["run", "box", "cat"], { handler: shellEngine(cat).handler, stdin: "hello\n" });
    expect(without).toMatchObject({ out: "", code: 0 });
  });

  it("prints the id and ends with -d", async () => {
    const { handler, seen, id } = shellEngine(() => new Promise<number>(() => undefined));
    const result = await runCli(["run", "-d", "box"], { handler });
    expect(result).toMatchObject({ out: `${id}\n`, err: "", code: 0 });
    expect(paths(seen)).toEqual(["POST /containers/create", "POST /containers/ID/start"]);
  });

  it("is a raw terminal with -it, and tells its size", async () => {
    const { handler, seen } = shellEngine(cat, { tty: true });
    const result = await runCli(["run", "-it", "box"], { handler, stdin: "x", terminal: 100 });
    expect(result).toMatchObject({ out: "x", code: 0 });
    const resize = seen.find(({ path }) => path.endsWith("/resize"));
    expect([resize?.query.get("w"), resize?.query.get("h")]).toEqual(["100", "24"]);
  });

  it("leaves the container running on ctrl-p ctrl-q", async () => {
    const { handler } = shellEngine(() => new Promise<number>(() => undefined), { tty: true });
    const result = await runCli(["run", "-it", "box"], { handler, stdin: "ls\x10\x11", terminal: 80 });
    expect(result.code).toBe(0);
  });

  it("keeps its words about a terminal that is none", async () => {
    const { handler, seen } = shellEngine(cat);
    const result = await runCli(["run", "-it", "box"], { handler });
    expect(result).toMatchObject({ err: "the input device is not a TTY\n", code: 1 });
    expect(seen).toEqual([]);
  });

  it("sends signals on to the container", async () => {
    const signals: { send?: (name: SignalName) => void } = {};
    const untilSignal: Program = async ({ stdout, signal }) => {
      signals.send?.("SIGTERM");
      await stdout(`got ${await signal}\n`);
      return 5;
    };
    const { handler } = shellEngine(untilSignal);
    const result = await runCli(["run", "box"], { handler, signals });
    expect(result).toMatchObject({ out: "got TERM\n", code: 5 });
  });

  it("ends by itself at the third signal that a container ignores", async () => {
    const signals: { send?: (name: SignalName) => void } = {};
    const deaf: Program = () => {
      for (const name of ["SIGINT", "SIGWINCH", "SIGTERM", "SIGINT"] as const) signals.send?.(name);
      return new Promise<number>(() => undefined);
    };
    const { handler } = shellEngine(deaf);
    const result = await runCli(["run", "box"], { handler, signals });
    expect(result).toMatchObject({ err: "\ngot 3 SIGTERM/SIGINTs, forcefully exiting\n", code: 1 });
  });

  for (const [message, code] of [
    ['exec: "x": executable file not found in $PATH: unknown', 127],
    ['exec: "/etc": is a directory: unknown: permission denied', 126],
    ["Minimum memory limit allowed is 6MB", 125],
  ] as const)
    it(`exits with ${code} when the engine says: ${message}`, async () => {
      const { handler } = shellEngine(cat, { more: { "POST /containers/*/start": failure(400, message) } });
      const result = await runCli(["run", "box"], { handler });
      expect(result).toMatchObject({
        code,
        err: `docker: Error response from daemon: ${message}\n\nRun 'docker run --help' for more information\n`,
      });
    });

  it("writes the id file, and refuses one that is there", async () => {
    const { handler, id } = shellEngine(speak);
    const result = await runCli(["run", "--cidfile", "cid", "box"], { handler });
    expect(new TextDecoder().decode(result.files["cid"])).toBe(id);
    const again = await runCli(["run", "--cidfile", "cid", "box"], { handler, files: { cid: "x" } });
    expect(again.code).toBe(125);
    expect(again.err).toContain("container ID file found, make sure the other container isn't running or delete cid");
  });
});

describe("docker run of an image that is not here", () => {
  const missing = failure(404, "No such image: nginx:latest");
  const progress = [
    { status: "Pulling from library/nginx", id: "latest" },
    { status: "Pulling fs layer", progressDetail: {}, id: "aa" },
    { status: "Downloading", progressDetail: { current: 1, total: 2 }, id: "aa" },
    { status: "Pull complete", progressDetail: {}, id: "aa" },
    { status: "Status: Downloaded newer image for nginx:latest" },
  ];
  const lines = (messages: readonly object[]): string =>
    messages.map((message) => `${JSON.stringify(message)}\n`).join("");

  it("pulls it, with its progress on standard error", async () => {
    let asked = 0;
    const { handler, id } = shellEngine(speak, {
      more: {
        "POST /containers/create": () => (asked++ === 0 ? missing : json(201, { Id: id, Warnings: [] })),
        "POST /images/create": lines(progress),
      },
    });
    const result = await runCli(["run", "nginx"], { handler });
    expect(result.out).toBe("out\n");
    expect(result.err).toBe(
      "Unable to find image 'nginx:latest' locally\nlatest: Pulling from library/nginx\naa: Pulling fs layer\naa: Pull complete\nStatus: Downloaded newer image for nginx:latest\nerr\n",
    );
  });

  it("names the nearest image after Docker's error", async () => {
    const { handler } = shellEngine(speak, {
      more: {
        "POST /containers/create": failure(404, "No such image: alpine:latest"),
        "POST /images/create": failure(404, "manifest unknown"),
        "GET /images/search": ({ query }) => (query.get("term") === "busybox" ? [{ name: "busybox" }] : []),
      },
    });
    const result = await runCli(["run", "alpine", "sh"], { handler });
    expect(result.code).toBe(125);
    expect(result.err).toBe(
      "Unable to find image 'alpine:latest' locally\ndocker: Error response from daemon: manifest unknown\n\nRun 'docker run --help' for more information\n" +
        'Drydock has no "alpine" image; the nearest it has is "busybox" (docker run busybox …).\n',
    );
  });

  it("adds nothing with --pull never, nor for another registry", async () => {
    const never = shellEngine(speak, {
      more: { "POST /containers/create": failure(404, "No such image: alpine:latest") },
    });
    const first = await runCli(["run", "--pull", "never", "alpine"], { handler: never.handler });
    expect(first.err).not.toContain("Drydock");
    const other = shellEngine(speak, { more: { "POST /images/create": failure(500, "connection refused") } });
    const second = await runCli(["pull", "localhost:1/alpine"], { handler: other.handler });
    expect(second).toMatchObject({ err: "Error response from daemon: connection refused\n", code: 1 });
  });
});

describe("docker exec", () => {
  it("streams and exits as the command does", async () => {
    const { handler } = shellEngine(speak);
    const result = await runCli(["exec", "box", "speak"], { handler });
    expect(result).toMatchObject({ out: "out\n", err: "err\n", code: 3 });
  });

  it("gives its input with -i", async () => {
    const { handler } = shellEngine(cat);
    expect(await runCli(["exec", "-i", "box", "cat"], { handler, stdin: "piped" })).toMatchObject({
      out: "piped",
      code: 0,
    });
  });
});

describe("docker logs -f", () => {
  it("ends with 130 on Ctrl-C, quietly", async () => {
    const signals: { send?: (name: SignalName) => void } = {};
    const endless = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 1, 120]));
        queueMicrotask(() => signals.send?.("SIGINT"));
      },
    });
    const { handler } = shellEngine(cat, {
      more: { "GET /containers/*/logs": () => ({ status: 200, headers: {}, body: endless }) },
    });
    const result = await runCli(["logs", "-f", "box"], { handler, signals });
    expect(result).toMatchObject({ err: "", code: 130 });
  });
});

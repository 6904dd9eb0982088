import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HttpHandler } from "../client/inprocess.ts";
import { echoRoutes } from "./testing/echo-engine.ts";
import { fixtureEngine } from "./testing/fixture.ts";
import { runCli, streamOf } from "./testing/run-cli.ts";
import { parseTranscript, printTranscript, shellWords, type Step } from "./testing/transcript.ts";

/**
 * Each golden was recorded from Docker's own client against the engine of canned answers, which our command then meets
 * as well. Where that client is installed, the goldens are checked against it; RECORD=1 writes them anew. A golden of
 * new commands starts as lines of `### docker …`.
 */
const VERSION = "Docker version 28.2.2";
/** A folder that is not there: no plugins, no contexts, nothing kept. */
const CONFIG = "/nonexistent/.docker";
const folder = join(import.meta.dirname, "testdata");
const goldens = readdirSync(folder).filter((name) => name.endsWith(".golden"));
const found = spawnSync("docker", ["--version"], { encoding: "utf8" });
const hasPlugins = spawnSync("docker", ["buildx", "version"]).status === 0;
const hasDocker = found.status === 0 && found.stdout.startsWith(VERSION) && !hasPlugins;
if (!hasDocker)
  console.warn(`No ${VERSION} without plugins here: the goldens are not compared with Docker's own client.`);

const routesOf = (golden: string) => (golden.includes(".request.") ? echoRoutes : {});
const handlerOf = (golden: string): HttpHandler => fixtureEngine(routesOf(golden)).handler;

/** What depends on the clock, or on Go's memory, is one word. */
function normalized(text: string): string {
  return text
    .replace(
      /\b(?:About an? \w+|Less than a second|\d+ (?:second|minute|hour|day|week|month|year)s?) ago\b/g,
      "<dur> ago",
    )
    .replace(/<dur> ago {2,}/g, "<dur> ago  ")
    .replace(/CREATED {2,}/g, "CREATED  ")
    .replace(/0xc[0-9a-f]{6,}/g, "0xPOINTER")
    .replace(/: context not found: open \/.*meta\.json: no such file or directory/g, ": context not found");
}

async function ours({ command }: Step, handler: HttpHandler): Promise<Step> {
  const { out, err, code } = await runCli(shellWords(command).slice(1), { handler, env: { DOCKER_CONFIG: CONFIG } });
  return { command, out: normalized(out), err: normalized(err), exit: code };
}

describe("docker, as its goldens say", () => {
  it("has goldens", () => expect(goldens.length).toBeGreaterThan(10));

  for (const golden of goldens)
    it(golden, async () => {
      const steps = parseTranscript(readFileSync(join(folder, golden), "utf8"));
      expect(steps.length).toBeGreaterThan(0);
      const handler = handlerOf(golden);
      const actual: Step[] = [];
      for (const step of steps) actual.push(await ours(step, handler));
      expect(printTranscript(actual)).toBe(printTranscript(steps));
    });
});

describe.skipIf(!hasDocker)(`${VERSION} itself`, () => {
  let current: HttpHandler = fixtureEngine().handler;
  const server = createServer((request, response) => {
    void answer(current, request).then(({ status, headers, body }) => {
      response.writeHead(status, { ...headers, "api-version": "1.45", ostype: "linux" });
      response.end(body instanceof Uint8Array ? body : undefined);
    });
  });
  const work = mkdtempSync(join(tmpdir(), "docker-golden-"));
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterAll(() => {
    rmSync(work, { recursive: true });
    server.close();
    server.closeAllConnections();
  });

  for (const golden of goldens)
    it(golden, { timeout: 120_000 }, async () => {
      const path = join(folder, golden);
      const steps = parseTranscript(readFileSync(path, "utf8"));
      current = handlerOf(golden);
      const host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const actual: Step[] = [];
      for (const step of steps) actual.push(await theirs(step, host, work));
      if (process.env["RECORD"] !== undefined) writeFileSync(path, printTranscript(actual));
      else expect(printTranscript(actual)).toBe(printTranscript(steps));
    });
});

async function answer(handler: HttpHandler, request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return handler({
    method: request.method as "GET",
    target: request.url ?? "/",
    headers: request.headers as Record<string, string>,
    body: streamOf(new Uint8Array(Buffer.concat(chunks))),
    signal: new AbortController().signal,
  });
}

/** Not spawnSync: the engine it talks to is served by this very process. */
async function theirs({ command }: Step, host: string, cwd: string): Promise<Step> {
  const { spawn } = await import("node:child_process");
  const child = spawn("docker", shellWords(command).slice(1), {
    cwd,
    env: { PATH: process.env["PATH"], HOME: "/root", TZ: "UTC", LC_ALL: "C", DOCKER_HOST: host, DOCKER_CONFIG: CONFIG },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.err += text));
  const exit = await new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1)));
  const place = (text: string): string => normalized(text.replaceAll(cwd, "/work"));
  return { command, out: place(output.out), err: place(output.err), exit };
}

import { describe, expect, it } from "vitest";
import { failure, fakeEngine, type Answer } from "./testing/fake-engine.ts";
import { runCli } from "./testing/run-cli.ts";

const DIRECTORY = 0x80000000 + 0o755;

function statAnswer(name: string, mode: number, body: string | null = null): Answer {
  const stat = JSON.stringify({ name, size: 1, mode, mtime: "2026-01-01T00:00:00Z", linkTarget: "" });
  return {
    status: 200,
    headers: { "x-docker-container-path-stat": btoa(stat) },
    body: body === null ? null : new TextEncoder().encode(body),
  };
}

describe("docker cp to a container", () => {
  const engine = () =>
    fakeEngine({
      "HEAD /containers/*/archive": ({ query }) =>
        query.get("path") === "/dir/" ? statAnswer("dir", DIRECTORY) : failure(404, "no such file"),
      "PUT /containers/*/archive": () => ({ status: 200, headers: {}, body: null }),
    });

  it("puts a file into a directory that is there", async () => {
    const { handler, seen } = engine();
    const result = await runCli(["cp", "f.txt", "box:/dir/"], { handler, files: { "f.txt": "x" } });
    expect(result).toMatchObject({ out: "", err: "", code: 0 });
    const put = seen.find(({ method }) => method === "PUT");
    expect(put?.query.get("path")).toBe("/dir/");
    expect(new TextDecoder().decode(put?.body)).toBe("tar of /work/f.txt as f.txt");
  });

  it("puts a file under a new name", async () => {
    const { handler, seen } = engine();
    await runCli(["cp", "-a", "f.txt", "box:/etc/motd"], { handler, files: { "f.txt": "x" } });
    const put = seen.find(({ method }) => method === "PUT");
    expect([put?.query.get("path"), put?.query.get("copyUIDGID")]).toEqual(["/etc", "true"]);
    expect(new TextDecoder().decode(put?.body)).toBe("tar of /work/f.txt as motd");
  });

  it("sends standard input as it comes", async () => {
    const { handler, seen } = engine();
    const result = await runCli(["cp", "-", "box:/dir/"], { handler, stdin: "a tar" });
    expect(result.code).toBe(0);
    expect(new TextDecoder().decode(seen.find(({ method }) => method === "PUT")?.body)).toBe("a tar");
  });

  it("refuses a destination that cannot be", async () => {
    const { handler } = engine();
    const missing = await runCli(["cp", "-", "box:/none"], { handler });
    expect(missing).toMatchObject({ err: 'destination "box:/none" must be a directory\n', code: 1 });
    const folder = await runCli(["cp", "f.txt", "box:/none/"], { handler, files: { "f.txt": "x" } });
    expect(folder).toMatchObject({ err: "no such directory\n", code: 1 });
  });

  it("tells on a terminal what it copied", async () => {
    const { handler } = engine();
    const result = await runCli(["cp", "f.txt", "box:/dir/"], { handler, files: { "f.txt": "x" }, terminal: 80 });
    expect(result.err).toMatch(/^Successfully copied \d+B to box:\/dir\/\n$/);
  });
});

describe("docker cp from a container", () => {
  const { handler } = fakeEngine({
    "GET /containers/*/archive": ({ query }) =>
      query.get("path") === "/gone"
        ? failure(404, "Could not find the file /gone in container box")
        : statAnswer("dir", DIRECTORY, "tar bytes"),
  });

  it("writes the tar to standard output", async () => {
    expect(await runCli(["cp", "box:/dir", "-"], { handler })).toMatchObject({ out: "tar bytes", code: 0 });
  });

  it("extracts into a directory that is there", async () => {
    const result = await runCli(["cp", "box:/dir", "."], { handler });
    expect(result.code).toBe(0);
    expect(new TextDecoder().decode(result.files["/work/unpacked"] ?? result.files["unpacked"])).toBe("tar bytes");
  });

  it("refuses a folder that is not there", async () => {
    expect(await runCli(["cp", "box:/dir", "no/such/x"], { handler })).toMatchObject({
      err: 'invalid output path: directory "/work/no/such" does not exist\n',
      code: 1,
    });
  });

  it("hands the engine's words on", async () => {
    expect(await runCli(["cp", "box:/gone", "."], { handler })).toMatchObject({
      err: "Error response from daemon: Could not find the file /gone in container box\n",
      code: 1,
    });
  });
});

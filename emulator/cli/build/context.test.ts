import { describe, expect, it } from "vitest";
import { buildEngine, contextOf, imageId } from "../testing/build-engine.ts";
import type { SeenRequest } from "../testing/fake-engine.ts";
import { runCli, type RunOptions } from "../testing/run-cli.ts";
import { tarOf } from "../tar/filter.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const files = {
  "app/Dockerfile": "FROM a\n",
  "app/deploy/Prod": "FROM b\n",
  "app/src/main.js": "1",
  "app/src/main.test.js": "2",
  "app/logs/a.log": "3",
  "app/logs/keep.log": "4",
  "other/Outside": "FROM c\n",
};
const ignore = { "app/.dockerignore": "# rules\nlogs\n!logs/keep.log\n**/*.test.js\nDockerfile\n.dockerignore\n" };

/** The request a command line leads to, and what was printed. */
async function sent(
  args: readonly string[],
  options: Partial<RunOptions> = {},
): Promise<{ request: SeenRequest | undefined; context: Record<string, string>; err: string; code: number }> {
  const engine = buildEngine([imageId("sha256:1")]);
  const { err, code } = await runCli(args, { files, packs: true, handler: engine.handler, ...options });
  const request = engine.seen.find(({ path }) => path === "/build");
  return { request, context: request === undefined ? {} : await contextOf(request), err, code };
}

describe("the context of a build", () => {
  it("is the folder", async () => {
    const { request, context } = await sent(["build", "app"]);
    expect(Object.keys(context)).toEqual([
      "Dockerfile",
      "deploy/Prod",
      "src/main.js",
      "src/main.test.js",
      "logs/a.log",
      "logs/keep.log",
    ]);
    expect(request?.query.get("dockerfile")).toBeNull();
    expect(request?.headers["content-type"]).toBe("application/x-tar");
  });

  it("has no files that .dockerignore names, but for the Dockerfile and the rules", async () => {
    for (const env of [{}, { DOCKER_BUILDKIT: "0" }]) {
      const { context } = await sent(["build", "app"], { env, files: { ...files, ...ignore } });
      expect(Object.keys(context)).toEqual([
        "Dockerfile",
        "deploy/Prod",
        "src/main.js",
        "logs/keep.log",
        ".dockerignore",
      ]);
    }
  });

  it("follows the rules beside the Dockerfile, with BuildKit only", async () => {
    const own = { ...files, ...ignore, "app/deploy/Prod.dockerignore": "src\n" };
    const { request, context } = await sent(["build", "-f", "app/deploy/Prod", "app"], { files: own });
    expect(request?.query.get("dockerfile")).toBe("deploy/Prod");
    expect(Object.keys(context)).toContain("logs/a.log");
    expect(Object.keys(context)).not.toContain("src/main.js");
    const env = { DOCKER_BUILDKIT: "0" };
    const classic = await sent(["build", "-f", "app/deploy/Prod", "app"], { files: own, env });
    expect(Object.keys(classic.context)).not.toContain("logs/a.log");
    expect(Object.keys(classic.context)).toContain("src/main.js");
  });

  it("carries a Dockerfile from elsewhere, and rules that hide it", async () => {
    const { request, context } = await sent(["build", "-f", "other/Outside", "app"], {
      files: { ...files, ...ignore },
    });
    expect(request?.query.get("dockerfile")).toBe(".dockerfile.outside/Outside");
    expect(context[".dockerfile.outside/Outside"]).toBe("FROM c\n");
    expect(context[".dockerfile.outside/Outside.dockerignore"]).toBe(
      `${ignore["app/.dockerignore"]}\n.dockerfile.outside\n`,
    );
    expect(Object.keys(context)).not.toContain("Dockerfile");
  });

  it("takes a Dockerfile from standard input", async () => {
    const { request, context } = await sent(["build", "-f", "-", "app"], { stdin: "FROM d\n" });
    expect(request?.query.get("dockerfile")).toBe(".dockerfile.outside/Dockerfile");
    expect(context[".dockerfile.outside/Dockerfile"]).toBe("FROM d\n");
    const classic = await sent(["build", "-f-", "app"], { stdin: "FROM d\n", env: { DOCKER_BUILDKIT: "0" } });
    expect(classic.context[".dockerignore"]).toBe(".dockerignore\n\n.dockerfile.outside\n");
  });

  it("comes from standard input as a Dockerfile, or as a tar", async () => {
    expect((await sent(["build", "-"], { stdin: "FROM e\n" })).context).toEqual({ Dockerfile: "FROM e\n" });
    const tar = tarOf([
      { name: "Dockerfile", bytes: bytes("FROM f\n") },
      { name: "x", bytes: bytes("y") },
    ]);
    const whole = await sent(["build", "-f", "x", "-"], { stdin: tar });
    expect(whole.context).toEqual({ Dockerfile: "FROM f\n", x: "y" });
    expect(whole.request?.query.get("dockerfile")).toBe("x");
    expect(whole.request?.body).toEqual(tar);
  });

  it.each([
    [["build", "nosuch"], 'ERROR: failed to build: unable to prepare context: path "nosuch" not found\n'],
    [
      ["build", "app/Dockerfile"],
      'ERROR: failed to build: unable to prepare context: path "app/Dockerfile" not found\n',
    ],
    [["build", ""], 'ERROR: failed to build: please specify build context (e.g. "." for the current directory)\n'],
    [
      ["build", "-f", "-", "-"],
      "ERROR: failed to build: invalid argument: can't use stdin for both build context and dockerfile\n",
    ],
    [
      ["build", "-f", "x", "-"],
      "ERROR: failed to build: ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles\n",
    ],
    [
      ["build", "https://example.com/x.git"],
      'ERROR: failed to build: there is no network to the outside here: "https://example.com/x.git" cannot be fetched as a context\n',
    ],
  ])("is refused: docker %j", async (args, message) => {
    const { err, code, request } = await sent(args, { stdin: "FROM x\n" });
    expect(err).toBe(message);
    expect(code).toBe(1);
    expect(request).toBeUndefined();
  });

  it.each([
    [["build", "nosuch"], 'unable to prepare context: path "nosuch" not found\n'],
    [["build", "app/Dockerfile"], "unable to prepare context: context must be a directory: /work/app/Dockerfile\n"],
    [
      ["build", "other"],
      "unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat /work/other/Dockerfile: no such file or directory\n",
    ],
  ])("is refused by the classic builder: docker %j", async (args, message) => {
    const { err, code } = await sent(args, { env: { DOCKER_BUILDKIT: "0" } });
    expect(err.replace(/^DEPRECATED[^]*variable\.\n\n/, "")).toBe(message);
    expect(code).toBe(1);
  });

  it("shows the step that a missing Dockerfile ends", async () => {
    const { err, code } = await sent(["build", "-f", "../nosuch", "app"], { now: 0 });
    expect(err).toBe(
      `#0 building with "default" instance using docker driver\n\n#1 [internal] load build definition from nosuch\n#1 transferring dockerfile: 2B done\n#1 DONE 0.0s\nERROR: failed to build: failed to solve: failed to read dockerfile: open nosuch: no such file or directory\n`,
    );
    expect(code).toBe(1);
  });
});

import { describe, expect, it } from "vitest";
import { buildEngine } from "../testing/build-engine.ts";
import { failure } from "../testing/fake-engine.ts";
import { runCli, type RunOptions } from "../testing/run-cli.ts";

const ID = `sha256:${"b2".repeat(32)}`;
const NOTICE = `DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
            environment-variable.

`;
const messages = [
  { stream: "Step 1/1 : FROM busybox\n" },
  { stream: " ---> 7dcbeefcda85\n" },
  { aux: { ID } },
  { stream: "Successfully built b2b2b2b2b2b2\n" },
];
const files = { "app/Dockerfile": "FROM busybox\n", "app/big": "x".repeat(2_000_000) };
const built = (args: readonly string[], handler = buildEngine(messages).handler, more: Partial<RunOptions> = {}) =>
  runCli(["build", ...args], { handler, files, packs: true, env: { DOCKER_BUILDKIT: "0" }, ...more });

describe("docker build with the classic builder", () => {
  it("tells of the context once it is sent, then what the engine says", async () => {
    const { out, err, code } = await built(["--iidfile", "id", "app"]);
    expect(out).toBe(
      "Sending build context to Docker daemon  2.003MB\r\r\nStep 1/1 : FROM busybox\n ---> 7dcbeefcda85\nSuccessfully built b2b2b2b2b2b2\n",
    );
    expect(err).toBe(NOTICE);
    expect(code).toBe(0);
  });

  it("tells of the context while it goes on a terminal", async () => {
    const { out } = await built(["app"], undefined, { terminal: 80 });
    expect(out.match(/Sending build context to Docker daemon/g)?.length).toBe(2);
  });

  it("prints what the engine gives as the ID, and nothing else, when it is quiet", async () => {
    const { handler, seen } = buildEngine([{ stream: `${ID}\n` }]);
    const { out, files: written } = await built(["-q", "--iidfile", "id", "app"], handler);
    expect(out).toBe(`${ID}\n`);
    expect(new TextDecoder().decode(written["id"])).toBe(ID);
    expect(Object.fromEntries(seen[0]?.query ?? [])).toEqual({ version: "1", q: "1", rm: "1" });
  });

  it("ends with the code of the command that failed", async () => {
    const text = "The command '/bin/sh -c exit 7' returned a non-zero code: 7";
    const { handler } = buildEngine([...messages, { error: text, errorDetail: { code: 7, message: text } }]);
    const { err, code } = await built(["app"], handler);
    expect(err).toBe(`${NOTICE}${text}\n`);
    expect(code).toBe(7);
    const quiet = await built(["-q", "app"], handler);
    expect(quiet.out).toBe("");
    expect(quiet.err).toContain("Sending build context to Docker daemon");
    expect(quiet.err).toContain("Successfully built");
    expect(quiet.code).toBe(7);
  });

  it("says what the engine refuses", async () => {
    const { handler } = buildEngine([], {
      "POST /build": failure(400, "the Dockerfile (Dockerfile) cannot be empty"),
    });
    const { err, code } = await built(["app"], handler);
    expect(err).toBe(`${NOTICE}Error response from daemon: the Dockerfile (Dockerfile) cannot be empty\n`);
    expect(code).toBe(1);
  });

  it("refuses a name that is none, and a value of DOCKER_BUILDKIT that is neither", async () => {
    expect((await built(["-t", "Bad", "app"])).err).toContain(
      'invalid argument "Bad" for "-t, --tag" flag: invalid reference format: repository name (library/Bad) must be lowercase',
    );
    const odd = await built(["app"], undefined, { env: { DOCKER_BUILDKIT: "x" } });
    expect(odd.err).toBe(
      'DOCKER_BUILDKIT environment variable expects boolean value: strconv.ParseBool: parsing "x": invalid syntax\n',
    );
    expect(odd.code).toBe(1);
  });
});

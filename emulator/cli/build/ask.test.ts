import { describe, expect, it } from "vitest";
import { failure, fakeEngine } from "../testing/fake-engine.ts";
import { runCli, type RunOptions } from "../testing/run-cli.ts";
import { tarOf } from "../tar/filter.ts";

const files = {
  "app/Dockerfile":
    "# base is what both stand on\nFROM busybox AS base\nMAINTAINER me\n\n# test runs the tests\nFROM base AS test\nCMD echo hi\nFROM base\n",
  "app/Good": "FROM busybox\nWORKDIR /app\n",
  "app/Bad": "FROM busybox\nWORKDIR app\nRUM x\n",
  "app/Ignored": "FROM busybox\nCOPY secret /x\n",
  "app/Ignored.dockerignore": "secret\n",
  "app/Lost": "FROM busybox\nENV X=${NOSUCH}\n",
};
const image = { Os: "linux", Architecture: "386", Config: { Env: ["PATH=/bin", "NOSUCH=1"] } };

const asked = (args: readonly string[], options: Partial<RunOptions> = {}) => {
  const { handler } = fakeEngine({
    "GET /images/**/json": (_request, [name]) => (name?.includes("busybox") === true ? image : failure(404, "no")),
  });
  return runCli(["build", ...args], { handler, files, now: 0, ...options });
};

describe("docker build --check", () => {
  it("tells what is found, and ends with 1", async () => {
    const { out, err, code } = await asked(["--check", "app"]);
    await expect(out).toMatchFileSnapshot("testdata/check.txt");
    expect(err).toBe(
      '#0 building with "default" instance using docker driver\n\n#1 [internal] load build definition from Dockerfile\n#1 transferring dockerfile: 127B done\n#1 DONE 0.0s\n',
    );
    expect(code).toBe(1);
    expect((await asked(["--call", "check,ignorestatus=true", "app"])).code).toBe(0);
  });

  it("finds nothing in what is good", async () => {
    const { out, code } = await asked(["--check", "-f", "app/Good", "app"]);
    expect(out).toBe("Check complete, no warnings found.\n");
    expect(code).toBe(0);
  });

  it("knows what the base image sets", async () => {
    expect((await asked(["--check", "-f", "app/Lost", "app"])).out).toBe("Check complete, no warnings found.\n");
  });

  it("knows what is ignored", async () => {
    expect((await asked(["--check", "-f", "app/Ignored", "app"])).out).toContain("CopyIgnoredFile");
  });

  it("tells an error with its place, behind what was found before it", async () => {
    const { out, err, code } = await asked(["--check", "--progress", "none", "-f", "app/Bad", "app"]);
    expect(err).toBe(
      "ERROR: dockerfile parse error on line 3: unknown instruction: RUM (did you mean RUN?)\napp/Bad:3\n--------------------\n   1 |     FROM busybox\n   2 |     WORKDIR app\n   3 | >>> RUM x\n   4 |     \n--------------------\n\n",
    );
    expect(out).not.toContain("no warnings");
    expect(code).toBe(1);
  });

  it("reads a Dockerfile, or one in a tar, from standard input", async () => {
    const bytes = new TextEncoder().encode(files["app/Good"]);
    const tar = tarOf([
      { name: "a", bytes: new TextEncoder().encode("x") },
      { name: "Dockerfile", bytes },
    ]);
    for (const stdin of [files["app/Good"], tar])
      expect((await asked(["--check", "-"], { stdin })).out).toBe("Check complete, no warnings found.\n");
  });

  it("says when there is no Dockerfile", async () => {
    const { err } = await asked(["--check", "-f", "app/nosuch", "app"]);
    expect(err).toBe(
      "ERROR: failed to build: failed to solve: failed to read dockerfile: open nosuch: no such file or directory\n",
    );
  });

  it("is JSON where that is asked for", async () => {
    const { out } = await asked(["--call", "check,format=json", "app"]);
    expect(JSON.parse(out)).toMatchObject({ warnings: [{ ruleName: "MaintainerDeprecated" }, {}] });
  });
});

describe("docker build --call targets", () => {
  it("lists the stages", async () => {
    const { out, code } = await asked(["--call", "targets", "app"]);
    expect(out).toBe("TARGET    DESCRIPTION\nbase      is what both stand on\ntest      runs the tests\n(default) \n");
    expect(code).toBe(0);
    const json = await asked(["--call", "targets,format=json", "app"]);
    expect(JSON.parse(json.out)).toMatchObject({
      targets: [
        { name: "base", base: "busybox" },
        { name: "test", base: "base" },
        { default: true, base: "base" },
      ],
    });
  });

  it("refuses what it does not know", async () => {
    expect((await asked(["--call", "nosuch", "app"])).err).toContain("unsupported request nosuch");
    expect((await asked(["--call", "check,x=y", "app"])).err).toBe("ERROR: invalid print field: x=y\n");
  });
});

import { describe, expect, it } from "vitest";
import { buildEngine } from "../../testing/build-engine.ts";
import { runCli } from "../../testing/run-cli.ts";

const now = Date.parse("2026-01-02T03:04:05Z");
const records = [
  {
    ID: "rz2zgfcwlfxsxd7d41w2sz2tt",
    Type: "regular",
    Description: "mount / from exec /bin/sh -c make",
    InUse: false,
    Shared: false,
    Size: 8224,
    CreatedAt: "2026-01-01T03:04:05.25Z",
    LastUsedAt: "2026-01-02T03:00:05Z",
    UsageCount: 2,
  },
  {
    ID: "n5bkzpewmk2eiu6hn9tzx18jd",
    Parents: ["rz2zgfcwlfxsxd7d41w2sz2tt"],
    Type: "regular",
    InUse: true,
    Shared: true,
    Size: 1_704_000,
    CreatedAt: "2026-01-01T03:04:05Z",
    LastUsedAt: null,
    UsageCount: 0,
  },
];

const engine = () =>
  buildEngine([], {
    "GET /system/df": { BuildCache: records },
    "POST /build/prune": { CachesDeleted: ["rz2zgfcwlfxsxd7d41w2sz2tt", "unknown"], SpaceReclaimed: 8224 },
    "GET /version": { Version: "28.2.2", Os: "linux", Arch: "386" },
  });

async function transcript(...lines: readonly string[]): Promise<string> {
  const { handler } = engine();
  let text = "";
  for (const line of lines) {
    const { out, err, code } = await runCli(line.split(" "), { handler, now });
    text += `### docker ${line}\n[out]\n${out}[err]\n${err}[exit] ${code}\n`;
  }
  return text;
}

describe("docker buildx", () => {
  it("lists and removes the build cache", async () => {
    const lines = ["buildx du", "buildx du --verbose", "buildx du --filter type=regular --format {{.ID}}:{{.Size}}"];
    await expect(
      await transcript(...lines, "builder prune -f", "builder prune -af --keep-storage 1mb", "buildx du --filter x=y"),
    ).toMatchFileSnapshot("testdata/cache.txt");
  });

  it("tells of the one builder there is", async () => {
    const lines = ["buildx ls", "buildx inspect", "buildx inspect nosuch", "buildx version", "buildx --builder x ls"];
    await expect(await transcript(...lines)).toMatchFileSnapshot("testdata/builder.txt");
  });

  it("has buildx's help, whatever the way to it", async () => {
    const lines = ["buildx --help", "build --help", "buildx", "build", "build --nosuch .", "image build a b"];
    await expect(await transcript(...lines)).toMatchFileSnapshot("testdata/help.txt");
  });

  it("asks before it removes anything", async () => {
    const { handler, seen } = engine();
    const { out, code } = await runCli(["builder", "prune"], { handler, stdin: "n\n" });
    expect(out).toContain("WARNING! This will remove all dangling build cache. Are you sure you want to continue?");
    expect(code).toBe(0);
    expect(seen).toEqual([]);
  });
});

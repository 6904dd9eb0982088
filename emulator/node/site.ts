import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, root, snapshotFolder } from "./paths.ts";

/** What the page is made of: when none of it changed, the last build is still right. */
const sources = ["web", "emulator", "lessons", "public", "package-lock.json"];
const stamp = join(cacheFolder, "site.sha256");
export const siteFolder = join(root, "dist");

function* files(path: string): Generator<string> {
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) {
    if (name === "node_modules" || name === "testdata" || name.endsWith(".test.ts")) continue;
    yield* files(join(path, name));
  }
}

function digest(previewOrigin: string): string {
  const hash = createHash("sha256").update(previewOrigin);
  const paths = sources.map((source) => join(root, source)).filter((path) => existsSync(path));
  for (const path of [...paths, join(snapshotFolder, "snapshot.json")])
    for (const file of files(path)) {
      const { size, mtimeMs } = statSync(file);
      // Large artifacts are named by their digests elsewhere; size and time are enough to see that one was replaced.
      hash.update(`${file}\0${size}\0`).update(size > 1 << 20 ? String(mtimeMs) : readFileSync(file));
    }
  return hash.digest("hex");
}

/** Builds the static site into `dist/` when anything it is made of changed. The snapshot must be there. */
export async function buildSite(options: {
  readonly previewOrigin: string;
  readonly log: (line: string) => void;
}): Promise<void> {
  const current = digest(options.previewOrigin);
  if (existsSync(join(siteFolder, "index.html")) && existsSync(stamp) && readFileSync(stamp, "utf8") === current)
    return;
  options.log("Building the page...");
  process.env.DRYDOCK_PREVIEW_ORIGIN = options.previewOrigin;
  const { build } = await import("vite");
  await build({ configFile: join(root, "web", "vite.config.ts"), logLevel: "error" });
  writeFileSync(stamp, current);
}

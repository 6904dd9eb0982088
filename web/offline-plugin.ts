import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { Plugin } from "vite";
import { parse } from "yaml";
import { lessonFolders } from "./lesson-plugin.ts";

const root = join(import.meta.dirname, "..");
const registry = join(root, "public", "registry");

/** What belongs to the editor alone: as large as all the rest together. */
const editorOnly =
  /^assets\/(?:Editor|editor|codicon|css-|go-|html-|ini-|javascript-|markdown-|python-|shell-|sql-|yaml-)/;

/**
 * What the service worker keeps for visits without a network, in `assets.json`. `first`: the page with all lessons, and the
 * machine. `later`, once there is time: the editor, and the images that lessons use.
 */
export function offlineAssets(snapshotFolder: string): Plugin {
  return {
    name: "drydock-assets",
    writeBundle(options, bundle) {
      const { file } = JSON.parse(readFileSync(join(snapshotFolder, "snapshot.json"), "utf8")) as { file: string };
      const machine = ["snapshot.json", file, "seccomp.bpf", "seccomp.json", "tools.tar.gz"].map(
        (name) => `machine/${name}`,
      );
      const names = Object.keys(bundle).filter((name) => name !== "sw.js" && name !== "index.html");
      const first = [...names.filter((name) => !editorOnly.test(name)), "icon.svg", "registry/index.json", ...machine];
      const later = [...names.filter((name) => editorOnly.test(name)), ...blobsOf(lessonImages())];
      writeFileSync(join(options.dir ?? "", "assets.json"), JSON.stringify({ first, later }));
    },
  };
}

const frontMatter = v.object({ images: v.optional(v.array(v.string()), []) });

function lessonImages(): Set<string> {
  const images = lessonFolders().flatMap((folder) => {
    const text = readFileSync(join(root, "lessons", folder, "lesson.md"), "utf8");
    return v.parse(frontMatter, parse(text.split(/^---$/m)[1] ?? "")).images;
  });
  return new Set(images.map((name) => `docker.io/library/${name.includes(":") ? name : `${name}:latest`}`));
}

const descriptor = v.object({
  digest: v.string(),
  annotations: v.optional(v.record(v.string(), v.string()), {}),
});
const index = v.object({ manifests: v.array(descriptor) });
const manifest = v.object({ config: descriptor, layers: v.array(descriptor) });

/** Every blob of the images: manifests, configurations, layers. */
function blobsOf(references: ReadonlySet<string>): string[] {
  const { manifests } = v.parse(index, JSON.parse(readFileSync(join(registry, "index.json"), "utf8")));
  const path = (digest: string) => `blobs/${digest.replace(":", "/")}`;
  const blobs = manifests
    .filter(({ annotations }) => references.has(annotations["org.opencontainers.image.ref.name"] ?? ""))
    .flatMap(({ digest }) => {
      const { config, layers } = v.parse(manifest, JSON.parse(readFileSync(join(registry, path(digest)), "utf8")));
      return [digest, config.digest, ...layers.map((layer) => layer.digest)];
    });
  return [...new Set(blobs)].map((digest) => `registry/${path(digest)}`);
}

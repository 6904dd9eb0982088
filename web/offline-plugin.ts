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
 * machine with the images it starts with. `later`, once there is time: the editor, and the images that lessons use.
 */
export function offlineAssets(snapshotFolder: string): Plugin {
  return {
    name: "drydock-assets",
    writeBundle(options, bundle) {
      const description: unknown = JSON.parse(readFileSync(join(snapshotFolder, "snapshot.json"), "utf8"));
      const { file, images } = v.parse(snapshot, description);
      const machine = ["snapshot.json", file, "seccomp.bpf", "seccomp.json", "tools.tar.gz"].map(
        (name) => `machine/${name}`,
      );
      const names = Object.keys(bundle).filter((name) => name !== "sw.js" && name !== "index.html");
      const started = blobsOf(references(images));
      const first = [
        ...names.filter((name) => !editorOnly.test(name)),
        "icon.svg",
        "registry/index.json",
        ...machine,
        // A save asks what every image of the registry is made of.
        ...blobsOf(everyImage).metadata,
        ...started.layers,
      ];
      const lessons = blobsOf(references(lessonImages()));
      const later = [...names.filter((name) => editorOnly.test(name)), ...lessons.layers];
      writeFileSync(join(options.dir ?? "", "assets.json"), JSON.stringify({ first, later }));
    },
  };
}

const snapshot = v.object({ file: v.string(), images: v.array(v.string()) });
const frontMatter = v.object({ images: v.optional(v.array(v.string()), []) });

function lessonImages(): string[] {
  return lessonFolders().flatMap((folder) => {
    const text = readFileSync(join(root, "lessons", folder, "lesson.md"), "utf8");
    return v.parse(frontMatter, parse(text.split(/^---$/m)[1] ?? "")).images;
  });
}

/** Says whether an image is one of those, which are named as in `docker pull`. */
function references(names: readonly string[]): (reference: string) => boolean {
  const full = new Set(names.map((name) => `docker.io/library/${name.includes(":") ? name : `${name}:latest`}`));
  return (reference) => full.has(reference);
}
const everyImage = () => true;

const descriptor = v.object({
  digest: v.string(),
  annotations: v.optional(v.record(v.string(), v.string()), {}),
});
const index = v.object({ manifests: v.array(descriptor) });
const manifest = v.object({ config: descriptor, layers: v.array(descriptor) });

/** Paths of the blobs of the chosen images: manifests and configurations, and layers. */
function blobsOf(chosen: (reference: string) => boolean): { readonly metadata: string[]; readonly layers: string[] } {
  const { manifests } = v.parse(index, JSON.parse(readFileSync(join(registry, "index.json"), "utf8")));
  const path = (digest: string) => `blobs/${digest.replace(":", "/")}`;
  const metadata = new Set<string>();
  const blobs = new Set<string>();
  for (const { digest, annotations } of manifests) {
    if (!chosen(annotations["org.opencontainers.image.ref.name"] ?? "")) continue;
    const { config, layers } = v.parse(manifest, JSON.parse(readFileSync(join(registry, path(digest)), "utf8")));
    metadata.add(digest).add(config.digest);
    for (const layer of layers) blobs.add(layer.digest);
  }
  const paths = (digests: ReadonlySet<string>) => [...digests].map((digest) => `registry/${path(digest)}`);
  return { metadata: paths(metadata), layers: paths(blobs) };
}

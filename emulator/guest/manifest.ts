/**
 * manifest.ts recipe PART          prints the digest of the part's recipe: its files and its packages.
 * manifest.ts record PART CACHE    enters a part that was just built in public/machine/manifest.json.
 * manifest.ts prune                takes packages that no part uses out of packages.lock.
 * manifest.ts check                exits 1 when an artifact or a recipe is not what the manifest says.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { readLock, type LockedPackage } from "./lock.ts";
import { parts, shared, type Part } from "./parts.ts";

export const guest = import.meta.dirname;
export const publicFolder = join(guest, "..", "..", "public");
const manifestFile = join(publicFolder, "machine", "manifest.json");

const artifact = v.object({ path: v.string(), sha256: v.string(), size: v.number() });
const builtPart = v.object({
  name: v.string(),
  licence: v.string(),
  recipe: v.string(),
  packages: v.array(v.object({ kind: v.string(), name: v.string(), version: v.string() })),
  toolchain: v.record(v.string(), v.string()),
  artifacts: v.array(artifact),
});
const manifestSchema = v.object({ schemaVersion: v.literal(1), sources: v.string(), parts: v.array(builtPart) });
export type GuestManifest = v.InferOutput<typeof manifestSchema>;
type Artifact = v.InferOutput<typeof artifact>;
type BuiltPart = v.InferOutput<typeof builtPart>;

const sources =
  "Every package is Debian 12 (bookworm, main). Its source is the Debian source package of that version; LICENSES/README.md says how to get it.";

export function readManifest(): GuestManifest {
  if (!existsSync(manifestFile)) return { schemaVersion: 1, sources, parts: [] };
  return v.parse(manifestSchema, JSON.parse(readFileSync(manifestFile, "utf8")));
}

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

/** Files below a folder, sorted. */
function filesBelow(base: string, path: string): string[] {
  if (!statSync(join(base, path)).isDirectory()) return [path];
  return readdirSync(join(base, path))
    .sort()
    .flatMap((name) => filesBelow(base, join(path, name)));
}

/** What only tests or explains changes no artifact. */
const inRecipe = (path: string) => !/(^|\/)(tests|testdata)\/|\.md$|\.test\.ts$/.test(path);

function partNamed(name: string): Part {
  const part = parts.get(name);
  if (part === undefined) throw new Error(`no part ${name}`);
  return part;
}

function lockedPackages(wanted: readonly { kind: string; name: string }[]): LockedPackage[] {
  const lock = readLock(guest);
  return wanted.map(({ kind, name }) => {
    const found = lock.find((each) => each.kind === kind && each.name === name);
    if (found === undefined) throw new Error(`packages.lock has no ${kind} ${name}`);
    return found;
  });
}

/** Of the files of the recipe, and of the lines of packages.lock for the packages that the part takes. */
export function recipeDigest(name: string, packages: readonly { kind: string; name: string }[]): string {
  const files = [...new Set([...shared, ...partNamed(name).recipe].flatMap((path) => filesBelow(guest, path)))]
    .filter(inRecipe)
    .sort();
  const lines = [
    ...files.map((path) => `${path} ${sha256(readFileSync(join(guest, path)))}`),
    ...lockedPackages(packages).map((each) => `${each.kind} ${each.name} ${each.version} ${each.sha256}`),
  ];
  return `sha256:${sha256(lines.join("\n"))}`;
}

const describe = (path: string, file = join(publicFolder, path)): Artifact => {
  const bytes = readFileSync(file);
  return { path, sha256: sha256(bytes), size: bytes.length };
};

/** An image's layer is known by its digest; what else is in the registry belongs to the part that joins the layers. */
function artifactsOf(name: string, part: Part, cache: string, others: readonly BuiltPart[]): Artifact[] {
  if (name.startsWith("images/")) {
    const file = join(cache, "layers", `${name.slice("images/".length)}.tar.gz`);
    return [describe(`registry/blobs/sha256/${sha256(readFileSync(file))}`, file)];
  }
  const taken = new Set(others.flatMap(({ artifacts }) => artifacts.map(({ path }) => path)));
  return part.artifacts
    .flatMap((path) => filesBelow(publicFolder, path))
    .filter((path) => !taken.has(path))
    .map((path) => describe(path));
}

/** The programs whose version can change the bytes. */
const toolchain = ["gcc-12", "binutils", "libc6-dev-i386", "lib32gcc-12-dev", "tar", "gzip", "zstd", "cpio"];

function toolchainVersions(): Record<string, string> {
  const text = execFileSync("dpkg-query", ["-W", "-f", "${Package} ${Version}\\n", ...toolchain], {
    encoding: "utf8",
  });
  return Object.fromEntries(
    text
      .trim()
      .split("\n")
      .map((line): [string, string] => {
        const [name = "", version = ""] = line.split(" ");
        return [name, version];
      }),
  );
}

function record(name: string, cache: string): void {
  const used = readFileSync(join(cache, "used", name.replaceAll("/", "-")), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .sort()
    .map((line) => {
      const [kind = "", packageName = ""] = line.split(" ");
      return { kind, name: packageName };
    });
  const part = partNamed(name);
  const others = readManifest().parts.filter((each) => each.name !== name && parts.has(each.name));
  const built: BuiltPart = {
    name,
    licence: part.licence,
    recipe: recipeDigest(name, used),
    packages: lockedPackages(used).map(({ kind, name: packageName, version }) => ({
      kind,
      name: packageName,
      version,
    })),
    toolchain: toolchainVersions(),
    artifacts: artifactsOf(name, part, cache, others),
  };
  const order = [...parts.keys()];
  const all = [...others, built].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  writeFileSync(manifestFile, `${JSON.stringify({ schemaVersion: 1, sources, parts: all }, undefined, 1)}\n`);
}

/** In `public/machine/` and not an artifact. */
const written = (path: string) =>
  path === "machine/manifest.json" || /^machine\/LICENSES\/[A-Z0-9.-]+\.(txt|md)$/i.test(path);

/** What is wrong, one line each. */
export function problems(): string[] {
  const manifest = readManifest();
  const recipes = [...parts.keys()].flatMap((name) => {
    const built = manifest.parts.find((each) => each.name === name);
    if (built === undefined) return [`${name} was never built`];
    return built.recipe === recipeDigest(name, built.packages) ? [] : [`${name}: the recipe changed after the build`];
  });
  const packagesOf = (wanted: (name: string) => boolean) =>
    new Set(manifest.parts.filter(({ name }) => wanted(name)).flatMap((part) => part.packages.map(({ name }) => name)));
  const noticed = packagesOf((name) => name === "notices");
  // debian:12-slim carries the notices of its packages itself.
  const unnoticed = [...packagesOf((name) => !["notices", "images/debian", "registry"].includes(name))]
    .filter((name) => !noticed.has(name))
    .map((name) => `${name} has no copyright notice`);
  const artifacts = manifest.parts.flatMap((part) => part.artifacts);
  const changed = artifacts.flatMap((each) => {
    if (!existsSync(join(publicFolder, each.path))) return [`${each.path} is missing`];
    const now = describe(each.path);
    return now.sha256 === each.sha256 && now.size === each.size ? [] : [`${each.path} is not what the manifest says`];
  });
  const known = new Set(artifacts.map(({ path }) => path));
  const unknown = ["machine", "registry"]
    .flatMap((folder) => filesBelow(publicFolder, folder))
    .filter((path) => !known.has(path) && !written(path))
    .map((path) => `${path} is not in the manifest`);
  return [...recipes, ...changed, ...unknown, ...unnoticed];
}

function prune(): void {
  const taken = new Set(
    readManifest().parts.flatMap(({ packages }) => packages.map(({ kind, name }) => `${kind} ${name}`)),
  );
  const lines = readLock(guest)
    .filter(({ kind, name }) => taken.has(`${kind} ${name}`))
    .map(({ kind, name, version, sha256: digest }) => `${kind} ${name} ${version} ${digest}\n`);
  writeFileSync(join(guest, "packages.lock"), lines.join(""));
}

function main([command, name, cache]: readonly string[]): void {
  if (command === "recipe" && name !== undefined) {
    const built = readManifest().parts.find((each) => each.name === name);
    process.stdout.write(`${recipeDigest(name, built?.packages ?? [])}\n`);
  } else if (command === "record" && name !== undefined && cache !== undefined) record(name, cache);
  else if (command === "prune") prune();
  else if (command === "check") {
    const found = problems();
    for (const line of found) process.stderr.write(`guest: ${line}\n`);
    process.exitCode = found.length === 0 ? 0 : 1;
  } else throw new Error("usage: manifest.ts recipe PART | record PART CACHE | prune | check");
}

if (process.argv[1] === import.meta.filename) main(process.argv.slice(2));

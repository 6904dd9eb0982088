import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * Who may import whom. A folder that is not listed may import nothing; `types` marks edges that only types may cross,
 * `contracts` single files that declare an interface with its error classes for others to implement.
 */
const allowed: Record<
  string,
  { readonly values: readonly string[]; readonly types?: readonly string[]; readonly contracts?: readonly string[] }
> = {
  spec: { values: [] },
  protocol: { values: [] },
  image: { values: ["spec"] },
  dockerfile: { values: ["spec", "image"] },
  http: { values: ["spec"] },
  bridge: { values: ["spec"], types: ["client", "http"] },
  machine: { values: ["npm:v86"] },
  layerfs: { values: ["spec", "image"] },
  snapshotter: { values: ["spec", "image", "layerfs"], types: ["agent"], contracts: ["emulator/engine/runtime.ts"] },
  engine: { values: ["spec", "image", "dockerfile", "http"] },
  agent: { values: ["protocol", "spec"], types: ["machine", "observe"], contracts: ["emulator/engine/runtime.ts"] },
  observe: { values: ["spec", "image"], types: ["agent"] },
  save: { values: ["spec"], types: ["machine"] },
  client: { values: ["spec", "http"] },
  cli: { values: ["client", "spec", "dockerfile"] },
  index: { values: ["*"] },
  lab: { values: ["*"] },
  node: { values: ["*"] },
  guest: { values: ["*"] },
  lessons: { values: [], types: ["client"] },
  web: { values: ["index", "bridge", "client", "spec", "dockerfile", "image", "observe", "save", "lessons", "http"] },
};

/** Packages that only one folder may import. */
const owned: Record<string, string> = {
  v86: "machine",
  "idb-keyval": "web/store",
  "monaco-editor": "web/editor",
  "@xterm/xterm": "web/terminal",
  "@xterm/addon-fit": "web/terminal",
};

const root = join(import.meta.dirname, "..");
const source = /\.(ts|svelte|mts)$/;
const skipped = new Set(["node_modules", ".cache", "dist", "testdata", "public"]);

function* files(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    if (skipped.has(name)) continue;
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else if (source.test(name) && !/\.test\.ts$|\.d\.ts$|^vite\.config\.ts$|-plugin\.ts$/.test(name)) yield path;
  }
}

/** `emulator/engine/daemon/x.ts` -> `engine`; `web/store/x.ts` -> `web`. */
function folderOf(path: string): string {
  const [top = "", second = ""] = relative(root, path).split("/");
  return top === "emulator" ? second.replace(/\.ts$/, "") : top;
}

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly path: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  const found: Import[] = [];
  const statement =
    /(?:^|\n)\s*(import|export)\s+(type\s+)?([^;"']*?\sfrom\s+)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g;
  for (const match of text.matchAll(statement)) {
    const specifier = match[4] ?? match[5] ?? "";
    const named = match[3]?.match(/\{([^}]*)\}/)?.[1];
    const allTypes =
      named !== undefined &&
      named.trim() !== "" &&
      !/^\s*[\w$]+\s*,/.test(match[3] ?? "") &&
      named.split(",").every((n) => n.trim() === "" || n.trim().startsWith("type "));
    const path = specifier.startsWith(".") ? relative(root, normalize(join(dirname(file), specifier))) : specifier;
    found.push({
      file,
      path,
      from: folderOf(file),
      to: specifier.startsWith(".") ? folderOf(join(root, path)) : `npm:${specifier}`,
      typeOnly: match[2] !== undefined || allTypes,
    });
  }
  return found;
}

const everything = ["emulator", "web", "lessons"].flatMap((top) =>
  existsSync(join(root, top)) ? [...files(join(root, top))] : [],
);
const imports = everything.flatMap(importsOf);

describe("imports", () => {
  it("reads the whole tree", () => {
    expect(everything.length).toBeGreaterThan(20);
    expect(imports.length).toBeGreaterThan(20);
  });

  it("go only along the table of DESIGN.md", () => {
    const wrong = imports.filter(({ from, to, path, typeOnly }) => {
      if (to.startsWith("npm:") || to === from) return false;
      const rule = allowed[from];
      if (rule === undefined) return true;
      if (rule.values.includes("*") || rule.values.includes(to)) return false;
      if (rule.contracts?.includes(path)) return false;
      return !(typeOnly && rule.types?.includes(to));
    });
    expect(wrong.map((i) => `${relative(root, i.file)}: ${i.from} -> ${i.to}`)).toEqual([]);
  });

  it("keep each owned package in its folder", () => {
    const wrong = imports.filter((i) => {
      // The address of a file of a package is no use of its code.
      if (i.to.endsWith("?url")) return false;
      const owner = Object.entries(owned).find(
        ([name]) => i.to === `npm:${name}` || i.to.startsWith(`npm:${name}/`),
      )?.[1];
      if (owner === undefined) return false;
      const place = relative(root, i.file);
      return !place.startsWith(owner.includes("/") ? `${owner}/` : `emulator/${owner}/`);
    });
    expect(wrong.map((i) => `${relative(root, i.file)} -> ${i.to}`)).toEqual([]);
  });

  it("of components never reach state modules", () => {
    const wrong = imports.filter((i) => i.file.endsWith(".svelte.ts") && i.to.endsWith(".svelte"));
    expect(wrong.map((i) => relative(root, i.file))).toEqual([]);
  });

  it("leave Node's modules to the Node projects", () => {
    const wrong = imports.filter((i) => i.to.startsWith("npm:node:") && !["node", "guest"].includes(i.from));
    expect(wrong.map((i) => `${relative(root, i.file)} -> ${i.to}`)).toEqual([]);
  });
});

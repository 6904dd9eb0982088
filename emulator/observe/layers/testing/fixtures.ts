import type { BuildRecord, BuildStep } from "../../../spec/build.ts";
import type { ImageFacts, LayerEntry, LayerListing } from "../facts.ts";

export const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** `etc/`, `etc/passwd 5`, `bin/sh -> busybox`, `etc/.wh.x`, `etc/ opaque`: as short as a listing can be written. */
export function listing(digit: string, ...lines: readonly string[]): LayerListing {
  const entries = lines.map((line, node): LayerEntry => {
    const [, name = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
    const base = { mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0, node: node + 1 };
    const whiteout = /^(.*\/)?\.wh\.([^/]+)$/.exec(name);
    if (whiteout !== null)
      return { ...base, path: `${whiteout[1] ?? ""}${whiteout[2] ?? ""}`, kind: "whiteout", mode: 0 };
    if (name.endsWith("/"))
      return {
        ...base,
        path: name.slice(0, -1),
        kind: "directory",
        mode: 0o755,
        ...(rest === "opaque" ? { opaque: true as const } : {}),
      };
    if (rest.startsWith("-> ")) return { ...base, path: name, kind: "symlink", mode: 0o777, target: rest.slice(3) };
    return { ...base, path: name, kind: "file", size: Number(rest) };
  });
  return { diffId: digestOf(digit), entries, left: 0 };
}

export function image(history: ImageFacts["config"]["history"], layers: readonly LayerListing[]): ImageFacts {
  const diffIds = layers.map(({ diffId }) => diffId);
  return {
    id: digestOf("e"),
    references: ["app:latest"],
    diffIds,
    config: {
      architecture: "386",
      os: "linux",
      rootfs: { type: "layers", diff_ids: diffIds },
      ...(history === undefined ? {} : { history }),
    },
    layers: layers.map(({ diffId, entries }) => ({
      diffId,
      chainId: diffId,
      digest: undefined,
      blobSize: undefined,
      size: entries.reduce((sum, { size }) => sum + size, 0),
      tarSize: 1024,
    })),
  };
}

export function step(line: number, text: string, change: Partial<BuildStep> = {}): BuildStep {
  return {
    vertex: `sha256:${line}`,
    instruction: text.split(" ")[0] ?? "",
    text,
    lines: { start: line, end: line },
    state: "done",
    startedAt: 1000,
    endedAt: 1400,
    diffId: undefined,
    size: undefined,
    fromStages: [],
    because: undefined,
    ...change,
  };
}

/** Two stages that the result needs, one that nothing needs. */
export function build(change: Partial<BuildRecord> = {}): BuildRecord {
  const never = { state: "unused", startedAt: undefined, endedAt: undefined } as const;
  const cached = { state: "cached", startedAt: undefined, endedAt: undefined } as const;
  return {
    id: "build1",
    startedAt: 1000,
    endedAt: 3000,
    state: "completed",
    dockerfileName: "Dockerfile",
    dockerfile: "",
    tags: ["app:latest"],
    target: undefined,
    imageId: digestOf("e"),
    error: undefined,
    stages: [
      {
        name: "build",
        line: 1,
        base: "busybox",
        baseStage: undefined,
        used: true,
        steps: [
          step(1, "FROM busybox AS build", cached),
          step(2, "WORKDIR /src", cached),
          step(3, "COPY . .", { size: 4, diffId: digestOf("a"), because: "src/app.js changed" }),
          step(4, "RUN make \\\n  all", {
            because: "the step before it changed",
            size: 2_000_000,
            diffId: digestOf("b"),
          }),
        ],
      },
      {
        name: "lint",
        line: 6,
        base: "busybox",
        baseStage: undefined,
        used: false,
        steps: [step(6, "FROM busybox AS lint", never), step(7, "RUN lint", never)],
      },
      {
        name: "stage-2",
        line: 9,
        base: "busybox",
        baseStage: undefined,
        used: true,
        steps: [
          step(9, "FROM busybox", cached),
          step(10, "ENV MODE=prod", { vertex: "" }),
          step(11, "COPY --from=build /out /out", {
            fromStages: [0],
            because: "never built before",
            diffId: digestOf("c"),
          }),
        ],
      },
    ],
    ...change,
  };
}

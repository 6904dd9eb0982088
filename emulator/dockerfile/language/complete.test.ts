import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { complete } from "./complete.ts";
import type { World } from "./completion.ts";
import { applyEdits } from "./position.ts";

const folders: Readonly<Record<string, readonly string[]>> = {
  "": ["Dockerfile", "package.json", "src/", "my file.txt"],
  src: ["app.js", "lib/"],
  "src/lib": ["a.js"],
};
const world: World = {
  images: ["busybox", "nginx", "registry.example.org:5000/team/app"],
  tags: (image) => ({ nginx: ["1.27", "alpine"], "registry.example.org:5000/team/app": ["v2"] })[image] ?? [],
  paths: (folder) => folders[folder] ?? [],
};

/** Completions where `|` stands. */
function at(marked: string) {
  const text = marked.replace("|", "");
  const before = marked.slice(0, marked.indexOf("|")).split("\n");
  const position = { line: before.length, column: (before.at(-1) ?? "").length + 1 };
  return { text, completions: complete(text, position, world) };
}

const labels = (marked: string) => at(marked).completions.map(({ label }) => label);

describe("complete", () => {
  it.each<[marked: string, has: readonly string[], hasNot?: readonly string[]]>([
    ["|", ["FROM", "ARG"], ["RUN"]],
    ["FR|", ["FROM"]],
    ["FROM x\n|", ["RUN", "COPY", "FROM"], ["MAINTAINER"]],
    ["FROM x\nRU|", ["RUN"]],
    ["FROM x\n\n|\nRUN ls", ["RUN"]],
    ["FROM |", ["busybox", "nginx", "scratch"]],
    ["FROM x AS build\nFROM |", ["build", "nginx"]],
    ["FROM x AS build\nRUN a\nFROM bu|", ["build"]],
    ["FROM nginx:|", ["1.27", "alpine"], ["busybox"]],
    ["FROM registry.example.org:5000/team/app:|", ["v2"]],
    ["FROM nginx |", ["AS"]],
    ["FROM nginx AS |", [], ["AS", "nginx"]],
    ["FROM --|", ["--platform"]],
    ["FROM --platform=|", ["linux/386", "$BUILDPLATFORM"]],
    ["FROM x\nCOPY |", ["package.json", "src/"]],
    ["FROM x\nCOPY src/|", ["app.js", "lib/"], ["package.json"]],
    ["FROM x\nCOPY ./src/lib/|", ["a.js"]],
    ["FROM x\nCOPY ../|", [], ["package.json"]],
    ["FROM x\nCOPY package.json /|", [], ["package.json"]],
    ["FROM x\nCOPY --|", ["--from", "--chown", "--link", "--parents"], ["--mount"]],
    ["FROM x\nCOPY --link --|", ["--from"], ["--link"]],
    ["FROM x\nCOPY --exclude=a --|", ["--exclude"]],
    ["FROM x AS a\nFROM y AS b\nCOPY --from=|", ["a", "nginx"], ["b"]],
    ["FROM x\nFROM y\nCOPY --from=|", ["0"], ["1"]],
    ["FROM x AS a\nFROM y\nCOPY --from=a |", [], ["package.json"]],
    ["FROM x\nRUN --|", ["--mount", "--network"], ["--from"]],
    ["FROM x\nRUN --mount=|", ["type"]],
    ["FROM x\nRUN --mount=type=|", ["cache", "secret", "tmpfs", "bind"]],
    ["FROM x\nRUN --mount=type=cache,|", ["target", "id", "sharing"], ["type", "env"]],
    ["FROM x\nRUN --mount=type=cache,target=/x,|", ["id"], ["target"]],
    ["FROM x\nRUN --mount=type=cache,sharing=|", ["locked"]],
    ["FROM x\nRUN --mount=type=secret,|", ["id", "env"]],
    ["FROM x AS a\nFROM y\nRUN --mount=type=bind,from=|", ["a"]],
    ["FROM x\nRUN --mount=source=src/|", ["app.js"]],
    ["FROM x\nRUN --network=|", ["none"]],
    ["FROM x\nARG A=1\nENV B 2\nRUN echo $|", ["A", "B"], ["TARGETARCH"]],
    ["FROM x\nARG A=1\nCOPY ${|", ["A"]],
    ["ARG A=1\nFROM x:$|", ["A", "TARGETARCH"]],
    ["ARG A=1\nFROM x\nCOPY $|", [], ["A"]],
    ["FROM x AS a\nENV E=1\nFROM a\nCOPY $|", ["E"]],
    ["FROM x\nCOPY \\$|", [], ["A"]],
    ["FROM x\nRUN a \\\n  --|", [], ["--mount"]],
    ["FROM x\nCOPY \\\n  |", ["package.json"]],
    ["FROM x\nCOPY --chown=a \\\n  src/| /x", ["app.js"]],
    ["FROM x\nONBUILD |", ["RUN", "COPY"], ["FROM", "ONBUILD"]],
    ["FROM x\nONBUILD COPY |", ["package.json"]],
    ["FROM x\nHEALTHCHECK --|", ["--interval"]],
    ["FROM x\nHEALTHCHECK --interval=1s |", ["CMD", "NONE"]],
    ["FROM x\nSTOPSIGNAL |", ["SIGTERM"]],
    ["FROM x\nRUN <<E\n|\nE", [], ["RUN", "FROM"]],
    ["# |", ["syntax", "escape", "check"]],
    ["# check=|", ["skip"]],
    ["# check=skip=|", ["all", "JSONArgsRecommended", "RunsAsRoot"]],
    ["# check=skip=A,|", ["JSONArgsRecommended"]],
    ["FROM x\n# |", ["check"], ["syntax"]],
    ["FROM x\nNOPE |", [], ["RUN"]],
  ])("%j", (marked, has, hasNot = []) => {
    const found = labels(marked);
    expect(found).toEqual(expect.arrayContaining([...has]));
    for (const label of hasNot) expect(found).not.toContain(label);
  });

  it.each<[marked: string, label: string, expected: string]>([
    ["FR|", "FROM", "FROM "],
    ["FROM x\n  RU| a", "RUN", "FROM x\n  RUN  a"],
    ["FROM ngi|", "nginx", "FROM nginx:"],
    ["FROM nginx:al|", "alpine", "FROM nginx:alpine"],
    ["FROM x\nCOPY src/a| /x", "app.js", "FROM x\nCOPY src/app.js /x"],
    ["FROM x\nCOPY my|", "my file.txt", "FROM x\nCOPY my\\ file.txt"],
    ["FROM x\nCOPY --fr| a b", "--from", "FROM x\nCOPY --from= a b"],
    ["FROM x\nCOPY --li| a b", "--link", "FROM x\nCOPY --link a b"],
    ["FROM x\nARG NAME\nRUN echo ${NA|", "NAME", "FROM x\nARG NAME\nRUN echo ${NAME}"],
    ["FROM x\nARG NAME\nRUN echo $NA|/x", "NAME", "FROM x\nARG NAME\nRUN echo $NAME/x"],
    ["FROM x\nRUN --mount=type=cache,tar|", "target", "FROM x\nRUN --mount=type=cache,target="],
    ["# check=skip=JSON|", "JSONArgsRecommended", "# check=skip=JSONArgsRecommended"],
    ["FROM x\r\nRU|\r\n", "RUN", "FROM x\r\nRUN \r\n"],
  ])("%j takes %s", (marked, label, expected) => {
    const { text, completions } = at(marked);
    const chosen = completions.find((each) => each.label === label);
    expect(chosen && applyEdits(text, [chosen.edit])).toBe(expected);
  });

  it("never throws, and replaces only what is typed on the line", () => {
    const piece = fc.constantFrom(
      "FROM ",
      "RUN ",
      "--mount=",
      "type=cache,",
      "$",
      "${",
      "\\\n",
      "\n",
      "<<E",
      "#",
      '"',
      "'",
      "a",
      " ",
      "COPY ",
      "--from=",
      ":",
      "/",
      "`",
    );
    fc.assert(
      fc.property(fc.array(piece), fc.nat(), (pieces, at) => {
        const text = pieces.join("");
        const offset = text.length === 0 ? 0 : at % (text.length + 1);
        const before = text.slice(0, offset).split("\n");
        const position = { line: before.length, column: (before.at(-1) ?? "").length + 1 };
        for (const { edit } of complete(text, position, world)) {
          expect(edit.end).toEqual(position);
          expect(edit.start.line).toBe(position.line);
          expect(edit.start.column).toBeLessThanOrEqual(position.column);
        }
      }),
      { numRuns: 300 },
    );
  });
});

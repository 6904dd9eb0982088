import { describe, expect, it } from "vitest";
import { applyEdits } from "../language/position.ts";
import { checkText } from "./check.ts";
import type { Diagnostic, RuleName } from "./diagnostic.ts";
import { execForm } from "./fixes.ts";
import { pages } from "./pages/pages.ts";

const shown = (text: string) => checkText({ text, ignore: [] });

/** Text, rule, and the text after its first fix. */
const table: readonly (readonly [text: string, rule: RuleName, expected: string])[] = [
  ["FROM x AS Base\n", "StageNameCasing", "FROM x AS base\n"],
  ["from x AS b", "FromAsCasing", "from x as b"],
  ["FROM x\nCOPY a \\\n\n\n  b \\\n\n  c\n", "NoEmptyContinuation", "FROM x\nCOPY a \\\n  b \\\n  c\n"],
  ["FROM x\nrun a", "ConsistentInstructionCasing", "FROM x\nRUN a"],
  ["FROM x\nCMD npm start\n", "JSONArgsRecommended", 'FROM x\nCMD ["npm", "start"]\n'],
  ["FROM x\nCMD npm \\\n  start\n", "JSONArgsRecommended", 'FROM x\nCMD ["npm", "start"]\n'],
  [
    "FROM x\nMAINTAINER Ada <a@b>",
    "MaintainerDeprecated",
    'FROM x\nLABEL org.opencontainers.image.authors="Ada <a@b>"',
  ],
  ["FROM --platform=$BULIDPLATFORM x", "UndefinedArgInFrom", "FROM --platform=$BUILDPLATFORM x"],
  [
    "FROM x\nARG DIRS\nENV DIRS=a\nCOPY ${DIR:-x}/y .",
    "UndefinedVar",
    "FROM x\nARG DIRS\nENV DIRS=a\nCOPY ${DIRS:-x}/y .",
  ],
  ["FROM x\nWORKDIR ./app", "WorkdirRelativePath", "FROM x\nWORKDIR /app"],
  ['FROM x\nCMD ["a"]\nCMD ["b"]', "MultipleInstructionsDisallowed", 'FROM x\nCMD ["b"]'],
  ["FROM x\nENV key some value", "LegacyKeyValueFormat", 'FROM x\nENV key="some value"'],
  ["FROM x\nLABEL key value", "LegacyKeyValueFormat", "FROM x\nLABEL key=value"],
  ["FROM --platform=$TARGETPLATFORM  x AS y", "RedundantTargetPlatform", "FROM x AS y"],
  ["FROM --platform=linux/amd64 \\\n  x", "FromPlatformFlagConstDisallowed", "FROM x"],
  [
    "# check=experimental=all\n# a\nARG b\nFROM x",
    "InvalidDefinitionDescription",
    "# check=experimental=all\n# a\n#\nARG b\nFROM x",
  ],
  ["FROM x\nEXPOSE 80/TCP 81", "ExposeProtoCasing", "FROM x\nEXPOSE 80/tcp 81"],
  ["FROM x\nEXPOSE 8080:80/udp 81", "ExposeInvalidFormat", "FROM x\nEXPOSE 80/udp 81"],
  [
    "FROM x:1\nRUN apt-get update && \\\n  apt-get install -y a\n",
    "PackageListsLeftBehind",
    "FROM x:1\nRUN apt-get update && \\\n  apt-get install -y a && rm -rf /var/lib/apt/lists/*\n",
  ],
  ["FROM x:1\nRUN apk add a", "PackageCacheLeftBehind", "FROM x:1\nRUN apk add --no-cache a"],
  [
    "FROM x:1\nRUN apt-get update\nRUN apt-get install -y a",
    "PackageListsAlone",
    "FROM x:1\nRUN apt-get update && \\\n    apt-get install -y a",
  ],
  ["FROM x:1\nRUN apt-get install a", "InstallAsksQuestions", "FROM x:1\nRUN apt-get install -y a"],
  ["FROM x:1\nadd a b", "AddWhereCopySuffices", "FROM x:1\ncopy a b"],
  ["FROM x:1\nRUN sudo a && sudo b", "SudoInRun", "FROM x:1\nRUN a && b"],
  ["FROM x:1\nRUN cd /srv", "CdInsteadOfWorkdir", "FROM x:1\nWORKDIR /srv"],
  ["FROM x:1\nRUN cd /srv && \\\n  make", "CdInsteadOfWorkdir", "FROM x:1\nWORKDIR /srv\nRUN make"],
  ['FROM x:1\nENTRYPOINT a b\nCMD ["c"]', "EntrypointSwallowsCmd", 'FROM x:1\nENTRYPOINT ["a", "b"]\nCMD ["c"]'],
];

describe("fixes", () => {
  it.each(table)("%j %s", (text, rule, expected) => {
    const found = shown(text).diagnostics.find((each) => each.rule === rule);
    expect(found?.fixes.map(({ edits }) => applyEdits(text, edits))[0]).toBe(expected);
  });

  const texts = [...table.map(([text]) => text), ...pages.map(({ bad }) => bad)];

  it.each(texts)("%j: after any fix there is one finding of its rule less, and it can be read", (text) => {
    const { diagnostics } = shown(text);
    const count = (list: readonly Diagnostic[], rule: RuleName) => list.filter((each) => each.rule === rule).length;
    for (const { rule, fixes } of diagnostics)
      for (const { edits, title } of fixes) {
        const after = shown(applyEdits(text, edits));
        expect(after.error, title).toBeUndefined();
        expect(count(after.diagnostics, rule), title).toBeLessThan(count(diagnostics, rule));
      }
  });

  it("point into the text", () => {
    for (const text of texts)
      for (const { range, lines } of shown(text).diagnostics) {
        if (range === undefined) continue;
        expect(range.start.line).toBeGreaterThanOrEqual(lines.start);
        expect(range.end.line).toBeLessThanOrEqual(lines.end);
        expect(range.start.line < range.end.line || range.start.column < range.end.column).toBe(true);
      }
  });

  it("need no fix where they would change what happens", () => {
    for (const line of [
      "a && b",
      "echo $HOME",
      "exec a",
      "X=1 a",
      "a > b",
      "ls *.txt",
      "a 'b c'",
      "cd /x",
      "a; b",
      "~/x",
    ])
      expect(execForm(line)).toBeUndefined();
    for (const text of ["FROM x\nENV a b 'c", "FROM x\nCMD echo $HOME", "FROM x\nWORKDIR $A", "FROM x:1\nRUN cd ~"])
      for (const { fixes, rule } of shown(text).diagnostics)
        if (["LegacyKeyValueFormat", "JSONArgsRecommended", "WorkdirRelativePath", "CdInsteadOfWorkdir"].includes(rule))
          expect(fixes).toEqual([]);
  });
});

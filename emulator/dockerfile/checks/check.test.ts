import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkText } from "./check.ts";
import type { CheckSource } from "./source.ts";

/** `Rule@line` of the warnings, in order of their lines. */
function warnings(text: string, options: Partial<CheckSource> = {}): string[] {
  return checkText({ text, ...options })
    .diagnostics.filter(({ severity }) => severity === "warning")
    .sort((a, b) => a.lines.start - b.lines.start)
    .map(({ rule, lines }) => `${rule}@${lines.start}`);
}

const table: [name: string, text: string, expected: readonly string[], options?: Partial<CheckSource>][] = [
  ["a stage name with capitals", "FROM scratch AS Base", ["StageNameCasing@1"]],
  ["a stage name without", "FROM scratch AS base", []],
  ["as behind FROM", "FROM scratch as base", ["FromAsCasing@1"]],
  ["AS behind from", "from scratch AS base\nfrom scratch as base2", ["FromAsCasing@1"]],
  ["as behind a mixed From", "From scratch as base\nFROM scratch AS base2", ["ConsistentInstructionCasing@1"]],
  ["an empty line in a continuation", "FROM scratch\nCOPY a \\\n\n  .\nCOPY b \\\n.", ["NoEmptyContinuation@4"]],
  ["a comment in a continuation", "FROM scratch\nCOPY a \\\n# why\n  .", []],
  ["one copy in lower case", "FROM scratch\ncopy a /foo\nCOPY a /bar", ["ConsistentInstructionCasing@2"]],
  ["FROM among lower case", "FROM scratch\ncopy a /a\ncopy a /b", ["ConsistentInstructionCasing@1"]],
  ["all in lower case", "from scratch\ncopy a /a\ncopy a /b", []],
  ["a tie goes to upper case", "FROM scratch\ncopy a /a", ["ConsistentInstructionCasing@2"]],
  ["a name twice", "FROM scratch AS b\nFROM scratch AS b", ["DuplicateStageName@2"]],
  ["a name twice in other case", "FROM scratch AS b\nFROM scratch AS B", ["StageNameCasing@2", "DuplicateStageName@2"]],
  [
    "reserved names",
    "FROM scratch AS scratch\nFROM scratch AS context",
    ["ReservedStageName@1", "ReservedStageName@2"],
  ],
  ["a reserved name as base", "FROM scratch\nFROM scratch AS a", []],
  ["CMD for the shell", "FROM scratch\nCMD mycommand", ["JSONArgsRecommended@2"]],
  ["ENTRYPOINT for the shell", "FROM scratch\nENTRYPOINT mycommand", ["JSONArgsRecommended@2"]],
  ["CMD in JSON", 'FROM scratch\nCMD ["mycommand"]', []],
  ["CMD behind SHELL", 'FROM scratch\nSHELL ["/s"]\nCMD mycommand', []],
  ["CMD behind SHELL of the stage below", 'FROM scratch AS base\nSHELL ["/s"]\n\nFROM base\nCMD mycommand', []],
  ["CMD on an image with SHELL", "FROM win\nCMD x", [], { baseImage: () => ({ shell: ["/s"] }) }],
  ["MAINTAINER", "FROM scratch\nMAINTAINER me@example.org", ["MaintainerDeprecated@2"]],
  ["authors as a label", 'FROM scratch\nLABEL org.opencontainers.image.authors="me@example.org"', []],
  ["an ARG with a default", "ARG base=scratch\nFROM $base", []],
  ["a platform that is always there", "FROM --platform=$BUILDPLATFORM scratch", []],
  ["a platform with a slip", "FROM --platform=$BULIDPLATFORM scratch", ["UndefinedArgInFrom@1"]],
  ["an ARG that is nowhere", "ARG tag=latest\nFROM busybox:${tag}${version}", ["UndefinedArgInFrom@2"]],
  ["an ARG without a default", "ARG DEBUG\nFROM scratch${DEBUG}", []],
  ["an ARG with a default in FROM", "ARG DEBUG\nFROM scra${DEBUG:-tch}", []],
  ["a relative WORKDIR", "FROM scratch\nWORKDIR app/", ["WorkdirRelativePath@2"]],
  ["a relative WORKDIR behind an absolute", "FROM scratch\nWORKDIR /a\nWORKDIR b", []],
  ["only the first relative WORKDIR", "FROM scratch\nWORKDIR a\nWORKDIR b", ["WorkdirRelativePath@2"]],
  ["an absolute WORKDIR in the stage below", "FROM scratch AS a\nWORKDIR /app\nFROM a AS b\nWORKDIR sub/", []],
  ["a WORKDIR from a variable", "FROM scratch\nENV D=/x\nWORKDIR $D", []],
  ["an ARG without a value", "FROM scratch\nARG foo\nCOPY a${foo} .", []],
  ["an ARG of the stage below", "FROM x AS base\nARG foo=a\nFROM base\nCOPY $foo .", []],
  ["variables of RUN are the shell's", "FROM x\nRUN echo $NOPE", []],
  ["a variable before its ARG", "FROM x\nCOPY $foo .\nARG foo=bar", ["UndefinedVar@2"]],
  ["a variable twice", "FROM x\nCOPY $foo $foo", ["UndefinedVar@2", "UndefinedVar@2"]],
  ["a variable of the image", "FROM x\nCOPY $JAVA_HOME .", [], { baseImage: () => ({ env: ["JAVA_HOME=/j"] }) }],
  ["a variable of an image nobody knows", "FROM x\nCOPY $JAVA_HOME .", [], { baseImage: () => undefined }],
  ["a variable in EXPOSE", "FROM x\nEXPOSE $NOPE", []],
  ["a variable in a heredoc", "FROM x\nCOPY <<E /x\n$NOPE\nE", ["UndefinedVar@2"]],
  ["a variable in a quoted heredoc", "FROM x\nCOPY <<'E' /x\n$NOPE\nE", []],
  ["a variable in a mount", "FROM x\nRUN --mount=type=cache,target=$NOPE ls", ["UndefinedVar@2"]],
  ["a global ARG is not the stage's", "ARG V=1\nFROM x\nLABEL v=$V", ["UndefinedVar@3"]],
  ["a global ARG declared again", "ARG V=1\nFROM x\nARG V\nLABEL v=$V", []],
  [
    "two of each",
    'FROM x\nENTRYPOINT ["a"]\nENTRYPOINT ["b"]\nCMD ["a"]\nCMD ["b"]\nHEALTHCHECK CMD ["a"]\nHEALTHCHECK NONE',
    ["MultipleInstructionsDisallowed@2", "MultipleInstructionsDisallowed@4", "MultipleInstructionsDisallowed@6"],
  ],
  ["one in each stage", 'FROM x AS a\nCMD ["a"]\nFROM a\nCMD ["b"]', []],
  ["ENV and LABEL without =", "FROM x\nENV k v\nLABEL k v", ["LegacyKeyValueFormat@2", "LegacyKeyValueFormat@3"]],
  ["ENV and LABEL with =", "FROM x\nENV k=v\nLABEL k=v", []],
  ["the target's platform", "FROM --platform=${TARGETPLATFORM} x", ["RedundantTargetPlatform@1"]],
  ["a constant platform", "FROM --platform=linux/amd64 x", ["FromPlatformFlagConstDisallowed@1"]],
  ["a constant platform that the name says", "FROM --platform=linux/amd64 x AS my_amd64_stage", []],
  ["a constant system that the name says", "FROM --platform=linux/amd64 x AS linux", []],
  [
    "secrets by name",
    "FROM x\nARG SECRET_PASSPHRASE\nENV SUPER_Secret=foo\nENV password=bar secret=baz\nENV git_key=",
    [
      "SecretsUsedInArgOrEnv@2",
      "SecretsUsedInArgOrEnv@3",
      "SecretsUsedInArgOrEnv@4",
      "SecretsUsedInArgOrEnv@4",
      "SecretsUsedInArgOrEnv@5",
    ],
  ],
  ["no secrets by name", "FROM x\nENV PUBLIC_KEY= password_file=a KEYBOARD=b AUTH_VERSION=1\nARG monkey", []],
  ["a base that needs an ARG", "ARG IMAGE\nFROM $IMAGE", ["InvalidDefaultArgInFrom@2"], { buildArgs: { IMAGE: "x" } }],
  ["a tag that needs an ARG", "ARG V\nFROM x:$V", ["InvalidDefaultArgInFrom@2"], { buildArgs: { V: "1" } }],
  ["a tag that an ARG ends", "ARG V\nFROM x:stable${V}", []],
  [
    "a file that is left out",
    "FROM x\nCOPY Dockerfile .\nADD ./Dockerfile /w",
    ["CopyIgnoredFile@2", "CopyIgnoredFile@3"],
    { ignore: ["Dockerfile"] },
  ],
  ["a file in a directory that is left out", "FROM x\nCOPY a/b/c .", ["CopyIgnoredFile@2"], { ignore: ["a"] }],
  ["a file of another stage", "FROM x AS b\nCOPY a /foo\nFROM b\nCOPY --from=b /foo /bar", [], { ignore: ["foo"] }],
  ["exceptions", "FROM x\nCOPY ./Dockerfile .\nCOPY . .", [], { ignore: ["**", "!Dockerfile"] }],
  ["dot files and the whole", "FROM x\nCOPY . .", [], { ignore: [".*"] }],
  ["everything left out and the whole", "FROM x\nCOPY . .", ["CopyIgnoredFile@2"], { ignore: ["*"] }],
  ["addresses are not files", "FROM x\nADD https://example.org/a /a", [], { ignore: ["**"] }],
  [
    "comments that describe nothing",
    "# check=experimental=InvalidDefinitionDescription\n# bar this is\nARG foo=bar\n# BasE this\nFROM scratch AS base\n# bad\nARG version=latest",
    ["InvalidDefinitionDescription@3", "InvalidDefinitionDescription@5", "InvalidDefinitionDescription@7"],
  ],
  [
    "comments that describe",
    "# check=skip=all;experimental=InvalidDefinitionDescription\n# foo is foo\nARG foo=bar\n\n# base is base\nFROM scratch AS base\n# apart\n#\nARG bit=bat",
    [],
  ],
  ["an experiment nobody asked for", "# nothing\nARG foo=bar\nFROM scratch", []],
  ["protocols", "FROM x\nEXPOSE 80/TcP 8080/TCP 8080/udp", ["ExposeProtoCasing@2", "ExposeProtoCasing@2"]],
  [
    "ports of the host",
    "FROM x\nEXPOSE 127.0.0.1:80:80 [::1]:8080:8080 5000:5000 8000",
    ["ExposeInvalidFormat@2", "ExposeInvalidFormat@2", "ExposeInvalidFormat@2"],
  ],
  [
    "another platform",
    "FROM x",
    ["InvalidBaseImagePlatform@1"],
    { platform: "linux/386", baseImage: () => ({ platform: "linux/arm64" }) },
  ],
  ["the same platform", "FROM x", [], { platform: "linux/386", baseImage: () => ({ platform: "linux/i386" }) }],
  [
    "another platform of an image to copy from",
    "FROM scratch AS a\nFROM a\nCOPY --from=tools /x /y\nCOPY --from=a /x /y\nCOPY --from=0 /x /y",
    ["InvalidBaseImagePlatform@3"],
    { platform: "linux/386", baseImage: () => ({ platform: "linux/arm64" }) },
  ],
  ["skip=all", "#check=skip=all\nFROM scratch as base\ncopy a .", []],
  ["skip one", "#check=skip=ConsistentInstructionCasing\nFROM scratch as base\ncopy a .", ["FromAsCasing@2"]],
  [
    "skip above one instruction",
    "FROM x\n# check=skip=JSONArgsRecommended\nCMD a\nENTRYPOINT b",
    ["JSONArgsRecommended@4"],
  ],
  ["skip above FROM", "# syntax=x\n\n# check=skip=StageNameCasing\nFROM scratch AS Base", []],
  [
    "the build argument in place of the directive",
    "#check=skip=all\nFROM scratch as base",
    ["FromAsCasing@2"],
    { buildArgs: { BUILDKIT_DOCKERFILE_CHECK: "" } },
  ],
  [
    "every stage without a target",
    "FROM x AS a\nCOPY $f .\nFROM x AS b\nCOPY $g .",
    ["UndefinedVar@2", "UndefinedVar@4"],
  ],
  ["stages the target needs", "FROM x AS a\nCOPY $f .\nFROM x AS b\nCOPY $g .", ["UndefinedVar@2"], { target: "a" }],
  [
    "stages a build needs",
    "FROM x AS a\nCOPY $f .\nFROM x AS b\nCOPY $g .\nFROM x\nCOPY --from=b $h .",
    ["UndefinedVar@4", "UndefinedVar@6"],
    { reachableOnly: true },
  ],
  [
    "stages a mount needs",
    "FROM x AS a\nCOPY $f .\nFROM x\nRUN --mount=from=a,target=/a ls",
    ["UndefinedVar@2"],
    { reachableOnly: true },
  ],
  ["a trigger of the stage below", "FROM x AS a\nONBUILD COPY $f .\nFROM a", ["UndefinedVar@3"]],
  [
    "what is above an error",
    "FROM scratch AS BadStageName\nMAINTAINER me\nBADCMD",
    ["StageNameCasing@1", "MaintainerDeprecated@2"],
  ],
];

describe("check", () => {
  it.each(table)("%s", (_, text, expected, options) => {
    expect(warnings(text, options)).toEqual(expected);
  });
});

describe("a text in any state", () => {
  it("is checked or has an error, never throws", () => {
    const pieces =
      "FROM a|FROM --platform=$X b AS C|\n|\n|\\\n|RUN |ENV |ARG |COPY |. |--from=0 |--mount=from=a |apt-get update |" +
      "&& |'|\"|$(|${|${a:-|$b |EXPOSE |80/TCP |:::|CMD |[|ONBUILD |WORKDIR |a=b |<<E|\nE\n|# check=skip=|curl x | ";
    const text = fc.array(fc.constantFrom(...pieces.split("|"), "|")).map((chosen) => chosen.join(""));
    const ignore = fc.constantFrom(undefined, [], ["*"], ["[", "!"], ["a"]);
    fc.assert(
      fc.property(text, ignore, fc.boolean(), (written, patterns, known) => {
        const { diagnostics, dockerfile, error } = checkText({
          text: written,
          ...(patterns === undefined ? {} : { ignore: patterns }),
          baseImage: () => (known ? { env: ["A=1"], onbuild: ["RUN $x", "COPY"] } : undefined),
        });
        expect(dockerfile === undefined).toBe(error !== undefined);
        for (const { lines, message } of diagnostics) {
          expect(lines.end).toBeGreaterThanOrEqual(lines.start);
          expect(message).not.toBe("");
        }
      }),
      { numRuns: 1000 },
    );
  });
});

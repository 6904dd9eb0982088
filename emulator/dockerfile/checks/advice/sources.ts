import type { AddInstruction, CopyInstruction, RunInstruction, Stage } from "../../instruction.ts";
import { isRemote } from "../copy-ignored.ts";
import type { Findings } from "../findings.ts";
import { inCaseOf, replaced } from "../fixes.ts";
import { isCommand, type ShellCommand } from "./shell.ts";
import { scriptOf } from "./run-script.ts";

type Copying = CopyInstruction | AddInstruction;

const isFromContext = (instruction: Copying) => instruction.kind === "ADD" || instruction.from === undefined;
const isWhole = (path: string) => [".", "./", "/", "*", "./*"].includes(path);

/** ADD of plain files. */
export function checkAdd(instruction: AddInstruction, findings: Findings): void {
  const { checksum, keepGitDir, unpack, sources } = instruction;
  if (checksum !== undefined || keepGitDir !== undefined || unpack !== undefined) return;
  const special = (path: string) => isRemote(path) || archive.test(path) || /[$?[\]]|\*[^.]*$/.test(path);
  if (sources.paths.some(special)) return;
  const keyword = findings.words(instruction)?.keyword;
  findings.advise(
    "AddWhereCopySuffices",
    "COPY does the same here; ADD also unpacks archives and fetches addresses",
    instruction,
    {
      range: keyword,
      fixes: keyword === undefined ? [] : [replaced("Use COPY", keyword, inCaseOf(keyword.text, "COPY"))],
    },
  );
}

const archive = /\.(?:tar|tgz|tbz2?|txz|tzst)$|\.tar\.\w+$/i;

/** Files that hold secrets by their name. */
export function checkSecretFiles(instruction: Copying, findings: Findings): void {
  if (!isFromContext(instruction)) return;
  for (const path of instruction.sources.paths) {
    const name = path.replace(/\/+$/, "").split("/").at(-1) ?? "";
    if (!secretFile.test(name) || harmlessFile.test(name)) continue;
    findings.advise(
      "SecretFileCopied",
      `${name} stays readable in the layer for everyone who has the image: use RUN --mount=type=secret`,
      instruction,
      { range: findings.words(instruction)?.words.find(({ text }) => text === path) },
    );
  }
}

const secretFile =
  /^(?:\.env(?:\..+)?|id_(?:rsa|dsa|ecdsa|ed25519)|\.(?:netrc|npmrc|pypirc|pgpass|git-credentials|ssh|aws|kube|gnupg)|.+\.(?:key|p12|pfx|jks|kdbx)|kubeconfig)$/;
const harmlessFile = /\.(?:example|sample|template|dist|pub)$|^pub(?:lic)?\.key$/;

/** The whole context copied without a list of what to leave out. */
export function checkNoIgnore(stages: readonly Stage[], hasIgnore: boolean, findings: Findings): void {
  if (hasIgnore) return;
  for (const { instructions } of stages)
    for (const instruction of instructions) {
      if (instruction.kind !== "COPY" && instruction.kind !== "ADD") continue;
      const whole = instruction.sources.paths.find(isWhole);
      if (!isFromContext(instruction) || whole === undefined) continue;
      findings.advise(
        "NoDockerignore",
        "Without a .dockerignore this copies everything: .git, local builds, secrets",
        instruction,
        { range: findings.words(instruction)?.words.find(({ text }) => text === whole) },
      );
      return;
    }
}

interface Install {
  readonly names: readonly string[];
  readonly verbs: readonly string[];
  /** What to copy first. */
  readonly needs: string;
}

const installers: readonly Install[] = [
  { names: ["npm"], verbs: ["install", "ci", "i"], needs: "package.json and package-lock.json" },
  { names: ["yarn", "pnpm", "bun"], verbs: ["install", "i"], needs: "package.json and its lock file" },
  { names: ["pip", "pip3"], verbs: ["install"], needs: "requirements.txt" },
  { names: ["poetry", "uv", "pipenv"], verbs: ["install", "sync"], needs: "pyproject.toml and its lock file" },
  { names: ["bundle"], verbs: ["install"], needs: "Gemfile and Gemfile.lock" },
  { names: ["composer"], verbs: ["install"], needs: "composer.json and composer.lock" },
  { names: ["go"], verbs: ["mod"], needs: "go.mod and go.sum" },
  { names: ["cargo"], verbs: ["fetch"], needs: "Cargo.toml and Cargo.lock" },
  { names: ["dotnet"], verbs: ["restore"], needs: "the project files" },
  { names: ["apt-get", "apt", "dnf", "yum"], verbs: ["install"], needs: "" },
  { names: ["apk"], verbs: ["add"], needs: "" },
];

/** Everything copied before dependencies are installed: each change of any file installs them again. */
export function checkOrder({ instructions }: Stage, findings: Findings): void {
  instructions.forEach((copy, index) => {
    if ((copy.kind !== "COPY" && copy.kind !== "ADD") || !isFromContext(copy)) return;
    const whole = copy.sources.paths.find(isWhole);
    if (whole === undefined) return;
    for (const run of instructions.slice(index + 1)) {
      const found = run.kind === "RUN" ? installIn(run, findings) : undefined;
      if (found === undefined) continue;
      const [command, { needs }] = found;
      const advice =
        needs === "" ? `move line ${run.lines.start} above this one` : `copy ${needs} first, and this after it`;
      findings.advise(
        "CacheBreakingOrder",
        `Any changed file makes ${command} on line ${run.lines.start} run again: ${advice}`,
        copy,
        { range: findings.words(copy)?.words.find(({ text }) => text === whole) },
      );
      return;
    }
  });
}

function installIn(run: RunInstruction, findings: Findings): readonly [command: string, Install] | undefined {
  for (const command of scriptOf(run, findings).commands)
    for (const install of installers)
      if (isCommand(command, install.names, install.verbs) && !isLocal(command)) return [told(command), install];
  return undefined;
}

/** `pip install .` needs all that was copied. */
function isLocal(command: ShellCommand): boolean {
  return command.words.some(({ text }) => /^(?:\.|\.\/.*|\.\[.*)$/.test(text));
}

function told(command: ShellCommand): string {
  const words = command.words.map(({ text }) => text).filter((text) => !text.startsWith("-") && !/^\w+=/.test(text));
  return words
    .filter((text) => text !== "sudo")
    .slice(0, 2)
    .join(" ");
}

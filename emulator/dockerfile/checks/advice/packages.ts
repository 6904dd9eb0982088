import type { Instruction } from "../../instruction.ts";
import type { Findings } from "../findings.ts";
import { inserted } from "../fixes.ts";
import type { RunScript } from "./run-script.ts";
import { commandWords, isCommand, type ShellCommand } from "./shell.ts";

const apt = ["apt-get", "apt"];
const lists = "/var/lib/apt/lists";

const updates = (command: ShellCommand) => isCommand(command, apt, ["update"]);
const installs = (command: ShellCommand) => isCommand(command, apt, ["install"]);

/** Lists that apt fetched and nobody took away, in a layer of the image. */
export function checkPackageLists(script: RunScript, findings: Findings): void {
  if (!script.commands.some(updates) || !script.commands.some(installs) || script.caches(lists)) return;
  if (script.commands.some((command) => isRemoval(command))) return;
  const last = script.commands.at(-1)?.words.at(-1);
  const end = last && script.range(last)?.end;
  const update = script.commands.find(updates);
  findings.advise(
    "PackageListsLeftBehind",
    "The package lists stay in the layer: remove them in the same RUN",
    script.run,
    {
      range: rangeOf(script, update),
      fixes: end === undefined ? [] : [inserted("Remove the lists", end, ` && rm -rf ${lists}/*`)],
    },
  );
}

function isRemoval(command: ShellCommand): boolean {
  const [name, ...rest] = commandWords(command);
  return name?.text === "rm" && rest.some(({ text }) => text.replace(/["']/g, "").startsWith(lists));
}

/** `apt-get update` in a RUN of its own: its layer is cached while the packages move on. */
export function checkUpdateAlone(script: RunScript, next: Instruction | undefined, findings: Findings): void {
  const update = script.commands.find(updates);
  if (update === undefined || script.commands.some(installs)) return;
  const following = next === undefined ? undefined : findings.words(next);
  const end = script.words?.words.at(-1)?.end;
  const joins =
    next?.kind === "RUN" &&
    next.command.shell &&
    next.inline.length === 0 &&
    following?.flags.length === 0 &&
    script.words?.flags.length === 0 &&
    next.lines.start === script.run.lines.end + 1;
  const start = following?.words[0]?.start;
  const { escape } = findings.scan;
  findings.advise("PackageListsAlone", "Update and install in one RUN: a cached update is an old update", script.run, {
    range: rangeOf(script, update),
    fixes:
      joins && start !== undefined && end !== undefined
        ? [{ title: "Join with the next RUN", edits: [{ start: end, end: start, text: ` && ${escape}\n    ` }] }]
        : [],
  });
}

interface Cached {
  readonly names: readonly string[];
  readonly verbs: readonly string[];
  readonly flag: string;
  /** What also keeps the cache away. */
  readonly others: RegExp;
  readonly directory: string;
}

const cached: readonly Cached[] = [
  {
    names: ["apk"],
    verbs: ["add"],
    flag: "--no-cache",
    others: /rm -rf \/var\/cache\/apk/,
    directory: "/var/cache/apk",
  },
  {
    names: ["pip", "pip3"],
    verbs: ["install"],
    flag: "--no-cache-dir",
    others: /PIP_NO_CACHE_DIR|pip3? cache purge|rm -rf (?:~|\/root)\/\.cache/,
    directory: "/root/.cache/pip",
  },
];

/** Package managers that keep what they fetched. `environment` are the variables set so far. */
export function checkPackageCaches(script: RunScript, environment: ReadonlySet<string>, findings: Findings): void {
  for (const { names, verbs, flag, others, directory } of cached) {
    if (others.test(script.text) || environment.has("PIP_NO_CACHE_DIR") || script.caches(directory)) continue;
    for (const command of script.commands) {
      if (!isCommand(command, names, verbs) || command.words.some(({ text }) => text === flag)) continue;
      const verb = command.words.find(({ text }) => verbs.includes(text));
      const end = verb && script.range(verb)?.end;
      const [name] = commandWords(command);
      findings.advise(
        "PackageCacheLeftBehind",
        `${name?.text ?? ""} keeps its cache in the layer: add ${flag}`,
        script.run,
        { range: rangeOf(script, command), fixes: end === undefined ? [] : [inserted(`Add ${flag}`, end, ` ${flag}`)] },
      );
    }
  }
}

/** An install that would wait for an answer nobody gives. */
export function checkQuestions(script: RunScript, findings: Findings): void {
  for (const command of script.commands) {
    if (!isCommand(command, [...apt, "dnf", "yum"], ["install"])) continue;
    const agreed = ({ text }: { readonly text: string }) =>
      /^-[a-zA-Z]*y/.test(text) ||
      /^-qq/.test(text) ||
      text === "--yes" ||
      text === "--assume-yes" ||
      text === "--assumeyes";
    if (command.words.some(agreed)) continue;
    const verb = command.words.find(({ text }) => text === "install");
    const end = verb && script.range(verb)?.end;
    findings.advise(
      "InstallAsksQuestions",
      "The install asks before it begins, and a build cannot answer: add -y",
      script.run,
      {
        range: rangeOf(script, command),
        fixes: end === undefined ? [] : [inserted("Add -y", end, " -y")],
      },
    );
  }
}

function rangeOf(script: RunScript, command: ShellCommand | undefined) {
  const [first] = command === undefined ? [] : commandWords(command);
  const last = command?.words.at(-1);
  const start = first && script.range(first)?.start;
  const end = last && script.range(last)?.end;
  return start === undefined || end === undefined ? undefined : { start, end };
}

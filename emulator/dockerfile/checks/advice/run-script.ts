import type { RunInstruction } from "../../instruction.ts";
import type { Range } from "../../language/position.ts";
import type { ScannedInstruction } from "../../language/scan.ts";
import type { Findings } from "../findings.ts";
import { settingsOfMount } from "../stage-graph.ts";
import { splitCommands, type ShellCommand, type ShellWord } from "./shell.ts";

/** The commands of one RUN, with the way back into the text. */
export interface RunScript {
  readonly run: RunInstruction;
  readonly commands: readonly ShellCommand[];
  /** The whole script. */
  readonly text: string;
  /** Of a word; undefined in a heredoc and in the JSON form. */
  range(word: ShellWord): Range | undefined;
  /** Undefined where nothing can be put in by place: in a heredoc and in the JSON form. */
  readonly words: ScannedInstruction | undefined;
  /** Whether a cache is mounted on a directory, or on one above it. */
  caches(directory: string): boolean;
}

export function scriptOf(run: RunInstruction, findings: Findings): RunScript {
  const words = findings.words(run);
  const caches = (directory: string) =>
    run.mounts.map(settingsOfMount).some((settings) => {
      const of = (...keys: string[]) => settings.find(([key]) => keys.includes(key))?.[1];
      const target = of("target", "dst", "destination") ?? "";
      return of("type") === "cache" && (directory === target || directory.startsWith(`${target.replace(/\/$/, "")}/`));
    });
  const [first] = words?.words ?? [];
  if (!run.command.shell || run.inline.length > 0 || words === undefined || first === undefined) {
    const text =
      run.inline.length > 0 ? run.inline.map(({ content }) => content).join("\n") : run.command.words.join(" ");
    const json = (word: string, index: number): ShellWord => ({ text: word, start: index, end: index });
    const commands =
      run.command.shell || run.inline.length > 0
        ? splitCommands(text)
        : [{ words: run.command.words.map(json), before: "" }];
    return { run, commands, text, range: () => undefined, words: undefined, caches };
  }
  const { logical } = words;
  return {
    run,
    commands: splitCommands(logical.text, first.offset),
    text: logical.text.slice(first.offset),
    range: (word) => logical.range(word.start, word.end),
    words,
    caches,
  };
}

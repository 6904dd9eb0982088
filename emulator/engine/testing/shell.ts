import { GuestFileError } from "../runtime.ts";
import { parseSignal } from "../daemon/signals.ts";
import { concat } from "../streams.ts";
import { cleanPath } from "../daemon/container/mounts.ts";
import { walk, writeFile } from "./guest-tree.ts";
import { findProgram, type ProcessContext } from "./programs.ts";

/**
 * A little of the shell: `a; b`, `&&`, `||`, quotes, `$NAME`, `$?`, `$$`, `>`, `>>`, `>&2`, `2>/dev/null`, `exit`, `cd`,
 * `trap 'commands' SIGNAL` and `while :; do commands; done`. Reads its script from `-c` or from standard input.
 */
export async function shell(context: ProcessContext): Promise<number> {
  const [, flag, script] = context.args;
  const run = new Run(context);
  if (flag === "-c") return run.script(script ?? "");
  let rest = "";
  for (let bytes = await context.read(); bytes !== undefined; bytes = await context.read()) {
    const lines = (rest + new TextDecoder().decode(bytes)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      await run.script(line);
      if (run.exitCode !== undefined) return run.exitCode;
    }
  }
  return run.script(rest);
}

class Run {
  readonly #context: ProcessContext;
  exitCode: number | undefined;
  #status = 0;
  /** Commands of traps whose signals have come. */
  readonly #caught: string[] = [];
  #wake: (() => void) | undefined;

  constructor(context: ProcessContext) {
    this.#context = context;
  }

  async script(text: string): Promise<number> {
    const loop = /^(.*?)while\s+(?::|true)\s*;\s*do\s+(.*)\s*;\s*done\s*$/s.exec(text);
    if (loop !== null) {
      await this.#list(loop[1] ?? "");
      while (this.exitCode === undefined) await this.#list(loop[2] ?? "");
    } else await this.#list(text);
    return this.exitCode ?? this.#status;
  }

  async #list(text: string): Promise<void> {
    for (const { joiner, command } of splitCommands(text)) {
      if (this.exitCode !== undefined) return;
      if (joiner === "&&" && this.#status !== 0) continue;
      if (joiner === "||" && this.#status === 0) continue;
      this.#status = await this.#command(command);
      await this.#runTraps();
    }
  }

  async #runTraps(): Promise<void> {
    for (let commands = this.#caught.shift(); commands !== undefined; commands = this.#caught.shift())
      if (this.exitCode === undefined) await this.#list(commands);
  }

  async #command(text: string): Promise<number> {
    const { words, outputs } = this.#parse(text);
    const [name, ...args] = words;
    if (name === undefined) return this.#status;
    switch (name) {
      case ":":
        return 0;
      case "exit":
        this.exitCode = args[0] === undefined ? this.#status : Number(args[0]);
        return this.exitCode;
      case "cd":
        this.#context.cwd = cleanPath(args[0] ?? "/");
        return 0;
      case "trap":
        this.#trap(args[0] ?? "", args.slice(1));
        return 0;
      default:
        return this.#program(name, words, outputs);
    }
  }

  #trap(commands: string, signals: readonly string[]): void {
    for (const signal of signals)
      this.#context.traps.set(parseSignal(signal), () => {
        this.#caught.push(commands);
        this.#wake?.();
      });
  }

  async #program(name: string, words: readonly string[], outputs: Outputs): Promise<number> {
    const program = findProgram(name.split("/").at(-1) ?? "");
    if (program === undefined) {
      this.#context.write("stderr", `sh: ${name}: not found\n`);
      return 127;
    }
    const files = new Map<string, Uint8Array[]>();
    // The first byte is waited for no longer than the signal that a trap catches.
    const interrupted = new Promise<number>((resolve) => {
      this.#wake = () => {
        resolve(this.#status);
      };
    });
    const ran = program({
      ...this.#context,
      args: words,
      write: (kind, text) => {
        const output = outputs[kind];
        if (output === undefined) this.#context.write(kind, text);
        else if (output.kind === "stream") this.#context.write(output.to, text);
        else files.set(output.path, [...(files.get(output.path) ?? []), new TextEncoder().encode(text)]);
      },
    });
    const status = name === "sleep" ? await Promise.race([ran, interrupted]) : await ran;
    try {
      for (const output of Object.values(outputs))
        if (output?.kind === "file") this.#writeOut(output.path, output.append, files.get(output.path) ?? []);
    } catch (error) {
      if (!(error instanceof GuestFileError)) throw error;
      this.#context.write("stderr", `sh: can't create ${error.path}: No such file or directory\n`);
      return 1;
    }
    return status;
  }

  #writeOut(path: string, append: boolean, chunks: readonly Uint8Array[]): void {
    if (path === "/dev/null") return;
    const absolute = cleanPath(path.startsWith("/") ? path : `${this.#context.cwd}/${path}`);
    const before = append ? walk(this.#context.view, absolute).node?.bytes : undefined;
    writeFile(this.#context.view, absolute, concat([...(before === undefined ? [] : [before]), ...chunks]));
  }

  #parse(text: string): { words: string[]; outputs: Outputs } {
    const words: string[] = [];
    const outputs: Outputs = {};
    const token = /\s*(?:([12]?)>&([12])|([12]?)(>>?)\s*([^\s>&]+)|((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\>])+))/gy;
    for (let match = token.exec(text); match !== null; match = token.exec(text)) {
      const [, duplicated, to, redirected, arrow, path, word] = match;
      if (to !== undefined)
        outputs[duplicated === "2" ? "stderr" : "stdout"] = { kind: "stream", to: to === "2" ? "stderr" : "stdout" };
      else if (arrow !== undefined)
        outputs[redirected === "2" ? "stderr" : "stdout"] = {
          kind: "file",
          path: this.#expand(path ?? ""),
          append: arrow === ">>",
        };
      else words.push(this.#expand(word ?? ""));
    }
    return { words, outputs };
  }

  #expand(word: string): string {
    const variables = (text: string): string =>
      text.replace(/\\(.)|\$(\?|\$|\w+)/g, (_all, escaped?: string, name?: string) => {
        if (escaped !== undefined) return escaped;
        if (name === "?") return String(this.#status);
        if (name === "$") return String(this.#context.pid);
        return this.#context.env[name ?? ""] ?? "";
      });
    return word.replace(
      /"((?:\\.|[^"\\])*)"|'([^']*)'|((?:\\.|[^"'\\])+)/g,
      (_all, double?: string, single?: string, bare?: string) => single ?? variables(double ?? bare ?? ""),
    );
  }
}

interface Outputs {
  stdout?: Output;
  stderr?: Output;
}
type Output =
  | { readonly kind: "stream"; readonly to: "stdout" | "stderr" }
  | { readonly kind: "file"; readonly path: string; readonly append: boolean };

/** At `;`, `&&`, `||` and line ends outside quotes. */
function splitCommands(text: string): { joiner: string; command: string }[] {
  const commands: { joiner: string; command: string }[] = [];
  let joiner = ";";
  let command = "";
  const token = /"(?:\\.|[^"\\])*"|'[^']*'|\\.|&&|\|\||;|\n|[^]/gy;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [part] = match;
    if (["&&", "||", ";", "\n"].includes(part)) {
      if (command.trim() !== "") commands.push({ joiner, command });
      joiner = part;
      command = "";
    } else command += part;
  }
  if (command.trim() !== "") commands.push({ joiner, command });
  return commands;
}

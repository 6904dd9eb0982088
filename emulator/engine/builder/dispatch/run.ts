import type { RunInstruction } from "../../../dockerfile/instruction.ts";
import type { RunConfig } from "../../../spec/oci-image.ts";
import { withShell } from "./metadata.ts";

export interface RunCommandLine {
  readonly args: readonly string[];
  /** A heredoc that names its own interpreter is a file of its own. */
  readonly script: { readonly name: string; readonly content: string } | undefined;
  /** What the step is called: the instruction, with the beginning of a heredoc. */
  readonly shown: string;
}

/** What RUN runs. A heredoc alone is a script for the shell; one in a line goes to the shell with it. */
export function runCommandLine(instruction: RunInstruction, config: RunConfig): RunCommandLine {
  const { command, inline, original } = instruction;
  const [first] = inline;
  if (first === undefined) return { args: withShell(command, config), script: undefined, shown: original };
  const line = command.words.join(" ");
  if (!isHeredocAlone(line)) {
    const text = inline.reduce((all, file) => `${all}\n${file.content}${file.name}`, line);
    return { args: withShell({ words: [text], shell: true }, config), script: undefined, shown: original };
  }
  const shown = `${original} (${summary(first.content)})`;
  if (first.content.startsWith("#!"))
    return {
      args: withShell({ words: [`/dev/pipes/${first.name}`], shell: command.shell }, config),
      script: { name: first.name, content: first.content },
      shown,
    };
  return { args: withShell({ words: [first.content], shell: command.shell }, config), script: undefined, shown };
}

function isHeredocAlone(line: string): boolean {
  return /^\d*<<-?\s*(?:"[^"]+"|'[^']+'|[^\s<'"]+)$/.test(line.trim());
}

function summary(content: string): string {
  const [first = "", ...rest] = content.trim().split(/\r?\n/);
  return rest.length > 0 ? `${first}...` : first;
}

/** What the history says: the build arguments that were in force, and the words. */
export function runComment(
  args: readonly string[],
  buildArgs: ReadonlyMap<string, string | undefined>,
  env: ReadonlyMap<string, string>,
): string {
  const values = [...buildArgs].map(([key, value]) => `${key}=${env.get(key) ?? value ?? ""}`);
  const prefix = values.length > 0 ? [`|${String(values.length)}`, ...values] : [];
  return ["RUN", ...prefix, ...args].join(" ");
}

/** Commands with what they printed: `### command`, `[out]`, `[err]`, `[exit] N`. */
export interface Step {
  readonly command: string;
  readonly out: string;
  readonly err: string;
  readonly exit: number;
}

const NO_NEWLINE = "\\ no newline at end\n";

export function printTranscript(steps: readonly Step[]): string {
  const section = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n${NO_NEWLINE}`);
  return steps
    .map(
      ({ command, out, err, exit }) => `### ${command}\n[out]\n${section(out)}[err]\n${section(err)}[exit] ${exit}\n`,
    )
    .join("");
}

export function parseTranscript(text: string): Step[] {
  const restore = (section: string): string => section.replace(`\n${NO_NEWLINE}`, "");
  return text
    .split(/^### /m)
    .slice(1)
    .map((step) => {
      const found = /^(.*)\n(?:\[out\]\n([\s\S]*?)\[err\]\n([\s\S]*?)\[exit\] (-?\d+)\n)?$/.exec(step);
      if (found === null) throw new Error(`not a step: ${step}`);
      const [, command = "", out = "", err = "", exit = "0"] = found;
      return { command, out: restore(out), err: restore(err), exit: Number(exit) };
    });
}

/** The words of a command line: quotes as a shell reads them, nothing else. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  const pattern = /\s*((?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+)/gy;
  for (let found = pattern.exec(line); found !== null; found = pattern.exec(line)) {
    const word = (found[1] ?? "").replace(
      /\\(.)|'([^']*)'|"((?:[^"\\]|\\.)*)"/g,
      (_all, escaped?: string, single?: string, double?: string) =>
        escaped ?? single ?? (double ?? "").replace(/\\(["\\$`])/g, "$1"),
    );
    words.push(word);
  }
  return words;
}

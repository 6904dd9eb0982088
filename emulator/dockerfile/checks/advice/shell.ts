/** A word of a command line, with its place in the text. */
export interface ShellWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** One command of a line, and what stood before it: `&&`, `||`, `|`, `;`, or nothing. */
export interface ShellCommand {
  readonly words: readonly ShellWord[];
  readonly before: string;
}

const operator = /^(?:&&|\|\||\|&|;;|[;|&\n(){}])/;

/** The commands of a line for a shell, as far as advice needs them: no grammar, just words and operators. Never throws. */
export function splitCommands(text: string, from = 0): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: ShellWord[] = [];
  let before = "";
  let at = from;
  const finish = (next: string) => {
    if (words.length > 0) commands.push({ words, before });
    if (words.length > 0 || next !== "\n") before = next;
    words = [];
  };
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === " " || character === "\t" || character === "\r") at++;
    else if (character === "#") at = lineEnd(text, at);
    else {
      const found = operator.exec(text.slice(at, at + 2))?.[0];
      if (found !== undefined) {
        finish(found);
        at += found.length;
      } else {
        const end = wordEnd(text, at);
        words.push({ text: text.slice(at, end), start: at, end });
        at = end;
      }
    }
  }
  finish("");
  return commands;
}

/** The command's name and its arguments, past assignments and `sudo`, `env`, `exec`, `time`. */
export function commandWords({ words }: ShellCommand): readonly ShellWord[] {
  const first = words.findIndex(({ text }) => !/^\w+=/.test(text) && !wrappers.has(text));
  return first < 0 ? [] : words.slice(first);
}

/** Whether it is `name verb …`, options in between left out: `apt-get -y install`. */
export function isCommand(command: ShellCommand, names: readonly string[], verbs: readonly string[]): boolean {
  const [name, ...rest] = commandWords(command);
  if (name === undefined || !names.includes(name.text)) return false;
  const verb = rest.find(({ text }) => !text.startsWith("-"));
  return verb !== undefined && verbs.includes(verb.text);
}

const wrappers = new Set(["sudo", "env", "exec", "time", "then", "do", "else", "!"]);

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === "\\") at += 2;
    else if (character === "'") at = closing(text, "'", at + 1);
    else if (character === '"') at = doubleQuoted(text, at + 1);
    else if (character === "`") at = closing(text, "`", at + 1);
    else if (character === "$" && (text.charAt(at + 1) === "(" || text.charAt(at + 1) === "{"))
      at = balanced(text, at + 1);
    else if (/[\s;|&()]/.test(character) && at > from) return at;
    else if (/[\s;|&()]/.test(character)) return at + 1;
    else at++;
  }
  return Math.min(at, text.length);
}

function closing(text: string, quote: string, from: number): number {
  const end = text.indexOf(quote, from);
  return end < 0 ? text.length : end + 1;
}

function doubleQuoted(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === "\\" ? 2 : 1;
  return Math.min(at + 1, text.length);
}

/** Past the bracket that closes the one at `from`. */
function balanced(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "(" || character === "{") depth++;
    else if ((character === ")" || character === "}") && --depth === 0) return at + 1;
  }
  return text.length;
}

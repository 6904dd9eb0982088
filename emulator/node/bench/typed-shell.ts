import type { Lab } from "../../index.ts";

/** A shell on a terminal, typed into as a learner does. */
export class TypedShell {
  #text = "";
  #waiting: (() => void) | undefined;
  #count = 0;

  private constructor(readonly write: (text: string) => Promise<void>) {}

  static async open(lab: Lab, name = "bench"): Promise<TypedShell> {
    const { process } = await lab.sessions.shell(name, { columns: 120, rows: 40 });
    if (process.stdin === undefined || process.stdout === undefined) throw new Error("the shell has no terminal");
    const writer = process.stdin.getWriter();
    const shell = new TypedShell((text) => writer.write(new TextEncoder().encode(text)));
    // The machine ends before its shell does.
    shell.#read(process.stdout).catch(() => undefined);
    return shell;
  }

  async #read(output: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of output) {
      this.#text += decoder.decode(chunk, { stream: true });
      this.#waiting?.();
    }
  }

  /** Waits until what was printed since the last call matches; escape sequences are left out. Throws after `patience` ms. */
  async until(pattern: RegExp, patience = 60_000): Promise<string> {
    const deadline = performance.now() + patience;
    for (;;) {
      const plain = withoutControls(this.#text);
      const match = pattern.exec(plain);
      if (match !== null) {
        this.#text = "";
        return plain;
      }
      if (performance.now() > deadline) throw new Error(`${pattern} did not show: ${this.#text}`);
      await this.#more();
    }
  }

  #more(): Promise<void> {
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 1000);
      this.#waiting = () => (clearTimeout(timer), resolve());
    });
  }

  /** Types a command; resolves with what it printed and the seconds until the shell was back. Throws after `patience` ms. */
  async run(command: string, patience = 60_000): Promise<{ seconds: number; output: string }> {
    const marker = `__${++this.#count}__`;
    this.#text = "";
    const began = performance.now();
    // The marker is put together by the shell, so that the echo of what was typed is not taken for the answer.
    await this.write(`${command}; echo "__"${this.#count}"__"\n`);
    const deadline = began + patience;
    while (!new RegExp(`^${marker}$`, "m").test(withoutControls(this.#text))) {
      if (performance.now() > deadline) throw new Error(`no answer to ${command}: ${this.#text}`);
      await this.#more();
    }
    return { seconds: (performance.now() - began) / 1000, output: this.#text };
  }
}

function withoutControls(text: string): string {
  // eslint-disable-next-line no-control-regex -- the screen's own control sequences
  return text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replace(/\r/g, "");
}

import * as v from "valibot";

export interface Tab {
  /** Names the shell on the machine too: a tab that comes back finds its shell. */
  readonly id: string;
  readonly title: string;
}

const stored = v.object({
  tabs: v.pipe(
    v.array(v.object({ id: v.pipe(v.string(), v.regex(/^shell-\d+$/)), title: v.string() })),
    v.minLength(1),
    v.maxLength(8),
  ),
  active: v.string(),
});

/** The open terminals of one machine. */
export class TerminalTabs {
  static readonly most = 8;
  list = $state<Tab[]>([{ id: "shell-1", title: "Shell 1" }]);
  active = $state("shell-1");
  /** A command to type into the active terminal, as "Run" buttons ask. */
  pending = $state<{ readonly text: string; readonly serial: number } | undefined>();
  #serial = 0;
  readonly #readers = new Set<(atPrompt: boolean) => void>();
  #slot: string | undefined;

  /** Those of another machine. */
  restore(slot: string): void {
    this.#slot = slot;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), stored), localStorage.getItem(this.#key(slot)));
    this.list = parsed.success ? parsed.output.tabs : [{ id: "shell-1", title: "Shell 1" }];
    if (!parsed.success) {
      this.active = "shell-1";
      return;
    }
    this.active = this.list.some((tab) => tab.id === parsed.output.active)
      ? parsed.output.active
      : (this.list[0]?.id ?? "shell-1");
  }

  open(): void {
    if (this.list.length >= TerminalTabs.most) return;
    const number = Math.max(0, ...this.list.map((tab) => Number(tab.id.slice("shell-".length)))) + 1;
    this.list.push({ id: `shell-${number}`, title: `Shell ${number}` });
    this.activate(`shell-${number}`);
  }

  close(id: string): void {
    const at = this.list.findIndex((tab) => tab.id === id);
    if (at < 0) return;
    this.list.splice(at, 1);
    if (this.list.length === 0) this.list.push({ id: "shell-1", title: "Shell 1" });
    if (this.active === id) this.active = (this.list[at] ?? this.list.at(-1))?.id ?? "shell-1";
    this.#write();
  }

  activate(id: string): void {
    this.active = id;
    this.#write();
  }

  /** Types a command with Enter into the active terminal. */
  run(command: string): void {
    this.pending = { text: `${command}\n`, serial: ++this.#serial };
  }

  /** Keys of the active terminal's own, like Ctrl+C. */
  press(text: string): void {
    this.pending = { text, serial: ++this.#serial };
  }

  /** Calls `listener` after a terminal showed more than what is typed: a command may have changed files, or is over. */
  onOutput(listener: (atPrompt: boolean) => void): () => void {
    this.#readers.add(listener);
    return () => this.#readers.delete(listener);
  }

  printed(atPrompt: boolean): void {
    for (const reader of this.#readers) reader(atPrompt);
  }

  #key(slot: string): string {
    return `drydock.tabs.${slot}`;
  }

  #write(): void {
    if (this.#slot === undefined) return;
    try {
      localStorage.setItem(this.#key(this.#slot), JSON.stringify({ tabs: this.list, active: this.active }));
    } catch {
      // Without storage a reload begins with one terminal.
    }
  }
}

import type { Cli } from "./command.ts";

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** Tells the engine the terminal's size now and whenever it changes, until the returned function is called. */
export function followTerminalSize(cli: Cli, resize: (size: TerminalSize) => Promise<void>): () => void {
  const terminal = cli.invocation.terminal;
  if (terminal === undefined) return () => undefined;
  const tell = (size: TerminalSize): void => {
    // A container that has just ended has no terminal any more; its exit is told elsewhere.
    if (size.rows > 0 && size.columns > 0) resize(size).catch(() => undefined);
  };
  tell({ rows: terminal.rows, columns: terminal.columns });
  return terminal.onResize((size) => tell(size));
}

/** Those that end a program, by number on x86. */
const signals: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  10: "SIGUSR1",
  11: "SIGSEGV",
  12: "SIGUSR2",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
};

export const sigkill = 9;
export const sigterm = 15;

export function signalName(signal: number): string {
  return signals[signal] ?? `signal ${String(signal)}`;
}

/** What an exit code says, without a full stop. */
export function exitMeaning(code: number, oomKilled = false): string {
  if (code === 137 && oomKilled) return "137 = 128 + 9: SIGKILL from the kernel, which had no memory left for it";
  if (code === 0) return "0: all went well";
  if (code === 1) return "1: it failed, for a reason of its own";
  if (code === 125) return "125: Docker itself could not run it";
  if (code === 126) return "126: the program is there and cannot be executed";
  if (code === 127) return "127: the program was not found";
  if (code === 255) return "255: out of range, or nobody was there to see how it ended";
  const signal = code - 128;
  if (signal > 0 && signals[signal] !== undefined)
    return `${String(code)} = 128 + ${String(signal)}: ${signalName(signal)}`;
  return `${String(code)}: what it means is the program's own choice`;
}

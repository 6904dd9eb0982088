import { RuntimeError } from "../engine/runtime.ts";

/** The last error of crun's log (a JSON object a line), or the text itself when it is none. */
export function lastError(log: string): string {
  const messages = log
    .split("\n")
    .map(message)
    .filter((text) => text !== undefined);
  return messages.at(-1) ?? log.trim();
}

function message(line: string): string | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== "object" || entry === null || !("msg" in entry) || typeof entry.msg !== "string")
      return undefined;
    return "level" in entry && entry.level !== "error" ? undefined : entry.msg;
  } catch {
    return undefined;
  }
}

/** What crun said when it did not start a process. Its words about the command have a kind of their own. */
export function runtimeError(log: string): RuntimeError {
  const reason = lastError(log);
  if (/^executable file `[^]*` not found(?: in \$PATH)?(?::|$)/.test(reason))
    return new RuntimeError(reason, "not-found");
  if (/^(?:open|exec|cannot open) executable(?: `[^]*`)?: No such file or directory$/i.test(reason))
    return new RuntimeError(reason, "not-found");
  if (
    /^(?:open executable|the path `[^]*` exists but it is not an executable|exec(?: container process)? `[^]*`:)/.test(
      reason,
    )
  )
    return new RuntimeError(reason, /No such file or directory$/.test(reason) ? "not-found" : "not-executable");
  return new RuntimeError(reason, "other");
}

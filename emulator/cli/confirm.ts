import { StatusError, type Cli } from "./command.ts";

/** Asks on standard output and reads one line. Anything but `y` ends the command, quietly and with success. */
export async function confirm(cli: Cli, message: string): Promise<void> {
  await cli.out(`${message} [y/N] `);
  const answer = await readLine(cli);
  if (answer.trim().toLowerCase() !== "y") throw new StatusError(0, "");
}

/** One line of standard input, without its end. */
export async function readLine(cli: Cli): Promise<string> {
  const reader = cli.invocation.stdin.open().getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const next = await reader.read();
    if (next.done) break;
    text += decoder.decode(next.value, { stream: true });
  }
  await reader.cancel().catch(() => undefined);
  return text.split("\n")[0]?.replace(/\r$/, "") ?? "";
}

export const ARE_YOU_SURE = "Are you sure you want to continue?";

/** All of standard input as text. */
export async function readAll(cli: Cli): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of cli.invocation.stdin.open()) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

import type { ExposeInstruction } from "../instruction.ts";
import type { Findings, Pointer } from "./findings.ts";
import { replaced } from "./fixes.ts";
import type { Settings } from "./settings.ts";

/** One port of EXPOSE, variables done. False where it is an error, at which the build ends. */
export function checkPort(
  instruction: ExposeInstruction,
  port: string,
  findings: Findings,
  settings: Settings,
): boolean {
  const parts = port.split(":");
  const container = parts.at(-1) ?? "";
  const slash = container.indexOf("/");
  const number = slash < 0 ? container : container.slice(0, slash);
  const protocol = slash < 0 ? "" : container.slice(slash + 1);
  if (number === "" || !["", "tcp", "udp", "sctp"].includes(protocol.toLowerCase())) return false;
  const token = findings.words(instruction)?.words.find(({ text }) => text === port);
  const pointer = (title: string, text: string): Pointer =>
    token === undefined ? {} : { range: token, fixes: [replaced(title, token, text)] };
  if (protocol !== protocol.toLowerCase())
    findings.warn(
      "ExposeProtoCasing",
      `Defined protocol '${port}' in EXPOSE instruction should be lowercase`,
      instruction.lines,
      pointer("Write it in lower case", port.slice(0, port.length - protocol.length) + protocol.toLowerCase()),
      settings,
    );
  if (parts.slice(0, -1).some((part) => part !== ""))
    findings.warn(
      "ExposeInvalidFormat",
      `EXPOSE instruction should not define an IP address or host-port mapping, found '${port}'`,
      instruction.lines,
      pointer("Keep the container's port", container),
      settings,
    );
  return true;
}

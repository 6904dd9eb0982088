import * as v from "valibot";
import type { Transport } from "../../emulator/client/transport.ts";
import type { ShellPlace } from "../../emulator/spec/inside-files.ts";

const shellPlace = v.object({ folder: v.string(), idle: v.boolean() });

/** Where the shell of a terminal stands, and whether it waits for a command; undefined when there is none. */
export async function placeOf(transport: Transport, terminal: string): Promise<ShellPlace | undefined> {
  const target = `/inside/files/shell?name=${encodeURIComponent(terminal)}`;
  const { status, body } = await transport.request({ method: "GET", target, headers: {} });
  const answer: unknown = await new Response(body).json();
  return status === 200 ? v.parse(shellPlace, answer) : undefined;
}

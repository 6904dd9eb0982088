import type { Agent } from "../../agent/agent.ts";
import { GuestFileError } from "../../engine/runtime.ts";

/** Renames in the guest with its own mv, never onto something that is there. */
export async function renameInGuest(agent: Agent, from: string, to: string): Promise<void> {
  const mv = await agent.spawn({
    argv: ["/bin/busybox", "mv", "-n", "-T", "--", from, to],
    env: [],
    cwd: "/",
    stdio: { kind: "pipes", stdin: false },
  });
  const said = await new Response(mv.stderr).text();
  const { code } = await mv.exited;
  if (code !== 0) throw new GuestFileError("EIO", from, said.trim() || `mv ended with status ${code}`);
}

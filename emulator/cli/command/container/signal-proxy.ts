import * as containers from "../../../client/container.ts";
import { StatusError, type Cli } from "../../command.ts";
import type { SignalName } from "../../invocation.ts";

const notProxied = new Set<SignalName>(["SIGPIPE", "SIGWINCH"]);
const terminating = new Set<SignalName>(["SIGINT", "SIGTERM"]);
/** The container may well ignore them: so many of them end the command itself. */
const PATIENCE = 3;

/**
 * Runs `work` while the signals this command gets are sent on to the container. The third that asks for an end is not
 * for the container: it ends the command, and every request that `work` has under way.
 */
export async function withProxiedSignals<T>(cli: Cli, id: string, work: (cli: Cli) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const signals = [cli.engine.signal ?? cli.invocation.signal, stop.signal];
  const engine = { ...cli.engine, signal: AbortSignal.any(signals) };
  let asked = 0;
  let force: (error: StatusError) => void = () => undefined;
  const forced = new Promise<never>((_resolve, reject) => (force = reject));
  const release = cli.invocation.onSignal((name) => {
    if (notProxied.has(name)) return;
    if (terminating.has(name) && ++asked >= PATIENCE)
      force(new StatusError(1, "\ngot 3 SIGTERM/SIGINTs, forcefully exiting"));
    // The container may have ended meanwhile, and then there is nobody to tell.
    else containers.kill(cli.engine, id, name.replace(/^SIG/, "")).catch(() => undefined);
  });
  try {
    return await Promise.race([work({ ...cli, engine }), forced]);
  } finally {
    release();
    stop.abort(new Error("done"));
  }
}

import * as containers from "../../../client/container.ts";
import type { Cli } from "../../command.ts";

const notProxied = new Set(["SIGPIPE", "SIGWINCH"]);

/** Sends the signals this command gets on to the container, until the returned function is called. */
export function proxySignals(cli: Cli, id: string): () => void {
  return cli.invocation.onSignal((name) => {
    if (notProxied.has(name)) return;
    // The container may have ended meanwhile, and then there is nobody to tell.
    containers.kill(cli.engine, id, name.replace(/^SIG/, "")).catch(() => undefined);
  });
}

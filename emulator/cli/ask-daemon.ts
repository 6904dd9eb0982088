import { text, type Query } from "../client/engine.ts";
import type { Call, Result } from "./command.ts";

/**
 * The run function of commands for what this engine is never part of (swarm, plugins): the engine is asked, and its
 * refusal is the answer. `*` in the path stands for the first argument.
 */
export function askDaemon(
  method: "GET" | "POST" | "DELETE",
  path: string,
  query: Query = {},
): (call: Call) => Promise<Result> {
  return async ({ cli, args }) => {
    const [name = ""] = args;
    const body = method === "POST" ? { json: {} } : {};
    const answer = await text(cli.engine, method, path.replace("*", encodeURIComponent(name)), { query, ...body });
    if (answer.trim() !== "") await cli.out(`${answer.trim()}\n`);
    return 0;
  };
}

import type { ContainerWaitResponse } from "../../../spec/engine-api.generated.ts";
import { InvalidParameter } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import type { TaskExit } from "../../runtime.ts";
import type { Daemon } from "../daemon.ts";

export type WaitCondition = "not-running" | "next-exit" | "removed";

export function parseWaitCondition(text: string): WaitCondition {
  switch (text) {
    case "":
    case "not-running":
      return "not-running";
    case "next-exit":
    case "removed":
      return text;
    default:
      throw new InvalidParameter(`invalid condition: ${JSON.stringify(text)}`);
  }
}

/** Listens from the call on, and resolves when the condition holds. Rejects when the signal aborts. */
export async function waitContainer(
  daemon: Daemon,
  container: ContainerRecord,
  condition: WaitCondition,
  signal: AbortSignal,
): Promise<ContainerWaitResponse> {
  const live = daemon.containers.live(container);
  const { state } = container;
  const answer = ({ exitCode }: Pick<TaskExit, "exitCode">): ContainerWaitResponse => ({
    StatusCode: exitCode,
    ...(state.error === "" ? {} : { Error: { Message: state.error } }),
  });
  if (condition === "not-running" && !state.running) return answer(state);
  // Why it could not be started has been the answer to the start.
  if (condition === "removed") return { StatusCode: (await live.removals.next(signal)).exitCode };
  return answer(await live.exits.next(signal));
}

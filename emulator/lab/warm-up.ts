import * as container from "../client/container.ts";
import { inProcess } from "../client/inprocess.ts";
import { createEngine } from "../engine/engine.ts";
import type { EngineState } from "../engine/state.ts";
import type { World } from "../engine/world.ts";

/** It ends by itself after so many milliseconds. */
const longest = 1000;

/**
 * Runs throw-away containers until `signal` aborts, so that the emulator has compiled what a container start needs before
 * the learner asks for one: compiled code is not part of a state. They belong to an engine of their own over the same
 * machine, with the images but without the containers of the real one: nothing of it shows in lists or events.
 */
export async function warmUp(world: World, state: EngineState, image: string, signal: AbortSignal): Promise<number> {
  const engine = createEngine(world);
  const deadline = performance.now() + longest;
  // Where containers are, their addresses are not this engine's to give.
  const network = state.containers.length === 0 ? "bridge" : "none";
  let runs = 0;
  try {
    await engine.restore({ ...state, containers: [], execs: [], endpoints: [] });
    const client = { transport: inProcess(engine.handle) };
    while (!signal.aborted && performance.now() < deadline) {
      const { Id } = await container.create(client, {
        Image: image,
        Cmd: ["true"],
        AttachStdout: true,
        HostConfig: { NetworkMode: network },
        NetworkingConfig: {},
      });
      try {
        const { exited } = await container.wait(client, Id, "next-exit");
        await container.start(client, Id);
        await exited;
        runs++;
      } finally {
        await container.remove(client, Id, { force: true });
      }
    }
  } finally {
    await engine.close();
  }
  return runs;
}

import fc from "fast-check";
import { expect, it } from "vitest";
import { EngineApi } from "../../testing/api.ts";
import { ManualClock } from "../../testing/clock.ts";

const verbs = [
  "start",
  "stop?t=0",
  "kill",
  "restart?t=0",
  "pause",
  "unpause",
  "rename?name=",
  "remove",
  "exec",
  "wait",
] as const;
const action = fc.record({
  verb: fc.constantFrom(...verbs),
  container: fc.nat(2),
  /** Not waited for: the next one comes at once. */
  parallel: fc.boolean(),
});

async function act(api: EngineApi, id: string, verb: (typeof verbs)[number], turn: number): Promise<number> {
  switch (verb) {
    case "remove":
      return (await api.delete(`/containers/${id}?force=1&v=1`)).status;
    case "rename?name=":
      return (await api.post(`/containers/${id}/rename?name=name${String(turn)}`)).status;
    case "wait": {
      const { status, body } = await api.open("POST", `/containers/${id}/wait`);
      if (body !== null && !(body instanceof Uint8Array)) await body.cancel();
      return status;
    }
    case "exec": {
      const created = await api.post(`/containers/${id}/exec`, { Cmd: ["true"] });
      if (created.status !== 201) return created.status;
      const { status } = await api.post(`/exec/${String(created.json.Id)}/start`, { Detach: true });
      // The task may have ended before the engine knows: then the runtime says so.
      return status === 400 ? 409 : status;
    }
    default:
      return (await api.post(`/containers/${id}/${verb}`)).status;
  }
}

/** Time goes on while it is waited for. Says what hangs. */
async function passing<T>(clock: ManualClock, what: string, work: Promise<T>): Promise<T> {
  let done = false;
  const mark = (): void => {
    done = true;
  };
  work.then(mark, mark);
  for (let i = 0; i < 3000 && !done; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (i % 10 === 9) clock.advance(100);
  }
  if (!done) throw new Error(`${what} hangs`);
  return work;
}

it("whatever is done at the same time, nothing is left behind", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
      const clock = new ManualClock();
      const api = await EngineApi.start({ clock });
      const restarting = {
        HostConfig: { RestartPolicy: { Name: "always" }, Binds: ["shared:/v"] },
        Volumes: { "/a": {} },
      };
      const ids = [
        await api.create(["sleep", "1"], restarting),
        await api.create(["sleep", "300"], { HostConfig: { AutoRemove: true } }),
        await api.create(["cat"], { OpenStdin: true, HostConfig: { IpcMode: "shareable" } }),
      ];
      const under: Promise<number>[] = [];
      for (const [turn, { verb, container, parallel }] of actions.entries()) {
        const done = act(api, ids[container] ?? "", verb, turn);
        under.push(done);
        if (!parallel) await passing(clock, verb, done);
        clock.advance(300);
      }
      for (const status of await passing(clock, "an action", Promise.all(under)))
        expect([200, 201, 204, 304, 404, 409]).toContain(status);
      for (const id of ids)
        expect([204, 404, 409]).toContain((await api.delete(`/containers/${id}?force=1&v=1`)).status);
      await api.engine.settled();
      const { world } = api;
      expect(world.reported).toEqual([]);
      expect((await api.get("/containers/json?all=1")).json).toEqual([]);
      expect([...world.runtime.keys, ...world.snapshotter.ids, ...world.network.sandboxes]).toEqual([]);
      expect([...world.network.endpoints.keys()]).toEqual([]);
      expect([world.guest.mounts.size, clock.waiting]).toEqual([0, 0]);
      expect((await api.get("/volumes")).json.Volumes).toHaveLength(1);
      await api.engine.close();
    }),
    { numRuns: 200 },
  );
}, 120_000);

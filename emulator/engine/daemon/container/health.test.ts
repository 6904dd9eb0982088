import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EngineApi } from "../../testing/api.ts";
import { ManualClock } from "../../testing/clock.ts";
import { eventually } from "../../testing/eventually.ts";

const second = 1e9;
let api: EngineApi;
let clock: ManualClock;
beforeEach(async () => {
  clock = new ManualClock();
  api = await EngineApi.start({ clock });
});
afterEach(async () => {
  await api.engine.close();
  expect(api.world.reported).toEqual([]);
  expect(clock.waiting).toBe(0);
});

const health = async (id: string) => (await api.get(`/containers/${id}/json`)).json.State.Health;

/** Moves to the next probe and waits until it has been counted. */
async function probe(id: string, milliseconds: number): Promise<void> {
  const before = (await health(id)).Log.at(-1)?.End;
  clock.advance(milliseconds);
  await eventually(async () => {
    const last = (await health(id)).Log.at(-1);
    return last !== undefined && last.End !== before;
  });
}

async function started(check: Record<string, unknown>): Promise<string> {
  const id = await api.create(["sleep", "3000"], {
    Healthcheck: { Test: ["CMD-SHELL", "test -f /ok"], Interval: second, Timeout: 2 * second, Retries: 2, ...check },
  });
  await api.post(`/containers/${id}/start`);
  return id;
}

describe("health", () => {
  it("goes from starting to unhealthy to healthy, and tells of it", async () => {
    const told: string[] = [];
    api.engine.events.subscribe(({ Action }) => Action.startsWith("health") && told.push(Action));
    const id = await started({});
    expect(await health(id)).toEqual({ Status: "starting", FailingStreak: 0, Log: [] });
    await probe(id, 1000);
    expect(await health(id)).toMatchObject({ Status: "starting", FailingStreak: 1 });
    await probe(id, 1000);
    expect(await health(id)).toMatchObject({ Status: "unhealthy", FailingStreak: 2 });
    expect((await api.get("/containers/json")).json[0].Status).toBe("Up 2 seconds (unhealthy)");
    await api.post(`/containers/${id}/exec`, { Cmd: ["touch", "/ok"] }).then(async ({ json }) => {
      await api.post(`/exec/${String(json.Id)}/start`, { Detach: true });
    });
    await probe(id, 1000);
    expect(await health(id)).toMatchObject({ Status: "healthy", FailingStreak: 0 });
    for (let i = 0; i < 4; i++) await probe(id, 1000);
    expect((await health(id)).Log).toHaveLength(5);
    expect(told).toEqual(["health_status: unhealthy", "health_status: healthy"]);
    expect((await api.get('/containers/json?filters={"health":["healthy"]}')).json).toHaveLength(1);
    await api.delete(`/containers/${id}?force=1`);
  });

  it("failures in the start period do not count", async () => {
    const id = await started({ StartPeriod: 60 * second, StartInterval: second / 2 });
    for (let i = 0; i < 4; i++) await probe(id, 500);
    expect(await health(id)).toMatchObject({ Status: "starting", FailingStreak: 0 });
    await api.delete(`/containers/${id}?force=1`);
  });

  it("a probe that hangs is ended", async () => {
    const id = await started({ Test: ["CMD", "sleep", "100"], Retries: 1 });
    clock.advance(1000);
    await eventually(async () => clock.waiting >= 3);
    await probe(id, 2000);
    expect((await health(id)).Log[0]).toMatchObject({ ExitCode: -1, Output: "Health check exceeded timeout (2s)" });
    expect((await health(id)).Status).toBe("unhealthy");
    await api.delete(`/containers/${id}?force=1`);
  });

  it("probes rest while the container is paused, and end with it", async () => {
    const id = await started({});
    await api.post(`/containers/${id}/pause`);
    expect(clock.waiting).toBe(1);
    await api.post(`/containers/${id}/unpause`);
    expect(clock.waiting).toBe(2);
    await api.post(`/containers/${id}/kill`);
    expect(clock.waiting).toBe(0);
    await api.delete(`/containers/${id}`);
  });

  it("deadlines are kept over a restore", async () => {
    const id = await started({});
    clock.advance(600);
    api = await api.restored();
    await probe(id, 400);
    expect((await health(id)).FailingStreak).toBe(1);
    await api.delete(`/containers/${id}?force=1`);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ClientRequest, ClientResponse, Transport } from "../../emulator/client/transport.ts";
import { readTar } from "../../emulator/image/tar/read.ts";
import { lessonMachine, pullImages } from "./lesson-machine.ts";
import { lesson, memoryStorage } from "./testing/fakes.ts";

beforeEach(() => vi.stubGlobal("localStorage", memoryStorage()));
afterEach(() => vi.unstubAllGlobals());

/** An engine that has some images, and a folder that takes tars. */
class Machine implements Transport {
  readonly requests: string[] = [];
  readonly tars: Uint8Array[] = [];
  full = false;

  async request({ method, target, body }: ClientRequest): Promise<ClientResponse> {
    this.requests.push(`${method} ${target}`);
    if (body instanceof Uint8Array) this.tars.push(body);
    if (this.full) return answer({ message: "The machine's disk is full." }, 507);
    return answer(target.includes("missing") ? { error: "not found" } : { status: "Pull complete" });
  }

  hijack(): Promise<never> {
    return Promise.reject(new Error("nothing is hijacked here"));
  }
}

const answer = (value: unknown, status = 200): ClientResponse => ({
  status,
  headers: {},
  body: new Response(`${JSON.stringify(value)}\n`).body ?? new ReadableStream(),
});

const files = [
  { path: "app/run.sh", mode: 0o755, base64: btoa("#!/bin/sh\n") },
  { path: "note", mode: 0o644, base64: btoa("hi") },
];
const signal = () => new AbortController().signal;

describe("a lesson's machine", () => {
  it("is one of the tab and the lesson, with its files put there in one request", async () => {
    const place = lessonMachine("machine-2", { ...lesson(["a"]), id: "elsewhere/a.b", files });
    expect([place.machine, place.folder]).toEqual(["machine-2--elsewhere_a_b", "/root/lesson"]);
    const machine = new Machine();
    await place.prepare?.(machine);
    expect(machine.requests).toEqual(["POST /inside/files/upload?path=/root"]);
    const entries: string[] = [];
    const tar = machine.tars[0] ?? new Uint8Array();
    for (const { name, mode, content } of readTar(tar))
      entries.push(`${name} ${mode.toString(8)} ${new TextDecoder().decode(content)}`);
    expect(entries).toEqual([
      "lesson/ 755 ",
      "lesson/app/ 755 ",
      "lesson/app/run.sh 755 #!/bin/sh\n",
      "lesson/note 644 hi",
    ]);
  });

  it("without files has its folder, and a full one says so", async () => {
    const machine = new Machine();
    await lessonMachine("m", lesson(["a"])).prepare?.(machine);
    expect(machine.tars).toHaveLength(1);
    machine.full = true;
    await expect(lessonMachine("m", lesson(["a"])).prepare?.(machine)).rejects.toThrow("disk is full");
  });

  it("gets its images once: what the learner removes stays removed", async () => {
    const machine = new Machine();
    const problems: string[] = [];
    const pull = (names: readonly string[]) => pullImages(machine, "m", names, signal(), (said) => problems.push(said));
    await pull(["busybox", "missing:1"]);
    expect(machine.requests).toEqual([
      "POST /v1.45/images/create?fromImage=busybox&tag=latest",
      "POST /v1.45/images/create?fromImage=missing&tag=1",
    ]);
    expect(problems).toEqual(["The image missing:1 did not come: not found."]);
    await pull(["busybox"]);
    expect(machine.requests).toHaveLength(3);
    await pull(["busybox"]);
    expect(machine.requests).toHaveLength(3);
    // A fresh machine has none.
    await lessonMachine("m", lesson(["a"])).prepare?.(machine);
    const other = lessonMachine("m", lesson(["a"]));
    await pullImages(machine, other.machine, ["busybox"], signal(), () => undefined);
    expect(machine.requests.at(-1)).toContain("busybox");
  });
});

import { exchange, type Lab } from "../emulator/index.ts";
import { observe } from "../emulator/observe/observe.ts";
import type { BridgeHost, HostShell, PortRequest, PortResponse, Size } from "../emulator/bridge/worker.ts";

/** What the lab host asks of the worker around it. */
export interface HostDuties {
  save(): Promise<{ bytes: number; pauseMilliseconds: number }>;
  /** Something happened that a save should keep. */
  touched(): void;
  /** The learner typed: what only fills the time must end. */
  typed(): void;
  /** A terminal shows something. */
  shown(): void;
  serialOutput(): string;
}

/** The lab in the words of the bridge. */
export function labHost(lab: Lab, duties: HostDuties): BridgeHost {
  /** The folder the named shell stands in, as the kernel has it. */
  async function folderOf(shell: string): Promise<string> {
    const pid = lab.sessions.pids.get(shell);
    const link = pid === undefined ? undefined : await lab.agent.stat(`/proc/${pid}/cwd`);
    return link?.target ?? "/root";
  }

  return {
    async http(request) {
      const response = await lab.inside(request);
      // The engine's own changes are told by its events; checks and hints of a lesson change nothing.
      const { method, target } = request;
      if (method !== "GET" && target.startsWith("/inside/") && !target.startsWith("/inside/scripts/")) duties.touched();
      return response;
    },
    async openShell(name: string, size: Size, wanted: string): Promise<HostShell> {
      // The learner may have removed it.
      const folder = (await lab.agent.stat(wanted, true))?.kind === "directory" ? wanted : "/root";
      const { process, adopted } = await lab.sessions.shell(name, size, folder);
      if (process.stdout === undefined || process.stdin === undefined) throw new Error("the shell has no terminal");
      const input = new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => (duties.typed(), controller.enqueue(chunk)),
      });
      // A shell that ended takes no more input, which its own notice tells.
      input.readable.pipeTo(process.stdin).catch(() => undefined);
      const ended = process.exited.then(({ code }) => code);
      return {
        adopted,
        ended,
        writable: input.writable,
        readable: process.stdout.pipeThrough(
          new TransformStream<Uint8Array, Uint8Array>({
            transform: (chunk, controller) => (duties.touched(), duties.shown(), controller.enqueue(chunk)),
          }),
        ),
        resize: (changed) => process.resize(changed),
        close: () => process.signal(1),
      };
    },
    async upload(shell, tar) {
      await lab.files.unpack("/", await folderOf(shell), tar, { owner: { uid: 0, gid: 0 } });
      duties.touched();
    },
    async download(shell, path) {
      const absolute = path.startsWith("/") ? path : `${await folderOf(shell)}/${path}`;
      const stat = await lab.files.stat("/", absolute, { follow: true });
      if (stat === undefined) throw new Error(`there is no ${path} on the machine`);
      const name = absolute.split("/").filter(Boolean).at(-1) ?? "root";
      if (stat.kind === "directory") return { name, folder: true, readable: lab.files.pack("/", absolute) };
      const bytes = await lab.files.read("/", absolute);
      return { name, folder: false, readable: new Blob([bytes.slice()]).stream() as ReadableStream<Uint8Array> };
    },
    fetchPort: (request, signal) => fetchPort(lab, request, signal),
    save: () => duties.save(),
    pause: () => lab.pause(),
    resume: () => lab.resume(),
    observe: () => observe(lab.agent),
    async diagnostics() {
      const { transport } = lab;
      const response = await transport.request({ method: "GET", target: "/v1.45/info" });
      const info = await new Response(response.body).text();
      return [
        `kernel ${lab.agent.facts.kernel}, ${Math.round(lab.agent.facts.memoryTotal / 1e6)} MB`,
        info,
        duties.serialOutput(),
      ].join("\n");
    },
  };
}

async function fetchPort(lab: Lab, request: PortRequest, signal: AbortSignal): Promise<PortResponse> {
  const connection = await lab.agent.dial("127.0.0.1", request.port, { signal });
  signal.addEventListener("abort", () => void connection.readable.cancel().catch(() => undefined), { once: true });
  const response = await exchange(connection, {
    method: request.method,
    target: request.target,
    headers: Object.fromEntries(request.headers),
    ...(request.body === null ? {} : { body: request.body }),
  });
  return {
    status: response.status,
    statusText: response.reason,
    headers: response.fields.map(([name, value]) => [name, value]),
    body: response.body,
  };
}

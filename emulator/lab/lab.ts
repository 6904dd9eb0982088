import * as v from "valibot";
import { connect, type ConnectedAgent } from "../agent/connect.ts";
import { guestFiles } from "../agent/files.ts";
import { networkDriver } from "../agent/network.ts";
import { guestRuntime } from "../agent/runtime.ts";
import { inProcess } from "../client/inprocess.ts";
import type { Transport } from "../client/transport.ts";
import { createEngine, type Engine } from "../engine/engine.ts";
import type { Files } from "../engine/runtime.ts";
import { systemClock, type HostFacts, type World } from "../engine/world.ts";
import { emptyState, type EngineState } from "../engine/state.ts";
import type { HttpHandler } from "../http/message.ts";
import { serveConnection } from "../http/server.ts";
import { gunzip, isGzip } from "../image/gzip.ts";
import { LayerFs } from "../layerfs/layerfs.ts";
import { bootMachine } from "../machine/boot.ts";
import type { BootImages, Machine, MachineOptions, NinePServer } from "../machine/machine.ts";
import { restoreMachine } from "../machine/restore.ts";
import type { SaveParts } from "../save/save.ts";
import { OverlaySnapshotter } from "../snapshotter/overlay.ts";
import { exportContent, importContent, registryLayers, savedContent } from "./content.ts";
import { buildsPart } from "./inside/builds.ts";
import { cgroupsPart } from "./inside/cgroups.ts";
import { filesPart } from "./inside/files.ts";
import { insideHandler } from "./inside/inside.ts";
import { layersPart } from "./inside/layers.ts";
import { namespacesPart } from "./inside/namespaces.ts";
import { scriptsPart } from "./inside/scripts.ts";
import { tracePart } from "./inside/trace.ts";
import { renameInGuest } from "./inside/rename.ts";
import { Mutations } from "./mutations.ts";
import { defaultSeccomp } from "./seccomp.ts";
import { Scripts } from "./scripts.ts";
import { Sessions, sessionsState } from "./sessions.ts";
import { Traces } from "./traces.ts";
import { warmUp } from "./warm-up.ts";
import type { LabListeners, LabSource } from "./source.ts";

/** Of the guest's memory, what one container may write to its disk. */
const diskShare = 0.35;
const dockerSocket = "/run/docker.sock";
/** A save waits so long for requests that are changing something; then it is taken all the same. */
const savePatience = 2000;

/** What a save holds beside the machine and layerfs. The engine reads its own part. */
const labState = v.object({
  version: v.literal(1),
  epoch: v.number(),
  engine: v.unknown(),
  snapshotter: v.unknown(),
  content: savedContent,
  sessions: sessionsState,
});

type LabState = v.InferOutput<typeof labState>;

/** A machine with its engine: everything that works without a page. */
export class Lab {
  readonly transport: Transport;
  /** The Engine API. */
  readonly handle: HttpHandler;
  /** The Engine API and what only the page may ask, below `/inside/`. */
  readonly inside: HttpHandler;
  /** Scripts that nobody typed. */
  readonly scripts: Scripts;
  readonly #closing = new AbortController();
  readonly #mutations: Mutations;
  /** What the registry has does not change while it is used: a save asks once. */
  #shipped: ReadonlyMap<string, string> | undefined;
  /** A save must not hold a container that nobody knows. */
  #warming: Promise<number> = Promise.resolve(0);

  private constructor(
    readonly machine: Machine,
    readonly agent: ConnectedAgent,
    readonly engine: Engine,
    readonly files: Files,
    readonly layerfs: LayerFs,
    readonly snapshotter: OverlaySnapshotter,
    readonly sessions: Sessions,
    readonly source: LabSource,
    readonly epoch: number,
    readonly world: World,
    /** The engine answers. Until then its clients wait. */
    readonly ready: Promise<void>,
    mutations: Mutations,
    traces: Traces,
  ) {
    this.#mutations = mutations;
    const handle = mutations.wrap(engine.handle);
    this.handle = async (request) => {
      await ready;
      return handle(request);
    };
    this.scripts = new Scripts(agent);
    this.inside = insideHandler(this.handle, {
      layers: layersPart({
        state: () => engine.state(),
        content: layerfs.content,
        registry: source.registry,
        snapshotter,
        files,
      }),
      builds: buildsPart(engine.builds),
      namespaces: namespacesPart(agent),
      cgroups: cgroupsPart(agent),
      scripts: scriptsPart(this.scripts),
      trace: tracePart(traces),
      files: filesPart({ files, rename: (from, to) => renameInGuest(agent, from, to), shells: sessions.pids }),
    });
    this.transport = inProcess(this.handle);
  }

  /** Boots a kernel: seconds. Only the build of the snapshot does that. */
  static async boot(source: LabSource, images: BootImages, listeners: LabListeners = {}): Promise<Lab> {
    const layerfs = new LayerFs();
    await addTools(source, layerfs);
    let lab: Lab | undefined = undefined;
    const options = machineOptions(source, layerfs.handle, listeners, () => lab);
    const machine = await bootMachine(options, images);
    machine.run();
    lab = await Lab.#connect(machine, layerfs, source, 1, undefined, Promise.resolve(), listeners);
    await lab.ready;
    return lab;
  }

  /**
   * Goes on where `parts` was saved. Resolves as soon as the guest answers: a shell works then, while layers are still being
   * loaded and whoever reads one waits. `ready` rejects when content of the save is missing or damaged.
   */
  static async restore(source: LabSource, parts: SaveParts, listeners: LabListeners = {}): Promise<Lab> {
    const state = v.parse(labState, parts.engine);
    const layerfs = new LayerFs();
    const loading = loadLayers(source, layerfs, state.content, parts.layerfs);
    let isLoaded = false;
    loading.then(
      () => (isLoaded = true),
      () => undefined, // told by `ready`
    );
    const ninep = (request: Uint8Array) => {
      if (isLoaded) return layerfs.handle(request);
      const kept = request.slice();
      return loading.then(() => layerfs.handle(kept).slice());
    };
    // Time may be skipped before the guest has answered.
    let lab: Lab | undefined = undefined;
    const options = machineOptions(source, ninep, listeners, () => lab);
    const machine = await restoreMachine(options, parts.machine);
    machine.run();
    lab = await Lab.#connect(machine, layerfs, source, state.epoch + 1, state, loading, listeners);
    return lab;
  }

  static async #connect(
    machine: Machine,
    layerfs: LayerFs,
    source: LabSource,
    epoch: number,
    state: LabState | undefined,
    loading: Promise<void>,
    listeners: LabListeners,
  ): Promise<Lab> {
    const agent = await connect(machine.control, { epoch, keepStubs: true });
    await refresh(agent);
    const snapshotter = new OverlaySnapshotter(
      agent,
      layerfs.content,
      state?.snapshotter,
      Math.floor(agent.facts.memoryTotal * diskShare),
    );
    const { runtime, readLog } = guestRuntime(agent);
    const files = guestFiles(agent, readLog);
    const world: World = {
      runtime,
      snapshotter,
      files,
      network: networkDriver(agent),
      content: layerfs.content,
      registry: source.registry,
      clock: systemClock,
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      seccomp: defaultSeccomp(source.seccomp.bpf, source.seccomp.json),
      report: (what, cause) =>
        listeners.onReport?.(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`),
      host: await hostFacts(agent),
    };
    const traces = new Traces(systemClock.now);
    // Containers of the warm-up start on the world itself: nobody asked for them.
    const engine = createEngine({ ...world, onStep: traces.onStep });
    engine.events.subscribe(traces.onEvent);
    // The engine refuses a state that is not its own.
    const ready = loading.then(() => engine.restore((state?.engine as EngineState | undefined) ?? emptyState));
    ready.catch(() => undefined); // the caller asks
    const mutations = new Mutations();
    const sessions = new Sessions(agent, files, traces, state?.sessions);
    const lab = new Lab(
      machine,
      agent,
      engine,
      files,
      layerfs,
      snapshotter,
      sessions,
      source,
      epoch,
      world,
      ready,
      mutations,
      traces,
    );
    await agent.listenUnix(
      dockerSocket,
      0o660,
      (connection) => void serveConnection(connection, lab.handle, lab.#closing.signal),
    );
    sessions.serve(lab.transport);
    return lab;
  }

  /**
   * Everything at one moment, to go on from. `paused` is how long the guest stood still, in milliseconds. The machine runs
   * on while the caller encodes and stores what is returned.
   */
  async save(): Promise<{ readonly parts: SaveParts; readonly paused: number }> {
    await this.ready;
    await this.#warming;
    const shipped = (this.#shipped ??= await registryLayers(this.source.registry, this.#closing.signal));
    await this.#mutations.settled(savePatience);
    await this.engine.settled();
    // From here to the state nothing may come between: what changed the guest is in the engine's state as well.
    await this.agent.barrier(true);
    const began = performance.now();
    await this.machine.pause();
    let machine;
    let layerfs;
    let engine;
    let snapshotter;
    let sessions;
    try {
      machine = await this.machine.save();
      layerfs = this.layerfs.exportState();
      engine = this.engine.state();
      snapshotter = this.snapshotter.exportState();
      sessions = this.sessions.state();
    } finally {
      this.machine.run();
    }
    const paused = performance.now() - began;
    await this.agent.release();
    const content = await exportContent(this.layerfs.content, shipped, this.source.layers);
    const state: LabState = {
      version: 1,
      epoch: this.epoch,
      engine,
      snapshotter,
      content,
      sessions,
    };
    return {
      paused,
      parts: {
        machine,
        engine: state,
        layerfs,
        layers: content.layers.map(({ diffId }) => diffId),
        created: new Date(),
      },
    };
  }

  /** Makes the first container start as quick as the tenth; ends with `signal`, or by itself. Resolves with its runs. */
  async warmUp(image: string, signal: AbortSignal): Promise<number> {
    await this.ready;
    const warming = warmUp(this.world, this.engine.state(), image, signal);
    this.#warming = warming.catch(() => 0);
    return warming;
  }

  /** Stops the guest's time; `resume` sets its clock right. */
  async pause(): Promise<void> {
    await this.machine.pause();
  }

  async resume(): Promise<void> {
    this.machine.run();
    await refresh(this.agent);
  }

  /** Ends streams, engine and machine. What was not saved is gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.engine.close();
    this.agent.close();
    await this.machine.destroy();
  }
}

/** The guest's clock and its random numbers are the state's after a restore, and behind after a pause. */
async function refresh(agent: ConnectedAgent): Promise<void> {
  await agent.refresh(systemClock.now(), crypto.getRandomValues(new Uint8Array(64)));
}

async function addTools(source: LabSource, layerfs: LayerFs): Promise<void> {
  const tar = await source.tools();
  // Some hosts have the browser unpack what it fetches.
  await layerfs.addNamed("tools", isGzip(tar) ? await gunzip(tar) : tar);
}

/** Everything the guest may read through 9P, and what it knows of it. */
async function loadLayers(
  source: LabSource,
  layerfs: LayerFs,
  content: LabState["content"],
  table: unknown,
): Promise<void> {
  await Promise.all([
    addTools(source, layerfs),
    importContent(content, layerfs.content, source.registry, source.layers, new AbortController().signal),
  ]);
  layerfs.importState(table);
}

function machineOptions(
  source: LabSource,
  ninep: NinePServer,
  listeners: LabListeners,
  lab: () => Lab | undefined,
): MachineOptions {
  return {
    wasm: source.wasm,
    ninep,
    onSerial: (text) => listeners.onSerial?.(text),
    onCrash: (reason, lastOutput) => listeners.onCrash?.(reason, lastOutput),
    onTimeSkipped: () => {
      // A machine that ended meanwhile tells so by itself.
      const skipped = lab();
      if (skipped !== undefined) refresh(skipped.agent).catch(() => undefined);
    },
  };
}

async function hostFacts(agent: ConnectedAgent): Promise<HostFacts> {
  const text = async (path: string) => new TextDecoder().decode(await agent.readFile(path));
  const [hostname, hosts, resolvConf] = await Promise.all([
    text("/etc/hostname"),
    text("/etc/hosts"),
    text("/etc/resolv.conf"),
  ]);
  return {
    name: hostname.trim(),
    kernelVersion: agent.facts.kernel,
    architecture: "386",
    operatingSystem: "Drydock",
    runtimeVersion: "1.8.1",
    resolvConf,
    hosts,
    cpus: 1,
    // Tutorials limit to one and a half: on one processor that limits nothing, and is no error either.
    cpuQuota: 2,
    memoryTotal: agent.facts.memoryTotal,
    swapLimit: false,
    initBinary: "/sbin/docker-init",
    cpuset: false,
    ioWeight: false,
    log: { maxBytes: 16 * 1024 * 1024, maxFiles: 2 },
  };
}

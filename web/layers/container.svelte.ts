import { asText, contentOf, type FileContent } from "../../emulator/observe/layers/content.ts";
import type { LayerListing, UpperReading } from "../../emulator/observe/layers/facts.ts";
import { textDiff, type TextDiff } from "../../emulator/observe/layers/text-diff.ts";
import { aggregate, type FileNode } from "../../emulator/observe/layers/tree.ts";
import { firstExpanded } from "../../emulator/observe/layers/tree-rows.ts";
import { belowOf, upperTree } from "../../emulator/observe/layers/upper.ts";
import { upperEvents, type UpperEvent } from "../../emulator/observe/layers/upper-events.ts";
import { messageOf } from "./image.svelte.ts";
import { InsideFailed, type LayersClient } from "./inside.ts";

/** Between two readings, in milliseconds; longer when a reading takes long, so that the guest has its time for itself. */
const pollEvery = 1000;
const restFactor = 15;
/** After something happened the next reading comes this soon: the machine settles in the meantime. */
const nudgeAfter = 150;
const eventsKept = 200;

export interface TimedEvent extends UpperEvent {
  readonly serial: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A file of the writable layer, and what the image has in its place. */
export interface UpperContent {
  readonly path: string;
  readonly now: FileContent | undefined;
  readonly below: FileContent | undefined;
  /** Index of the layer that `below` is of. */
  readonly layer: number;
  readonly diff: TextDiff | undefined;
  readonly problem: string | undefined;
}

/** The writable layer of one container, read again and again while somebody looks. */
export class ContainerLayers {
  reading = $state.raw<UpperReading | undefined>();
  events = $state.raw<readonly TimedEvent[]>([]);
  error = $state<string | undefined>();
  expanded = $state.raw<ReadonlySet<string>>(new Set());
  query = $state("");
  path = $state<string | undefined>();
  content = $state.raw<UpperContent | undefined>();

  #image = $state.raw<FileNode | undefined>();
  #id: string | undefined;
  #following = new AbortController();
  #nudge: (() => void) | undefined;
  #nudged = false;
  #serial = 0;
  #choosing = new AbortController();

  readonly below = $derived(belowOf(this.#image ?? aggregate([], -1)));
  readonly tree = $derived(this.reading === undefined ? undefined : upperTree(this.reading, this.below));

  constructor(readonly client: LayersClient) {}

  /** Reads the container until the returned function is called. What was seen of it before stays. */
  follow(id: string): () => void {
    if (this.#id !== id) this.#begin(id);
    this.#following.abort();
    const following = new AbortController();
    this.#following = following;
    void this.#loop(id, following.signal);
    return () => following.abort();
  }

  #begin(id: string): void {
    this.#id = id;
    this.reading = undefined;
    this.#image = undefined;
    this.events = [];
    this.error = undefined;
    this.query = "";
    this.expanded = new Set();
    this.path = undefined;
    this.content = undefined;
  }

  /** Something happened on the machine: look soon. */
  nudge(): void {
    this.#nudged = true;
    this.#nudge?.();
  }

  async #loop(id: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now();
      try {
        this.#take(await this.client.container(id, signal), await this.#imageOf(id, signal));
        this.error = undefined;
      } catch (error) {
        if (signal.aborted) return;
        this.error = messageOf(error);
        // A container that is gone stays gone.
        if (error instanceof InsideFailed && error.status === 404) return;
      }
      await this.#rest(Math.max(pollEvery, restFactor * (performance.now() - began)), signal);
    }
  }

  /** What the image shows, read once. */
  async #imageOf(id: string, signal: AbortSignal): Promise<FileNode> {
    if (this.#image !== undefined) return this.#image;
    const { diffIds } = this.reading ?? (await this.client.container(id, signal));
    const listings: LayerListing[] = await Promise.all(diffIds.map((diffId) => this.client.listing(diffId)));
    return aggregate(listings, listings.length - 1);
  }

  #take(reading: UpperReading, image: FileNode): void {
    const before = this.reading;
    this.#image = image;
    this.reading = reading;
    if (before === undefined) {
      const root = this.tree?.root;
      if (root !== undefined) this.expanded = firstExpanded(root);
      return;
    }
    const found = upperEvents(before, reading, belowOf(image));
    if (found.length === 0) return;
    const at = Date.now();
    const timed = found.map((event) => ({ ...event, at, serial: ++this.#serial }));
    this.events = [...timed.reverse(), ...this.events].slice(0, eventsKept);
    this.#openTo(found);
    if (this.path !== undefined && found.some(({ path }) => path === this.path)) void this.choose(this.path);
  }

  /** What just happened is in sight, unless it is a lot. */
  #openTo(events: readonly UpperEvent[]): void {
    const next = new Set(this.expanded);
    for (const { path } of events.filter(({ names }) => names === 1).slice(0, 8)) {
      const parts = path.split("/").filter((part) => part !== "");
      for (let i = 1; i < parts.length; i++) next.add(parts.slice(0, i).join("/"));
    }
    this.expanded = next;
  }

  #rest(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#nudge = undefined;
        this.#nudged = false;
        signal.removeEventListener("abort", done);
        resolve();
      };
      let timer = setTimeout(done, this.#nudged ? nudgeAfter : milliseconds);
      this.#nudge = () => {
        clearTimeout(timer);
        timer = setTimeout(done, nudgeAfter);
      };
      signal.addEventListener("abort", done, { once: true });
    });
  }

  toggle(path: string): void {
    const next = new Set(this.expanded);
    if (!next.delete(path)) next.add(path);
    this.expanded = next;
  }

  /** Shows a file: its content in the upperdir, in the image, and what differs. `path` begins with a slash. */
  async choose(path: string): Promise<void> {
    this.path = path;
    this.#choosing.abort();
    const choosing = new AbortController();
    this.#choosing = choosing;
    try {
      const content = await this.#read(path, choosing.signal);
      if (!choosing.signal.aborted) this.content = content;
    } catch (error) {
      if (choosing.signal.aborted) return;
      this.content = { path, now: undefined, below: undefined, layer: -1, diff: undefined, problem: messageOf(error) };
    }
  }

  async #read(path: string, signal: AbortSignal): Promise<UpperContent> {
    const id = this.#id ?? "";
    const change = this.reading?.changes.find((each) => each.path === path);
    const beneath = this.below(path);
    const isThere = change?.upper === undefined ? change?.change !== "deleted" : change.upper.kind === "file";
    const [now, below] = await Promise.all([
      isThere ? this.client.upperContent(id, path, signal) : undefined,
      beneath?.entry?.kind === "file"
        ? this.client.content(this.reading?.diffIds[beneath.layer] ?? "", beneath.entry.node, signal)
        : undefined,
    ]);
    const text = (part: typeof now) =>
      part !== undefined && part.bytes.length === part.size ? asText(part.bytes, false) : undefined;
    const [after, before] = [text(now), text(below)];
    return {
      path,
      now: now && contentOf(now.bytes, now.size),
      below: below && contentOf(below.bytes, below.size),
      layer: beneath?.layer ?? -1,
      diff: after === undefined || before === undefined ? undefined : textDiff(before, after),
      problem: undefined,
    };
  }
}

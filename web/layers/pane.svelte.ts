import type { Transport } from "../../emulator/client/transport.ts";
import type { ContainerBrief, ImageBrief } from "../../emulator/observe/layers/facts.ts";
import type { BuildRecord } from "../../emulator/spec/build.ts";
import { shortDigest } from "../../emulator/observe/layers/size.ts";
import { BuildFeed } from "./builds.svelte.ts";
import { ContainerLayers } from "./container.svelte.ts";
import { ImageDocumentsState } from "./documents.svelte.ts";
import { ImageLayers, messageOf } from "./image.svelte.ts";
import { LayersClient } from "./inside.ts";
import type { LayersFocus } from "./layers.svelte.ts";

export const tabs = [
  { id: "image", label: "Image" },
  { id: "container", label: "Container" },
  { id: "build", label: "Build" },
  { id: "manifest", label: "Manifest" },
] as const;
export type Tab = (typeof tabs)[number]["id"];

/** What the pane shows, and what there is to choose from. One for each start of the machine. */
export class LayersPaneState {
  tab = $state<Tab>("image");
  images = $state.raw<readonly ImageBrief[]>([]);
  containers = $state.raw<readonly ContainerBrief[]>([]);
  loaded = $state(false);
  error = $state<string | undefined>();
  /** Ids. */
  imageId = $state<string | undefined>();
  containerId = $state<string | undefined>();
  buildId = $state<string | undefined>();
  /** Line of the Dockerfile that was asked for. */
  line = $state<number | undefined>();
  /** A digest to show in the manifest view. */
  digest = $state<string | undefined>();
  /** What was asked for and is not there, or not yet. */
  missing = $state<string | undefined>();

  readonly client: LayersClient;
  readonly image: ImageLayers;
  readonly container: ContainerLayers;
  readonly documents: ImageDocumentsState;
  readonly builds = new BuildFeed();
  readonly #abort = new AbortController();
  #focus: LayersFocus | undefined;
  /** What the chosen image was called when it was chosen. */
  #name: string | undefined;

  constructor(transport: Transport) {
    this.client = new LayersClient(transport);
    this.image = new ImageLayers(this.client);
    this.container = new ContainerLayers(this.client);
    this.documents = new ImageDocumentsState(this.client);
    this.builds.follow(transport);
  }

  /** Reads what there is: after the engine's lists changed. A choice that is gone is replaced by the first there is. */
  async refresh(): Promise<void> {
    try {
      const { images, containers } = await this.client.lists(this.#abort.signal);
      this.images = images;
      this.containers = containers;
      this.error = undefined;
      this.loaded = true;
    } catch (error) {
      if (!this.#abort.signal.aborted) this.error = messageOf(error);
      return;
    }
    if (this.#focus !== undefined) this.show(this.#focus);
    this.#followName();
    if (!this.images.some(({ id }) => id === this.imageId)) {
      // The newest is what the learner is at.
      const first = this.images.findLast(({ references }) => references.length > 0) ?? this.images.at(-1);
      if (first === undefined) this.imageId = undefined;
      else this.chooseImage(first.id);
    }
    const running = this.containers.find((container) => container.running);
    if (!this.containers.some(({ id }) => id === this.containerId))
      this.containerId = (running ?? this.containers[0])?.id;
  }

  /** A name that a new build took along leads to the new image, where the learner chose the old one by it. */
  #followName(): void {
    const name = this.#name;
    if (name === undefined) return;
    const now = this.images.find(({ references }) => references.includes(name));
    if (now === undefined || now.id === this.imageId) return;
    this.chooseImage(now.id);
  }

  /** Shows what was asked for; what is not there yet is waited for. */
  show(focus: LayersFocus): void {
    this.#focus = undefined;
    this.missing = undefined;
    this.tab = focus.kind;
    switch (focus.kind) {
      case "image":
      case "manifest": {
        const found = this.images.find((image) => isNamed(image, focus.image));
        if (found === undefined) return this.#wait(focus, `There is no image ${focus.image}.`);
        this.chooseImage(found.id, focus.kind === "image" ? focus : {});
        if (focus.kind === "manifest") this.digest = focus.digest;
        return;
      }
      case "container": {
        const found = this.containers.find(
          ({ id, name }) => id.startsWith(focus.container) || name === focus.container,
        );
        if (found === undefined) return this.#wait(focus, `There is no container ${focus.container}.`);
        this.containerId = found.id;
        return;
      }
      case "build":
        this.buildId = focus.build;
        this.line = focus.line;
        return;
      default:
        focus satisfies never;
    }
  }

  #wait(focus: LayersFocus, missing: string): void {
    this.#focus = focus;
    if (this.loaded) this.missing = missing;
  }

  chooseImage(id: string, choice: { readonly diffId?: string; readonly path?: string } = {}): void {
    this.imageId = id;
    this.#name = this.images.find((image) => image.id === id)?.references[0];
    this.digest = undefined;
    void this.image.open(id, choice);
  }

  /** To the layer a step made: in the image that is chosen, or in any that has it. */
  showLayer(diffId: string, imageId?: string): void {
    const has = ({ diffIds }: ImageBrief) => diffIds.includes(diffId);
    const found =
      this.images.find((image) => image.id === imageId && has(image)) ??
      this.images.find((image) => image.id === this.imageId && has(image)) ??
      this.images.find(has);
    if (found === undefined) {
      this.missing = `No image here has layer ${shortDigest(diffId)}: only the cache has it.`;
      return;
    }
    this.missing = undefined;
    this.tab = "image";
    this.chooseImage(found.id, { diffId });
  }

  /** The build that is looked at: the chosen one, or the newest. */
  get build(): BuildRecord | undefined {
    const { records } = this.builds;
    return records.find(({ id }) => id === this.buildId) ?? records.at(-1);
  }

  close(): void {
    this.#abort.abort();
    this.builds.stop();
    this.image.close();
    this.documents.close();
  }
}

function isNamed({ id, references }: ImageBrief, name: string): boolean {
  return (
    references.includes(name) ||
    references.includes(`${name}:latest`) ||
    id === name ||
    (/^[0-9a-f]{6,64}$/.test(name) && id.startsWith(`sha256:${name}`))
  );
}

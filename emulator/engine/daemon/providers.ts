import type { EndpointSettings, NetworkingConfig } from "../../spec/engine-api.generated.ts";
import type { History, RunConfig } from "../../spec/oci-image.ts";
import type { ContainerRecord, ImageRecord, NetworkRecord, VolumeRecord } from "../records.ts";

/** What containers need of images (implemented in `images.ts`). */
export interface Images {
  /** A reference or an id, as `docker run` takes it. Throws NotFound `No such image: nosuch:latest`. */
  resolve(reference: string): ImageRecord;
  /** Ids of the images that a filter `ancestor=reference` means; undefined when there is no such image. */
  idOf(reference: string): string | undefined;
  /**
   * How `docker ps` shows the image of a container: the reference it was made with, or the image's id once that
   * reference leads elsewhere.
   */
  displayName(reference: string, imageId: string): string;
  /** Makes an image over a parent (commit, build). The layer, if any, is an uncompressed tar; it is digested here. */
  create(image: {
    readonly parent: ImageRecord | undefined;
    readonly layer: Uint8Array | undefined;
    readonly config: RunConfig;
    readonly author: string;
    readonly history: History;
    /** Canonicalised here. */
    readonly reference: string | undefined;
  }): Promise<ImageRecord>;
  restore(): Promise<void>;
}

/** What containers need of networks (implemented in `networks.ts`). */
export interface Networks {
  /**
   * At create: checks NetworkMode, the endpoint settings and PortBindings, and gives the endpoints by network name with
   * no addresses yet. A network that is not there is NotFound at start (`network x not found`), as in Docker.
   */
  configure(container: {
    readonly networkMode: string;
    readonly networkingConfig: NetworkingConfig | undefined;
    readonly macAddress: string | undefined;
    readonly name: string;
    readonly id: string;
  }): Record<string, EndpointSettings>;
  /**
   * At start, at once: reserves addresses and host ports in memory, fills `container.network.endpoints`, and gives the
   * text of the container's /etc/hosts and /etc/resolv.conf. Throws before anything in the guest has changed.
   */
  reserve(container: ContainerRecord): Reservation;
  /** Makes the sandbox, the endpoints and the published ports of a reservation; fills sandboxKey, publishes `connect`. */
  connect(container: ContainerRecord): Promise<void>;
  /** Undoes `reserve` and whatever part of `connect` was done; publishes `disconnect` per network. Idempotent. */
  release(container: ContainerRecord): Promise<void>;
  /** After `rename`: what names resolve to follows. */
  renamed(container: ContainerRecord, oldName: string): void;
  /** At `rm`: forgets what is kept for the container. */
  forget(container: ContainerRecord): void;
  find(nameOrId: string): NetworkRecord;
  /** After a restore: sandboxes of running containers are there; name service is taken up again. */
  restore(): Promise<void>;
}

/** Empty for a container in the network of another, which shares that one's files. */
export interface Reservation {
  readonly hosts: string;
  readonly resolvConf: string;
  /** What `--link` puts before the container's own environment. */
  readonly environment: readonly string[];
}

/** What containers need of volumes (implemented in `volumes.ts`). Who uses a volume is read off the containers. */
export interface Volumes {
  get(name: string): VolumeRecord | undefined;
  /** Gives the volume of that name, or makes it. An empty name makes an anonymous volume with 64 hex digits. */
  ensure(volume: {
    readonly name: string;
    readonly driver: string;
    readonly options: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
  }): Promise<VolumeRecord>;
  /** Before and after a run: mounts what the volume's options (`-o type=tmpfs`) say. Nothing for a plain one. */
  mount(name: string, containerId: string): Promise<void>;
  unmount(name: string, containerId: string): Promise<void>;
  /** Throws Conflict when a container refers to it. */
  remove(name: string): Promise<void>;
  restore(): Promise<void>;
}

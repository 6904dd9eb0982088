import type { Link, Mount, Process } from "../reading.ts";

/** The processes of the machine at one moment; `at` is the guest's clock. */
export interface ProcessReading {
  readonly at: number;
  readonly cut: boolean;
  readonly processes: readonly Process[];
}

/** What one process sees, or the machine's first process. Undefined where it has ended so far that nothing can be asked. */
export interface Sight {
  readonly hostname: string | undefined;
  /** Numbers under its own /proc, as `ps` reads them there; undefined when there is no /proc. */
  readonly pids: readonly number[] | undefined;
  /** The pid namespace that its /proc tells of. */
  readonly procNamespace: number | undefined;
  readonly links: readonly Pick<Link, "name" | "kind" | "up" | "addresses">[] | undefined;
  readonly mounts: number | undefined;
  readonly root: Pick<Mount, "type" | "source" | "superOptions"> | undefined;
}

/** One process looked at closely, beside the machine's first. */
export interface ProcessSight {
  readonly pid: number;
  /** As `readlink /proc/PID/root` prints it on the machine. */
  readonly root: string | undefined;
  readonly seen: Sight;
  readonly host: Sight;
}

/** A name for a container: all that is taken from the engine. */
export interface ContainerLabel {
  readonly id: string;
  readonly name: string;
}

import type { Curl } from "./curl.ts";
import type { DocumentKind } from "./explain.ts";

/** From the terminal down to the kernel. */
export const lanes = ["terminal", "api", "engine", "runtime", "kernel"] as const;
export type Lane = (typeof lanes)[number];

export const laneNames: Readonly<Record<Lane, string>> = {
  terminal: "Terminal",
  api: "API",
  engine: "Engine",
  runtime: "crun",
  kernel: "Kernel",
};

/** Another view, at a thing of the machine. */
export interface StationLink {
  readonly label: string;
  readonly view: "namespaces" | "layers" | "cgroups" | "build";
  readonly focus: string | undefined;
  /** It can be shown only while there is such a container, and only while it runs where a process is shown. */
  readonly container: string | undefined;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly link?: StationLink;
}

/** Something that happened at one moment of a station. */
export interface Moment {
  readonly at: number;
  readonly label: string;
}

export interface Station {
  /** The same for as long as the command is shown. */
  readonly key: string;
  readonly lane: Lane;
  readonly title: string;
  /** Beside the title: the status of an answer, or what went wrong in a word. */
  readonly note: string;
  readonly state: "done" | "open" | "refused";
  /** Milliseconds after the command began. */
  readonly at: number;
  /** Undefined while it goes on. */
  readonly until: number | undefined;
  /** Of a request: when its answer began. */
  readonly answered: number | undefined;
  readonly moments: readonly Moment[];
  /** One sentence on what this station is. */
  readonly meaning: string;
  /** What was said by who refused. */
  readonly message: string | undefined;
  readonly facts: readonly Fact[];
  readonly document: { readonly name: string; readonly kind: DocumentKind; readonly text: string } | undefined;
  readonly curl: Curl | undefined;
}

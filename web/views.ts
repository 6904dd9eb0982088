import type { Component } from "svelte";
import type { EngineObjects } from "./objects/objects.svelte.ts";
import { lazyViews, type LazyView } from "./panes.svelte.ts";
import type { Session } from "./session.svelte.ts";

/** What a view of what the kernel says is given. */
export interface ObservedViewProps {
  session: Session;
  objects: EngineObjects;
  /** Types a command into the terminal. */
  onRun: (command: string) => void;
  /** False while the pane is there but not seen: then it asks the machine nothing. */
  shown: boolean;
  /** What to point at, in the machine's own names. */
  focus?: string;
}

export interface ObservedView {
  readonly id: LazyView;
  /** "Loading the …" */
  readonly title: string;
  load(): Promise<{ readonly default: Component<ObservedViewProps> }>;
}

const modules = import.meta.glob<{ readonly default: Component<ObservedViewProps> }>([
  "./namespaces/NamespacesPane.svelte",
  "./cgroups/CgroupsPane.svelte",
  "./command/CommandPane.svelte",
  "./lifecycle/LifecyclePane.svelte",
]);

const known: readonly { readonly id: LazyView; readonly title: string; readonly file: string }[] = [
  { id: "namespaces", title: "namespaces", file: "./namespaces/NamespacesPane.svelte" },
  { id: "cgroups", title: "control groups", file: "./cgroups/CgroupsPane.svelte" },
  { id: "command", title: "path of a command", file: "./command/CommandPane.svelte" },
  { id: "lifecycle", title: "lifecycle", file: "./lifecycle/LifecyclePane.svelte" },
];

/** Views drawn from what the kernel says. */
export const observedViews: readonly ObservedView[] = known.flatMap(({ id, title, file }) => {
  const load = modules[file];
  return load === undefined ? [] : [{ id, title, load }];
});

/** Every view there is, in the order of their tabs. */
export const views: readonly LazyView[] = lazyViews.filter(
  (id) => !known.some((observed) => observed.id === id) || observedViews.some((observed) => observed.id === id),
);

import { settings } from "./store/settings.svelte.ts";

/** Views that are loaded when they are first shown, and stay. */
export const lazyViews = ["editor", "layers", "namespaces", "cgroups", "command", "lifecycle", "preview"] as const;
export type LazyView = (typeof lazyViews)[number];
/**
 * What a pane may show. `machine` and `lesson` are columns of their own on a desk, and panes like the others on a phone.
 */
export type View = "terminal" | "machine" | "lesson" | LazyView;

export const viewLabels: Readonly<Record<LazyView, string>> = {
  editor: "Editor",
  layers: "Layers",
  namespaces: "Namespaces",
  cgroups: "Limits",
  command: "Command",
  lifecycle: "Lifecycle",
  preview: "Preview",
};

const phone = "(max-width: 760px)";

/**
 * Which panes the page shows. A view stands above the terminal, or in its place; on a phone one pane fills the screen.
 * The terminal is never taken away, only hidden: what runs in it goes on.
 */
export class Panes {
  view = $state<View>("terminal");
  isPhone = $state(false);
  /** The column beside the work holds a lesson, and no list of what is on the machine. */
  inLesson = $state(false);
  /** What a phone's "Picture" brings back. */
  lastLazy = $state<LazyView>("layers");
  /** Views that were shown once: they keep what they hold. */
  readonly opened = $state<Record<LazyView, boolean>>({
    editor: false,
    layers: false,
    namespaces: false,
    cgroups: false,
    command: false,
    lifecycle: false,
    preview: false,
  });

  constructor(readonly media: MediaQueryList = matchMedia(phone)) {
    this.isPhone = media.matches;
  }

  /** Follows the width of the window until the returned function is called. */
  follow(): () => void {
    const change = () => {
      this.isPhone = this.media.matches;
      if (!this.isPhone && (this.view === "machine" || this.view === "lesson")) this.view = "terminal";
    };
    this.media.addEventListener("change", change);
    return () => this.media.removeEventListener("change", change);
  }

  get terminalShown(): boolean {
    return this.view === "terminal" || (!this.isPhone && (settings.split || this.lazyView === undefined));
  }

  get machineShown(): boolean {
    if (this.inLesson) return false;
    return this.isPhone ? this.view === "machine" : settings.machineShown;
  }

  get lessonShown(): boolean {
    return this.inLesson && (!this.isPhone || this.view === "lesson");
  }

  /** The view above the terminal, if there is one. */
  get lazyView(): LazyView | undefined {
    const { view } = this;
    return view === "terminal" || view === "machine" || view === "lesson" ? undefined : view;
  }

  show(view: View): void {
    if (view === "machine" && !this.isPhone) {
      settings.machineShown = true;
      return;
    }
    if (view === "lesson" && !this.isPhone) return;
    this.view = view;
    if (view === "terminal" || view === "machine" || view === "lesson") return;
    this.opened[view] = true;
    this.lastLazy = view;
  }

  /** A lesson begins with its text on a phone, and with its picture beside the text on a desk. */
  enterLesson(view: LazyView | undefined): void {
    this.inLesson = true;
    if (view !== undefined) this.lastLazy = view;
    this.show(this.isPhone ? "lesson" : (view ?? "terminal"));
  }

  leaveLesson(): void {
    this.inLesson = false;
    if (this.view === "lesson") this.view = "terminal";
  }

  /** A command was typed into the terminal for the user: it must be in sight. */
  showTerminal(): void {
    if (this.isPhone) this.view = "terminal";
    else if (!this.terminalShown) settings.split = true;
  }
}

export const panes = new Panes();

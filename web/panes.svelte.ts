import { settings } from "./store/settings.svelte.ts";

/** What a pane may show. `machine` is a column of its own on a desk, and a pane like the others on a phone. */
export type View = "terminal" | "editor" | "layers" | "preview" | "machine";
/** Views that are loaded when they are first shown, and stay. */
export type LazyView = "editor" | "layers" | "preview";

const phone = "(max-width: 760px)";

/**
 * Which panes the page shows. A view stands above the terminal, or in its place; on a phone one pane fills the screen.
 * The terminal is never taken away, only hidden: what runs in it goes on.
 */
export class Panes {
  view = $state<View>("terminal");
  isPhone = $state(false);
  /** Views that were shown once: they keep what they hold. */
  readonly opened = $state<Record<LazyView, boolean>>({ editor: false, layers: false, preview: false });

  constructor(readonly media: MediaQueryList = matchMedia(phone)) {
    this.isPhone = media.matches;
  }

  /** Follows the width of the window until the returned function is called. */
  follow(): () => void {
    const change = () => {
      this.isPhone = this.media.matches;
      if (!this.isPhone && this.view === "machine") this.view = "terminal";
    };
    this.media.addEventListener("change", change);
    return () => this.media.removeEventListener("change", change);
  }

  get terminalShown(): boolean {
    return this.view === "terminal" || (!this.isPhone && (settings.split || this.view === "machine"));
  }

  get machineShown(): boolean {
    return this.isPhone ? this.view === "machine" : settings.machineShown;
  }

  /** The view above the terminal, if there is one. */
  get lazyView(): LazyView | undefined {
    return this.view === "terminal" || this.view === "machine" ? undefined : this.view;
  }

  show(view: View): void {
    if (view === "machine" && !this.isPhone) {
      settings.machineShown = true;
      return;
    }
    this.view = view;
    if (view !== "terminal" && view !== "machine") this.opened[view] = true;
  }

  /** A command was typed into the terminal for the user: it must be in sight. */
  showTerminal(): void {
    if (this.isPhone) this.view = "terminal";
    else if (!this.terminalShown) settings.split = true;
  }
}

export const panes = new Panes();

import { settings } from "../store/settings.svelte.ts";

/** What the keyboard does on every page; the list at `?` is drawn from it. */
export const shortcuts: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ["/"], does: "Search lessons, glossary and commands of this page" },
  { keys: ["Ctrl", "K"], does: "The same, also while you write in a field" },
  { keys: ["["], does: "Previous lesson" },
  { keys: ["]"], does: "Next lesson" },
  { keys: ["?"], does: "This list" },
  { keys: ["F6"], does: "Next pane, out of the terminal and the editor too" },
  { keys: ["Shift", "F6"], does: "Previous pane" },
  { keys: ["Ctrl", "Shift", "C"], does: "Copy in the terminal" },
  { keys: ["Ctrl", "Shift", "V"], does: "Paste in the terminal" },
  { keys: ["Ctrl", "Shift", "F"], does: "Find in the terminal" },
  { keys: ["Esc"], does: "Close what is open" },
];

export interface ShortcutActions {
  search(): void;
  shortcuts(): void;
}

const inside = (element: Element | null, what: string) => Boolean(element?.closest(what));

/** Keys of the whole page. The terminal and the editor keep all of theirs: Ctrl+K cuts a line there. */
export function shortcut(event: KeyboardEvent, actions: ShortcutActions): void {
  const target = event.target instanceof Element ? event.target : null;
  if (event.defaultPrevented || inside(target, ".xterm, .monaco-editor, dialog")) return;
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    actions.search();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !settings.singleKeys) return;
  if (inside(target, "input, textarea, select, [contenteditable]")) return;
  switch (event.key) {
    case "/":
      event.preventDefault();
      return actions.search();
    case "?":
      event.preventDefault();
      return actions.shortcuts();
    case "[":
    case "]":
      document.querySelector<HTMLAnchorElement>(event.key === "[" ? "a[rel=prev]" : "a[rel=next]")?.click();
  }
}

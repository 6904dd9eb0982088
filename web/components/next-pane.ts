const focusable =
  'textarea:not([disabled]), button:not([disabled]), input:not([disabled]), select:not([disabled]), a[href], [tabindex="0"]';

/** F6 and Shift+F6 go from pane to pane, out of a terminal or an editor as well, where Tab is a key like others. */
export function nextPane(event: KeyboardEvent): void {
  if (event.key !== "F6" || event.ctrlKey || event.altKey || event.metaKey) return;
  const shown = [...document.querySelectorAll<HTMLElement>("[data-pane]")].filter((pane) => pane.offsetParent !== null);
  const at = shown.findIndex((pane) => pane.contains(document.activeElement));
  const next = shown[(at + (event.shiftKey ? shown.length - 1 : 1)) % shown.length];
  if (next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  // A terminal and an editor take keys in a text area of their own; elsewhere the first thing to act on.
  const inner = [
    ...next.querySelectorAll<HTMLElement>(".xterm-helper-textarea, .native-edit-context, .inputarea"),
    ...next.querySelectorAll<HTMLElement>(focusable),
  ].find((element) => element.offsetParent !== null || element.getClientRects().length > 0);
  inner?.focus();
}

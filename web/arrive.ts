import { tick, untrack } from "svelte";
import { router } from "./router.svelte.ts";

/**
 * For the heading of a place, `{@attach arrive}`: who came from another place of the site hears where they are, and finds the
 * page where they left it. A first load keeps the browser's own focus.
 */
export function arrive(heading: HTMLElement): void {
  untrack(() => {
    if (router.moves === 0) return;
    heading.focus({ preventScroll: true });
    void tick().then(() => scrollTo(0, router.scroll ?? 0));
  });
}

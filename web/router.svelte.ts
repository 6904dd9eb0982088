import { hrefOf, parseRoute, type Route } from "./route.ts";

/** How far down the places of this visit were read, by the key of their history entry. */
const storageKey = "drydock.scroll";

/** The place the address names, and what the browser's history remembers of each. */
class Router {
  route = $state.raw<Route>({ kind: "home" });
  /** Grows with each change of the address that is no first load: then the page's heading takes the focus. */
  moves = $state(0);
  /** Where the page was when it was last here; undefined for a place that is new. */
  scroll: number | undefined;
  #key = "";
  #positions: Record<string, number> = {};

  /** Follows the address until the returned function is called. */
  follow(): () => void {
    history.scrollRestoration = "manual";
    this.#positions = readPositions();
    this.#arrive();
    const move = () => {
      this.#arrive();
      this.moves++;
    };
    const keep = () => (this.#positions[this.#key] = Math.round(scrollY));
    const store = () => writePositions(this.#positions);
    addEventListener("popstate", move);
    addEventListener("scroll", keep, { passive: true });
    addEventListener("pagehide", store);
    return () => {
      removeEventListener("popstate", move);
      removeEventListener("scroll", keep);
      removeEventListener("pagehide", store);
    };
  }

  go(route: Route): void {
    location.hash = hrefOf(route);
  }

  #arrive(): void {
    const state: unknown = history.state;
    const known = typeof state === "object" && state !== null && "key" in state ? String(state.key) : undefined;
    this.#key = known ?? crypto.randomUUID();
    if (known === undefined) history.replaceState({ key: this.#key }, "");
    this.scroll = known === undefined ? undefined : this.#positions[known];
    this.route = parseRoute(location.hash);
  }
}

function readPositions(): Record<string, number> {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? "{}");
    if (typeof stored !== "object" || stored === null) return {};
    return Object.fromEntries(
      Object.entries(stored).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
    );
  } catch {
    return {}; // storage that is refused or holds something else: pages begin at the top
  }
}

function writePositions(positions: Record<string, number>): void {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(Object.fromEntries(Object.entries(positions).slice(-50))));
  } catch {
    // Without storage a reload begins at the top.
  }
}

export const router = new Router();

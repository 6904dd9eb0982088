import { keepLater } from "./keep-later.ts";
import { workerReady } from "./preview/register.ts";

/**
 * Makes the site work without a network, when the page has nothing else to do: the service worker keeps the page, the lessons
 * and the machine. It starts nothing. Call the result to not begin.
 */
export function keepForOffline(): () => void {
  const begin = () => void keep();
  if (typeof requestIdleCallback === "undefined") {
    const timer = setTimeout(begin, 3000);
    return () => clearTimeout(timer);
  }
  let idle: number | undefined;
  const loaded = () => (idle = requestIdleCallback(begin, { timeout: 6000 }));
  if (document.readyState === "complete") loaded();
  else addEventListener("load", loaded, { once: true });
  return () => {
    removeEventListener("load", loaded);
    if (idle !== undefined) cancelIdleCallback(idle);
  };
}

async function keep(): Promise<void> {
  if (!(await workerReady()) || import.meta.env.DEV) return;
  if (savesData()) return;
  (await navigator.serviceWorker.ready).active?.postMessage(keepLater);
}

/** Whoever counts bytes keeps only what was looked at. */
export function savesData(): boolean {
  const connection = "connection" in navigator ? (navigator.connection as { saveData?: boolean }) : {};
  return connection.saveData === true;
}

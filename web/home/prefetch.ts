import { workerReady } from "../preview/register.ts";

/**
 * Brings what the first lesson needs while the front page is read: the service worker keeps the machine and the lessons for
 * visits without a network. It starts nothing, and only when the page has nothing else to do. Call the result to not begin.
 */
export function prefetchMachine(): () => void {
  const begin = () => void workerReady();
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

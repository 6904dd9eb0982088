/** Registers the site's service worker once; false where the browser or the host allows none. */
let registration: Promise<boolean> | undefined;

export function workerReady(): Promise<boolean> {
  registration ??= register();
  return registration;
}

async function register(): Promise<boolean> {
  if (!("serviceWorker" in navigator)) return false;
  try {
    const url = import.meta.env.DEV
      ? new URL("./dev-sw.js?dev-sw", document.baseURI)
      : new URL("./sw.js", document.baseURI);
    await navigator.serviceWorker.register(url, { type: "module", scope: new URL("./", document.baseURI).pathname });
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    return false;
  }
}

import { clear, createStore, del, get, set } from "idb-keyval";

/** What terminals showed, as escape sequences, so that a reload brings the text back with the shell. */
const store = createStore("drydock-scrollback", "terminals");

export async function readScrollback(slot: string, tab: string): Promise<string | undefined> {
  const value: unknown = await get(`${slot}/${tab}`, store).catch(() => undefined);
  return typeof value === "string" ? value : undefined;
}

/** Undefined forgets it. A browser that refuses storage shows an empty terminal after a reload, and no error now. */
export async function writeScrollback(slot: string, tab: string, text: string | undefined): Promise<void> {
  const key = `${slot}/${tab}`;
  await (text === undefined ? del(key, store) : set(key, text, store)).catch(() => undefined);
}

/** Of all machines. */
export function forgetScrollbacks(): Promise<void> {
  return clear(store);
}

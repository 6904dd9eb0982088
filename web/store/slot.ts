/**
 * Which saved machine this tab has. A tab keeps its slot over reloads; a second tab of the same browser gets another, so
 * two tabs never write one save. The lock is held for the life of the page.
 */
export interface Slot {
  readonly name: string;
}

const key = "drydock.slot";

export async function claimSlot(): Promise<Slot> {
  const preferred = sessionStorage.getItem(key);
  const candidates = [
    ...(preferred === null ? [] : [preferred]),
    ...Array.from({ length: 8 }, (_, i) => `machine-${i + 1}`),
  ];
  for (const name of candidates) {
    // After a reload the old page's lock may take a moment to go, so the slot of this tab is worth waiting for.
    if (await hold(name, name === preferred ? 3000 : 0)) {
      sessionStorage.setItem(key, name);
      return { name };
    }
  }
  return { name: `machine-${crypto.randomUUID()}` };
}

function hold(name: string, patience: number): Promise<boolean> {
  return new Promise((resolve) => {
    const options = patience === 0 ? { ifAvailable: true } : { signal: AbortSignal.timeout(patience) };
    navigator.locks
      .request(`drydock.${name}`, options, (lock) => {
        resolve(lock !== null);
        return lock === null ? undefined : new Promise<never>(() => undefined);
      })
      .catch(() => resolve(false));
  });
}

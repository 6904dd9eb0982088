const key = (id: string) => `drydock.reading.${id}`;

/** How far down a lesson was read in this tab. */
export function readPlace(id: string): number {
  try {
    return Number(sessionStorage.getItem(key(id)) ?? 0);
  } catch {
    return 0; // storage that is refused: a lesson begins at its top
  }
}

export function keepPlace(id: string, top: number): void {
  try {
    sessionStorage.setItem(key(id), String(Math.round(top)));
  } catch {
    // Without storage a reload begins at the top.
  }
}

import type { Session } from "../session.svelte.ts";

/** The machine somebody wants to start over, until that is confirmed or not. */
export const resetting = $state<{ session: Session | undefined }>({ session: undefined });

export function askReset(session: Session): void {
  resetting.session = session;
}

import type { Session } from "../session.svelte.ts";
import { forgetEverything } from "../store/kept.ts";

/** Whether somebody wants everything to begin anew, until that is confirmed or not. */
export const resettingEverything = $state({ asked: false });

export function askResetEverything(): void {
  resettingEverything.asked = true;
}

const channelName = "drydock.reset";
/** Other tabs stop their machines within so long, in milliseconds; they begin anew at the latest after the second. */
const stopping = 300;
const longest = 20_000;

/** Stops the machines of all tabs, forgets everything, and begins anew at the front page. Rejects when something stayed. */
export async function resetEverything(session: Session | undefined): Promise<void> {
  const channel = new BroadcastChannel(channelName);
  try {
    channel.postMessage("stop");
    session?.stop();
    await new Promise((resolve) => setTimeout(resolve, stopping));
    await forgetEverything();
  } finally {
    channel.postMessage("anew");
    channel.close();
  }
  beginAnew();
}

/** Takes part when another tab resets everything, until the returned function is called. */
export function followResets(session: () => Session | undefined): () => void {
  const channel = new BroadcastChannel(channelName);
  let late: ReturnType<typeof setTimeout> | undefined;
  channel.addEventListener("message", ({ data }) => {
    if (data === "anew") return beginAnew();
    session()?.stop();
    late = setTimeout(beginAnew, longest);
  });
  return () => {
    clearTimeout(late);
    channel.close();
  };
}

function beginAnew(): void {
  location.hash = "#/";
  location.reload();
}

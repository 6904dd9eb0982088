import type { Agent, GuestConnection } from "./agent.ts";
import type { Link } from "./link.ts";

/** `listenUnix`: hands every connection to the listener it came to. */
export function unixListeners(link: Link): Agent["listenUnix"] {
  const listeners = new Map<number, (connection: GuestConnection) => void>();
  // One that is taken over from an earlier epoch may accept before the reply that names it is handled.
  const early = new Map<number, GuestConnection[]>();
  let asking = 0;

  link.on("ACCEPT", ({ listener, stream, pid, uid }) => {
    const { readable, writable } = link.streams.open(stream, { read: true, write: true });
    const connection = { readable, writable, peer: { pid, uid } };
    const accept = listeners.get(listener);
    if (accept !== undefined) accept(connection);
    else if (asking > 0) early.set(listener, [...(early.get(listener) ?? []), connection]);
    else refuse(connection);
  });

  return async (path, mode, accept) => {
    asking++;
    let listener: number;
    try {
      ({ listener } = await link.call("LISTEN_UNIX", { path, mode }, { path }));
    } finally {
      asking--;
    }
    listeners.set(listener, accept);
    const waiting = early.get(listener) ?? [];
    early.delete(listener);
    if (asking === 0) {
      for (const connection of [...early.values()].flat()) refuse(connection);
      early.clear();
    }
    for (const connection of waiting) accept(connection);
    return {
      async close() {
        listeners.delete(listener);
        await link.call("UNLISTEN", { listener });
      },
    };
  };
}

/** Nobody listens any more: the peer is told by a reset. */
function refuse(connection: GuestConnection): void {
  // The epoch may have ended meanwhile, and the connection with it.
  connection.writable.abort().catch(() => undefined);
}

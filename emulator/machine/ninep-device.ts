import { guarded } from "./console-port.ts";
import type { NinePServer } from "./machine.ts";

const rlerror = 7;
const eio = 5;

/** `server` as v86's `handle9p`: every request is answered before the guest goes on, an error of the server with EIO. */
export function ninepHandler(
  server: NinePServer,
): (request: Uint8Array, reply: (response: Uint8Array) => void) => void {
  return (request, reply) => {
    let response: Uint8Array | undefined;
    guarded(() => {
      response = server(request);
    });
    reply(response ?? inputOutputError(request));
  };
}

/** Rlerror: size[4] type[1] tag[2] ecode[4]. */
function inputOutputError(request: Uint8Array): Uint8Array {
  return Uint8Array.of(11, 0, 0, 0, rlerror, request[5] ?? 0xff, request[6] ?? 0xff, eio, 0, 0, 0);
}

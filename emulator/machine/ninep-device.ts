import { guarded } from "./console-port.ts";
import type { NinePServer } from "./machine.ts";

const rlerror = 7;
const eio = 5;

/** `server` as v86's `handle9p`: an error of the server is answered with EIO. */
export function ninepHandler(
  server: NinePServer,
): (request: Uint8Array, reply: (response: Uint8Array) => void) => void {
  return (request, reply) => {
    let response: Uint8Array | Promise<Uint8Array> | undefined;
    guarded(() => {
      response = server(request);
    });
    if (response instanceof Promise) {
      const error = inputOutputError(request);
      response.then(reply, () => reply(error));
    } else reply(response ?? inputOutputError(request));
  };
}

/** Rlerror: size[4] type[1] tag[2] ecode[4]. */
function inputOutputError(request: Uint8Array): Uint8Array {
  return Uint8Array.of(11, 0, 0, 0, rlerror, request[5] ?? 0xff, request[6] ?? 0xff, eio, 0, 0, 0);
}

import { once } from "node:events";
import { existsSync, unlinkSync } from "node:fs";
import { parseArgs } from "node:util";
import { socketServer } from "./socket-server.ts";
import { openLab } from "./open-lab.ts";

const help = `Usage:  npm run --silent engine -- --host unix:///PATH | tcp://127.0.0.1:PORT [--state FILE]

Serves the Docker Engine API from the machine until interrupted, and prints "API listen on ..." when it is ready.

Options:
  -H, --host ADDRESS   Where to listen; may be given more than once
  --state FILE         Go on from FILE, and save the machine there at the end
  --help               Show this
`;

/** `npm run engine`. */
export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      host: { type: "string", short: "H", multiple: true },
      state: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true || values.host === undefined) {
    (values.help === true ? process.stdout : process.stderr).write(help);
    process.exit(values.help === true ? 0 : 2);
  }
  const { lab, save } = await openLab({
    ...(values.state === undefined ? {} : { state: values.state }),
    listeners: {
      onCrash(reason, lastOutput) {
        process.stderr.write(`\nThe machine stopped: ${reason}\n${lastOutput}\n`);
        process.exit(125);
      },
    },
  });
  const ends: (() => void)[] = [];
  for (const host of values.host) {
    const { server, end } = socketServer(lab.handle);
    const address = parseHost(host);
    if (typeof address === "string" && existsSync(address)) unlinkSync(address);
    if (typeof address === "string") server.listen(address);
    else server.listen(address.port, address.address);
    await once(server, "listening");
    ends.push(end);
    process.stdout.write(
      `API listen on ${typeof address === "string" ? address : `${address.address}:${address.port}`}\n`,
    );
  }
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) process.exit(130);
    stopping = true;
    for (const end of ends) end();
    await save();
    await lab.close();
    process.exit(0);
  };
  process.on("SIGINT", () => void stop());
  process.on("SIGTERM", () => void stop());
}

function parseHost(host: string): string | { readonly address: string; readonly port: number } {
  if (host.startsWith("unix://")) return host.slice("unix://".length);
  const match = /^tcp:\/\/(127\.0\.0\.1|localhost):(\d{1,5})$/.exec(host);
  if (match === null)
    throw new Error(
      `${host}: only unix:///PATH and tcp://127.0.0.1:PORT, since whoever can reach the API controls the machine`,
    );
  return { address: "127.0.0.1", port: Number(match[2]) };
}

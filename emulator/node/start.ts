import { once } from "node:events";
import type { Server } from "node:http";
import { parseArgs } from "node:util";
import { buildSite, siteFolder } from "./site.ts";
import { ensureSnapshot } from "./snapshot.ts";
import { staticServer } from "./static-server.ts";

const help = `Usage:  npm start -- [--port PORT] [--host ADDRESS] [--build]

Serves Drydock on this computer. The machine's snapshot and the page are built first when they are missing or stale.

Options:
  --port PORT      Port of the page (default 8420); previews with scripts use the next one
  --host ADDRESS   Address to listen on (default 127.0.0.1)
  --build          Only build the static site into dist/, for any static host
`;

/** `npm start` and `npm run build`. */
export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "8420" },
      host: { type: "string", default: "127.0.0.1" },
      build: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const log = (line: string) => process.stderr.write(`${line}\n`);
  await ensureSnapshot({ release: values.build, log });
  await buildSite({ previewOrigin: process.env.DRYDOCK_PREVIEW_ORIGIN ?? "", log });
  if (values.build) {
    log(`The site is in ${siteFolder}`);
    return;
  }
  const server = staticServer(siteFolder);
  await listen(server, Number(values.port), values.host);
  process.stdout.write(
    `Drydock is at http://${values.host === "127.0.0.1" ? "localhost" : values.host}:${values.port}/\n`,
  );
  const stop = () => server.close(() => process.exit(0));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    process.stderr.write(`Port ${port} is taken. Choose another: npm start -- --port ${port + 10}\n`);
    process.exit(1);
  }
}

// Runs one of the Node entry points (lab, engine, bench, snapshot, start) after making sure that node modules are there.
import { EventEmitter } from "node:events";
import { installModules } from "./install.mjs";

// An engine has as many listeners on its end as it has streams: their number is no sign of a leak.
EventEmitter.defaultMaxListeners = 0;

const [entry, ...args] = process.argv.slice(2);
const entries = new Set(["lab", "engine", "bench", "snapshot", "start"]);
if (entry === undefined || !entries.has(entry)) {
  process.stderr.write(`usage: npm run {${[...entries].join("|")}} -- [ARGUMENTS]\n`);
  process.exit(2);
}
installModules();
const { register } = await import("tsx/esm/api");
register();
const { main } = await import(`./${entry}.ts`);
await main(args);

// Runs one of the Node entry points (lab, engine, bench, snapshot, start) after making sure that node modules are there.
import { installModules } from "./install.mjs";

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

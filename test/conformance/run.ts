import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compare, knownDifferences, record, scenarioNames } from "./scenario.ts";

const help = `Usage:  npm run --silent conformance -- [OPTIONS] [SCENARIO...]

Runs recorded scenarios (all without arguments; a number is enough), each on a fresh machine, and says how many steps
print what real Docker printed. Exits with 1 when a step differs that known.json does not list.

Options:
  --diff        Show the steps that differ
  --keep DIR    Write the transcripts there
  --help        Show this
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { diff: { type: "boolean" }, keep: { type: "string" }, help: { type: "boolean" } },
});
if (values.help === true) {
  process.stdout.write(help);
  process.exit(0);
}
const all = await scenarioNames();
const chosen = positionals.flatMap((wanted) => {
  const found = all.filter((name) => name === wanted || name.startsWith(`${wanted}-`));
  if (found.length === 0) throw new Error(`no scenario ${wanted}`);
  return found;
});
if (values.keep !== undefined) await mkdir(values.keep, { recursive: true });
const known = await knownDifferences();
let unexpected = 0;
for (const name of chosen.length === 0 ? all : chosen) {
  const began = performance.now();
  try {
    const transcript = await record(name);
    if (values.keep !== undefined) await writeFile(join(values.keep, `${name}.txt`), transcript);
    const { matched, total, differences } = await compare(name, transcript);
    const listed = new Set(known[name]?.map(({ command }) => command));
    const surprises = differences.filter(({ command }) => !listed.has(command));
    unexpected += surprises.length;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const note = differences.length > surprises.length ? `, ${differences.length - surprises.length} known` : "";
    process.stdout.write(`${name}: ${matched}/${total} steps match${note} (${seconds} s)\n`);
    if (values.diff === true) for (const { diff } of surprises) process.stdout.write(`${diff}\n`);
  } catch (error) {
    unexpected++;
    process.stdout.write(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
}
process.exit(unexpected === 0 ? 0 : 1);

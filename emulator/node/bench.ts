import { parseArgs } from "node:util";
import { benchBuild } from "./bench/build.ts";
import { benchChromium } from "./bench/chromium/budget.ts";
import { benchMachine } from "./bench/machine.ts";
import { nativeReference } from "./bench/native.ts";
import { printTable, type Row } from "./bench/table.ts";

const help = `Usage:  npm run bench -- [--node] [--build] [--chromium] [--json]

Measures the budget of DESIGN.md. Figures are medians; where native Docker answers on this machine it is measured in the
same run, and the ratio to it is shown. --build measures docker build alone. Without options all is measured.
`;

/** `npm run bench`. */
export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      node: { type: "boolean" },
      build: { type: "boolean" },
      chromium: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    process.stdout.write(help);
    return;
  }
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const all = values.node !== true && values.build !== true && values.chromium !== true;
  log("Measuring native Docker...");
  const native = await nativeReference();
  if (native === undefined)
    log(
      "No native Docker answers here: figures have no ratio. (apt-get install docker.io, start dockerd, load a busybox image.)",
    );
  const rows: Row[] = [];
  if (all || values.node === true) rows.push(...(await benchMachine(native, log)));
  if (all || values.build === true) rows.push(...(await benchBuild(native !== undefined, log)));
  if (all || values.chromium === true) rows.push(...(await benchChromium(native, log)));
  process.stdout.write(values.json === true ? `${JSON.stringify(rows, undefined, 2)}\n` : printTable(rows));
  process.exit(0);
}

import type { BuildSource } from "../../client/build.ts";
import type { VertexWarning } from "../../spec/build.ts";
import { painted } from "./colors.ts";
import { decodeText, isCanceled, type Step, type Trace } from "./trace.ts";

/** The output of steps that failed, as it stands once more under the progress. */
export function errorLogs(trace: Trace, logsOf: (step: Step) => readonly string[]): string {
  return trace.steps
    .filter((step) => step.vertex.error !== undefined && !isCanceled(step))
    .map((step) => {
      const logs = logsOf(step).map((line) => `${line}\n`);
      return `------\n > ${step.vertex.name}:\n${logs.join("")}------\n`;
    })
    .join("");
}

/** The lines of a source around a place in it, marked with `>>>`; empty where the place is not in the source. */
export function sourceText({ filename, data, start, end }: BuildSource): string {
  const lines = data.split("\n");
  if (start < 1 || start > lines.length) return "";
  const last = Math.min(Math.max(start, end), lines.length);
  let [from, to] = [start, last];
  const margin = from === to ? 4 : 2;
  for (let added = 0; added < margin; added++) {
    if (from > 1) {
      from--;
      added++;
    }
    if (to < lines.length) {
      to++;
      added++;
    }
  }
  const rows = lines.slice(from - 1, to).map((line, index) => {
    const number = from + index;
    const mark = number >= start && number <= last ? ">>>" : "   ";
    return ` ${String(number).padStart(3)} | ${mark} ${line}\n`;
  });
  return `${filename}:${start}\n--------------------\n${rows.join("")}--------------------\n`;
}

/** What the checks found, below the progress; with `debug` the whole of each warning. */
export function warningsText(warnings: readonly VertexWarning[], debug: boolean): string {
  const distinct = [...new Map(warnings.map((warning) => [JSON.stringify(warning), warning])).values()];
  if (distinct.length === 0) return "";
  const count = distinct.length === 1 ? "1 warning" : `${distinct.length} warnings`;
  const head = painted(`${count} found${debug ? "" : " (use docker --debug to expand)"}:\n`, "33");
  return `\n ${head}${distinct.map((warning) => warningText(warning, debug)).join("")}`;
}

function warningText({ short, detail = [], url, sourceInfo, range }: VertexWarning, debug: boolean): string {
  const head = ` - ${decodeText(short)}\n`;
  if (!debug) return head;
  const details = detail.map((line) => `${decodeText(line)}\n`).join("");
  const more = url === undefined ? "" : `More info: ${url}\n`;
  const [place] = range ?? [];
  const source =
    sourceInfo === undefined || place === undefined
      ? ""
      : sourceText({
          filename: sourceInfo.filename,
          data: decodeText(sourceInfo.data),
          start: place.start.line,
          end: place.end.line,
        });
  return `${head}${details}${more}${source}\n`;
}

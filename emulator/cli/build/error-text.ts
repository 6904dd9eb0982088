import { sourceExcerpt } from "../../dockerfile/checks/excerpt.ts";
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
      : sourceExcerpt(
          decodeText(sourceInfo.data),
          { start: place.start.line, end: place.end.line },
          sourceInfo.filename,
        );
  return `${head}${details}${more}${source}\n`;
}

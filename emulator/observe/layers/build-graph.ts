import type { BuildRecord, BuildStage, BuildStep } from "../../spec/build.ts";
import { count, sizeText } from "./size.ts";

/** A step in its place. Lengths are CSS pixels. */
export interface GraphBox {
  readonly stage: number;
  readonly step: number;
  readonly x: number;
  readonly y: number;
  readonly of: BuildStep;
}

export interface GraphColumn {
  readonly stage: number;
  readonly name: string;
  /** What FROM says. */
  readonly base: string;
  readonly used: boolean;
  readonly x: number;
  readonly y: number;
  /** Of the line that joins its steps. */
  readonly bottom: number;
}

/** From the end of a stage to what needs it. */
export interface GraphEdge {
  readonly kind: "copy" | "base";
  readonly from: number;
  readonly to: { readonly stage: number; readonly step: number };
  /** SVG path. */
  readonly path: string;
}

export interface GraphView {
  readonly columns: readonly GraphColumn[];
  readonly boxes: readonly GraphBox[];
  readonly edges: readonly GraphEdge[];
  readonly width: number;
  readonly height: number;
  readonly question: string;
  readonly answer: string;
}

export const boxWidth = 236;
export const boxHeight = 46;
const gapX = 44;
const gapY = 14;
const headHeight = 28;
const margin = 8;

/**
 * Stages as columns, those that nothing needs last, their steps from top to bottom; whatever a step reads from stands
 * higher than it.
 */
export function buildGraph(record: BuildRecord): GraphView {
  const all = [...record.stages.keys()];
  const isUsed = (index: number) => record.stages[index]?.used ?? false;
  const order = [...all.filter(isUsed), ...all.filter((index) => !isUsed(index))];
  const columns: GraphColumn[] = [];
  const boxes: GraphBox[] = [];
  const edges: GraphEdge[] = [];
  record.stages.forEach((stage, index) => {
    const x = margin + order.indexOf(index) * (boxWidth + gapX);
    const under = stage.baseStage === undefined ? undefined : columns[stage.baseStage];
    const y = under === undefined ? margin : under.bottom + gapY;
    let next = y + headHeight;
    stage.steps.forEach((planned, at) => {
      const step = at === 0 ? startOf(planned, stage, record.stages) : planned;
      const sources = step.fromStages.flatMap((from) => columns[from] ?? []);
      const top = Math.max(next, ...sources.map(({ bottom }) => bottom + gapY));
      boxes.push({ stage: index, step: at, x, y: top, of: step });
      for (const source of sources) {
        const offset = edges.filter(({ to }) => to.stage === index).length;
        edges.push({
          kind: "copy",
          from: source.stage,
          to: { stage: index, step: at },
          path: edgePath(source, x, top + boxHeight / 2, offset),
        });
      }
      next = top + boxHeight + gapY;
    });
    const bottom = stage.steps.length === 0 ? y + headHeight - gapY : next - gapY;
    if (under !== undefined)
      edges.push({
        kind: "base",
        from: under.stage,
        to: { stage: index, step: -1 },
        path: edgePath(under, x, y + headHeight / 2, 0),
      });
    columns.push({ stage: index, name: stage.name, base: stage.base, used: stage.used, x, y, bottom });
  });
  return {
    columns,
    boxes,
    edges,
    width: margin * 2 + record.stages.length * boxWidth + Math.max(0, record.stages.length - 1) * gapX,
    height: Math.max(headHeight, ...columns.map(({ bottom }) => bottom)) + margin,
    question: question(record),
    answer: answer(record),
  };
}

/** `FROM build` is no work of its own: it is as far as the stage it stands on. */
function startOf(step: BuildStep, stage: BuildStage, stages: readonly BuildStage[]): BuildStep {
  const base = stage.baseStage === undefined ? undefined : stages[stage.baseStage];
  const last = base?.steps.findLast((each) => !isConfiguration(each));
  if (step.instruction !== "FROM" || step.state !== "waiting" || last === undefined) return step;
  const isOver = last.state === "done" || last.state === "cached";
  return isOver ? { ...step, state: last.state } : step;
}

/** Out of the bottom of a column, along the gap, into the left side of the target. */
function edgePath(source: GraphColumn, x: number, y: number, offset: number): string {
  const startX = source.x + boxWidth / 2;
  const startY = source.bottom;
  const turn = x - gapX / 2 + (offset % 4) * 5 - 8;
  const bend = startY + gapY / 2;
  return `M${startX} ${startY}V${bend}H${turn}V${y}H${x - 2}`;
}

function question(record: BuildRecord): string {
  const name = record.tags[0] ?? record.dockerfileName;
  return record.state === "running" ? `How far is the build of ${name}?` : `What did the build of ${name} do?`;
}

/** The steps that the build reached for: those of unused stages are none of it. */
function usedSteps({ stages }: BuildRecord): BuildStep[] {
  return stages.filter(({ used }) => used).flatMap(({ steps }) => steps);
}

function answer(record: BuildRecord): string {
  const steps = usedSteps(record).filter((step) => step.instruction !== "FROM" && !isConfiguration(step));
  const cached = steps.filter(({ state }) => state === "cached").length;
  const ran = steps.filter(({ state }) => state === "done" || state === "failed" || state === "running").length;
  const unused = record.stages.filter(({ used }) => !used);
  const parts = [
    `${cached} of ${count(steps.length, "step")} cached, ${ran} ran`,
    ...(unused.length > 0
      ? [`${unused.map(({ name }) => name).join(", ")} not built: nothing needs ${unused.length === 1 ? "it" : "them"}`]
      : []),
  ];
  const first = usedSteps(record).find(({ because }) => because !== undefined);
  if (record.error !== undefined) {
    const line = record.error.line === undefined ? "" : `line ${record.error.line}: `;
    return `Failed at ${line}${record.error.message}`;
  }
  if (first?.because !== undefined && first.state !== "waiting") parts.push(reason(first));
  return `${parts.join("; ")}.`;
}

/** A step that only changes the image's configuration, and never runs. */
export function isConfiguration({ instruction }: BuildStep): boolean {
  return !filesteps.has(instruction);
}

const filesteps = new Set(["FROM", "RUN", "COPY", "ADD", "WORKDIR"]);

/** `line 5: COPY . /app ran because src/app.js changed` */
export function reason(step: BuildStep): string {
  const ran = step.state === "running" ? "runs" : step.state === "waiting" ? "is to run" : "ran";
  return `line ${step.lines.start}: ${oneLine(step.text)} ${ran} because ${becauseText(step)}`;
}

/** A clause that can follow "because". */
export function becauseText({ because }: BuildStep): string {
  return because === "never built before" ? "it was never built before" : (because ?? "it had to");
}

export function oneLine(text: string): string {
  return text.replace(/\\\n/g, " ").replace(/\s+/g, " ").trim();
}

const stateWords: Record<BuildStep["state"], string> = {
  waiting: "waiting",
  running: "running",
  cached: "cached",
  done: "done",
  failed: "failed",
  canceled: "canceled",
  unused: "not built",
};

/** `cached`, `done 1.2 s, 3.4 MB`. `now` counts on for what runs. */
export function stepStatus(step: BuildStep, now: number): string {
  if (isConfiguration(step) && step.state === "done") return "no layer";
  const words = stateWords[step.state];
  const end = step.endedAt ?? (step.state === "running" ? now : undefined);
  const took =
    step.startedAt === undefined || end === undefined || step.state === "cached"
      ? ""
      : ` ${seconds(end - step.startedAt)}`;
  const size = step.size === undefined || step.size === 0 ? "" : `, ${sizeText(step.size)}`;
  return `${words}${took}${size}`;
}

/** As BuildKit prints times: tenths of a second. */
function seconds(milliseconds: number): string {
  return `${Math.max(0, milliseconds / 1000).toFixed(1)} s`;
}

export function buildText(record: BuildRecord, now: number): string {
  const graph = buildGraph(record);
  const stages = record.stages.flatMap((stage) => [
    `${stage.name}: FROM ${stage.base}${stage.used ? "" : "  (not built)"}`,
    ...stage.steps.map(
      (step, at) => `  ${stepLine(at === 0 ? startOf(step, stage, record.stages) : step, record.stages, now)}`,
    ),
  ]);
  return [graph.question, graph.answer, "", ...stages, ""].join("\n");
}

function stepLine(step: BuildStep, stages: readonly BuildStage[], now: number): string {
  const from = step.fromStages.flatMap((index) => stages[index]?.name ?? []);
  const why = step.because === undefined ? "" : `  because ${becauseText(step)}`;
  const reads = from.length === 0 ? "" : `  reads ${from.join(", ")}`;
  return `line ${String(step.lines.start).padStart(3)}  ${stepStatus(step, now).padEnd(20)}  ${oneLine(step.text)}${reads}${why}`;
}

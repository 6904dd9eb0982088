import type { SolveStatus, Vertex, VertexLog, VertexStatus, VertexWarning } from "../spec/build.ts";
import { asObject, asObjects, numberField, stringField, type JsonObject } from "./json.ts";

/** Checks what an engine sends as a SolveStatus. Throws MalformedResponse. */
export function decodeSolveStatus(value: JsonObject): SolveStatus {
  return {
    vertexes: asObjects(value["vertexes"], "vertexes").map(vertex),
    statuses: asObjects(value["statuses"], "statuses").map(status),
    logs: asObjects(value["logs"], "logs").map(log),
    warnings: asObjects(value["warnings"], "warnings").map(warning),
  };
}

function text(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return value === undefined || value === null || value === "" ? undefined : stringField(object, name);
}

/** The fields that are there: an absent one stays absent. */
function present<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

function vertex(object: JsonObject): Vertex {
  return present<Vertex>({
    digest: stringField(object, "digest"),
    name: text(object, "name") ?? "",
    started: text(object, "started"),
    completed: text(object, "completed"),
    cached: object["cached"] === true ? true : undefined,
    error: text(object, "error"),
  });
}

function status(object: JsonObject): VertexStatus {
  return present<VertexStatus>({
    id: stringField(object, "id"),
    vertex: stringField(object, "vertex"),
    name: text(object, "name"),
    total: object["total"] === undefined ? undefined : numberField(object, "total"),
    current: object["current"] === undefined ? 0 : numberField(object, "current"),
    timestamp: stringField(object, "timestamp"),
    started: text(object, "started"),
    completed: text(object, "completed"),
  });
}

function log(object: JsonObject): VertexLog {
  return {
    vertex: stringField(object, "vertex"),
    stream: object["stream"] === undefined ? 1 : numberField(object, "stream"),
    data: text(object, "data") ?? "",
    timestamp: stringField(object, "timestamp"),
  };
}

function warning(object: JsonObject): VertexWarning {
  const source = object["sourceInfo"];
  const info = typeof source === "object" && source !== null ? asObject(source, "sourceInfo") : undefined;
  const detail = Array.isArray(object["detail"]) ? object["detail"].filter((line) => typeof line === "string") : [];
  return present<VertexWarning>({
    vertex: stringField(object, "vertex"),
    level: object["level"] === undefined ? 0 : numberField(object, "level"),
    short: text(object, "short") ?? "",
    detail: detail.length === 0 ? undefined : detail,
    url: text(object, "url"),
    sourceInfo:
      info === undefined ? undefined : { filename: text(info, "filename") ?? "", data: text(info, "data") ?? "" },
    range: object["range"] === undefined ? undefined : asObjects(object["range"], "range").map(range),
  });
}

function range(object: JsonObject): { start: { line: number }; end: { line: number } } {
  const line = (name: string): number => numberField(asObject(object[name], name), "line");
  return { start: { line: line("start") }, end: { line: line("end") } };
}

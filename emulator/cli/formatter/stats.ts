import type { JsonObject } from "../../client/json.ts";
import type { Format } from "./format.ts";
import { bytesSize, humanSize, truncateId } from "./units.ts";

/** One container's latest sample; undefined where none has come yet. */
export interface StatsRow {
  readonly container: string;
  readonly id: string;
  readonly name: string;
  readonly sample: StatsSample | undefined;
}

export interface StatsSample {
  readonly cpu: number;
  readonly memory: number;
  readonly memoryLimit: number;
  readonly memoryPercent: number;
  readonly rx: number;
  readonly tx: number;
  readonly read: number;
  readonly written: number;
  readonly pids: number;
}

export const statsTable =
  "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}";

const NONE = "--";

export function statsFormat(truncate: boolean): Format<StatsRow> {
  const percent = (value: number): string => `${value.toFixed(2)}%`;
  return {
    type: "*container.statsContext",
    columns: {
      BlockIO: {
        header: "BLOCK I/O",
        value: ({ sample }) =>
          sample === undefined ? NONE : `${humanSize(sample.read, 3)} / ${humanSize(sample.written, 3)}`,
      },
      CPUPerc: { header: "CPU %", value: ({ sample }) => (sample === undefined ? NONE : percent(sample.cpu)) },
      Container: { header: "CONTAINER", value: ({ container }) => container },
      ID: { header: "CONTAINER ID", value: ({ id }) => (truncate ? truncateId(id) : id) },
      MemPerc: {
        header: "MEM %",
        value: ({ sample }) => (sample === undefined ? NONE : percent(sample.memoryPercent)),
      },
      MemUsage: {
        header: "MEM USAGE / LIMIT",
        value: ({ sample }) =>
          sample === undefined ? `${NONE} / ${NONE}` : `${bytesSize(sample.memory)} / ${bytesSize(sample.memoryLimit)}`,
      },
      Name: { header: "NAME", value: ({ name }) => (name === "" ? NONE : name.replace(/^\//, "")) },
      NetIO: {
        header: "NET I/O",
        value: ({ sample }) =>
          sample === undefined ? NONE : `${humanSize(sample.rx, 3)} / ${humanSize(sample.tx, 3)}`,
      },
      PIDs: { header: "PIDS", value: ({ sample }) => (sample === undefined ? NONE : String(sample.pids)) },
    },
  };
}

function object(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function amount(from: JsonObject, name: string): number {
  const value = from[name];
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : 0;
}

/** What `docker stats` shows of one sample of the API. */
export function readSample(sample: JsonObject): StatsSample {
  const [cpu, before] = [object(sample["cpu_stats"]), object(sample["precpu_stats"])];
  const memory = object(sample["memory_stats"]);
  const used = amount(memory, "usage") - inactive(object(memory["stats"]));
  const limit = amount(memory, "limit");
  const networks = Object.values(object(sample["networks"])).map(object);
  const sum = (name: string): number => networks.reduce((total, network) => total + amount(network, name), 0);
  const blocks = object(sample["blkio_stats"])["io_service_bytes_recursive"];
  const blockSum = (operation: string): number =>
    (Array.isArray(blocks) ? blocks.map(object) : [])
      .filter((entry) => String(entry["op"]).toLowerCase().startsWith(operation))
      .reduce((total, entry) => total + amount(entry, "value"), 0);
  return {
    cpu: cpuPercent(cpu, before),
    memory: used,
    memoryLimit: limit,
    memoryPercent: limit === 0 ? 0 : (used / limit) * 100,
    rx: sum("rx_bytes"),
    tx: sum("tx_bytes"),
    read: blockSum("r"),
    written: blockSum("w"),
    pids: amount(object(sample["pids_stats"]), "current"),
  };
}

/** The page cache that could be given back at once does not count as used. */
function inactive(stats: JsonObject): number {
  return "total_inactive_file" in stats ? amount(stats, "total_inactive_file") : amount(stats, "inactive_file");
}

function cpuPercent(now: JsonObject, before: JsonObject): number {
  const total = (of: JsonObject): number => amount(object(of["cpu_usage"]), "total_usage");
  const used = total(now) - total(before);
  const elapsed = amount(now, "system_cpu_usage") - amount(before, "system_cpu_usage");
  const perCpu = object(now["cpu_usage"])["percpu_usage"];
  const online = amount(now, "online_cpus") || (Array.isArray(perCpu) ? perCpu.length : 0);
  return elapsed > 0 && used > 0 ? (used / elapsed) * online * 100 : 0;
}

import type { VerbReply } from "../protocol/messages.ts";

type Reading = Pick<VerbReply<"OBSERVE">, "now" | "uptime" | "processes">;
type Process = Reading["processes"][number];

/** `ps` did not understand its arguments; worded as the `ps` of procps does. */
export class PsError extends Error {
  override readonly name = "PsError";
}

interface View {
  readonly reading: Reading;
  readonly userOf: (uid: number) => string;
  /** Bytes. */
  readonly memory: number;
}

interface Column {
  readonly title: string;
  readonly text: (process: Process, view: View) => string;
}

const ticks = 100;
const kibi = (bytes: number): string => String(Math.floor(bytes / 1024));
const pad = (number: number): string => String(Math.floor(number)).padStart(2, "0");

/** Share of a processor over the process's life, in percent. */
function share({ cpuTicks, startTicks }: Process, { reading }: View): number {
  const lived = reading.uptime / 1000 - startTicks / ticks;
  return lived <= 0 ? 0 : (cpuTicks / ticks / lived) * 100;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function startTime({ startTicks }: Process, { reading }: View): string {
  const started = reading.now - reading.uptime + (startTicks / ticks) * 1000;
  const date = new Date(started);
  if (reading.now - started < 86_400_000) return `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`;
  return `${months[date.getUTCMonth()] ?? ""}${pad(date.getUTCDate())}`;
}

function cpuTime({ cpuTicks }: Process): string {
  const seconds = cpuTicks / ticks;
  return `${pad(seconds / 3600)}:${pad((seconds / 60) % 60)}:${pad(seconds % 60)}`;
}

function shortCpuTime({ cpuTicks }: Process): string {
  const seconds = cpuTicks / ticks;
  return `${String(Math.floor(seconds / 60))}:${pad(seconds % 60)}`;
}

/** The kernel's device number as `ps` names it: pts/N, ttySN, or a question mark. */
function terminal({ terminal: device }: Process): string {
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${String(minor + (major - 136) * 256)}`;
  if (major === 4 && minor >= 64) return `ttyS${String(minor - 64)}`;
  if (major === 229) return `hvc${String(minor)}`;
  return "?";
}

const command = ({ command: words, name }: Process): string => (words.length === 0 ? `[${name}]` : words.join(" "));

const columns: Readonly<Record<string, Column>> = {
  user: { title: "USER", text: ({ uid }, { userOf }) => userOf(uid) },
  uid: { title: "UID", text: ({ uid }) => String(uid) },
  gid: { title: "GID", text: ({ gid }) => String(gid) },
  pid: { title: "PID", text: ({ pid }) => String(pid) },
  ppid: { title: "PPID", text: ({ parent }) => String(parent) },
  sid: { title: "SID", text: ({ session }) => String(session) },
  c: { title: "C", text: (process, view) => String(Math.min(99, Math.floor(share(process, view)))) },
  pcpu: { title: "%CPU", text: (process, view) => share(process, view).toFixed(1) },
  pmem: {
    title: "%MEM",
    text: ({ residentBytes }, { memory }) => (memory === 0 ? 0 : (residentBytes / memory) * 100).toFixed(1),
  },
  vsz: { title: "VSZ", text: ({ virtualBytes }) => kibi(virtualBytes) },
  rss: { title: "RSS", text: ({ residentBytes }) => kibi(residentBytes) },
  stime: { title: "STIME", text: startTime },
  start: { title: "START", text: startTime },
  tty: { title: "TTY", text: terminal },
  tt: { title: "TT", text: terminal },
  time: { title: "TIME", text: cpuTime },
  bsdtime: { title: "TIME", text: shortCpuTime },
  stat: { title: "STAT", text: ({ state, pid, session }) => state + (pid === session ? "s" : "") },
  s: { title: "S", text: ({ state }) => state },
  nlwp: { title: "NLWP", text: ({ threads }) => String(threads) },
  comm: { title: "COMMAND", text: ({ name }) => name },
  args: { title: "COMMAND", text: command },
  cmd: { title: "CMD", text: command },
};

const aliases: Readonly<Record<string, string>> = {
  "%cpu": "pcpu",
  "%mem": "pmem",
  euser: "user",
  euid: "uid",
  egid: "gid",
  sess: "sid",
  session: "sid",
  state: "s",
  tname: "tty",
  ucmd: "comm",
  ucomm: "comm",
  command: "args",
  vsize: "vsz",
  rssize: "rss",
  cputime: "time",
  start_time: "stime",
  thcount: "nlwp",
};

const full: readonly Column[] = ["user", "pid", "ppid", "c", "stime", "tty", "time", "cmd"].map((name) =>
  name === "user" ? { ...column(name), title: "UID" } : column(name),
);
const bsdUser = ["user", "pid", "pcpu", "pmem", "vsz", "rss", "tty", "stat", "start", "bsdtime", "args"].map(column);
const bsd = ["pid", "tty", "stat", "bsdtime", "args"].map(column);
const plain = ["pid", "tty", "time", "cmd"].map(column);

function column(name: string): Column {
  const found = columns[aliases[name] ?? name];
  if (found === undefined) throw new PsError(`error: unknown user-defined format specifier "${name}"`);
  return found;
}

/** `pid,user=WHO,args`: a title may follow its name, up to the end of the word. */
function formatColumns(format: string): Column[] {
  const names = format.split(/[ ,]+/).filter((name) => name !== "");
  return names.map((name) => {
    const mark = name.indexOf("=");
    return mark < 0 ? column(name) : { ...column(name.slice(0, mark)), title: name.slice(mark + 1) };
  });
}

/** What `ps` prints with these arguments, for options that choose columns; which processes is not theirs to choose. */
function chosenColumns(psArguments: readonly string[]): readonly Column[] {
  let chosen: readonly Column[] | undefined;
  const formats: Column[] = [];
  for (let i = 0; i < psArguments.length; i++) {
    const argument = psArguments[i] ?? "";
    const long = /^--format(?:=(.*))?$/.exec(argument);
    if (long !== null) {
      formats.push(...formatColumns(long[1] ?? psArguments[++i] ?? ""));
      continue;
    }
    const short = /^-?([A-Za-z]*?)o(.*)$/.exec(argument);
    if (short !== null && !argument.startsWith("--")) {
      formats.push(...formatColumns((short[2] ?? "") === "" ? (psArguments[++i] ?? "") : (short[2] ?? "")));
      continue;
    }
    if (argument.startsWith("-")) {
      if (/^-[AaedNTHwL]*f[AaedNTHwLf]*$/.test(argument)) chosen = full;
      else if (!/^-[AaedNTHwL]+$/.test(argument)) throw new PsError("error: unsupported option (BSD syntax)");
    } else if (/^[axwfe]*u[axwfeu]*$/.test(argument)) chosen = bsdUser;
    else if (/^[axwfe]+$/.test(argument)) chosen = bsd;
    else throw new PsError("error: unsupported option (BSD syntax)");
  }
  return formats.length > 0 ? formats : (chosen ?? plain);
}

/** `docker top`: rows of `ps` for the processes `pids`. Without arguments as `ps -ef`. */
export function top(
  reading: Reading,
  options: {
    readonly pids: ReadonlySet<number>;
    readonly psArguments: readonly string[];
    readonly passwd: string;
    /** Bytes of the machine: what %MEM is a share of. */
    readonly memory: number;
  },
): { titles: string[]; processes: string[][] } {
  const { pids, psArguments, passwd, memory } = options;
  const chosen = psArguments.length === 0 ? full : chosenColumns(psArguments);
  if (!chosen.some(({ title }) => title === "PID")) throw new PsError("Couldn't find PID field in ps output");
  const users = new Map(
    passwd.split("\n").map((line) => {
      const [name = "", , uid = ""] = line.split(":");
      return [uid, name] as const;
    }),
  );
  const view: View = { reading, memory, userOf: (uid) => users.get(String(uid)) ?? String(uid) };
  const rows = reading.processes.filter(({ pid }) => pids.has(pid)).sort((a, b) => a.pid - b.pid);
  return {
    titles: chosen.map(({ title }) => title),
    processes: rows.map((process) => chosen.map(({ text }) => text(process, view))),
  };
}

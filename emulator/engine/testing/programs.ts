import type { Clock } from "../world.ts";
import { cleanPath } from "../daemon/container/mounts.ts";
import { parseSignal } from "../daemon/signals.ts";
import { GuestFileError } from "../runtime.ts";
import { guestNode, lookUp, makeDirectories, walk, writeFile, type MountView } from "./guest-tree.ts";
import { shell } from "./shell.ts";

/** A process as its program sees it. */
export interface ProcessContext {
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  cwd: string;
  readonly user: { readonly uid: number; readonly gid: number; readonly additionalGids?: readonly number[] };
  readonly pid: number;
  readonly view: MountView;
  readonly hostname: string;
  readonly clock: Clock;
  /** Rejects when the process is killed. */
  readonly killed: Promise<never>;
  readonly traps: Map<number, () => void>;
  readonly isTerminal: boolean;
  /** Standard input; undefined at its end. */
  read(): Promise<Uint8Array | undefined>;
  write(kind: "stdout" | "stderr", text: string): void;
  /** Sends a signal to the process itself. */
  signal(number: number): void;
}

export type Program = (context: ProcessContext) => Promise<number>;

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const at = (context: ProcessContext, path: string): string =>
  cleanPath(path.startsWith("/") ? path : `${context.cwd}/${path}`);

/** Says what busybox says, and gives 1. */
function failed(context: ProcessContext, error: unknown, what: string): number {
  if (!(error instanceof GuestFileError)) throw error;
  const reason = error.code === "ENOENT" ? "No such file or directory" : error.code;
  context.write("stderr", `${what}: ${reason}\n`);
  return 1;
}

export function wait(context: ProcessContext, milliseconds: number): Promise<void> {
  const done = new Promise<void>((resolve) => {
    const cancel = context.clock.after(milliseconds, resolve);
    context.killed.catch(cancel);
  });
  return Promise.race([done, context.killed]);
}

async function cat(context: ProcessContext): Promise<number> {
  const [, ...paths] = context.args;
  if (paths.length === 0) {
    for (let bytes = await context.read(); bytes !== undefined; bytes = await context.read())
      context.write("stdout", decoder.decode(bytes));
    return 0;
  }
  let status = 0;
  for (const path of paths)
    try {
      context.write("stdout", decoder.decode(lookUp(context.view, at(context, path)).bytes));
    } catch (error) {
      status = failed(context, error, `cat: can't open '${path}'`);
    }
  return status;
}

async function id(context: ProcessContext): Promise<number> {
  const { uid, gid, additionalGids = [] } = context.user;
  const name = (number: number): string => (number === 0 ? "0(root)" : String(number));
  const groups = [...new Set([gid, ...additionalGids])].map(name).join(",");
  context.write("stdout", `uid=${name(uid)} gid=${name(gid)} groups=${groups}\n`);
  return 0;
}

function each(verb: (context: ProcessContext, path: string) => void): Program {
  return async (context) => {
    const [name = "", ...rest] = context.args;
    let status = 0;
    for (const path of rest.filter((argument) => !argument.startsWith("-")))
      try {
        verb(context, at(context, path));
      } catch (error) {
        status = failed(context, error, `${name}: ${path}`);
      }
    return status;
  };
}

const programs: Readonly<Record<string, Program>> = {
  true: async () => 0,
  false: async () => 1,
  echo: async (context) => {
    context.write("stdout", `${context.args.slice(1).join(" ")}\n`);
    return 0;
  },
  printf: async (context) => {
    context.write("stdout", (context.args[1] ?? "").replaceAll("\\n", "\n"));
    return 0;
  },
  cat,
  id,
  pwd: async (context) => {
    context.write("stdout", `${context.cwd}\n`);
    return 0;
  },
  env: async (context) => {
    for (const [name, value] of Object.entries(context.env)) context.write("stdout", `${name}=${value}\n`);
    return 0;
  },
  hostname: async (context) => {
    context.write("stdout", `${context.hostname}\n`);
    return 0;
  },
  sleep: async (context) => {
    await wait(context, Number(context.args[1] ?? "0") * 1000);
    return 0;
  },
  touch: each((context, path) => {
    if (walk(context.view, path).node === undefined) writeFile(context.view, path, encoder.encode(""));
  }),
  mkdir: each((context, path) => {
    makeDirectories(context.view, path);
  }),
  rm: each((context, path) => {
    const { node, parent, name } = walk(context.view, path, false);
    if (node === undefined) throw new GuestFileError("ENOENT", path, "No such file or directory");
    parent.entries.delete(name);
  }),
  ls: async (context) => {
    const path = context.args.slice(1).find((argument) => !argument.startsWith("-")) ?? ".";
    try {
      const node = lookUp(context.view, at(context, path));
      const names = node.kind === "directory" ? [...node.entries.keys()].sort() : [path];
      for (const name of names) if (!name.startsWith(".")) context.write("stdout", `${name}\n`);
      return 0;
    } catch (error) {
      return failed(context, error, `ls: ${path}`);
    }
  },
  test: async (context) => {
    const [, flag, operand = ""] = context.args;
    if (flag === "-t") return context.isTerminal ? 0 : 1;
    try {
      const { node } = walk(context.view, at(context, operand));
      if (flag === "-d") return node?.kind === "directory" ? 0 : 1;
      return node === undefined ? 1 : 0;
    } catch {
      return 1;
    }
  },
  kill: async (context) => {
    const [, first = "", second] = context.args;
    const signal = second === undefined ? "TERM" : first.slice(1);
    if (Number(second ?? first) === context.pid) context.signal(parseSignal(signal));
    return 0;
  },
  mkfifo: each((context, path) => {
    const { parent, name } = walk(context.view, path);
    parent.entries.set(name, guestNode("fifo"));
  }),
  sh: shell,
  "docker-init": (context) => {
    const [, , name = "", ...args] = context.args;
    const program = findProgram(name.split("/").at(-1) ?? "");
    return program === undefined ? Promise.resolve(127) : program({ ...context, args: [name, ...args] });
  },
};

/** By base name, as busybox finds its applets. */
export function findProgram(name: string): Program | undefined {
  return Object.hasOwn(programs, name) ? programs[name] : undefined;
}

export const programNames: readonly string[] = Object.keys(programs);

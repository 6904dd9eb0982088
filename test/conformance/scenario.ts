import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { openLab } from "../../emulator/node/open-lab.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Seconds that one step may take, for the guest's `timeout`. */
const stepTimeout = 60;

/** What one scenario printed, step by step, against what real Docker printed. */
export interface Comparison {
  readonly matched: number;
  readonly total: number;
  /** The commands of the steps that differ, with the difference as text. */
  readonly differences: readonly { readonly command: string; readonly diff: string }[];
}

/** The names of all recorded scenarios, sorted. */
export async function scenarioNames(): Promise<readonly string[]> {
  const files = await readdir(at("testdata/scenarios"));
  return files
    .filter((file) => file.endsWith(".sh"))
    .map((file) => file.slice(0, -3))
    .sort();
}

/** Runs a scenario in the shell of a fresh machine. Resolves with its transcript; rejects when the machine crashes. */
export async function record(name: string): Promise<string> {
  const script = await Promise.all(
    ["testdata/lib.sh", `testdata/scenarios/${name}.sh`].map((path) => readFile(at(path), "utf8")),
  );
  let crashed: (error: Error) => void = () => undefined;
  const crash = new Promise<never>((_, reject) => (crashed = reject));
  crash.catch(() => undefined); // told by the race below, unless it is over
  const { lab } = await openLab({
    listeners: {
      onCrash: (reason, lastOutput) => crashed(new Error(`the machine stopped: ${reason}\n${lastOutput}`)),
    },
  });
  const run = async () => {
    const shell = await lab.sessions.command({
      args: ["/bin/sh", "-s"],
      stdin: true,
      env: [`T_TIMEOUT=${stepTimeout}`],
    });
    const [transcript] = await Promise.all([
      text(shell.stdout),
      text(shell.stderr),
      feed(shell.stdin, script.join("\n")),
      shell.exited,
    ]);
    return transcript;
  };
  try {
    return await Promise.race([run(), crash]);
  } finally {
    await lab.close();
  }
}

/** Compares a transcript with the golden one of that scenario. */
export async function compare(name: string, transcript: string): Promise<Comparison> {
  const report = await runCompare(at(`testdata/golden/${name}.txt`), transcript);
  const [head = "", ...rest] = report.split("\n");
  const count = /^(\d+)\/(\d+) steps match/.exec(head);
  if (count === null) throw new Error(`the comparison of ${name} failed: ${report}`);
  const differences: { command: string; diff: string }[] = [];
  for (const line of rest) {
    const step = /^@@ step \d+: ### (.*?)(?: {3}\[identity: .*\])?$/.exec(line);
    const last = differences.at(-1);
    if (step !== null) differences.push({ command: step[1] ?? "", diff: line });
    else if (last !== undefined) last.diff += `\n${line}`;
  }
  return { matched: Number(count[1]), total: Number(count[2]), differences };
}

const known = v.record(v.string(), v.array(v.object({ command: v.string(), reason: v.string() })));

/** Steps that may differ, by scenario: for which commands, and why. */
export async function knownDifferences(): Promise<v.InferOutput<typeof known>> {
  return v.parse(known, JSON.parse(await readFile(at("known.json"), "utf8")));
}

function runCompare(golden: string, transcript: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [at("compare.mjs"), golden, "-"],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        // A difference is exit status 1; anything else on stderr is a fault of the comparison.
        if (error !== null && stdout === "") reject(new Error(stderr, { cause: error }));
        else resolve(stdout);
      },
    );
    child.stdin?.end(transcript);
  });
}

async function text(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  const decoder = new TextDecoder();
  let all = "";
  if (stream !== undefined) for await (const chunk of stream) all += decoder.decode(chunk, { stream: true });
  return all + decoder.decode();
}

async function feed(stdin: WritableStream<Uint8Array> | undefined, script: string): Promise<void> {
  const writer = stdin?.getWriter();
  await writer?.write(new TextEncoder().encode(script));
  await writer?.close();
}

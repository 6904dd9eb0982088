import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lab } from "../../index.ts";
import { loadSnapshot } from "../snapshot.ts";
import { folderSource } from "../source.ts";
import { median, type Row } from "./table.ts";
import { TypedShell } from "./typed-shell.ts";

/** Five instructions, two of which make files in the machine's own kernel or by copying. */
const prepare =
  'mkdir -p b && cd b && echo one > app.txt && printf "FROM busybox\\nWORKDIR /app\\nCOPY app.txt .\\nRUN cat app.txt > made\\nCMD [\\"cat\\", \\"made\\"]\\n" > Dockerfile';

const builds = {
  "docker build of five instructions, cold (--no-cache)": { command: () => "docker build -q --no-cache -t b ." },
  "the same, fully cached": { command: () => "docker build -q -t b .", budget: 0.15 },
  "the same, after a change of the file that is copied": {
    command: (i: number) => `echo ${String(i)}-$$ > app.txt && docker build -q -t b .`,
  },
} as const;

const rounds = 10;
/** Of the first rounds, which warm up. */
const skipped = 3;

/** Builds in the machine beside native Docker's classic builder, which is what both have in common. */
export async function benchBuild(hasNative: boolean, log: (line: string) => void): Promise<Row[]> {
  const native = hasNative ? nativeBuilds() : undefined;
  const lab = await Lab.restore(await folderSource(), await loadSnapshot(log));
  try {
    const shell = await TypedShell.open(lab);
    await shell.run(prepare);
    const rows: Row[] = [];
    for (const classic of [false, true])
      for (const [what, build] of Object.entries(builds)) {
        const times: number[] = [];
        const environment = classic ? "export DOCKER_BUILDKIT=0" : "unset DOCKER_BUILDKIT";
        await shell.run(environment);
        for (let i = 0; i < rounds; i++) times.push((await shell.run(build.command(i))).seconds);
        const reference = native?.[what];
        rows.push({
          what: classic ? `  ${what}, classic` : what,
          where: "Node",
          unit: "s",
          measured: times.slice(skipped),
          ...("budget" in build ? { budget: build.budget } : {}),
          ...(reference === undefined ? {} : { reference: { name: "native", value: reference } }),
        });
        log(`${what}${classic ? ", classic" : ""}: ${median(times.slice(skipped)).toFixed(3)} s`);
      }
    return rows;
  } finally {
    await lab.close();
  }
}

function nativeBuilds(): Record<string, number> {
  const folder = mkdtempSync(join(tmpdir(), "drydock-bench-"));
  const sh = (command: string): void => {
    const env = { ...process.env, DOCKER_HOST: "unix:///var/run/docker.sock", DOCKER_BUILDKIT: "0" };
    const { status, stderr } = spawnSync("sh", ["-c", command], { cwd: join(folder), encoding: "utf8", env });
    if (status !== 0) throw new Error(`${command}: ${stderr}`);
  };
  try {
    sh(prepare);
    return Object.fromEntries(
      Object.entries(builds).map(([what, { command }]) => {
        const times = Array.from({ length: rounds }, (_, i) => {
          const began = performance.now();
          sh(`cd b && ${command(i)}`);
          return (performance.now() - began) / 1000;
        });
        return [what, median(times.slice(skipped))];
      }),
    );
  } finally {
    spawnSync("docker", ["rmi", "-f", "b"], {
      env: { ...process.env, DOCKER_HOST: "unix:///var/run/docker.sock" },
    });
    rmSync(folder, { recursive: true, force: true });
  }
}

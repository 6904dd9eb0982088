import { spawnSync } from "node:child_process";
import { median } from "./table.ts";

/** Seconds that native Docker takes for the same commands, on this machine, in this run. */
export interface NativeReference {
  readonly run: number;
  readonly ps: number;
  readonly exec: number;
}

const docker = (...args: string[]) =>
  spawnSync("docker", args, { encoding: "utf8", env: { ...process.env, DOCKER_HOST: "unix:///var/run/docker.sock" } });

function time(runs: number, ...args: string[]): number {
  const times = Array.from({ length: runs }, () => {
    const began = performance.now();
    const { status, stderr } = docker(...args);
    if (status !== 0) throw new Error(`docker ${args.join(" ")}: ${stderr}`);
    return (performance.now() - began) / 1000;
  });
  return median(times);
}

/** Undefined when no Docker answers, or it has no busybox. */
export async function nativeReference(): Promise<NativeReference | undefined> {
  if (docker("image", "inspect", "busybox").status !== 0) return undefined;
  docker("run", "-d", "--name", "drydock-bench", "busybox", "sleep", "600");
  try {
    return {
      run: time(9, "run", "--rm", "busybox", "echo", "hi"),
      ps: time(9, "ps"),
      exec: time(9, "exec", "drydock-bench", "true"),
    };
  } finally {
    docker("rm", "-f", "drydock-bench");
  }
}

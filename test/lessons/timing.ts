/** What the gate spent its time on, told only to who asks with LESSON_TIMES=1. */
export class Timing {
  readonly #spent = new Map<string, { count: number; wall: number; cpu: number }>();
  readonly #scripts = new Map<string, number>();

  async of<T>(what: string, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const before = process.cpuUsage();
    try {
      return await work();
    } finally {
      const { user, system } = process.cpuUsage(before);
      const spent = this.#spent.get(what) ?? { count: 0, wall: 0, cpu: 0 };
      spent.count++;
      spent.wall += performance.now() - began;
      spent.cpu += (user + system) / 1000;
      this.#spent.set(what, spent);
    }
  }

  /** A script ran, and worked for so many ms. */
  script(what: string, work: number): void {
    this.#scripts.set(what, Math.max(this.#scripts.get(what) ?? 0, work));
  }

  /** Scripts that worked longest at a time, in ms, the longest first. */
  slowest(): readonly (readonly [what: string, work: number])[] {
    return [...this.#scripts].sort(([, a], [, b]) => b - a);
  }

  /** `type: 12 times, 8.1 s (cpu 6.2 s)`, the longest first, and the scripts that took longest at a time. */
  tell(title: string): void {
    if (process.env["LESSON_TIMES"] === undefined) return;
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
    const rows = [...this.#spent].sort(([, a], [, b]) => b.wall - a.wall);
    const lines = rows.map(
      ([what, { count, wall, cpu }]) => `  ${what}: ${count} times, ${seconds(wall)} (cpu ${seconds(cpu)})`,
    );
    for (const [what, work] of this.slowest().slice(0, 3)) lines.push(`  slowest: ${what}: ${Math.round(work)} ms`);
    const total = rows.reduce((sum, [, { wall }]) => sum + wall, 0);
    process.stderr.write(`${title}: ${seconds(total)}\n${lines.join("\n")}\n`);
  }
}

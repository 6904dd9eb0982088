/** What the gate spent its time on, told only to who asks with LESSON_TIMES=1. */
export class Timing {
  readonly #spent = new Map<string, { count: number; wall: number; cpu: number }>();
  readonly #scripts = new Map<string, { work: number; wall: number }>();

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

  /** A script ran: so many ms of the guest's processor, and so many in all. */
  script(what: string, work: number, wall: number): void {
    const most = this.#scripts.get(what) ?? { work: 0, wall: 0 };
    this.#scripts.set(what, { work: Math.max(most.work, work), wall: Math.max(most.wall, wall) });
  }

  /** `type: 12 times, 8.1 s (cpu 6.2 s)`, the longest first, and the scripts that took longest at a time. */
  tell(title: string): void {
    if (process.env["LESSON_TIMES"] === undefined) return;
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
    const rows = [...this.#spent].sort(([, a], [, b]) => b.wall - a.wall);
    const lines = rows.map(
      ([what, { count, wall, cpu }]) => `  ${what}: ${count} times, ${seconds(wall)} (cpu ${seconds(cpu)})`,
    );
    const slowest = [...this.#scripts].sort(([, a], [, b]) => b.work - a.work).slice(0, 3);
    for (const [what, { work, wall }] of slowest)
      lines.push(`  slowest: ${what}: ${Math.round(work)} ms of work, ${Math.round(wall)} ms in all`);
    const total = rows.reduce((sum, [, { wall }]) => sum + wall, 0);
    process.stderr.write(`${title}: ${seconds(total)}\n${lines.join("\n")}\n`);
  }
}

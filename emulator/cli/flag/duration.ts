const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** A Go duration ("1h30m", "1.5s", "-3ms") in nanoseconds, or Go's message why it is none. */
export function parseDuration(text: string): number | string {
  const quoted = JSON.stringify(text);
  const sign = text.startsWith("-") ? -1 : 1;
  let rest = text.replace(/^[+-]/, "");
  if (rest === "0") return 0;
  if (rest === "") return `time: invalid duration ${quoted}`;
  let total = 0;
  while (rest !== "") {
    const amount = /^(?:\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (amount === undefined) return `time: invalid duration ${quoted}`;
    rest = rest.slice(amount.length);
    const unit = /^[^\d.]+/.exec(rest)?.[0];
    if (unit === undefined) return `time: missing unit in duration ${quoted}`;
    const factor = units[unit];
    if (factor === undefined) return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`;
    total += Number(amount) * factor;
    rest = rest.slice(unit.length);
  }
  return total >= 2 ** 63 ? `time: invalid duration ${quoted}` : sign * Math.round(total);
}

/** As Go prints a duration: 1h30m0s, 1.5s, 30ms, 0s. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  const sign = nanoseconds < 0 ? "-" : "";
  const value = Math.abs(nanoseconds);
  const trim = (amount: number): string => String(Number(amount.toFixed(9)));
  if (value < 1e3) return `${sign}${value}ns`;
  if (value < 1e6) return `${sign}${trim(value / 1e3)}µs`;
  if (value < 1e9) return `${sign}${trim(value / 1e6)}ms`;
  const hours = Math.floor(value / 3600e9);
  const minutes = Math.floor((value % 3600e9) / 60e9);
  const seconds = `${trim((value % 60e9) / 1e9)}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

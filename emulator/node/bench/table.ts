export type Unit = "s" | "MB" | "%" | "ms";

/** One line of the budget: what, where it was measured, the figure beside its budget, and the reference of the same run. */
export interface Row {
  readonly what: string;
  readonly where: "Node" | "Chromium";
  readonly unit: Unit;
  readonly measured: readonly number[];
  readonly budget?: number;
  /** The budget is a lower bound (free memory). */
  readonly atLeast?: boolean;
  readonly reference?: { readonly name: string; readonly value: number };
  /** The budget is for the ratio to the reference. */
  readonly ratioBudget?: number;
  readonly note?: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return (
    (sorted.length % 2 === 1
      ? sorted[middle]
      : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2) ?? Number.NaN
  );
}

const shown = (value: number, unit: Unit) => `${value.toFixed(unit === "s" ? 3 : unit === "ms" ? 0 : 1)} ${unit}`;

export function printTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => {
    const value = median(row.measured);
    const ratio = row.reference === undefined ? undefined : value / row.reference.value;
    const budget =
      row.ratioBudget !== undefined
        ? `ratio ${row.ratioBudget.toFixed(1)}`
        : row.budget === undefined
          ? ""
          : `${row.atLeast === true ? ">= " : ""}${shown(row.budget, row.unit)}`;
    const met =
      row.ratioBudget !== undefined
        ? ratio === undefined
          ? undefined
          : ratio <= row.ratioBudget
        : row.budget === undefined
          ? undefined
          : row.atLeast === true
            ? value >= row.budget
            : value <= row.budget;
    const range =
      row.measured.length > 1
        ? `[${shown(Math.min(...row.measured), row.unit)}..${shown(Math.max(...row.measured), row.unit)}]`
        : "";
    return [
      row.what,
      row.where,
      `${shown(value, row.unit)} ${range}`.trim(),
      ratio === undefined
        ? ""
        : `${ratio.toFixed(2)} x ${row.reference?.name} ${shown(row.reference?.value ?? 0, row.unit)}`,
      budget,
      met === undefined ? "" : met ? "met" : "MISSED",
      row.note ?? "",
    ];
  });
  const table = [["what", "where", "measured", "ratio", "budget", "", "note"], ...cells];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return `${table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")}\n`;
}

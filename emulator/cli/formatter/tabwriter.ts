const MINIMUM_WIDTH = 10;
const PADDING = 3;

/**
 * Aligns tab-terminated cells as Go's text/tabwriter does with Docker's settings. A column is a block of consecutive
 * lines that have a cell there; text after the last tab of a line belongs to no column.
 */
export function align(text: string, minimum = MINIMUM_WIDTH, padding = PADDING): string {
  const lines = text.split("\n").map((line) => line.split("\t"));
  const widths: number[][] = lines.map(() => []);
  layOut(lines, widths, 0, lines.length, 0, minimum, padding);
  return lines
    .map((cells, row) =>
      cells
        .map((cell, column) => (column === cells.length - 1 ? cell : pad(cell, widths[row]?.[column] ?? 0)))
        .join(""),
    )
    .join("\n");
}

function layOut(
  lines: readonly (readonly string[])[],
  widths: number[][],
  from: number,
  to: number,
  column: number,
  minimum: number,
  padding: number,
): void {
  let row = from;
  while (row < to) {
    if (column >= (lines[row]?.length ?? 0) - 1) {
      row++;
      continue;
    }
    let end = row;
    let width = minimum;
    while (end < to && column < (lines[end]?.length ?? 0) - 1) {
      width = Math.max(width, columns(lines[end]?.[column] ?? "") + padding);
      end++;
    }
    for (let line = row; line < end; line++) widths[line]?.push(width);
    layOut(lines, widths, row, end, column + 1, minimum, padding);
    row = end;
  }
}

function columns(text: string): number {
  return [...text].length;
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}

import { lessonProgress } from "../lesson/progress.svelte.ts";

/** Gives the progress to the browser's downloads. */
export async function exportProgress(): Promise<void> {
  const progress = lessonProgress();
  await progress.load();
  const url = URL.createObjectURL(new Blob([progress.exported()], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "drydock-progress.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** 0.4 MB, 12 MB. */
export function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} MB`;
}

import { lessonProgress } from "../lesson/progress.svelte.ts";
import type { KeptSpace } from "../store/kept.ts";

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

/** `0.4 MB`, `12 MB`, in one piece. */
export function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)}\u00a0MB`;
}

/** "Machines take 2.4 MB in this browser: lessons 0.4 MB, the playground 2.0 MB." */
export function spaceText({ lessons, playground, layers }: KeptSpace): string {
  const parts = Object.entries({ lessons, "the playground": playground, "layers they share": layers })
    .filter(([, bytes]) => bytes >= 50_000)
    .map(([what, bytes]) => `${what} ${megabytes(bytes)}`);
  const all = lessons + playground + layers;
  if (parts.length === 0) return "Machines take no space in this browser yet.";
  return `Machines take ${megabytes(all)} in this browser${parts.length === 1 ? "" : `: ${parts.join(", ")}`}.`;
}

import { zeroTime } from "./timestamp.ts";

/** RFC 3339 with up to nine decimals, zeros at the end dropped, as Go prints a time. Milliseconds since the epoch. */
export function rfc3339(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return zeroTime;
  const seconds = Math.floor(milliseconds / 1000);
  const nano = Math.min(Math.round((milliseconds - seconds * 1000) * 1e6), 999_999_999);
  const fraction = String(nano).padStart(9, "0").replace(/0+$/, "");
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, fraction === "" ? "Z" : `.${fraction}Z`);
}

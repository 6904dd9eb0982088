/** How long something is, in Docker's words. Milliseconds. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < 1) return "Less than a second";
  if (seconds === 1) return "1 second";
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(milliseconds / 60_000);
  if (minutes === 1) return "About a minute";
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.trunc(milliseconds / 3_600_000 + 0.5);
  if (hours === 1) return "About an hour";
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(milliseconds / 3_600_000 / 24 / 365)} years`;
}

const decimal = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
const binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

/** A size with `digits` significant digits, in powers of 1000: 1.24MB. */
export function humanSize(bytes: number, digits = 4): string {
  return scaled(bytes, 1000, decimal, digits);
}

/** A size in powers of 1024: 1.182MiB. */
export function bytesSize(bytes: number): string {
  return scaled(bytes, 1024, binary, 4);
}

function scaled(bytes: number, base: number, units: readonly string[], digits: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= base && unit < units.length - 1) {
    size /= base;
    unit++;
  }
  return `${significant(size, digits)}${units[unit] ?? ""}`;
}

/** As Go's %.Ng. */
function significant(value: number, digits: number): string {
  if (value === 0) return "0";
  const exponent = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits)))));
  if (exponent < -4 || exponent >= digits) {
    const [mantissa = "", power = ""] = Number(value.toPrecision(digits)).toExponential().split("e");
    return `${mantissa}e${power.startsWith("-") ? "-" : "+"}${power.replace(/^[+-]/, "").padStart(2, "0")}`;
  }
  return String(Number(value.toPrecision(digits)));
}

/** Cut to `length` columns, the last one an ellipsis. */
export function ellipsis(text: string, length: number): string {
  const characters = [...text];
  if (length <= 0) return "";
  if (characters.length <= length) return text;
  return length === 1 ? (characters[0] ?? "") : `${characters.slice(0, length - 1).join("")}…`;
}

/** The 12 characters of an id that Docker shows; `sha256:` is dropped. */
export function truncateId(id: string): string {
  const bare = id.includes(":") ? id.slice(id.indexOf(":") + 1) : id;
  return bare.length > 12 ? bare.slice(0, 12) : bare;
}

/** Seconds since the epoch, as Go prints a local time; the zone is UTC. */
export function formatUnixTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")} +0000 UTC`;
}

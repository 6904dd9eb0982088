/** SGR codes of what a step's line says; undefined: as it stands. */
export interface BuildColors {
  readonly run: string | undefined;
  readonly cancel: string | undefined;
  readonly error: string | undefined;
}

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** The colours of NO_COLOR and BUILDKIT_COLORS (`run=blue:error=255,0,0`); what cannot be read there counts as not said. */
export function buildColors(env: Readonly<Record<string, string>>): BuildColors {
  if ((env["NO_COLOR"] ?? "") !== "") return { run: undefined, cancel: undefined, error: undefined };
  const chosen = new Map<string, string>();
  for (const field of (env["BUILDKIT_COLORS"] ?? "").split(":")) {
    const [key = "", value = ""] = field.split("=");
    const code = colorCode(value.toLowerCase());
    if (code !== undefined) chosen.set(key.toLowerCase(), code);
  }
  return {
    run: chosen.get("run") ?? "34",
    cancel: chosen.get("cancel") ?? "33",
    error: chosen.get("error") ?? "31",
  };
}

function colorCode(value: string): string | undefined {
  if (value === "default") return "39";
  const light = value.startsWith("light-");
  const index = names.indexOf(light ? value.slice(6) : value);
  if (index !== -1) return String((light ? 90 : 30) + index);
  const parts = value.split(",").map(Number);
  if (parts.length !== 3 || !parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255))
    return undefined;
  const [red = 0, green = 0, blue = 0] = parts.map((part) => Math.trunc((part * 6) / 256));
  return `38;5;${16 + 36 * red + 6 * green + blue}`;
}

export function painted(text: string, code: string | undefined): string {
  return code === undefined ? text : `\x1b[${code}m${text}\x1b[0m`;
}

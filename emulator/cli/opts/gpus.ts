import type { DeviceRequest } from "../../spec/engine-api.generated.ts";
import { InvalidFlagValue, repeated, type Flag } from "../flag/flag.ts";
import { parseCsv } from "../flag/list.ts";

export function gpus(usage: string): Flag<readonly DeviceRequest[]> {
  return repeated({ shorthand: "", usage, word: "gpu-request", parse: parseRequest });
}

function parseRequest(text: string): DeviceRequest {
  if (text === "") throw new InvalidFlagValue("EOF");
  let count: number | undefined;
  let driver = "";
  const devices: string[] = [];
  const capabilities = ["gpu"];
  const options: Record<string, string> = {};
  for (const field of parseCsv(text)) {
    const at = field.indexOf("=");
    const [key, value] = at === -1 ? ["count", field] : [field.slice(0, at), field.slice(at + 1)];
    switch (key) {
      case "driver":
        driver = value;
        break;
      case "count":
        count = parseCount(value);
        break;
      case "device":
        devices.push(...value.split(","));
        break;
      case "capabilities":
        capabilities.splice(0, Infinity, ...value.split(","), "gpu");
        break;
      case "options":
        for (const option of parseCsv(value)) {
          const [name = "", ...rest] = option.split("=");
          options[name] = rest.join("=");
        }
        break;
      default:
        throw new InvalidFlagValue(`unexpected key '${key}' in '${field}'`);
    }
  }
  const unnamed = devices.length === 0 ? 1 : 0;
  return {
    Driver: driver,
    Count: count ?? unnamed,
    ...(devices.length === 0 ? {} : { DeviceIDs: devices }),
    Capabilities: [capabilities],
    Options: options,
  };
}

function parseCount(value: string): number {
  if (value === "all") return -1;
  if (/^[+-]?\d+$/.test(value)) return Number(value);
  throw new InvalidFlagValue(`invalid count (${value}): value must be either "all" or an integer: invalid syntax`);
}

import { csvFields } from "./csv.ts";
import { parseBool } from "./go-number.ts";
import { InstructionError } from "./instruction-error.ts";
import { suggest } from "./names.ts";

/** Of `RUN --device=`. */
export interface Device {
  readonly name: string;
  readonly required: boolean;
}

/** `vendor.com/class=name,required` @throws InstructionError */
export function parseDevice(value: string): Device {
  let name = "";
  let required = false;
  for (const field of csvFields(value, "devices")) {
    const equals = field.indexOf("=");
    const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    const setting = equals < 0 ? undefined : field.slice(equals + 1);
    if (key === "required") {
      const given = setting === undefined ? true : parseBool(setting);
      if (given === undefined) throw new InstructionError(`invalid value for ${key}: ${setting ?? ""}`);
      required = given;
    } else if (key === "name" && setting !== undefined) {
      if (name !== "") throw new InstructionError(`device name already set to ${name}`);
      name = setting;
    } else if (name === "") name = field;
    else if (setting === undefined) throw new InstructionError(`invalid field '${field}' must be a key=value pair`);
    else throw new InstructionError(`unexpected key '${key}' in '${field}'`, suggest(key, ["name", "required"], true));
  }
  return { name, required };
}

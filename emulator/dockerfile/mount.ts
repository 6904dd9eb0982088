import { csvFields } from "./csv.ts";
import { parseBool, parseRamBytes, parseUint32 } from "./go-number.ts";
import { InstructionError } from "./instruction-error.ts";
import { suggest } from "./names.ts";
import { quote } from "./quote.ts";

const mountTypes = ["bind", "cache", "tmpfs", "secret", "ssh"] as const;
const sharingModes = ["shared", "private", "locked"] as const;

export type MountType = (typeof mountTypes)[number];
export type MountSharing = (typeof sharingModes)[number];

/** Of `RUN --mount=`. Texts are empty where nothing was given. */
export interface Mount {
  readonly type: MountType;
  /** A stage or an image. */
  readonly from: string;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly id: string;
  /** Undefined: `shared`. */
  readonly sharing: MountSharing | undefined;
  readonly required: boolean;
  /** Name of the variable a secret becomes; empty for the one that its id gives. Undefined without `env`. */
  readonly env: string | undefined;
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Bytes of a tmpfs; 0 for no limit. */
  readonly size: number;
}

const keys = [
  "type",
  "from",
  "source",
  "target",
  "readonly",
  "id",
  "sharing",
  "required",
  "size",
  "mode",
  "uid",
  "gid",
  "src",
  "dst",
  "destination",
  "ro",
  "rw",
  "readwrite",
  "env",
];

/**
 * The stage or image a mount is of, as BuildKit reads it before it knows any variable; empty for none. Nothing else of the
 * mount is looked at. @throws InstructionError
 */
export function mountFrom(value: string): string {
  let from = "";
  for (const { key, setting } of settingsOf(value)) {
    if (key !== "from" || setting === undefined) continue;
    const dollar = setting.indexOf("$");
    if (dollar >= 0 && dollar !== setting.length - 1)
      throw new InstructionError("'from' doesn't support variable expansion, define alias stage instead");
    from = setting;
  }
  return from;
}

/**
 * A value of `--mount`, unexpanded; each setting's value goes through `expand` once the commas are read.
 * @throws InstructionError and what `expand` throws
 */
export function parseMount(value: string, expand: (word: string) => string): Mount {
  const draft = new Draft();
  for (const { field, key, setting } of settingsOf(value)) {
    if (setting === undefined) draft.flag(key, field);
    else draft.set(key, expand(setting), field);
  }
  return draft.finish();
}

interface Setting {
  readonly field: string;
  readonly key: string;
  /** Undefined without `=`. */
  readonly setting: string | undefined;
}

function settingsOf(value: string): Setting[] {
  return csvFields(value, "mounts").map((field) => {
    const equals = field.indexOf("=");
    return equals < 0
      ? { field, key: field.toLowerCase(), setting: undefined }
      : { field, key: field.slice(0, equals).toLowerCase(), setting: field.slice(equals + 1) };
  });
}

class Draft {
  #type: MountType = "bind";
  #from = "";
  #source = "";
  #target = "";
  #readOnly: boolean | undefined;
  #id = "";
  #sharing: MountSharing | undefined;
  #required = false;
  #env: string | undefined;
  #size = 0;
  readonly #numbers: { mode: number | undefined; uid: number | undefined; gid: number | undefined } = {
    mode: undefined,
    uid: undefined,
    gid: undefined,
  };

  flag(key: string, field: string): void {
    if (key === "readonly" || key === "ro") this.#readOnly = true;
    else if (key === "readwrite" || key === "rw") this.#readOnly = false;
    else if (key === "required") {
      this.#only(["secret", "ssh"], key);
      this.#required = true;
    } else throw new InstructionError(`invalid field '${field}' must be a key=value pair`);
  }

  set(key: string, value: string, field: string): void {
    switch (key) {
      case "type":
        this.#type = oneOf(mountTypes, value, "mount type");
        break;
      case "from":
        this.#from = value;
        break;
      case "source":
      case "src":
        this.#source = value;
        break;
      case "target":
      case "dst":
      case "destination":
        this.#target = value;
        break;
      case "readonly":
      case "ro":
        this.#readOnly = boolean(key, value);
        break;
      case "readwrite":
      case "rw":
        this.#readOnly = !boolean(key, value);
        break;
      case "required":
        this.#only(["secret", "ssh"], key);
        this.#required = boolean(key, value);
        break;
      case "size": {
        this.#only(["tmpfs"], key);
        const size = parseRamBytes(value);
        if (size === undefined) throw new InstructionError(`invalid value for ${key}: ${value}`);
        this.#size = size;
        break;
      }
      case "id":
        this.#id = value;
        break;
      case "sharing":
        this.#sharing = oneOf(sharingModes, value, "sharing value");
        break;
      case "mode":
      case "uid":
      case "gid": {
        const number = parseUint32(value, key === "mode" ? 8 : 10);
        if (number === undefined) throw new InstructionError(`invalid value ${value} for ${key}`);
        this.#numbers[key] = number;
        break;
      }
      case "env":
        this.#env = value;
        break;
      default:
        throw new InstructionError(`unexpected key '${key}' in '${field}'`, suggest(key, keys, true));
    }
  }

  finish(): Mount {
    const type = this.#type;
    if (type === "bind" || type === "tmpfs")
      for (const [name, number] of Object.entries(this.#numbers))
        if (number !== undefined) throw new InstructionError(`${name} not allowed for ${quote(type)} type mounts`);
    if (type === "secret") this.#checkSecret();
    if (this.#sharing !== undefined && type !== "cache")
      throw new InstructionError(`invalid cache sharing set for ${type} mount`);
    return {
      type,
      from: this.#from,
      source: this.#source,
      target: this.#target,
      readOnly: this.#readOnly ?? !(type === "cache" || type === "tmpfs"),
      id: this.#id,
      sharing: this.#sharing,
      required: this.#required,
      env: this.#env,
      ...this.#numbers,
      size: this.#size,
    };
  }

  #checkSecret(): void {
    if (this.#from !== "") throw new InstructionError("secret mount should not have a from");
    if (this.#sharing !== undefined) throw new InstructionError("secret mount should not define sharing");
    if (this.#source === "" && this.#target === "" && this.#id === "")
      throw new InstructionError("invalid secret mount. one of source, target required");
    if (this.#source !== "" && this.#id !== "") throw new InstructionError("both source and id can't be set");
  }

  #only(types: readonly MountType[], key: string): void {
    if (!types.includes(this.#type))
      throw new InstructionError(`unexpected key '${key}' for mount type '${this.#type}'`);
  }
}

function oneOf<T extends string>(options: readonly T[], value: string, what: string): T {
  const found = options.find((option) => option === value.toLowerCase());
  if (found === undefined)
    throw new InstructionError(`unsupported ${what} ${quote(value)}`, suggest(value, options, true));
  return found;
}

function boolean(key: string, value: string): boolean {
  const given = parseBool(value);
  if (given === undefined) throw new InstructionError(`invalid value for ${key}: ${value}`);
  return given;
}

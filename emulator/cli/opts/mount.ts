import type { Mount } from "../../spec/engine-api.generated.ts";
import { InvalidFlagValue, repeated, type Flag } from "../flag/flag.ts";
import { parseCsv } from "../flag/list.ts";
import { parseBool } from "../flag/scalar.ts";
import { parseBytes } from "./size.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Writable<Mount> & {
  bind: Writable<NonNullable<Mount["BindOptions"]>>;
  volume: Writable<NonNullable<Mount["VolumeOptions"]>>;
  tmpfs: Writable<NonNullable<Mount["TmpfsOptions"]>>;
  used: Set<"bind" | "volume" | "tmpfs">;
  /** Names of `bind-recursive` that need others beside them. */
  recursive: string;
  driver: string;
  labels: Record<string, string>;
  options: Record<string, string>;
};

export function mounts(usage: string): Flag<readonly Mount[]> {
  return repeated({ shorthand: "", usage, word: "mount", parse: parseMount });
}

/** `--mount type=bind,source=/a,target=/b,readonly`. Throws InvalidFlagValue. */
export function parseMount(text: string): Mount {
  const draft: Draft = {
    Type: "volume",
    bind: {},
    volume: {},
    tmpfs: {},
    used: new Set(),
    recursive: "",
    driver: "",
    labels: {},
    options: {},
  };
  for (const field of parseCsv(text)) setField(draft, field);
  const type = draft.Type ?? "volume";
  if (draft.Target === undefined) throw new InvalidFlagValue("target is required");
  for (const kind of ["volume", "bind", "tmpfs"] as const)
    if (draft.used.has(kind) && type !== kind)
      throw new InvalidFlagValue(`cannot mix '${kind}-*' options with mount type '${type}'`);
  if (draft.bind.ReadOnlyForceRecursive === true) requireForReadOnly(draft);
  return finish(draft, type);
}

function requireForReadOnly(draft: Draft): void {
  if (draft.ReadOnly !== true)
    throw new InvalidFlagValue("option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction");
  if (draft.bind.Propagation !== "rprivate")
    throw new InvalidFlagValue(
      "option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction",
    );
}

function finish(draft: Draft, type: NonNullable<Mount["Type"]>): Mount {
  const mount: Writable<Mount> = { Type: type, Target: draft.Target ?? "" };
  if (draft.Source !== undefined) mount.Source = draft.Source;
  if (draft.ReadOnly === true) mount.ReadOnly = true;
  if (draft.Consistency !== undefined) mount.Consistency = draft.Consistency;
  if (draft.used.has("bind")) mount.BindOptions = draft.bind;
  if (draft.used.has("tmpfs")) mount.TmpfsOptions = draft.tmpfs;
  if (draft.used.has("volume")) {
    if (Object.keys(draft.labels).length > 0) draft.volume.Labels = draft.labels;
    if (draft.driver !== "" || Object.keys(draft.options).length > 0)
      draft.volume.DriverConfig = {
        ...(draft.driver === "" ? {} : { Name: draft.driver }),
        ...(Object.keys(draft.options).length === 0 ? {} : { Options: draft.options }),
      };
    mount.VolumeOptions = draft.volume;
  }
  return mount;
}

function setField(draft: Draft, field: string): void {
  const at = field.indexOf("=");
  const key = (at === -1 ? field : field.slice(0, at)).trim().toLowerCase();
  const value = at === -1 ? undefined : field.slice(at + 1);
  if (value === undefined && !flags.has(key))
    throw new InvalidFlagValue(`invalid field '${field}' must be a key=value pair`);
  const set = setters[key];
  if (set === undefined) throw new InvalidFlagValue(`unexpected key '${key}' in '${field}'`);
  set(draft, value ?? "true", key);
}

const flags = new Set(["readonly", "ro", "volume-nocopy", "bind-nonrecursive"]);

function truth(value: string, key: string): boolean {
  try {
    return parseBool(value);
  } catch {
    throw new InvalidFlagValue(`invalid value for ${key}: ${value}`);
  }
}

function pair(into: Record<string, string>, value: string): void {
  const at = value.indexOf("=");
  into[at === -1 ? value : value.slice(0, at)] = at === -1 ? "" : value.slice(at + 1);
}

type Setter = (draft: Draft, value: string, key: string) => void;

const source: Setter = (draft, value) => {
  draft.Source = value;
};
const target: Setter = (draft, value) => {
  draft.Target = value;
};
const readOnly: Setter = (draft, value, key) => {
  draft.ReadOnly = truth(value, key);
};

const setters: Readonly<Record<string, Setter>> = {
  type: (draft, value) => {
    draft.Type = value.toLowerCase() as NonNullable<Mount["Type"]>;
  },
  source,
  src: source,
  target,
  dst: target,
  destination: target,
  readonly: readOnly,
  ro: readOnly,
  consistency: (draft, value) => {
    draft.Consistency = value.toLowerCase();
  },
  "bind-propagation": (draft, value) => {
    draft.used.add("bind");
    draft.bind.Propagation = value.toLowerCase() as NonNullable<typeof draft.bind.Propagation>;
  },
  "bind-nonrecursive": (draft, value, key) => {
    draft.used.add("bind");
    draft.bind.NonRecursive = truth(value, key);
  },
  "bind-recursive": (draft, value) => {
    draft.used.add("bind");
    if (value === "enabled") return;
    if (value === "disabled") draft.bind.NonRecursive = true;
    else if (value === "writable") draft.bind.ReadOnlyNonRecursive = true;
    else if (value === "readonly") draft.bind.ReadOnlyForceRecursive = true;
    else
      throw new InvalidFlagValue(
        `invalid value for bind-recursive: ${value} (must be "enabled", "disabled", "writable", or "readonly")`,
      );
  },
  "volume-subpath": (draft, value) => {
    draft.used.add("volume");
    draft.volume.Subpath = value;
  },
  "volume-nocopy": (draft, value, key) => {
    draft.used.add("volume");
    draft.volume.NoCopy = truth(value, key);
  },
  "volume-label": (draft, value) => {
    draft.used.add("volume");
    pair(draft.labels, value);
  },
  "volume-driver": (draft, value) => {
    draft.used.add("volume");
    draft.driver = value;
  },
  "volume-opt": (draft, value) => {
    draft.used.add("volume");
    pair(draft.options, value);
  },
  "tmpfs-size": (draft, value, key) => {
    draft.used.add("tmpfs");
    try {
      draft.tmpfs.SizeBytes = parseBytes(value);
    } catch {
      throw new InvalidFlagValue(`invalid value for ${key}: ${value}`);
    }
  },
  "tmpfs-mode": (draft, value, key) => {
    draft.used.add("tmpfs");
    if (!/^[0-7]+$/.test(value)) throw new InvalidFlagValue(`invalid value for ${key}: ${value}`);
    draft.tmpfs.Mode = Number.parseInt(value, 8);
  },
};

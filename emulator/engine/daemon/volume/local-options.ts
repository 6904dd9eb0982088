import { InvalidParameter, System } from "../../errors.ts";
import type { Files } from "../../runtime.ts";

/** What `-o type=… -o device=… -o o=…` of the local driver mean. */
export interface LocalMount {
  readonly type: string;
  readonly device: string;
  readonly options: string;
}

const known = ["type", "o", "device", "size"];
const required: Readonly<Record<string, readonly string[]>> = {
  device: ["type"],
  type: ["device"],
  o: ["device", "type"],
};

/** Undefined: a plain directory. Throws InvalidParameter in the local driver's words. */
export function readLocalOptions(options: Readonly<Record<string, string>>): LocalMount | undefined {
  for (const name of Object.keys(options))
    if (!known.includes(name)) throw new InvalidParameter(`invalid option: ${JSON.stringify(name)}`);
  if (options["size"] !== undefined) throw new InvalidParameter("quota size requested but no quota support");
  for (const [name, needs] of Object.entries(required))
    for (const need of options[name] === undefined ? [] : needs)
      if (options[need] === undefined) throw new InvalidParameter(`missing required option: ${JSON.stringify(need)}`);
  const { type = "", device = "", o = "" } = options;
  return type === "" && device === "" ? undefined : { type, device, options: o };
}

/** Mounts it on the volume's directory. A tmpfs and a bind are what this machine can mount. */
export async function mountLocal(files: Files, mount: LocalMount, target: string): Promise<void> {
  const flags = mount.options.split(",");
  if (mount.type === "tmpfs") await files.mountTmpfs(target, mount.options);
  else if (flags.includes("bind") || flags.includes("rbind"))
    await files.bindMount(mount.device, target, {
      readOnly: flags.includes("ro"),
      recursive: flags.includes("rbind"),
    });
  else
    throw new System(
      `failed to mount local volume: mount ${mount.device}:${target}, data: ${mount.options}: no such device`,
    );
}

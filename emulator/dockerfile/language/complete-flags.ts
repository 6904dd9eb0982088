import { instructionFlags } from "../names.ts";
import type { Offer, Offers, World } from "./completion.ts";
import { imageOffers, pathOffers, stageOffers } from "./offers.ts";
import type { Scan, ScannedInstruction } from "./scan.ts";
import { flagWords } from "./words/flags.ts";
import { mountOptions, mountSwitches, mountTypes } from "./words/mounts.ts";

const platforms = ["$BUILDPLATFORM", "linux/386", "linux/amd64", "linux/arm64", "linux/arm/v7"];

const values: Readonly<Record<string, readonly string[]>> = {
  network: ["default", "none", "host"],
  security: ["sandbox", "insecure"],
  link: ["true", "false"],
  parents: ["true", "false"],
  unpack: ["true", "false"],
  "keep-git-dir": ["true", "false"],
  platform: platforms,
};

const none: Offers = { typed: "", offers: [] };

/** A flag from its first dash on, or what stands behind its `=`. */
export function completeFlag(scanned: Scan, item: ScannedInstruction, typed: string, world: World): Offers {
  const equals = typed.indexOf("=");
  if (equals < 0) return { typed, offers: flagOffers(item, typed) };
  const name = typed.slice(2, equals);
  const value = typed.slice(equals + 1);
  if (name === "mount") return completeMount(scanned, item, value, world);
  if (name === "from") return stageOrImage(scanned, item, value, world);
  const known = values[name];
  return known === undefined ? none : { typed: value, offers: known.map((label) => ({ label, kind: "value" })) };
}

function flagOffers(item: ScannedInstruction, typed: string): Offer[] {
  const { instruction } = item;
  if (instruction === undefined) return [];
  const given = new Set(item.flags.map(({ text }) => text.slice(2).split("=")[0] ?? ""));
  return Object.entries(instructionFlags[instruction] ?? {}).flatMap(([name, kind]): Offer[] => {
    if (given.has(name) && kind !== "list" && `--${name}` !== typed) return [];
    const words = flagWords[instruction]?.[name];
    const label = `--${name}`;
    return [
      {
        label,
        kind: "flag",
        text: kind === "switch" ? label : `${label}=`,
        more: kind !== "switch",
        ...(words === undefined
          ? {}
          : { detail: words.title, documentation: { body: words.body, example: words.example } }),
      },
    ];
  });
}

/** For `--from`: stages above by name or number, then images. */
function stageOrImage(scanned: Scan, item: ScannedInstruction, typed: string, world: World): Offers {
  if (typed.includes(":")) return imageOffers(typed, world);
  return { typed, offers: [...stageOffers(scanned, item, true), ...imageOffers(typed, world).offers] };
}

function completeMount(scanned: Scan, item: ScannedInstruction, value: string, world: World): Offers {
  const fields = value.split(",");
  const field = fields.at(-1) ?? "";
  const equals = field.indexOf("=");
  const type = /(?:^|,)type=(\w+)/.exec(value)?.[1];
  if (equals >= 0) {
    const key = field.slice(0, equals);
    const typed = field.slice(equals + 1);
    if (key === "type")
      return { typed, offers: Object.entries(mountTypes).map(([label, body]) => typeOffer(label, body)) };
    if (key === "from") return stageOrImage(scanned, item, typed, world);
    if (key === "sharing")
      return { typed, offers: ["shared", "private", "locked"].map((label) => ({ label, kind: "value" })) };
    const isSource = (key === "source" || key === "src") && !/(?:^|,)from=/.test(value);
    return isSource ? pathOffers(typed, world) : none;
  }
  const given = new Set(fields.slice(0, -1).map((each) => each.split("=")[0] ?? ""));
  const options = Object.entries(mountOptions[type ?? "bind"] ?? {}).filter(([key]) => !given.has(key));
  const first: Offer[] = given.has("type")
    ? []
    : [{ label: "type", kind: "value", text: "type=", detail: "What is mounted", more: true }];
  return {
    typed: field,
    offers: [
      ...first,
      ...options.map(([label, detail]): Offer => ({
        label,
        kind: "value",
        text: mountSwitches.has(label) ? label : `${label}=`,
        detail,
        more: !mountSwitches.has(label),
      })),
    ],
  };
}

/** With what every mount of the type needs. */
function typeOffer(label: string, detail: string): Offer {
  const rest: Readonly<Record<string, string>> = {
    bind: ",source=${1:.},target=${2:/src}",
    cache: ",target=${1:/root/.cache}",
    tmpfs: ",target=${1:/tmp}",
    secret: ",id=${1:token}",
  };
  return { label, kind: "value", text: label + (rest[label] ?? ""), snippet: true, detail };
}

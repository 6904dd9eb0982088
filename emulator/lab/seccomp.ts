import * as v from "valibot";
import type { SeccompOption } from "../engine/world.ts";

const capabilities = v.object({ caps: v.array(v.string()) });
const profile = v.object({
  defaultAction: v.string(),
  defaultErrnoRet: v.optional(v.number()),
  architectures: v.array(v.string()),
  syscalls: v.array(
    v.object({
      names: v.array(v.string()),
      action: v.string(),
      errnoRet: v.optional(v.number()),
      args: v.optional(
        v.array(v.object({ index: v.number(), value: v.number(), valueTwo: v.optional(v.number()), op: v.string() })),
      ),
      includes: v.optional(capabilities),
      excludes: v.optional(capabilities),
    }),
  ),
});

/**
 * Docker's default profile as it is shipped: compiled for the default capabilities, and as rules that say for which
 * capabilities they hold (a rule with `includes` needs all of them, one with `excludes` none). Throws on a damaged file.
 */
export function defaultSeccomp(bpf: Uint8Array, json: Uint8Array): SeccompOption {
  const { syscalls, defaultErrnoRet, ...rest } = v.parse(profile, JSON.parse(new TextDecoder().decode(json)));
  let text = "";
  for (const byte of bpf) text += String.fromCharCode(byte);
  return {
    bpf: btoa(text),
    profile: (held) => ({
      ...rest,
      ...(defaultErrnoRet === undefined ? {} : { defaultErrnoRet }),
      syscalls: syscalls
        .filter(
          ({ includes, excludes }) =>
            (includes?.caps.every((cap) => held.includes(cap)) ?? true) &&
            !(excludes?.caps.some((cap) => held.includes(cap)) ?? false),
        )
        .map(({ names, action, errnoRet, args }) => ({
          names,
          action,
          ...(errnoRet === undefined ? {} : { errnoRet }),
          ...(args === undefined
            ? {}
            : { args: args.map(({ valueTwo, ...arg }) => (valueTwo === undefined ? arg : { ...arg, valueTwo })) }),
        })),
    }),
  };
}

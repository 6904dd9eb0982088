/**
 * resolve.ts PROFILE JSON RULES: takes Docker's profile (moby's `profiles/seccomp/default.json`), writes the part that
 * holds on this machine as JSON, and the rules for Docker's default capabilities as lines for `compile.c`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import * as v from "valibot";

const condition = v.object({
  caps: v.optional(v.array(v.string())),
  arches: v.optional(v.array(v.string())),
  minKernel: v.optional(v.string()),
});
const argument = v.object({
  index: v.number(),
  value: v.number(),
  valueTwo: v.optional(v.number()),
  op: v.pipe(v.string(), v.startsWith("SCMP_CMP_")),
});
const rule = v.object({
  names: v.array(v.string()),
  action: v.picklist(["SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"]),
  errnoRet: v.optional(v.number()),
  args: v.nullish(v.array(argument)),
  includes: v.optional(condition),
  excludes: v.optional(condition),
});
const profile = v.object({ defaultAction: v.literal("SCMP_ACT_ERRNO"), syscalls: v.array(rule) });
type Rule = v.InferOutput<typeof rule>;

/** What Docker grants without --cap-add. */
const DEFAULT_CAPABILITIES = new Set(
  "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE"
    .split(" ")
    .map((name) => `CAP_${name}`),
);
const ARCHITECTURE = "x86";
const EPERM = 1;
const AF_VSOCK = 40;

/** The packaged profile is that of Docker 20.10; these are the changes up to 26.1. */
function bringUpToDate(rules: readonly Rule[]): Rule[] {
  const withdrawn = new Set(["io_uring_enter", "io_uring_register", "io_uring_setup", "socket"]);
  return [
    ...rules.map((each) =>
      each.names.includes("clock_settime") && each.includes?.caps?.includes("CAP_SYS_TIME")
        ? { ...each, names: [...each.names, "clock_settime64"] }
        : { ...each, names: each.names.filter((name) => !withdrawn.has(name)) },
    ),
    { names: ["socket"], action: "SCMP_ACT_ALLOW", args: [{ index: 0, value: AF_VSOCK, op: "SCMP_CMP_NE" }] },
    { names: ["bpf"], action: "SCMP_ACT_ALLOW", includes: { caps: ["CAP_BPF"] } },
    { names: ["perf_event_open"], action: "SCMP_ACT_ALLOW", includes: { caps: ["CAP_PERFMON"] } },
  ];
}

const holdsHere = (each: Rule): boolean =>
  (each.includes?.arches?.includes(ARCHITECTURE) ?? true) && !(each.excludes?.arches?.includes(ARCHITECTURE) ?? false);

/** Only what crun and the engine read; conditions on architecture and kernel version are decided here. */
function plain(each: Rule) {
  const includes = each.includes?.caps ?? [];
  const excludes = each.excludes?.caps ?? [];
  return {
    names: [...each.names].sort(),
    action: each.action,
    ...(each.action === "SCMP_ACT_ERRNO" ? { errnoRet: each.errnoRet ?? EPERM } : {}),
    ...(each.args?.length ? { args: each.args } : {}),
    ...(includes.length ? { includes: { caps: includes } } : {}),
    ...(excludes.length ? { excludes: { caps: excludes } } : {}),
  };
}

const [input, json, lines] = process.argv.slice(2);
if (input === undefined || json === undefined || lines === undefined)
  throw new Error("usage: resolve.ts PROFILE JSON RULES");
const { syscalls } = v.parse(profile, JSON.parse(readFileSync(input, "utf8")));
const rules = bringUpToDate(syscalls)
  .filter((each) => each.names.length > 0 && holdsHere(each))
  .map(plain);
writeFileSync(
  json,
  `${JSON.stringify({ defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: EPERM, architectures: ["SCMP_ARCH_X86"], syscalls: rules })}\n`,
);

const granted = rules.filter(
  (each) =>
    (each.includes?.caps ?? []).every((name) => DEFAULT_CAPABILITIES.has(name)) &&
    !(each.excludes?.caps ?? []).some((name) => DEFAULT_CAPABILITIES.has(name)),
);
const text = granted.flatMap((each) =>
  each.names.map((name) =>
    [
      name,
      each.action === "SCMP_ACT_ALLOW" ? "allow" : String(each.errnoRet),
      ...(each.args ?? []).flatMap(({ index, op, value, valueTwo }) => [
        String(index),
        op.slice("SCMP_CMP_".length),
        String(value),
        String(valueTwo ?? 0),
      ]),
    ].join(" "),
  ),
);
writeFileSync(lines, [`default ${String(EPERM)}`, ...text.sort(), ""].join("\n"));

import type { BridgeConfig, PortMapping } from "../engine/runtime.ts";

/** One rule as `iptables-restore` reads it, without `-A CHAIN`. */
export interface Rule {
  readonly table: "filter" | "nat";
  readonly chain: string;
  readonly rule: string;
  /** Goes before what is in the chain, not behind it. */
  readonly first?: boolean;
}

const filter = (chain: string, rule: string): Rule => ({ table: "filter", chain, rule });
const nat = (chain: string, rule: string): Rule => ({ table: "nat", chain, rule });

/**
 * The chains and the jumps to them that Docker makes once. The FORWARD policy is DROP then. Docker's proxy process lets
 * containers of one network reach the published ports of another through the host's addresses, past the isolation; here
 * the two rules about connections do.
 */
export const baseRules = `*filter
:FORWARD DROP [0:0]
:DOCKER - [0:0]
:DOCKER-ISOLATION-STAGE-1 - [0:0]
:DOCKER-ISOLATION-STAGE-2 - [0:0]
:DOCKER-USER - [0:0]
-I FORWARD 1 -j DOCKER-USER
-I FORWARD 2 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-I FORWARD 3 -m conntrack --ctstate DNAT -j DOCKER
-I FORWARD 4 -j DOCKER-ISOLATION-STAGE-1
-A DOCKER-ISOLATION-STAGE-1 -j RETURN
-A DOCKER-ISOLATION-STAGE-2 -j RETURN
-A DOCKER-USER -j RETURN
COMMIT
*nat
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT -m addrtype --dst-type LOCAL -j DOCKER
COMMIT
`;

/** A bridge's rules: who may forward through it, what keeps it apart from the others, and its way out. */
export function bridgeRules(bridge: BridgeConfig): readonly Rule[] {
  const { bridge: name, subnet } = bridge;
  const among = filter("FORWARD", `-i ${name} -o ${name} -j ${bridge.interContainer ? "ACCEPT" : "DROP"}`);
  if (bridge.internal)
    return [
      { ...filter("DOCKER-ISOLATION-STAGE-1", `! -s ${subnet} -o ${name} -j DROP`), first: true },
      { ...filter("DOCKER-ISOLATION-STAGE-1", `! -d ${subnet} -i ${name} -j DROP`), first: true },
      among,
    ];
  return [
    filter("FORWARD", `-o ${name} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`),
    filter("FORWARD", `-o ${name} -j DOCKER`),
    filter("FORWARD", `-i ${name} ! -o ${name} -j ACCEPT`),
    among,
    {
      ...filter("DOCKER-ISOLATION-STAGE-1", `-i ${name} ! -o ${name} -j DOCKER-ISOLATION-STAGE-2`),
      first: true,
    },
    { ...filter("DOCKER-ISOLATION-STAGE-2", `-o ${name} -j DROP`), first: true },
    ...(bridge.masquerade ? [nat("POSTROUTING", `-s ${subnet} ! -o ${name} -j MASQUERADE`)] : []),
    nat("POSTROUTING", `-o ${name} -m addrtype --src-type LOCAL -j MASQUERADE`),
  ];
}

/** A published port's rules: in, back to itself, and through. */
export function portRules(mapping: PortMapping): readonly Rule[] {
  const { protocol, hostIp, hostPort, containerIp, containerPort, bridge } = mapping;
  const to = hostIp === "0.0.0.0" || hostIp === "" ? "" : `-d ${hostIp}/32 `;
  return [
    nat(
      "POSTROUTING",
      `-s ${containerIp}/32 -d ${containerIp}/32 -p ${protocol} -m ${protocol} --dport ${String(containerPort)} -j MASQUERADE`,
    ),
    nat(
      "DOCKER",
      `${to}-p ${protocol} -m ${protocol} --dport ${String(hostPort)} -j DNAT --to-destination ${containerIp}:${String(containerPort)}`,
    ),
    filter(
      "DOCKER",
      `-d ${containerIp}/32 ! -i ${bridge} -o ${bridge} -p ${protocol} -m ${protocol} --dport ${String(containerPort)} -j ACCEPT`,
    ),
  ];
}

/** One input of `iptables-restore --noflush` that adds or deletes all of the rules, or (per table) none. */
export function restoreInput(action: "add" | "delete", rules: readonly Rule[]): string {
  const line = ({ chain, rule, first }: Rule): string =>
    `${action === "delete" ? "-D" : first === true ? "-I" : "-A"} ${chain} ${rule}\n`;
  return (["filter", "nat"] as const)
    .map((table) => ({ table, lines: rules.filter((rule) => rule.table === table).map(line) }))
    .filter(({ lines }) => lines.length > 0)
    .map(({ table, lines }) => `*${table}\n${lines.join("")}COMMIT\n`)
    .join("");
}

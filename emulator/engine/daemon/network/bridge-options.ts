import { InvalidParameter } from "../../errors.ts";
import { parseAddress } from "./ipv4.ts";

/** What the `com.docker.network.bridge.*` options of a network say. */
export interface BridgeOptions {
  /** Undefined: `br-` and the start of the network's id. */
  readonly name: string | undefined;
  readonly mtu: number;
  readonly masquerade: boolean;
  readonly interContainer: boolean;
  readonly bindingAddress: string;
  readonly interfacePrefix: string;
}

const prefix = "com.docker.network.";

/** Throws InvalidParameter in Docker's words. Options that are not a bridge's are kept and mean nothing. */
export function readBridgeOptions(options: Readonly<Record<string, string>>): BridgeOptions {
  const mtu = options[`${prefix}driver.mtu`];
  if (mtu !== undefined && !/^[+-]?\d+$/.test(mtu))
    throw invalid("driver.mtu", mtu, `strconv.Atoi: parsing ${JSON.stringify(mtu)}: invalid syntax`);
  if (mtu !== undefined && Number(mtu) < 0) throw new InvalidParameter(`invalid MTU number: ${mtu}`);
  const binding = options[`${prefix}bridge.host_binding_ipv4`];
  if (binding !== undefined && parseAddress(binding) === undefined)
    throw invalid("bridge.host_binding_ipv4", binding, "nil ip");
  const name = options[`${prefix}bridge.name`];
  if (name !== undefined && (name.length > 15 || name === "" || /[/\s]/.test(name)))
    throw new InvalidParameter(`invalid bridge name ${JSON.stringify(name)}: numerical result out of range`);
  return {
    name,
    mtu: mtu === undefined || Number(mtu) === 0 ? 1500 : Number(mtu),
    masquerade: flag(options, "bridge.enable_ip_masquerade"),
    interContainer: flag(options, "bridge.enable_icc"),
    bindingAddress: binding ?? "0.0.0.0",
    interfacePrefix: options[`${prefix}container_iface_prefix`] ?? "eth",
  };
}

/** On unless it says otherwise, in the words Go's ParseBool takes. */
function flag(options: Readonly<Record<string, string>>, name: string): boolean {
  const value = options[`${prefix}${name}`];
  if (value === undefined || ["1", "t", "T", "TRUE", "true", "True"].includes(value)) return true;
  if (["0", "f", "F", "FALSE", "false", "False"].includes(value)) return false;
  throw invalid(name, value, `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
}

function invalid(name: string, value: string, reason: string): InvalidParameter {
  return new InvalidParameter(`failed to parse ${prefix}${name} value: ${value} (${reason})`);
}

import type { EndpointRecord } from "../../records.ts";
import type { Store } from "../../state.ts";
import { formatAddress, parseAddress } from "./ipv4.ts";
import { isUserDefined } from "./mode.ts";
import type { Names } from "./dns/resolver.ts";

/** What one sandbox resolves: the endpoints of the user-defined networks it is on at that moment. */
export function namesOf(store: Store, sandboxId: string): Names {
  const own = (): EndpointRecord[] => store.endpoints.all().filter((endpoint) => endpoint.sandboxId === sandboxId);
  const networkName = (id: string): string => store.networks.get(id)?.name ?? "";
  const resolvable = (): EndpointRecord[] => own().filter(({ networkId }) => isUserDefined(networkName(networkId)));
  const neighbours = (networkId: string): EndpointRecord[] =>
    store.endpoints.all().filter((endpoint) => endpoint.networkId === networkId);
  const addressesIn = (networkId: string, name: string): number[] =>
    neighbours(networkId)
      .filter((endpoint) => endpoint.dnsNames.some((known) => known.toLowerCase() === name))
      .flatMap(({ address }) => parseAddress(address ?? "") ?? []);

  return {
    addressesOf(name) {
      const places = resolvable();
      const found = places.flatMap((place) => {
        const linked = Object.entries(place.links).find(([alias]) => alias.toLowerCase() === name)?.[1];
        return addressesIn(place.networkId, linked?.toLowerCase() ?? name);
      });
      const dot = name.lastIndexOf(".");
      if (found.length === 0 && dot > 0) {
        const network = name.slice(dot + 1);
        const place = places.find(({ networkId }) => networkName(networkId).toLowerCase() === network);
        if (place !== undefined) found.push(...addressesIn(place.networkId, name.slice(0, dot)));
      }
      return found.length === 0 ? undefined : [...new Set(found)];
    },
    nameOf(address) {
      const text = formatAddress(address);
      for (const { networkId } of resolvable()) {
        const first = neighbours(networkId).find((endpoint) => endpoint.address === text)?.dnsNames[0];
        if (first !== undefined) return `${first}.${networkName(networkId)}`;
      }
      return undefined;
    },
  };
}

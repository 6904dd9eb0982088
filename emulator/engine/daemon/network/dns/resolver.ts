import type { DnsHandler } from "../../../runtime.ts";
import {
  codes,
  composeFormatError,
  composeReply,
  MalformedMessage,
  parseQuery,
  types,
  type Answer,
  type Query,
  type Reply,
} from "./message.ts";

/** What a sandbox sees of the networks it is on. Names are lower case, without a dot at the end. */
export interface Names {
  /** Undefined when nothing has that name. */
  addressesOf(name: string): readonly number[] | undefined;
  /** The name of the endpoint with that address, with its network: `web.front`. */
  nameOf(address: number): string | undefined;
}

/** There is no network outside, so what is not known here does not exist: it is said at once, and nothing waits. */
const unknown: Reply = { code: codes.nameError, answers: [] };
const empty: Reply = { code: codes.success, answers: [] };

/** The embedded resolver of one sandbox. Several addresses of a name are turned round by one with each answer. */
export function createResolver(names: Names): DnsHandler {
  let turn = 0;
  const rotate = <T>(items: readonly T[]): readonly T[] => {
    if (items.length < 2) return items;
    const first = turn++ % items.length;
    return [...items.slice(first), ...items.slice(0, first)];
  };
  const answer = (query: Query): Reply => {
    if (query.opcode !== 0) return { code: codes.notImplemented, answers: [] };
    if (!query.internetClass) return unknown;
    const name = query.name.join(".").toLowerCase();
    if (query.type === types.PTR) return pointer(names, name);
    const addresses = names.addressesOf(name);
    if (addresses === undefined) return unknown;
    if (query.type !== types.A) return empty;
    return {
      code: codes.success,
      answers: rotate(addresses).map((address): Answer => ({ type: types.A, address })),
    };
  };
  return (message, transport = "udp") => {
    const query = readQuery(message);
    if (query instanceof Uint8Array) return Promise.resolve(query);
    return Promise.resolve(composeReply(query, answer(query), transport === "tcp" ? 0xffff : query.udpSize));
  };
}

/** The query, or what to send back in place of an answer. */
function readQuery(message: Uint8Array): Query | Uint8Array {
  try {
    return parseQuery(message);
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error;
    return error.id === undefined ? new Uint8Array(0) : composeFormatError(error.id);
  }
}

function pointer(names: Names, name: string): Reply {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name);
  if (match === null) return unknown;
  const parts = match.slice(1).map(Number).reverse();
  if (parts.some((part) => part > 255)) return unknown;
  const host = names.nameOf(parts.reduce((address, part) => address * 256 + part, 0));
  return host === undefined ? unknown : { code: codes.success, answers: [{ type: types.PTR, name: host.split(".") }] };
}

import { InvalidFlagValue } from "../flag/flag.ts";

export function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

export function isIpv6(text: string): boolean {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return false;
  const words = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const groups = [...words(head), ...words(tail ?? "")];
  const last = groups.at(-1);
  const embedded = last !== undefined && last.includes(".") && isIpv4(last);
  const hex = embedded ? groups.slice(0, -1) : groups;
  const count = hex.length + (embedded ? 2 : 0);
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return tail === undefined ? count === 8 : count < 8;
}

export function isIp(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

export function validateIp(text: string): string {
  if (!isIp(text.trim())) throw new InvalidFlagValue(`IP address is not correctly formatted: ${text}`);
  return text.trim();
}

export function isMac(text: string): boolean {
  return /^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}$|^[0-9a-fA-F]{2}(?:-[0-9a-fA-F]{2}){5}$|^(?:[0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}$/.test(
    text,
  );
}

export function validateDnsSearch(text: string): string {
  const domain = text.trim();
  if (domain === ".") return domain;
  if (domain.length >= 255 || !/^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.?)+$/.test(domain))
    throw new InvalidFlagValue(`${text} is not a valid domain`);
  return domain;
}

/** `name:address` or `name=address`; the engine gets the first form. */
export function validateExtraHost(text: string): string {
  const separator = text.includes("=") ? "=" : ":";
  const at = text.indexOf(separator);
  const name = text.slice(0, at);
  const given = text.slice(at + 1);
  if (at <= 0) throw new InvalidFlagValue(`bad format for add-host: ${JSON.stringify(text)}`);
  const address = given.startsWith("[") && given.endsWith("]") ? given.slice(1, -1) : given;
  if (address !== "host-gateway" && !isIp(address))
    throw new InvalidFlagValue(`invalid IP address in add-host: ${JSON.stringify(given)}`);
  return `${name}:${address}`;
}

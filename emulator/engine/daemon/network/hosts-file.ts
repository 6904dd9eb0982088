/** A container's /etc/hosts, line by line as Docker writes it. */

export interface HostsLine {
  readonly address: string;
  /** Separated by blanks. */
  readonly names: string;
}

const defaults: readonly HostsLine[] = [
  { address: "127.0.0.1", names: "localhost" },
  { address: "::1", names: "localhost ip6-localhost ip6-loopback" },
  { address: "fe00::0", names: "ip6-localnet" },
  { address: "ff00::0", names: "ip6-mcastprefix" },
  { address: "ff02::1", names: "ip6-allnodes" },
  { address: "ff02::2", names: "ip6-allrouters" },
];

export function hostsFile(lines: readonly HostsLine[]): string {
  return [...defaults, ...lines].map(format).join("");
}

/** The text with one more line at its end. */
export function addHostsLine(text: string, line: HostsLine): string {
  return `${text === "" || text.endsWith("\n") ? text : `${text}\n`}${format(line)}`;
}

/** The text without the lines that say exactly that. */
export function removeHostsLine(text: string, line: HostsLine): string {
  const gone = format(line).trimEnd();
  return text
    .split("\n")
    .filter((there) => there !== gone)
    .join("\n");
}

/** The names a container's own address has: the fully qualified one, and the bare host name. */
export function ownNames(hostname: string, domainname: string): string {
  const full = domainname === "" ? hostname : `${hostname}.${domainname}`;
  const dot = full.indexOf(".");
  return dot < 0 ? full : `${full} ${full.slice(0, dot)}`;
}

function format({ address, names }: HostsLine): string {
  return `${address}\t${names}\n`;
}

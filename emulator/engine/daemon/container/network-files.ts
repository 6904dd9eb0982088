import type { ContainerRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import type { Reservation } from "../providers.ts";
import { containerDirectory } from "./log-config.ts";

export interface NetworkFiles {
  readonly resolvConf: string;
  readonly hostname: string;
  readonly hosts: string;
}

export function networkFilePaths(id: string): NetworkFiles {
  const directory = containerDirectory(id);
  return { resolvConf: `${directory}/resolv.conf`, hostname: `${directory}/hostname`, hosts: `${directory}/hosts` };
}

/** Writes what is bound over /etc/hosts, /etc/hostname and /etc/resolv.conf. */
export async function writeNetworkFiles(
  daemon: Daemon,
  container: ContainerRecord,
  { hosts, resolvConf }: Reservation,
): Promise<void> {
  // In the network of another container: that one's files are used.
  if (hosts === "") return;
  const { files } = daemon.world;
  const paths = networkFilePaths(container.id);
  const encoder = new TextEncoder();
  const write = (path: string, text: string): Promise<void> =>
    files.write("/", path, encoder.encode(text), { mode: 0o644 });
  await Promise.all([
    write(paths.hosts, hosts),
    write(paths.resolvConf, resolvConf),
    write(paths.hostname, `${container.config.Hostname ?? ""}\n`),
  ]);
}

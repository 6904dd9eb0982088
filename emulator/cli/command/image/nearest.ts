import * as images from "../../../client/image.ts";
import { type Cli } from "../../command.ts";
import { familiarName, type Reference } from "../../reference.ts";

/** What tutorials start with, and what here does the same. */
const synonyms: Readonly<Record<string, string>> = {
  alpine: "busybox",
  ubuntu: "debian:12-slim",
  debian: "debian:12-slim",
  fedora: "debian:12-slim",
  centos: "debian:12-slim",
  rockylinux: "debian:12-slim",
  almalinux: "debian:12-slim",
  amazonlinux: "debian:12-slim",
  archlinux: "debian:12-slim",
  bash: "busybox",
  httpd: "nginx",
  caddy: "nginx",
  traefik: "nginx",
  node: "python",
  ruby: "python",
  golang: "python",
  memcached: "redis",
  valkey: "redis",
  "docker/getting-started": "nginx",
  "docker/welcome-to-docker": "nginx",
  "nginxdemos/hello": "nginx",
};

/** One line that names the nearest image there is; undefined when the name is there, or is not of Docker's library. */
export async function nearestImage(
  cli: Cli,
  reference: Reference,
  use: (near: string) => string = (near) => `docker run ${near} …`,
): Promise<string | undefined> {
  if (reference.domain !== "docker.io") return undefined;
  const wanted = familiarName(reference);
  const found = await find(cli, wanted);
  if (found === undefined || found.includes(wanted)) return undefined;
  const synonym = synonyms[wanted] ?? synonyms[wanted.slice(wanted.lastIndexOf("/") + 1)];
  const near = synonym !== undefined && (await has(cli, synonym)) ? synonym : found[0];
  if (near === undefined) return undefined;
  return `Drydock has no "${wanted}" image; the nearest it has is "${near}" (${use(near)}).`;
}

async function has(cli: Cli, image: string): Promise<boolean> {
  const name = image.split(":")[0] ?? "";
  return (await find(cli, name))?.includes(name) === true;
}

/** Undefined when the registry cannot be searched: the pull's own error then stands alone. */
async function find(cli: Cli, term: string): Promise<string[] | undefined> {
  try {
    const results = await images.search(cli.engine, { term });
    return results.flatMap(({ name }) => (name === undefined ? [] : [name]));
  } catch {
    return undefined;
  }
}

const defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What every container has, overlaid with what links give and what it was given. */
export function containerEnvironment(options: {
  readonly hostname: string;
  readonly tty: boolean;
  readonly links: readonly string[];
  readonly env: readonly string[];
}): string[] {
  const base = [defaultPath, `HOSTNAME=${options.hostname}`, ...(options.tty ? ["TERM=xterm"] : []), ...options.links];
  return overlayEnvironment(base, options.env);
}

/** Later entries replace earlier ones in place; a bare name takes the variable away. */
export function overlayEnvironment(base: readonly string[], over: readonly string[]): string[] {
  const result = [...base];
  for (const entry of over) {
    const mark = entry.indexOf("=");
    const name = mark < 0 ? entry : entry.slice(0, mark);
    const at = result.findIndex((other) => other.startsWith(`${name}=`));
    if (mark < 0) {
      if (at >= 0) result.splice(at, 1);
    } else if (at >= 0) result[at] = entry;
    else result.push(entry);
  }
  return result;
}

/** With the user's HOME, unless the environment has one. crun gives it only to users of the passwd file. */
export function withHome(environment: readonly string[], home: string): readonly string[] {
  return environment.some((entry) => /^HOME=./.test(entry))
    ? environment
    : [...environment.filter((entry) => !entry.startsWith("HOME=")), `HOME=${home}`];
}

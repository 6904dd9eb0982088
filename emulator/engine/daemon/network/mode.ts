/** HostConfig.NetworkMode, and names of networks that mean something by themselves. */

const predefined = ["bridge", "host", "none", "default"];

export function isPredefined(name: string): boolean {
  return predefined.includes(name);
}

/** A network somebody made: the ones on which names are resolved. */
export function isUserDefined(name: string): boolean {
  return name !== "" && !isPredefined(name) && !name.startsWith("container:");
}

/** The network a mode leads to; undefined when it is another container's. */
export function networkOfMode(mode: string): string | undefined {
  if (mode.startsWith("container:")) return undefined;
  return mode === "" || mode === "default" ? "bridge" : mode;
}

/** There is one context: the engine of this machine. */
export const defaultContext = {
  Name: "default",
  Metadata: {},
  Endpoints: { docker: { Host: "unix:///var/run/docker.sock", SkipTLSVerify: false } },
  TLSMaterial: {},
  Storage: { MetadataPath: "<IN MEMORY>", TLSPath: "<IN MEMORY>" },
};

export function contextNotFound(name: string): Error {
  return new Error(`context ${JSON.stringify(name)}: context not found`);
}

/** Undefined for a name that a context may have. */
export function invalidContextName(name: string): Error | undefined {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/.test(name)) return undefined;
  const expected = 'validated against regexp "^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$"';
  return new Error(`context name ${JSON.stringify(name)} is invalid, names are ${expected}`);
}

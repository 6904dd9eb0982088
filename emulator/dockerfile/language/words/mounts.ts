/** Options of `RUN --mount` for each type; text is what it means. */
export const mountOptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bind: {
    target: "Where it is mounted.",
    source: "Path in what is mounted; without it all of it.",
    from: "Stage or image to mount from; without it the build context.",
    rw: "Writes are allowed, and thrown away.",
  },
  cache: {
    target: "Where it is mounted.",
    id: "Name of the cache; without it the target.",
    sharing: "Two builds at once: `shared`, `private` or `locked`.",
    from: "Stage the cache begins as.",
    source: "Path in that stage.",
    mode: "Mode of the directory, in octal.",
    uid: "Owner of the directory.",
    gid: "Group of the directory.",
    ro: "It can only be read.",
  },
  tmpfs: { target: "Where it is mounted.", size: "The most it may hold: `64m`." },
  secret: {
    id: "Name it is given under: `docker build --secret id=…`.",
    target: "File it is; without it /run/secrets/ and the id.",
    env: "Variable it is, instead of a file.",
    required: "The build fails when it was not given.",
    mode: "Mode of the file, in octal.",
    uid: "Owner of the file.",
    gid: "Group of the file.",
  },
  ssh: {
    id: "Name of the agent or key; without it `default`.",
    target: "Path of the socket.",
    required: "The build fails when it was not given.",
    mode: "Mode of the socket, in octal.",
  },
};

export const mountTypes: Readonly<Record<string, string>> = {
  bind: "Files of the build context, a stage or an image, to read.",
  cache: "A directory kept from build to build, for downloads and compilers.",
  tmpfs: "Memory, gone afterwards.",
  secret: "A file given to the build that no layer keeps.",
  ssh: "The SSH agent of who builds.",
};

/** Options that stand without a value. */
export const mountSwitches: ReadonlySet<string> = new Set(["ro", "rw", "readonly", "readwrite", "required"]);

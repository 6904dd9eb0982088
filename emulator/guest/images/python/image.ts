import { PATH, type ImageDefinition } from "../image.ts";

export const python: ImageDefinition = {
  repository: "python",
  tags: ["latest", "slim", "{major}", "{major}-slim", "{minor}", "{minor}-slim", "{version}", "{version}-slim"],
  versionOf: { kind: "i386", name: "python3.11-minimal" },
  title: "python",
  description: "Debian's Python with the standard library, without pip, on a small glibc base.",
  licences: "Python-2.0 AND GPL-2.0-or-later AND LGPL-2.1-or-later AND Apache-2.0",
  layers: ["base", "openssl", "python"],
  config: {
    Env: [PATH, "LANG=C.UTF-8", "PYTHON_VERSION={version}"],
    Cmd: ["python3"],
    WorkingDir: "/",
  },
  instructions: ["ENV LANG=C.UTF-8", "ENV PYTHON_VERSION={version}", 'CMD ["python3"]'],
};

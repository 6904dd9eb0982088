import { describe, expect, it } from "vitest";
import { checkText } from "../check.ts";
import type { CheckSource } from "../source.ts";
import { adviceNames, type AdviceName } from "./names.ts";

type Case = [text: string, fires: boolean, options?: Partial<CheckSource>];

/** Put together here, so that no tool takes it for a real one. */
const awsKey = ["AKIA", "IOSFODNN7", "EXAMPLE"].join("");

const table: Readonly<Record<AdviceName, Case[]>> = {
  UnpinnedBaseImage: [
    ["FROM busybox", true],
    ["FROM busybox:latest", true],
    ["FROM host:5000/busybox", true],
    ["FROM busybox:1.36", false],
    [`FROM busybox@sha256:${"a".repeat(64)}`, false],
    ["FROM scratch", false],
    ["FROM busybox:1 AS a\nFROM a", false],
    ["ARG I=busybox:1\nFROM $I", false],
    ["FROM a:1\nCOPY --from=nginx /a /b", true],
    ["FROM a:1\nFROM b:1\nCOPY --from=0 /a /b", false],
    ["FROM a:1 AS B\nFROM b:1\nCOPY --from=b /a /b", false],
    ["# check=skip=UnpinnedBaseImage\nFROM busybox", false],
    ["ARG A=1\n# check=skip=all\nFROM busybox", false],
  ],
  PackageListsLeftBehind: [
    ["FROM d:1\nRUN apt-get update && apt-get install -y curl", true],
    ["FROM d:1\nRUN <<E\napt-get update\napt-get install -y curl\nE", true],
    ["FROM d:1\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*", false],
    ["FROM d:1\nRUN <<E\napt-get update\napt-get install -y curl\nrm -rf /var/lib/apt/lists/*\nE", false],
    ["FROM d:1\nRUN --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y curl", false],
    ["FROM d:1\nRUN echo 'apt-get update && apt-get install'", false],
    ["FROM d:1 AS b\nRUN apt-get update && apt-get install -y curl\nFROM d:1\nCOPY --from=b /a /a", false],
    ["FROM d:1 AS b\nRUN apt-get update && apt-get install -y curl\nFROM b", true],
  ],
  PackageCacheLeftBehind: [
    ["FROM a:1\nRUN apk add curl", true],
    ["FROM a:1\nRUN apk --no-cache add curl", false],
    ["FROM a:1\nRUN apk add --no-cache curl", false],
    ["FROM a:1\nRUN pip install flask", true],
    ["FROM a:1\nENV PIP_NO_CACHE_DIR=1\nRUN pip install flask", false],
    ["FROM a:1\nRUN --mount=type=cache,target=/root/.cache pip install flask", false],
    ["FROM a:1\nRUN pip uninstall flask", false],
    ['FROM a:1\nRUN ["pip", "install", "flask"]', true],
  ],
  PackageListsAlone: [
    ["FROM d:1\nRUN apt-get update", true],
    ["FROM d:1\nRUN apt-get -qq update && echo", true],
    ["FROM d:1\nRUN apt-get update && apt-get install -y a", false],
    ["FROM d:1\nRUN apk update", false],
  ],
  InstallAsksQuestions: [
    ["FROM d:1\nRUN apt-get install curl", true],
    ["FROM d:1\nRUN apt-get install -y curl", false],
    ["FROM d:1\nRUN apt-get -yq install curl", false],
    ["FROM d:1\nRUN apt-get -qqy install curl", false],
    ["FROM d:1\nRUN DEBIAN_FRONTEND=noninteractive apt-get install curl --yes", false],
    ["FROM d:1\nRUN apk add curl", false],
    ["FROM d:1\nRUN yum install curl", true],
  ],
  RunsAsRoot: [
    ['FROM a:1\nCMD ["x"]', true],
    ['FROM a:1\nUSER app\nCMD ["x"]', false],
    ['FROM a:1\nUSER app\nUSER root\nCMD ["x"]', true],
    ['FROM a:1\nUSER 0:0\nCMD ["x"]', true],
    ['FROM a:1\nUSER 10\nCMD ["x"]', false],
    ['FROM a:1 AS b\nUSER app\nFROM b\nCMD ["x"]', false],
    ['FROM a:1 AS b\nUSER app\nFROM a:1\nCMD ["x"]', true],
    ["FROM a:1\nRUN x", false],
    ['FROM a:1\nCMD ["x"]', false, { baseImage: () => ({ user: "node" }) }],
    ['FROM a:1\nCMD ["x"]', true, { baseImage: () => ({ user: "root" }) }],
  ],
  SecretInValue: [
    [`FROM a:1\nENV X=${awsKey}`, true],
    [`FROM a:1\nRUN x --id ${awsKey}`, true],
    ["FROM a:1\nENV DB=postgres://app:hunter2@db/shop", true],
    ["FROM a:1\nENV DB=postgres://app:$PASS@db/shop", false],
    ["FROM a:1\nENV DB=postgres://app@db:5432/shop", false],
    [`FROM a:1\n# ${awsKey}\nENV X=1`, false],
  ],
  SecretFileCopied: [
    ["FROM a:1\nCOPY .env /app/", true],
    ["FROM a:1\nCOPY keys/id_rsa /root/.ssh/", true],
    ["FROM a:1\nADD server.key /", true],
    ["FROM a:1\nCOPY .env.example /app/", false],
    ["FROM a:1\nCOPY id_rsa.pub /", false],
    ["FROM a:1 AS b\nFROM a:1\nCOPY --from=b .env /", false],
    ["FROM a:1\nCOPY environment /", false],
  ],
  CacheBreakingOrder: [
    ["FROM n:1\nCOPY . .\nRUN npm ci", true],
    ["FROM n:1\nADD ./ /app\nRUN cd /app && pip install -r requirements.txt", true],
    ["FROM n:1\nCOPY . .\nRUN apt-get update && apt-get install -y curl", true],
    ["FROM n:1\nCOPY package.json .\nRUN npm ci\nCOPY . .", false],
    ["FROM n:1\nCOPY . .\nRUN npm run build", false],
    ["FROM n:1\nCOPY . .\nRUN pip install .", false],
    ["FROM n:1 AS b\nFROM n:1\nCOPY --from=b . .\nRUN npm ci", false],
    ["FROM n:1\nCOPY . .\nFROM n:1\nRUN npm ci", false],
  ],
  AddWhereCopySuffices: [
    ["FROM a:1\nADD x y", true],
    ["FROM a:1\nADD . /app", true],
    ["FROM a:1\nADD *.txt /", true],
    ["FROM a:1\nADD x.tar.gz /", false],
    ["FROM a:1\nADD x.tgz /", false],
    ["FROM a:1\nADD x* /", false],
    ["FROM a:1\nADD https://example.org/x /", false],
    ["FROM a:1\nADD git@example.org:a/b.git /", false],
    ["FROM a:1\nADD --unpack=false x /", false],
    ["FROM a:1\nADD $X /", false],
  ],
  SudoInRun: [
    ["FROM a:1\nRUN sudo ls", true],
    ["FROM a:1\nRUN a && X=1 sudo ls", true],
    ["FROM a:1\nRUN apt-get install -y sudo", false],
    ["FROM a:1\nRUN echo 'sudo ls'", false],
  ],
  CdInsteadOfWorkdir: [
    ["FROM a:1\nRUN cd /srv", true],
    ["FROM a:1\nRUN cd /srv && make", true],
    ["FROM a:1\nRUN cd build && make", false],
    ["FROM a:1\nRUN make && cd /srv && make", false],
    ["FROM a:1\nRUN cd /a || make", false],
  ],
  PipeHidesFailure: [
    ["FROM a:1\nRUN curl -fsSL x | sh", true],
    ["FROM a:1\nRUN a && wget -qO- x | tar xz", true],
    ["FROM a:1\nRUN <<E\ncurl x | sh\nE", true],
    ["FROM a:1\nRUN set -o pipefail && curl x | sh", false],
    ['FROM a:1\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl x | sh', false],
    ["FROM a:1\nRUN curl x -o y || true", false],
    ["FROM a:1\nRUN echo 'curl x | sh'", false],
    ["FROM a:1\nRUN ls | sort", false],
  ],
  EntrypointSwallowsCmd: [
    ['FROM a:1\nENTRYPOINT x\nCMD ["y"]', true],
    ['FROM a:1\nENTRYPOINT ["x"]\nCMD ["y"]', false],
    ["FROM a:1\nENTRYPOINT x", false],
    ['FROM a:1 AS b\nENTRYPOINT x\nFROM b\nCMD ["y"]', true],
    ['FROM a:1 AS b\nENTRYPOINT x\nFROM a:1\nCMD ["y"]', false],
  ],
  NoDockerignore: [
    ["FROM a:1\nCOPY . .", true],
    ["FROM a:1\nCOPY . .", false, { ignore: [] }],
    ["FROM a:1\nCOPY src .", false],
    ["FROM a:1 AS b\nFROM a:1\nCOPY --from=b . .", false],
  ],
};

describe.each(adviceNames)("%s", (name) => {
  it.each(table[name])("%j: %s", (text, fires, options) => {
    const { diagnostics, error } = checkText({ text, ...options });
    expect(error).toBeUndefined();
    const found = diagnostics.filter(({ rule }) => rule === name);
    expect(found.length > 0).toBe(fires);
    for (const { severity, message } of found) {
      expect(severity).toBe("advice");
      expect(message).not.toMatch(/\.$/);
    }
  });
});

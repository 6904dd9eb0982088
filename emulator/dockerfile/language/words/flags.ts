import type { InstructionKind } from "../../instruction.ts";
import type { Explanation } from "./explanation.ts";

type Flags = Readonly<Record<string, Explanation>>;

const chown: Explanation = {
  title: "--chown=user[:group]",
  body: "Who owns the files, by name or number. Without it root does, whatever USER says.",
  example: "COPY --chown=app:app . /app",
};
const chmod: Explanation = {
  title: "--chmod=mode",
  body: "The mode of the files, in octal or as `u=rwX,go=rX`.",
  example: "COPY --chmod=755 start.sh /usr/local/bin/",
};
const link: Explanation = {
  title: "--link",
  body: "Makes a layer that does not depend on those below, so it stays cached when they change. Links in the destination's path are not followed.",
  example: "COPY --link --from=build /out /app",
};
const exclude: Explanation = {
  title: "--exclude=pattern",
  body: "Leaves out what fits the pattern. It can be given several times.",
  example: "COPY --exclude=*.md . /app",
};

export const flagWords: Partial<Readonly<Record<InstructionKind, Flags>>> = {
  FROM: {
    platform: {
      title: "--platform=platform",
      body: "The platform of the image to take. Without it that is the one that is built for; `$BUILDPLATFORM` is the one the build runs on.",
      example: "FROM --platform=$BUILDPLATFORM golang:1.22 AS build",
    },
  },
  COPY: {
    from: {
      title: "--from=stage|image|number",
      body: "Copies out of another stage or image instead of the build context.",
      example: "COPY --from=build /src/app /usr/local/bin/app",
    },
    chown,
    chmod,
    link,
    parents: {
      title: "--parents",
      body: "Keeps the directories above each source: `a/b/c.txt` arrives as `a/b/c.txt`. Those before `/./` are dropped.",
      example: "COPY --parents src/*/package.json /app/",
    },
    exclude,
  },
  ADD: {
    chown,
    chmod,
    link,
    "keep-git-dir": {
      title: "--keep-git-dir",
      body: "Keeps `.git` of a repository that is added.",
      example: "ADD --keep-git-dir=true https://example.org/tool.git /src",
    },
    checksum: {
      title: "--checksum=sha256:…",
      body: "The build fails when what was fetched is not exactly this.",
      example: "ADD --checksum=sha256:24454f83… https://example.org/tool.tar.gz /",
    },
    unpack: {
      title: "--unpack[=false]",
      body: "Whether archives are unpacked. Without it local ones are and fetched ones are not.",
      example: "ADD --unpack=false backup.tar.gz /data/",
    },
    exclude,
  },
  RUN: {
    mount: {
      title: "--mount=type=…,option=…",
      body: "Something that is there during this RUN and not in the layer: files of the context or a stage (bind), a directory kept between builds (cache), memory (tmpfs), a secret, or the SSH agent (ssh).",
      example: "RUN --mount=type=cache,target=/root/.npm npm ci",
    },
    network: {
      title: "--network=default|none|host",
      body: "The network of this RUN. With `none` it has none, which shows that it needs none.",
      example: "RUN --network=none make test",
    },
    security: {
      title: "--security=sandbox|insecure",
      body: "`insecure` runs without the sandbox; the builder must allow it.",
      example: "RUN --security=insecure cat /proc/self/status",
    },
    device: {
      title: "--device=name",
      body: "A CDI device of the builder that this RUN may use.",
      example: "RUN --device=vendor.com/gpu=all ./train",
    },
  },
  HEALTHCHECK: {
    interval: {
      title: "--interval=30s",
      body: "Time between two checks.",
      example: "HEALTHCHECK --interval=5s CMD true",
    },
    timeout: {
      title: "--timeout=30s",
      body: "A check that takes longer has failed.",
      example: "HEALTHCHECK --timeout=3s CMD true",
    },
    "start-period": {
      title: "--start-period=0s",
      body: "Time to start in: checks that fail in it do not count.",
      example: "HEALTHCHECK --start-period=1m CMD true",
    },
    "start-interval": {
      title: "--start-interval=5s",
      body: "Time between two checks while the start period lasts.",
      example: "HEALTHCHECK --start-period=1m --start-interval=2s CMD true",
    },
    retries: {
      title: "--retries=3",
      body: "So many failures one after the other make the container unhealthy.",
      example: "HEALTHCHECK --retries=5 CMD true",
    },
  },
};

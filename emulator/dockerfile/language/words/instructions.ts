import type { InstructionKind } from "../../instruction.ts";
import type { Explanation } from "./explanation.ts";

export const instructionWords: Readonly<Record<InstructionKind, Explanation>> = {
  FROM: {
    title: "FROM image [AS name]",
    body: "Begins a stage: everything below builds on this image, up to the next FROM. A stage with a name can be copied from, or be the base of another. `scratch` is the empty image.",
    example: "FROM python:3.11 AS build",
  },
  RUN: {
    title: "RUN command",
    body: "Runs a command in a container of what is built so far; the files it changed become a layer. What one RUN leaves behind a later one cannot take out of the image.",
    example: "RUN apt-get update && apt-get install -y curl \\\n    && rm -rf /var/lib/apt/lists/*",
  },
  COPY: {
    title: "COPY source… destination",
    body: "Copies files of the build context into the image, or with --from out of another stage or image. The destination is a directory when it ends in `/` or there are several sources.",
    example: "COPY --chown=app package.json package-lock.json ./",
  },
  ADD: {
    title: "ADD source… destination",
    body: "Like COPY, and more: it unpacks local tar archives and fetches addresses and Git repositories. For plain files use COPY.",
    example: "ADD rootfs.tar.gz /",
  },
  ENV: {
    title: "ENV name=value …",
    body: "Sets variables for the instructions below and for every container of the image. Everyone who has the image can read them.",
    example: 'ENV NODE_ENV=production GREETING="hello world"',
  },
  ARG: {
    title: "ARG name[=default]",
    body: "A variable of the build alone, given with `--build-arg name=value`. Above the first FROM it is for FROM lines; a stage that needs it says `ARG name` again.",
    example: "ARG VERSION=3.11\nFROM python:${VERSION}",
  },
  LABEL: {
    title: "LABEL key=value …",
    body: "Facts about the image for people and tools; `docker image inspect` shows them.",
    example: 'LABEL org.opencontainers.image.title="Shop"',
  },
  WORKDIR: {
    title: "WORKDIR path",
    body: "The directory for the instructions below and for containers; it is made when it is not there. A relative path begins at the WORKDIR before it.",
    example: "WORKDIR /app",
  },
  USER: {
    title: "USER name[:group]",
    body: "Who runs the RUN, CMD and ENTRYPOINT below, by name or number. Without it that is root, or what the base image says.",
    example: "RUN adduser --system app\nUSER app",
  },
  EXPOSE: {
    title: "EXPOSE port[/protocol] …",
    body: "Says on which ports the container listens. It publishes nothing: that is `docker run -p`, or `-P` for all exposed ones.",
    example: "EXPOSE 8080 53/udp",
  },
  VOLUME: {
    title: "VOLUME path …",
    body: "Each container gets a volume of its own there, unless it is given one. In the image the directory can be filled before this line; changes after it are lost with the classic builder.",
    example: "VOLUME /var/lib/data",
  },
  CMD: {
    title: 'CMD ["program", "argument"]',
    body: "What a container runs when `docker run` names nothing else; behind an ENTRYPOINT its default arguments. Only the last one counts. In the JSON form no shell stands between, so signals arrive.",
    example: 'CMD ["node", "server.js"]',
  },
  ENTRYPOINT: {
    title: 'ENTRYPOINT ["program"]',
    body: "The program every container of the image runs; CMD and the arguments of `docker run` are put behind it. In the shell form it ignores both.",
    example: 'ENTRYPOINT ["python", "-m"]\nCMD ["http.server"]',
  },
  HEALTHCHECK: {
    title: "HEALTHCHECK [options] CMD command",
    body: "A command that is run again and again in the container: status 0 is healthy, 1 is not. `HEALTHCHECK NONE` turns off the one of the base image.",
    example: "HEALTHCHECK --interval=10s CMD wget -q -O /dev/null localhost || exit 1",
  },
  SHELL: {
    title: 'SHELL ["program", "argument"]',
    body: "The shell for the shell form of RUN, CMD and ENTRYPOINT below. The default is `/bin/sh -c`.",
    example: 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
  },
  STOPSIGNAL: {
    title: "STOPSIGNAL signal",
    body: "The signal `docker stop` sends first. The default is SIGTERM.",
    example: "STOPSIGNAL SIGQUIT",
  },
  ONBUILD: {
    title: "ONBUILD instruction",
    body: "Kept in the image and run when another build begins FROM it, right after its FROM.",
    example: "ONBUILD COPY . /app",
  },
  MAINTAINER: {
    title: "MAINTAINER name",
    body: "The author, in the way of old. Use the label `org.opencontainers.image.authors`.",
    example: 'LABEL org.opencontainers.image.authors="ada@example.org"',
  },
};

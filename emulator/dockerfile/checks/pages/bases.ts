import type { Pages } from "./page.ts";

/** FROM: its arguments and its platform. */
export const bases: Pages<
  | "UndefinedArgInFrom"
  | "InvalidDefaultArgInFrom"
  | "RedundantTargetPlatform"
  | "FromPlatformFlagConstDisallowed"
  | "InvalidBaseImagePlatform"
  | "UnpinnedBaseImage"
> = {
  UndefinedArgInFrom: {
    title: "Declare what FROM uses",
    what: "FROM uses a variable that no ARG above the first FROM declares.",
    why: "It is empty then, whatever `--build-arg` says, and the image's name is another one than you think. Often it is a slip of the pen.",
    bad: "FROM busybox:1.36${VARIANT}",
    good: "ARG VARIANT\nFROM busybox:1.36${VARIANT}",
  },
  InvalidDefaultArgInFrom: {
    title: "Give the ARG of a base a default",
    what: "Without `--build-arg` the name of the base image is empty or ends in nothing.",
    why: "The Dockerfile builds only for who knows the argument. With a default a plain `docker build .` works, and the argument still changes it.",
    bad: "ARG VERSION\nFROM busybox:${VERSION}",
    good: "ARG VERSION=1.36\nFROM busybox:${VERSION}",
  },
  RedundantTargetPlatform: {
    title: "Leave $TARGETPLATFORM out of FROM",
    what: "`--platform=$TARGETPLATFORM` asks for what happens anyway.",
    why: "FROM takes the image for the platform that is built for. The flag is of use only where another one is meant, most often `$BUILDPLATFORM`.",
    bad: "FROM --platform=$TARGETPLATFORM busybox:1.36",
    good: "FROM busybox:1.36",
  },
  FromPlatformFlagConstDisallowed: {
    title: "No fixed platform in FROM",
    what: "The platform of a base image is written out.",
    why: "The image can then be built for nothing else, and on other machines it runs emulated or not at all. `docker build --platform` says it from outside. A stage that really is for one platform says so in its name: `AS build-amd64`.",
    bad: "FROM --platform=linux/amd64 busybox:1.36",
    good: "FROM busybox:1.36",
  },
  InvalidBaseImagePlatform: {
    title: "A base for the platform you build for",
    what: "The base image that is here is for another platform than the one that is built for.",
    why: "Its programs cannot run there: a RUN ends with `exec format error`. Pull the image for the right platform, or take one that has it.",
    bad: "FROM --platform=$BUILDPLATFORM busybox:1.36",
    good: "FROM busybox:1.36",
  },
  UnpinnedBaseImage: {
    title: "Name the version of an image",
    what: "An image has no tag, which means `latest`, or that tag itself.",
    why: "The tag moves: next month the same Dockerfile builds on something else, and nothing in it tells you. With a version you change it when you want to; with a digest not one byte can differ.",
    bad: "FROM busybox",
    good: "FROM busybox:1.36",
  },
};

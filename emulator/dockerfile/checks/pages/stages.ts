import type { Pages } from "./page.ts";

/** Names of stages, and what there should be one of in each. */
export const stages: Pages<
  "StageNameCasing" | "DuplicateStageName" | "ReservedStageName" | "MultipleInstructionsDisallowed"
> = {
  StageNameCasing: {
    title: "Write stage names in lower case",
    what: "The name behind AS has capital letters.",
    why: "Docker keeps the name in lower case. A later `FROM Build` then finds no stage of that name and looks for an image.",
    bad: "FROM busybox:1.36 AS Build",
    good: "FROM busybox:1.36 AS build",
  },
  DuplicateStageName: {
    title: "Give each stage its own name",
    what: "Two stages have one name.",
    why: "`COPY --from` and `--target` can mean only one of them, and it is the later one: the earlier can't be reached by name any more.",
    bad: "FROM busybox:1.36 AS tools\nFROM debian:12 AS tools",
    good: "FROM busybox:1.36 AS tools\nFROM debian:12 AS system",
  },
  ReservedStageName: {
    title: "Leave scratch and context alone",
    what: "A stage is called `scratch` or `context`.",
    why: "Both words mean something already: the empty image, and the files you build with. A stage of that name makes every line that uses it ambiguous.",
    bad: "FROM busybox:1.36 AS context",
    good: "FROM busybox:1.36 AS files",
  },
  MultipleInstructionsDisallowed: {
    title: "One CMD, ENTRYPOINT or HEALTHCHECK is enough",
    what: "A stage has the same one twice.",
    why: "They set a field of the image, so the last one wins and the first does nothing. Usually one of them was meant to be a RUN, or is left over.",
    bad: 'FROM busybox:1.36\nCMD ["echo", "one"]\nCMD ["echo", "two"]',
    good: 'FROM busybox:1.36\nCMD ["echo", "two"]',
  },
};

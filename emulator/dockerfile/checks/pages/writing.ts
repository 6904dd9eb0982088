import type { Pages } from "./page.ts";

/** How instructions are written: case, empty lines, old forms. */
export const writing: Pages<
  | "FromAsCasing"
  | "ConsistentInstructionCasing"
  | "NoEmptyContinuation"
  | "LegacyKeyValueFormat"
  | "MaintainerDeprecated"
  | "InvalidDefinitionDescription"
> = {
  FromAsCasing: {
    title: "Write AS as you write FROM",
    what: "FROM and AS stand on one line in different case.",
    why: "Both work. Keywords in one case are easier to tell from names.",
    bad: "FROM busybox:1.36 as tools",
    good: "FROM busybox:1.36 AS tools",
  },
  ConsistentInstructionCasing: {
    title: "Write all instructions in one case",
    what: "Most instructions of this file are in upper case, or most in lower case, and this one is not.",
    why: "Docker reads both. A reader looks for the instructions at the left edge and finds them by their look.",
    bad: "FROM busybox:1.36\ncopy app.sh /\nRUN chmod +x /app.sh",
    good: "FROM busybox:1.36\nCOPY app.sh /\nRUN chmod +x /app.sh",
  },
  NoEmptyContinuation: {
    title: "No empty lines within an instruction",
    what: "A line ends with a backslash and an empty one follows.",
    why: "Today the empty line is skipped; BuildKit has announced that it will be an error. It also hides where the instruction ends.",
    bad: "FROM busybox:1.36\nRUN echo one && \\\n\n    echo two",
    good: "FROM busybox:1.36\nRUN echo one && \\\n    echo two",
  },
  LegacyKeyValueFormat: {
    title: "Write name=value",
    what: "ENV or LABEL has a blank between name and value.",
    why: "In this old form everything to the end of the line is the value, so a second pair becomes part of the first. With `=` there can be several, and quotes do what they look like.",
    bad: "FROM busybox:1.36\nENV GREETING hello",
    good: "FROM busybox:1.36\nENV GREETING=hello",
  },
  MaintainerDeprecated: {
    title: "Name authors in a label",
    what: "MAINTAINER sets a field of the image that nothing uses any more.",
    why: "The label of the OCI specification can be read and searched with the tools for all other labels.",
    bad: "FROM busybox:1.36\nMAINTAINER ada@example.org",
    good: 'FROM busybox:1.36\nLABEL org.opencontainers.image.authors="ada@example.org"',
  },
  InvalidDefinitionDescription: {
    title: "Begin a description with the name",
    what: "The comment right above an ARG or a FROM with a name does not begin with that name.",
    why: "`docker build --call outline` shows such comments as the description of the argument or stage. A comment that is something else is kept apart by a line with only `#`. The check is experimental: it speaks when it is asked to.",
    bad: "# check=experimental=InvalidDefinitionDescription\n# which release to take\nARG VERSION=1.36\nFROM busybox:${VERSION}",
    good: "# check=experimental=InvalidDefinitionDescription\n# VERSION which release to take\nARG VERSION=1.36\nFROM busybox:${VERSION}",
  },
};

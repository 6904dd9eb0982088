import { describe, expect, it } from "vitest";
import { instructionOf } from "./instruction.ts";

describe("instructionOf", () => {
  it.each([
    ["RUN /bin/sh -c apk add curl # buildkit", "RUN", "apk add curl"],
    ["/bin/sh -c apk add curl", "RUN", "apk add curl"],
    ['/bin/sh -c #(nop)  CMD ["nginx"]', "CMD", '["nginx"]'],
    ["/bin/sh -c #(nop) ADD file:0c1e in / ", "ADD", "file:0c1e in /"],
    ["|1 V=1 2 /bin/sh -c echo $V", "RUN", "echo $V"],
    ["RUN |1 V=1 /bin/sh -c echo $V # buildkit", "RUN", "echo $V"],
    ["COPY nginx/ / # buildkit", "COPY", "nginx/ /"],
    ["ENV PATH=/bin", "ENV", "PATH=/bin"],
    ["RUN /bin/bash -c ls # buildkit", "RUN", "/bin/bash -c ls"],
    ["bazel build ...", "", "bazel build ..."],
    ["", "", ""],
  ])("reads %s", (createdBy, keyword, rest) => {
    expect(instructionOf(createdBy)).toEqual({ keyword, rest });
  });
});

import { PATH, type ImageDefinition } from "../image.ts";

export const helloWorld: ImageDefinition = {
  repository: "hello-world",
  tags: ["latest", "linux"],
  versionOf: undefined,
  title: "hello-world",
  description: "One small static program that says what just happened; written for Drydock.",
  licences: "Apache-2.0",
  layers: ["hello-world"],
  config: { Env: [PATH], Cmd: ["/hello"], WorkingDir: "/" },
  instructions: ['CMD ["/hello"]'],
};

/** A piece of a session in the playground, as the machine printed it. The end-to-end tests type it again and compare. */
export interface Recorded {
  readonly command: string;
  readonly output: readonly string[];
  /** Words of the output that are the same process. */
  readonly mark?: string;
}

export const recorded: readonly Recorded[] = [
  {
    command: "docker run -d --name box busybox sleep 1000",
    output: ["03591dcc2d9a6d3f713c5698cb5937d9229f52936dd6a368288b096f89252656"],
  },
  { command: "docker exec box pidof sleep", output: ["1"], mark: "1" },
  { command: "pidof sleep", output: ["72"], mark: "72" },
];

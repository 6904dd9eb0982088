/** Docker's multiplexed stream: each frame is the stream's number, three zeros, a big-endian length, the bytes. */
export const stdoutStream = 1;
export const stderrStream = 2;
export type StdStream = typeof stdoutStream | typeof stderrStream;

const headerLength = 8;

export function stdcopyFrame(stream: StdStream, bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(headerLength + bytes.length);
  frame[0] = stream;
  new DataView(frame.buffer).setUint32(4, bytes.length);
  frame.set(bytes, headerLength);
  return frame;
}

export const rawStreamType = "application/vnd.docker.raw-stream";
export const multiplexedStreamType = "application/vnd.docker.multiplexed-stream";

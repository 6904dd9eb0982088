/** Hands a tar to the browser as a download. */
export async function saveTar(tar: ReadableStream<Uint8Array>, name: string): Promise<void> {
  const url = URL.createObjectURL(await new Response(tar, { headers: { "content-type": "application/x-tar" } }).blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name}.tar`;
  link.click();
  // The browser has its own reference once the click is handled.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

/** Polls until the condition gives a value that is not false. Throws when it does not come about. */
export async function eventually<T>(condition: () => Promise<T | false>): Promise<T> {
  for (let i = 0; i < 1000; i++) {
    const value = await condition();
    if (value !== false) return value;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 2);
    });
  }
  throw new Error("did not come about");
}

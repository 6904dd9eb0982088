/** Asks the service worker to keep what is not needed at once: the editor, and the images of the lessons. */
export const keepLater = "keep-later";

/* The whole image: a program that says what just happened. No library, no allocation. */

static const char text[]
  = "\n"
    "Hello from Docker!\n"
    "This line was printed by a process of its own on the Linux kernel of this machine.\n"
    "\n"
    "What happened between your Enter key and this text:\n"
    "  1. `docker` sent your command to the Docker Engine over its HTTP API.\n"
    "  2. The engine looked for the image `hello-world`, and pulled it if it was not there.\n"
    "  3. It put a writable layer on the image's one layer, and gave the result a\n"
    "     root directory, a host name, an address and limits of its own.\n"
    "  4. An OCI runtime started the image's only program, /hello, inside of that.\n"
    "  5. What /hello wrote came back to your terminal. Then it ended, and so did\n"
    "     the container.\n"
    "\n"
    "Look at what is left of it:    docker ps -a\n"
    "Try a container with a shell:  docker run -it busybox sh\n"
    "\n";

static long
call (long number, long a, long b, long c)
{
  long result;

  __asm__ volatile ("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
  return result;
}

void
_start (void)
{
  const char *at = text;
  long left = sizeof text - 1;

  while (left > 0)
    {
      long written = call (4, 1, (long) at, left); /* write(2) */

      if (written <= 0)
        call (1, 1, 0, 0); /* exit(2) */
      at += written;
      left -= written;
    }
  call (1, 0, 0, 0);
}

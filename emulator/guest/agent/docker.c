/* /bin/docker in the guest: hands its arguments, environment, folder and descriptors to the agent, passes signals on, and
 * ends with the status it is given. Without a C library, because it runs for every command a learner types. */
#include "stub.h"

#include <asm/unistd.h>
#include <linux/errno.h>
#include <stddef.h>

enum
{
  AF_UNIX = 1,
  SOCK_STREAM = 1,
  SOL_SOCKET = 1,
  SCM_RIGHTS = 1,
  SIG_BLOCK = 0,
  POLLIN = 1,
  POLLHUP = 16,
  PATH_SIZE = 4096,
  O_RDWR = 2,
  MSG_NOSIGNAL = 0x4000
};

struct vector
{
  const void *base;
  size_t length;
};

struct message
{
  void *name;
  int name_length;
  struct vector *vectors;
  size_t vector_count;
  void *control;
  size_t control_length;
  int flags;
};

static long
call5 (long number, long a, long b, long c, long d, long e)
{
  long result;
#ifdef __i386__
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
                   : "memory");
#else
  /* x86-64, for tests outside the guest. */
  register long fourth __asm__ ("r10") = d;
  register long fifth __asm__ ("r8") = e;

  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth)
                   : "rcx", "r11", "memory");
#endif
  return result;
}

static size_t
length_of (const char *text)
{
  size_t length = 0;

  while (text[length] != 0)
    length++;
  return length;
}

static void __attribute__ ((noreturn))
leave (int status)
{
  for (;;)
    call5 (__NR_exit_group, status, 0, 0, 0, 0);
}

static void __attribute__ ((noreturn))
fail (const char *text, int status)
{
  call5 (__NR_write, 2, (long) text, (long) length_of (text), 0, 0);
  leave (status);
}

/* The kernel lays the texts of a vector out one behind the other. */
static size_t
span (char **texts, uint32_t *count)
{
  *count = 0;
  while (texts[*count] != NULL)
    ++*count;
  return *count == 0 ? 0 : (size_t) (texts[*count - 1] + length_of (texts[*count - 1]) + 1 - texts[0]);
}

static int
dial (void)
{
  struct
  {
    uint16_t family;
    char path[108];
  } address = { AF_UNIX, STUB_SOCKET };
  long fd = call5 (__NR_socket, AF_UNIX, SOCK_STREAM, 0, 0, 0);

  if (fd < 0 || call5 (__NR_connect, fd, (long) &address, sizeof address, 0, 0) < 0)
    fail ("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n", 1);
  return (int) fd;
}

static void
send_call (int fd, char **argv, char **envp)
{
  static char cwd[PATH_SIZE];
  struct
  {
    size_t length;
    int level, type;
    int fds[3];
  } rights = { offsetof (__typeof__ (rights), fds) + sizeof rights.fds, SOL_SOCKET, SCM_RIGHTS, { 0, 1, 2 } };
  struct stub_head head = { .magic = STUB_MAGIC };
  struct vector vectors[4];
  struct message message = { .vectors = vectors, .vector_count = 4, .control = &rights, .control_length = sizeof rights };
  long cwd_length = call5 (__NR_getcwd, (long) cwd, sizeof cwd, 0, 0, 0);

  if (cwd_length <= 0)
    {
      cwd[0] = '/';
      cwd_length = 2;
    }
  head.args_length = (uint32_t) span (argv, &head.argc);
  head.env_length = (uint32_t) span (envp, &head.envc);
  head.cwd_length = (uint32_t) cwd_length;
  vectors[0] = (struct vector){ &head, sizeof head };
  vectors[1] = (struct vector){ argv[0], head.args_length };
  vectors[2] = (struct vector){ envp[0], head.env_length };
  vectors[3] = (struct vector){ cwd, head.cwd_length };
  for (size_t at = 0; at < 4;)
    {
      long sent = call5 (__NR_sendmsg, fd, (long) &message, MSG_NOSIGNAL, 0, 0);

      if (sent < 0)
        fail ("docker: the machine's agent does not take the call\n", 125);
      message.control = NULL; /* the descriptors went with the first bytes */
      message.control_length = 0;
      for (; at < 4 && (size_t) sent >= vectors[at].length; at++)
        sent -= (long) vectors[at].length;
      if (at < 4)
        {
          vectors[at].base = (const char *) vectors[at].base + sent;
          vectors[at].length -= (size_t) sent;
        }
      message.vectors = vectors + at;
      message.vector_count = 4 - at;
    }
}

/* HUP, INT, QUIT, USR1, USR2, TERM, CONT, WINCH: what the call is told of. */
static const uint32_t passed_on[2] = { 1u << 0 | 1u << 1 | 1u << 2 | 1u << 9 | 1u << 11 | 1u << 14 | 1u << 17 | 1u << 27, 0 };

static void __attribute__ ((noreturn))
serve (int fd, int signals)
{
  struct
  {
    int fd;
    short events, revents;
  } polled[2] = { { fd, POLLIN, 0 }, { signals, POLLIN, 0 } };
  uint8_t pending[128];
  uint8_t status;

  for (;;)
    {
      if (call5 (__NR_poll, (long) polled, 2, -1, 0, 0) < 0)
        continue;
      if (polled[1].revents & POLLIN && call5 (__NR_read, signals, (long) pending, sizeof pending, 0, 0) > 0)
        call5 (__NR_write, fd, (long) pending, 1, 0, 0); /* the signal's number, little-endian */
      if (polled[0].revents == 0)
        continue;
      if (call5 (__NR_read, fd, (long) &status, 1, 0, 0) == 1)
        leave (status);
      fail ("docker: the connection to the engine was lost\n", 125);
    }
}

static void __attribute__ ((noreturn, used))
run (long *stack)
{
  long argc = stack[0];
  char **argv = (char **) (stack + 1);
  char **envp = argv + argc + 1;
  int fd, signals;

  /* A descriptor that is closed could not be passed. */
  do
    fd = (int) call5 (__NR_open, (long) "/dev/null", O_RDWR, 0, 0, 0);
  while (fd >= 0 && fd < 3);
  if (fd >= 3)
    call5 (__NR_close, fd, 0, 0, 0, 0);
  call5 (__NR_rt_sigprocmask, SIG_BLOCK, (long) passed_on, 0, sizeof passed_on, 0);
  signals = (int) call5 (__NR_signalfd4, -1, (long) passed_on, sizeof passed_on, 0, 0);
  fd = dial ();
  send_call (fd, argc > 0 ? argv + 1 : argv, envp);
  serve (fd, signals);
}

/* The stack holds argc, the arguments and the environment; `run` never returns. */
__asm__ (".globl _start\n"
         "_start:\n"
#ifdef __i386__
         "  movl %esp, %eax\n"
         "  andl $-16, %esp\n"
         "  subl $12, %esp\n"
         "  pushl %eax\n"
#else
         "  movq %rsp, %rdi\n"
         "  andq $-16, %rsp\n"
#endif
         "  call run\n");

/* Reads a resolved profile, writes the BPF program that seccomp(2) takes.
 *
 *   default ACTION                        first line
 *   NAME ACTION [INDEX OP VALUE VALUE2]…  one line per rule
 *
 * ACTION is `allow` or an errno. A name that libseccomp does not know is left to the default action and said on stderr.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
fail (const char *what, const char *name, int error)
{
  fprintf (stderr, "compile: %s %s: %s\n", what, name, strerror (error));
  exit (1);
}

static uint32_t
action_of (const char *word)
{
  char *end;
  unsigned long number;

  if (strcmp (word, "allow") == 0)
    return SCMP_ACT_ALLOW;
  number = strtoul (word, &end, 10);
  if (*end != '\0' || end == word || number > 4095)
    fail ("action", word, EINVAL);
  return SCMP_ACT_ERRNO (number);
}

static enum scmp_compare
comparison_of (const char *word)
{
  static const struct
  {
    const char *word;
    enum scmp_compare comparison;
  } table[] = {
    { "NE", SCMP_CMP_NE }, { "LT", SCMP_CMP_LT }, { "LE", SCMP_CMP_LE },           { "EQ", SCMP_CMP_EQ },
    { "GE", SCMP_CMP_GE }, { "GT", SCMP_CMP_GT }, { "MASKED_EQ", SCMP_CMP_MASKED_EQ },
  };

  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (strcmp (word, table[i].word) == 0)
      return table[i].comparison;
  fail ("comparison", word, EINVAL);
  return SCMP_CMP_EQ;
}

static const char *
word (char **rest)
{
  char *token = strtok_r (NULL, " \n", rest);

  if (token == NULL)
    fail ("rule", "is cut short", EINVAL);
  return token;
}

int
main (void)
{
  char line[1024], *rest;
  scmp_filter_ctx filter = NULL;
  uint32_t otherwise = 0;
  int error;

  while (fgets (line, sizeof line, stdin) != NULL)
    {
      struct scmp_arg_cmp arguments[6];
      unsigned count = 0;
      const char *name = strtok_r (line, " \n", &rest);
      uint32_t action;
      int number;

      if (name == NULL)
        continue;
      action = action_of (word (&rest));
      if (filter == NULL)
        {
          if (strcmp (name, "default") != 0 || (filter = seccomp_init (action)) == NULL)
            fail ("first line", name, EINVAL);
          otherwise = action;
          /* A search tree instead of a list: the kernel runs the program for every system call when it loads it. */
          if ((error = seccomp_attr_set (filter, SCMP_FLTATR_CTL_OPTIMIZE, 2)) < 0)
            fail ("attribute", "optimize", -error);
          continue;
        }
      for (const char *token; count < 6 && (token = strtok_r (NULL, " \n", &rest)) != NULL; count++)
        {
          unsigned index = strtoul (token, NULL, 10);
          enum scmp_compare comparison = comparison_of (word (&rest));
          scmp_datum_t a = strtoull (word (&rest), NULL, 10);
          scmp_datum_t b = strtoull (word (&rest), NULL, 10);

          arguments[count] = (struct scmp_arg_cmp) { index, comparison, a, b };
        }
      if (action == otherwise)
        continue;
      number = seccomp_syscall_resolve_name (name);
      if (number == __NR_SCMP_ERROR)
        {
          fprintf (stderr, "compile: libseccomp does not know %s\n", name);
          continue;
        }
      if ((error = seccomp_rule_add_array (filter, action, number, count, arguments)) < 0)
        fail ("rule for", name, -error);
    }
  if (filter == NULL)
    fail ("profile", "is empty", EINVAL);
  if ((error = seccomp_export_bpf (filter, STDOUT_FILENO)) < 0)
    fail ("export", "", -error);
  return 0;
}

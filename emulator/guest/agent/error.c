#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
error_set (struct error *err, int status, const char *format, ...)
{
  va_list arguments;

  err->status = status;
  va_start (arguments, format);
  vsnprintf (err->message, sizeof err->message, format, arguments);
  va_end (arguments);
  return -1;
}

int
error_errno (struct error *err, const char *format, ...)
{
  int status = errno;
  size_t length;
  va_list arguments;

  err->status = status;
  va_start (arguments, format);
  vsnprintf (err->message, sizeof err->message, format, arguments);
  va_end (arguments);
  length = strlen (err->message);
  snprintf (err->message + length, sizeof err->message - length, ": %s", strerror (status));
  return -1;
}

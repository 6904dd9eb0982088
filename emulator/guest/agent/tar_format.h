/* The 512-byte header of ustar, as both directions see it. */
#ifndef DRYDOCK_TAR_FORMAT_H
#define DRYDOCK_TAR_FORMAT_H

enum
{
  TAR_BLOCK = 512
};

struct tar_header
{
  char name[100];
  char mode[8];
  char uid[8];
  char gid[8];
  char size[12];
  char mtime[12];
  char checksum[8];
  char type;
  char link[100];
  char magic[6];
  char version[2];
  char user[32];
  char group[32];
  char major[8];
  char minor[8];
  char prefix[155];
  char padding[12];
};

_Static_assert (sizeof (struct tar_header) == TAR_BLOCK, "a tar header is one block");

#endif

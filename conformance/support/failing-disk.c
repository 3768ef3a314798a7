/*
 * Fails what a process does to the files of its store, while another file says so: preloaded (LD_PRELOAD)
 * into a real server, it gives SQLite the errors that a full, broken or read-only disk gives.
 *
 * FAILING_DISK names the file, which is read at each call: absent or empty means that all is well, else
 * its first word says what fails: ENOSPC (writes), EIO (syncs), EROFS (writes, and opening for writing); with
 * HANG syncs do not return until it says something else.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* All files of the store begin with this: the database, its log, and the index of the log. */
#define STORE "/verbatim.db"

enum { WRITES = 1, SYNCS = 2, OPENS = 4, HANGS = 8 };

/* What fails now, and with which errno. By system calls, for the functions are those below. */
static int failing(int *error) {
  const char *path = getenv("FAILING_DISK");
  int fd = path == NULL ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return 0;
  }
  char word[16] = "";
  ssize_t length = syscall(SYS_read, fd, word, sizeof word - 1);
  syscall(SYS_close, fd);
  if (length <= 0) {
    return 0;
  }
  word[strcspn(word, "\n")] = '\0';
  if (strcmp(word, "ENOSPC") == 0) {
    *error = ENOSPC;
    return WRITES;
  }
  if (strcmp(word, "EIO") == 0) {
    *error = EIO;
    return SYNCS;
  }
  if (strcmp(word, "EROFS") == 0) {
    *error = EROFS;
    return WRITES | OPENS;
  }
  if (strcmp(word, "HANG") == 0) {
    return HANGS;
  }
  return 0;
}

static int is_store(int fd) {
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) {
    return 0;
  }
  path[length] = '\0';
  return strstr(path, STORE) != NULL;
}

static int fails(int what, int fd) {
  int saved = errno;
  int error = 0;
  int is_failing = (failing(&error) & what) != 0 && is_store(fd);
  errno = is_failing ? error : saved;
  return is_failing;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t count) {
  return fails(WRITES, fd) ? -1 : NEXT(write)(fd, bytes, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  return fails(WRITES, fd) ? -1 : NEXT(pwrite64)(fd, bytes, count, at);
}

int ftruncate64(int fd, off64_t length) {
  return fails(WRITES, fd) ? -1 : NEXT(ftruncate64)(fd, length);
}

static void hang(int fd) {
  int saved = errno;
  while (fails(HANGS, fd)) {
    usleep(10 * 1000);
  }
  errno = saved;
}

int fsync(int fd) {
  hang(fd);
  return fails(SYNCS, fd) ? -1 : NEXT(fsync)(fd);
}

int fdatasync(int fd) {
  hang(fd);
  return fails(SYNCS, fd) ? -1 : NEXT(fdatasync)(fd);
}

int open64(const char *path, int flags, ...) {
  mode_t mode = 0;
  if (flags & (O_CREAT | O_TMPFILE)) {
    va_list more;
    va_start(more, flags);
    mode = va_arg(more, mode_t);
    va_end(more);
  }
  int saved = errno;
  int error = 0;
  if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && strstr(path, STORE) != NULL && (failing(&error) & OPENS)) {
    errno = error;
    return -1;
  }
  errno = saved;
  return NEXT(open64)(path, flags, mode);
}

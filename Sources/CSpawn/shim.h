#include <spawn.h>
#include <sys/syscall.h>

// glibc shows these two to _GNU_SOURCE only, which Swift's Glibc module does not define.
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);

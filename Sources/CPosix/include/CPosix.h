// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

// System calls that Swift's C library module does not show.

#ifndef HUB_CPOSIX_H
#define HUB_CPOSIX_H

#include <sys/types.h>

/// pread that never waits for a disk: -1 with EAGAIN when the first byte is not in the page cache,
/// -1 with ENOSYS or EOPNOTSUPP where the kernel or file system cannot tell. May return less than was asked for.
ssize_t hub_pread_cached(int descriptor, void *buffer, size_t count, off_t offset);

#endif

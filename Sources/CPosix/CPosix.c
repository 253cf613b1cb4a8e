// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "CPosix.h"

#include <errno.h>
#include <sys/uio.h>

#if defined(__linux__) && !defined(RWF_NOWAIT)
#define RWF_NOWAIT 0x00000008
#endif

ssize_t hub_pread_cached(int descriptor, void *buffer, size_t count, off_t offset) {
#if defined(__linux__)
    struct iovec part = {.iov_base = buffer, .iov_len = count};
    return preadv2(descriptor, &part, 1, offset, RWF_NOWAIT);
#else
    (void)descriptor, (void)buffer, (void)count, (void)offset;
    errno = ENOSYS;
    return -1;
#endif
}

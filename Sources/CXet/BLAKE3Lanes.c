// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

// The three vector kernels: one text, three widths. Each is compiled for the instructions it needs; which one runs is
// decided in BLAKE3.c.

#include "BLAKE3.h"

#include <string.h>

#define LANES 4
#define NAME hub_blake3_batch4
#define TARGET
#include "BLAKE3Kernel.h"

#if HUB_BLAKE3_X86
#define LANES 8
#define NAME hub_blake3_batch8
#define TARGET __attribute__((target("avx2")))
#include "BLAKE3Kernel.h"

#define LANES 16
#define NAME hub_blake3_batch16
#define TARGET __attribute__((target("avx512f"), min_vector_width(512)))
#include "BLAKE3Kernel.h"
#endif

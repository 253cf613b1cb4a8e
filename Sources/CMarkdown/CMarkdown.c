// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "CMarkdown.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// What a call takes from the system at once, and how often (in calls of the allocator) it looks at the clock.
enum { block_size = 1 << 20, clock_interval = 1024, alignment = 16 };

// Bytes handed to the parser between two looks at the clock: deeply nested blocks make lines slow without any memory.
enum { feed_size = 256 };

typedef struct block {
    struct block *next;
    size_t size;
    size_t used;
    // Rounds the header up, so that what follows it is aligned.
    size_t reserved;
} block;

// All memory of the running call, freed together: what jumps out of the library leaves nothing behind.
static struct {
    block *blocks;
    size_t taken;
    size_t budget;
    uint64_t deadline;
    unsigned until_clock;
    jmp_buf exit;
} arena;

// The library's parsers share tables and take no context, so there is one call at a time.
static pthread_mutex_t library = PTHREAD_MUTEX_INITIALIZER;

static uint64_t now(void) {
    struct timespec time;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) return 0;
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

static void check_clock(void) {
    arena.until_clock = clock_interval;
    if (now() > arena.deadline) longjmp(arena.exit, HUB_MARKDOWN_TOO_SLOW);
}

static void *take(size_t size) {
    if (arena.until_clock-- == 0) check_clock();
    if (size > arena.budget) longjmp(arena.exit, HUB_MARKDOWN_TOO_LARGE);
    size = (size + alignment - 1) / alignment * alignment;
    // Each piece has its size in front of it, for realloc.
    size_t needed = size + alignment;
    if (arena.blocks == NULL || arena.blocks->size - arena.blocks->used < needed) {
        size_t capacity = needed > block_size ? needed : block_size;
        if (capacity > arena.budget - arena.taken) longjmp(arena.exit, HUB_MARKDOWN_TOO_LARGE);
        block *fresh = calloc(1, sizeof(block) + capacity);
        if (fresh == NULL) longjmp(arena.exit, HUB_MARKDOWN_TOO_LARGE);
        arena.taken += capacity;
        fresh->next = arena.blocks;
        fresh->size = capacity;
        arena.blocks = fresh;
    }
    char *piece = (char *)(arena.blocks + 1) + arena.blocks->used;
    arena.blocks->used += needed;
    memcpy(piece, &size, sizeof size);
    return piece + alignment;
}

static void *arena_calloc(size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size) longjmp(arena.exit, HUB_MARKDOWN_TOO_LARGE);
    return take(count * size);
}

static void *arena_realloc(void *old, size_t size) {
    if (old == NULL) return take(size);
    size_t before;
    memcpy(&before, (char *)old - alignment, sizeof before);
    if (size <= before) return old;
    void *piece = take(size);
    memcpy(piece, old, before);
    return piece;
}

static void arena_free(void *piece) { (void)piece; }

static cmark_mem memory_of_call = {arena_calloc, arena_realloc, arena_free};

static void render(const char *text, size_t count, int options, hub_markdown_result *result) {
    cmark_parser *parser = cmark_parser_new_with_mem(options, &memory_of_call);
    static const char *const names[] = {"table", "strikethrough", "autolink", "tasklist"};
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        cmark_syntax_extension *extension = cmark_find_syntax_extension(names[index]);
        if (extension != NULL) cmark_parser_attach_syntax_extension(parser, extension);
    }
    for (size_t done = 0; done < count;) {
        size_t piece = count - done < feed_size ? count - done : feed_size;
        cmark_parser_feed(parser, text + done, piece);
        done += piece;
        check_clock();
    }
    cmark_node *document = cmark_parser_finish(parser);
    char *html = cmark_render_html_with_mem(
        document, options, cmark_parser_get_syntax_extensions(parser), &memory_of_call);
    size_t length = strlen(html);
    result->html = malloc(length + 1);
    if (result->html == NULL) longjmp(arena.exit, HUB_MARKDOWN_TOO_LARGE);
    memcpy(result->html, html, length + 1);
    result->count = length;
}

void hub_markdown_render(
    const char *text, size_t count, int hard_breaks, size_t memory, uint32_t milliseconds,
    hub_markdown_result *result) {
    memset(result, 0, sizeof *result);
    pthread_mutex_lock(&library);
    // Keeps its own state outside of the arena.
    cmark_gfm_core_extensions_ensure_registered();
    memset(&arena, 0, sizeof arena);
    arena.budget = memory;
    arena.deadline = now() + milliseconds;
    int options = CMARK_OPT_UNSAFE | CMARK_OPT_FOOTNOTES | CMARK_OPT_VALIDATE_UTF8;
    if (hard_breaks) options |= CMARK_OPT_HARDBREAKS;
    int status = setjmp(arena.exit);
    if (status == 0) {
        render(text, count, options, result);
    } else {
        result->status = status;
    }
    while (arena.blocks != NULL) {
        block *next = arena.blocks->next;
        free(arena.blocks);
        arena.blocks = next;
    }
    pthread_mutex_unlock(&library);
}

void hub_markdown_free(char *html) { free(html); }

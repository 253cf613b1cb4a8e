// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

// GitHub's Markdown to HTML by libcmark-gfm, one whole call per document.
//
// The library ends the process when memory runs out, grows some inputs without bound, and keeps tables of special
// characters that all its parsers share. So each call here has a budget of memory and time, is alone in the library,
// and ends with a status.

#ifndef HUB_CMARKDOWN_H
#define HUB_CMARKDOWN_H

#include <stddef.h>
#include <stdint.h>

enum {
    HUB_MARKDOWN_OK = 0,
    // More memory than the budget, or than there is.
    HUB_MARKDOWN_TOO_LARGE = 1,
    HUB_MARKDOWN_TOO_SLOW = 2,
};

typedef struct {
    // `count` bytes of HTML, unsafe as it stands; NULL unless the status is OK. Given back with hub_markdown_free.
    char *html;
    size_t count;
    int32_t status;
} hub_markdown_result;

// Tables, strikethrough, autolinks, task lists and footnotes are on, raw HTML is passed through.
// Line ends within a paragraph become <br> with `hard_breaks`. `milliseconds` of this thread's processor time.
void hub_markdown_render(
    const char *text, size_t count, int hard_breaks, size_t memory, uint32_t milliseconds, hub_markdown_result *result);

void hub_markdown_free(char *html);

#endif

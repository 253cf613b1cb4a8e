// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "Support.h"

#include <stdlib.h>
#include <string.h>

#include <gif_lib.h>

typedef struct {
    const uint8_t *bytes;
    size_t count;
    size_t at;
} reading;

static int take(GifFileType *file, GifByteType *target, int wanted) {
    reading *self = file->UserData;
    size_t left = self->count - self->at;
    size_t taken = wanted < 0 ? 0 : (size_t)wanted < left ? (size_t)wanted : left;
    memcpy(target, self->bytes + self->at, taken);
    self->at += taken;
    return (int)taken;
}

static void fail(hub_image *result, int error) {
    const char *text = GifErrorString(error);
    hub_image_fail(result, HUB_IMAGE_CORRUPT, "the GIF is damaged: %.150s", text ? text : "unexpected end");
}

// Skips to the first frame; gives the index that it makes transparent, or -1.
static int find_frame(GifFileType *file, hub_image *result, int *transparent) {
    *transparent = -1;
    for (;;) {
        GifRecordType type;
        if (DGifGetRecordType(file, &type) == GIF_ERROR) break;
        if (type == TERMINATE_RECORD_TYPE) {
            hub_image_fail(result, HUB_IMAGE_CORRUPT, "the GIF has no frame");
            return -1;
        }
        if (type == IMAGE_DESC_RECORD_TYPE) {
            if (DGifGetImageDesc(file) == GIF_ERROR) break;
            return 0;
        }
        if (type != EXTENSION_RECORD_TYPE) continue;
        int code;
        GifByteType *data = NULL;
        if (DGifGetExtension(file, &code, &data) == GIF_ERROR) break;
        while (data != NULL) {
            // A graphic control block: flags, delay, transparent index.
            if (code == GRAPHICS_EXT_FUNC_CODE && data[0] >= 4 && (data[1] & 1)) *transparent = data[4];
            if (DGifGetExtensionNext(file, &data) == GIF_ERROR) {
                fail(result, file->Error);
                return -1;
            }
        }
    }
    fail(result, file->Error);
    return -1;
}

static void color(const ColorMapObject *map, int index, uint8_t *target) {
    if (map == NULL) {
        memset(target, index, 3);
    } else if (index < map->ColorCount) {
        target[0] = map->Colors[index].Red;
        target[1] = map->Colors[index].Green;
        target[2] = map->Colors[index].Blue;
    } else {
        memset(target, 0, 3);
    }
}

static void decode(GifFileType *file, uint64_t maximum_pixels, hub_image *result) {
    int transparent;
    if (find_frame(file, result, &transparent)) return;
    const GifImageDesc *frame = &file->Image;
    if (frame->Left < 0 || frame->Top < 0 || frame->Width <= 0 || frame->Height <= 0) {
        hub_image_fail(result, HUB_IMAGE_CORRUPT, "the GIF's first frame is nowhere");
        return;
    }
    // A frame may lie partly outside what the header announces; the canvas grows to hold it.
    uint64_t right = (uint64_t)frame->Left + (uint64_t)frame->Width;
    uint64_t bottom = (uint64_t)frame->Top + (uint64_t)frame->Height;
    uint64_t width = file->SWidth > 0 && (uint64_t)file->SWidth > right ? (uint64_t)file->SWidth : right;
    uint64_t height = file->SHeight > 0 && (uint64_t)file->SHeight > bottom ? (uint64_t)file->SHeight : bottom;
    if (hub_image_allocate(result, width, height, maximum_pixels)) return;
    const ColorMapObject *map = frame->ColorMap ? frame->ColorMap : file->SColorMap;
    uint8_t background[3];
    color(map, transparent < 0 ? 0 : transparent, background);
    for (uint64_t i = 0; i < width * height; i++) memcpy(result->pixels + 3 * i, background, 3);
    GifPixelType *line = malloc((size_t)frame->Width);
    if (line == NULL) {
        hub_image_fail(result, HUB_IMAGE_NO_MEMORY, "no memory for the picture");
        return;
    }
    static const int first[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    for (int pass = 0; pass < (frame->Interlace ? 4 : 1); pass++) {
        for (int y = frame->Interlace ? first[pass] : 0; y < frame->Height; y += frame->Interlace ? step[pass] : 1) {
            if (DGifGetLine(file, line, frame->Width) == GIF_ERROR) {
                fail(result, file->Error);
                free(line);
                return;
            }
            uint8_t *row = result->pixels + (((uint64_t)frame->Top + (uint64_t)y) * width + (uint64_t)frame->Left) * 3;
            for (int x = 0; x < frame->Width; x++) color(map, line[x], row + 3 * (size_t)x);
        }
    }
    free(line);
}

void hub_image_decode_gif(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, hub_image *result) {
    memset(result, 0, sizeof *result);
    result->orientation = 1;
    reading source = {bytes, count, 0};
    int error = 0;
    GifFileType *file = DGifOpen(&source, take, &error);
    if (file == NULL) {
        fail(result, error);
        return;
    }
    decode(file, maximum_pixels, result);
    DGifCloseFile(file, &error);
}

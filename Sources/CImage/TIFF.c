// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "Support.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

typedef struct {
    const uint8_t *bytes;
    uint64_t count;
    uint64_t at;
} reading;

static tmsize_t take(thandle_t handle, void *target, tmsize_t wanted) {
    reading *self = handle;
    if (wanted < 0 || self->at > self->count) return -1;
    uint64_t left = self->count - self->at;
    uint64_t taken = (uint64_t)wanted < left ? (uint64_t)wanted : left;
    memcpy(target, self->bytes + self->at, taken);
    self->at += taken;
    return (tmsize_t)taken;
}

static tmsize_t refuse(thandle_t handle, void *source, tmsize_t count) {
    (void)handle;
    (void)source;
    (void)count;
    return -1;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence) {
    reading *self = handle;
    uint64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? self->at : self->count;
    self->at = base + offset;
    return self->at;
}

static int leave(thandle_t handle) {
    (void)handle;
    return 0;
}

static toff_t size(thandle_t handle) { return ((reading *)handle)->count; }

// How the samples of one picture lie and what they mean.
typedef struct {
    uint16_t bits;
    uint16_t samples;
    uint16_t photometric;
    int associated_alpha;
    const uint16_t *red, *green, *blue;
} layout;

// Turns `width` pixels into RGB, as the Python imaging library converts each of its modes.
static void convert(const layout *form, const uint8_t *source, size_t width, uint8_t *target) {
    size_t samples = form->samples;
    int wide = form->bits == 16;
    for (size_t x = 0; x < width; x++, target += 3) {
        uint32_t value[5] = {0};
        uint32_t full = 0;
        if (form->bits < 8) {
            unsigned per_byte = 8u / form->bits;
            unsigned shift = 8u - form->bits * (unsigned)(x % per_byte + 1);
            value[0] = (source[x / per_byte] >> shift) & ((1u << form->bits) - 1);
        } else {
            for (size_t s = 0; s < samples && s < 5; s++) {
                if (wide) {
                    uint16_t sample;
                    memcpy(&sample, source + (x * samples + s) * 2, 2);
                    if (s == 0) full = sample;
                    value[s] = sample >> 8;
                } else {
                    value[s] = source[x * samples + s];
                }
            }
        }
        switch (form->photometric) {
        case PHOTOMETRIC_PALETTE:
            // Tables have 2^bits places, and an index of that many bits cannot lie outside.
            target[0] = (uint8_t)(form->red[value[0]] >> 8);
            target[1] = (uint8_t)(form->green[value[0]] >> 8);
            target[2] = (uint8_t)(form->blue[value[0]] >> 8);
            break;
        case PHOTOMETRIC_MINISBLACK:
        case PHOTOMETRIC_MINISWHITE: {
            uint32_t grey = value[0];
            if (form->bits < 8) grey = grey * 255 / ((1u << form->bits) - 1);
            // Grey alone keeps its 16 bits and is held within 0…255, not scaled.
            if (wide && samples == 1) grey = full > 255 ? 255 : full;
            if (form->photometric == PHOTOMETRIC_MINISWHITE) grey = 255 - grey;
            memset(target, (int)grey, 3);
            break;
        }
        case PHOTOMETRIC_SEPARATED:
            for (int c = 0; c < 3; c++) target[c] = hub_light(value[c], value[3]);
            break;
        default:
            for (int c = 0; c < 3; c++) {
                uint32_t sample = value[c];
                if (form->associated_alpha && value[3] != 255) {
                    sample = value[3] == 0 ? 0 : 255 * sample / value[3];
                    if (sample > 255) sample = 255;
                }
                target[c] = (uint8_t)sample;
            }
            break;
        }
    }
}

static int damaged(hub_image *result) {
    hub_image_fail(result, HUB_IMAGE_CORRUPT, "the TIFF is damaged or truncated");
    return -1;
}

static int read_rows(TIFF *file, const layout *form, hub_image *result) {
    uint64_t row = TIFFScanlineSize64(file);
    uint64_t needed = ((uint64_t)result->width * form->bits * form->samples + 7) / 8;
    if (row < needed || row > needed + 64) return damaged(result);
    uint8_t *buffer = calloc(1, (size_t)row);
    if (buffer == NULL) {
        hub_image_fail(result, HUB_IMAGE_NO_MEMORY, "no memory for the picture");
        return -1;
    }
    for (uint32_t y = 0; y < result->height; y++) {
        if (TIFFReadScanline(file, buffer, y, 0) != 1) {
            free(buffer);
            return damaged(result);
        }
        convert(form, buffer, result->width, result->pixels + (size_t)y * result->width * 3);
    }
    free(buffer);
    return 0;
}

static int read_tiles(TIFF *file, const layout *form, uint64_t maximum_pixels, hub_image *result) {
    uint32_t width = 0, height = 0;
    TIFFGetField(file, TIFFTAG_TILEWIDTH, &width);
    TIFFGetField(file, TIFFTAG_TILELENGTH, &height);
    if (width == 0 || height == 0 || width > maximum_pixels / height) return damaged(result);
    uint64_t tile = TIFFTileSize64(file), row = TIFFTileRowSize64(file);
    if (row < ((uint64_t)width * form->bits * form->samples + 7) / 8 || row == 0 || tile / row < height
        || tile > maximum_pixels * 16) {
        return damaged(result);
    }
    uint8_t *buffer = calloc(1, (size_t)tile);
    if (buffer == NULL) {
        hub_image_fail(result, HUB_IMAGE_NO_MEMORY, "no memory for the picture");
        return -1;
    }
    for (uint64_t top = 0; top < result->height; top += height) {
        for (uint64_t left = 0; left < result->width; left += width) {
            if (TIFFReadTile(file, buffer, (uint32_t)left, (uint32_t)top, 0, 0) < 0) {
                free(buffer);
                return damaged(result);
            }
            uint64_t columns = result->width - left < width ? result->width - left : width;
            for (uint64_t y = 0; y < height && top + y < result->height; y++) {
                convert(
                    form, buffer + y * row, (size_t)columns, result->pixels + ((top + y) * result->width + left) * 3);
            }
        }
    }
    free(buffer);
    return 0;
}

// Whatever the library itself can turn into RGB: separate planes, YCbCr, Lab, …
static int read_otherwise(TIFF *file, hub_image *result) {
    char why[1024] = "";
    if (!TIFFRGBAImageOK(file, why)) {
        hub_image_fail(result, HUB_IMAGE_UNSUPPORTED, "this kind of TIFF is not supported: %.120s", why);
        return -1;
    }
    size_t pixels = (size_t)result->width * result->height;
    uint32_t *raster = malloc(pixels * sizeof *raster);
    if (raster == NULL) {
        hub_image_fail(result, HUB_IMAGE_NO_MEMORY, "no memory for the picture");
        return -1;
    }
    int read = TIFFReadRGBAImageOriented(file, result->width, result->height, raster, ORIENTATION_TOPLEFT, 1);
    for (size_t i = 0; read && i < pixels; i++) {
        result->pixels[3 * i] = TIFFGetR(raster[i]);
        result->pixels[3 * i + 1] = TIFFGetG(raster[i]);
        result->pixels[3 * i + 2] = TIFFGetB(raster[i]);
    }
    free(raster);
    return read ? 0 : damaged(result);
}

static int is_plain(TIFF *file, layout *form) {
    uint16_t planar = PLANARCONFIG_CONTIG, format = SAMPLEFORMAT_UINT, compression = COMPRESSION_NONE;
    uint16_t extra_count = 0, *extra = NULL;
    memset(form, 0, sizeof *form);
    form->bits = 1;
    form->samples = 1;
    TIFFGetFieldDefaulted(file, TIFFTAG_BITSPERSAMPLE, &form->bits);
    TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLESPERPIXEL, &form->samples);
    TIFFGetFieldDefaulted(file, TIFFTAG_PLANARCONFIG, &planar);
    TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLEFORMAT, &format);
    TIFFGetFieldDefaulted(file, TIFFTAG_COMPRESSION, &compression);
    if (!TIFFGetField(file, TIFFTAG_PHOTOMETRIC, &form->photometric)) form->photometric = PHOTOMETRIC_MINISBLACK;
    if (TIFFGetField(file, TIFFTAG_EXTRASAMPLES, &extra_count, &extra) && extra_count > 0 && extra != NULL) {
        form->associated_alpha = extra[0] == EXTRASAMPLE_ASSOCALPHA;
    }
    if (compression == COMPRESSION_JPEG && form->photometric == PHOTOMETRIC_YCBCR && form->samples == 3) {
        // Let libjpeg convert the colours, as it does for JPEG files.
        TIFFSetField(file, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
        form->photometric = PHOTOMETRIC_RGB;
    }
    if (planar != PLANARCONFIG_CONTIG || (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID)) return 0;
    int bytes = form->bits == 8 || form->bits == 16;
    switch (form->photometric) {
    case PHOTOMETRIC_MINISBLACK:
    case PHOTOMETRIC_MINISWHITE:
        return (bytes && form->samples <= 2) || (form->samples == 1 && (form->bits == 1 || form->bits == 2 || form->bits == 4));
    case PHOTOMETRIC_PALETTE: {
        uint16_t *red, *green, *blue;
        if (form->samples != 1 || !(form->bits == 8 || form->bits == 4 || form->bits == 2 || form->bits == 1)) return 0;
        if (!TIFFGetField(file, TIFFTAG_COLORMAP, &red, &green, &blue)) return 0;
        form->red = red;
        form->green = green;
        form->blue = blue;
        return 1;
    }
    case PHOTOMETRIC_RGB:
        if (form->samples < 4) form->associated_alpha = 0;
        return bytes && form->samples >= 3 && form->samples <= 5;
    case PHOTOMETRIC_SEPARATED: return bytes && form->samples >= 4 && form->samples <= 5;
    default: return 0;
    }
}

static void quiet(const char *module, const char *format, va_list arguments) {
    (void)module;
    (void)format;
    (void)arguments;
}

void hub_image_decode_tiff(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, hub_image *result) {
    memset(result, 0, sizeof *result);
    result->orientation = 1;
    // The library would write to standard error; both calls only store a pointer, the same each time.
    TIFFSetErrorHandler(quiet);
    TIFFSetWarningHandler(quiet);
    reading source = {bytes, count, 0};
    TIFF *file = TIFFClientOpen("picture", "rm", &source, take, refuse, seek, leave, size, NULL, NULL);
    if (file == NULL) {
        hub_image_fail(result, HUB_IMAGE_CORRUPT, "the TIFF is damaged: it has no readable directory");
        return;
    }
    uint32_t width = 0, height = 0;
    uint16_t orientation = ORIENTATION_TOPLEFT;
    TIFFGetField(file, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(file, TIFFTAG_IMAGELENGTH, &height);
    TIFFGetField(file, TIFFTAG_ORIENTATION, &orientation);
    if (!hub_image_allocate(result, width, height, maximum_pixels)) {
        // The caller turns the picture; the library shall not begin to.
        TIFFSetField(file, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
        result->orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
        layout form;
        if (!is_plain(file, &form)) {
            read_otherwise(file, result);
        } else if (TIFFIsTiled(file)) {
            read_tiles(file, &form, maximum_pixels, result);
        } else {
            read_rows(file, &form, result);
        }
    }
    TIFFClose(file);
}

// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "Support.h"

#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

static void fail(hub_image *result, VP8StatusCode status) {
    switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY: hub_image_fail(result, HUB_IMAGE_NO_MEMORY, "no memory for the picture"); break;
    case VP8_STATUS_UNSUPPORTED_FEATURE:
        hub_image_fail(result, HUB_IMAGE_UNSUPPORTED, "the WebP uses a feature that is not supported");
        break;
    case VP8_STATUS_NOT_ENOUGH_DATA: hub_image_fail(result, HUB_IMAGE_CORRUPT, "the WebP is truncated"); break;
    default: hub_image_fail(result, HUB_IMAGE_CORRUPT, "the WebP is damaged"); break;
    }
}

static void decode_first_frame(const WebPData *data, hub_image *result) {
    WebPAnimDecoderOptions options;
    if (!WebPAnimDecoderOptionsInit(&options)) {
        hub_image_fail(result, HUB_IMAGE_UNSUPPORTED, "the WebP library is of another version");
        return;
    }
    options.color_mode = MODE_RGBA;
    WebPAnimDecoder *decoder = WebPAnimDecoderNew(data, &options);
    WebPAnimInfo info;
    uint8_t *canvas = NULL;
    int timestamp;
    if (decoder == NULL || !WebPAnimDecoderGetInfo(decoder, &info) || info.canvas_width != result->width
        || info.canvas_height != result->height || !WebPAnimDecoderGetNext(decoder, &canvas, &timestamp)) {
        hub_image_fail(result, HUB_IMAGE_CORRUPT, "the animated WebP is damaged");
    } else {
        for (size_t i = 0; i < (size_t)result->width * result->height; i++) {
            memcpy(result->pixels + 3 * i, canvas + 4 * i, 3);
        }
    }
    WebPAnimDecoderDelete(decoder);
}

void hub_image_decode_webp(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, hub_image *result) {
    memset(result, 0, sizeof *result);
    result->orientation = 1;
    WebPBitstreamFeatures features;
    VP8StatusCode status = WebPGetFeatures(bytes, count, &features);
    if (status != VP8_STATUS_OK) {
        fail(result, status);
        return;
    }
    if (hub_image_allocate(result, (uint64_t)features.width, (uint64_t)features.height, maximum_pixels)) return;
    if (features.has_animation) {
        WebPData data = {bytes, count};
        decode_first_frame(&data, result);
        return;
    }
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) {
        hub_image_fail(result, HUB_IMAGE_UNSUPPORTED, "the WebP library is of another version");
        return;
    }
    config.output.colorspace = MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = result->pixels;
    config.output.u.RGBA.stride = features.width * 3;
    config.output.u.RGBA.size = (size_t)features.width * (size_t)features.height * 3;
    status = WebPDecode(bytes, count, &config);
    WebPFreeDecBuffer(&config.output);
    if (status != VP8_STATUS_OK) fail(result, status);
}

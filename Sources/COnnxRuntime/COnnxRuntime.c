// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

#include "COnnxRuntime.h"

#include <dlfcn.h>
#include <stdio.h>

typedef void (*entry)(void);

// What the one exported function answers with.
struct api_base {
    const void *(*get_api)(uint32_t version);
    const char *(*get_version)(void);
};

// Place of the function that hands out the model editor's table.
enum { get_model_editor_slot = 291 };

_Static_assert(sizeof(entry) == sizeof(void *), "the tables hold function pointers as wide as pointers");

enum hub_ort_problem hub_ort_open(const char *path, struct hub_ort *functions, char *text, size_t text_size) {
    // Local: its symbols are nobody else's business.
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        const char *reason = dlerror();
        snprintf(text, text_size, "%s", reason == NULL ? "unknown" : reason);
        return hub_ort_no_library;
    }
    const struct api_base *(*get_base)(void) = (const struct api_base *(*)(void))dlsym(library, "OrtGetApiBase");
    const struct api_base *base = get_base == NULL ? NULL : get_base();
    if (base == NULL) {
        snprintf(text, text_size, "no OrtGetApiBase");
        return hub_ort_not_onnxruntime;
    }
    snprintf(text, text_size, "%s", base->get_version());
    const entry *api = base->get_api(HUB_ORT_API_VERSION);
    if (api == NULL) return hub_ort_too_old;
    const entry *editor = ((const entry *(*)(void))api[get_model_editor_slot])();
    if (editor == NULL) return hub_ort_incomplete;

#define FILL_API(slot, result, name, parameters)                                                                       \
    if (api[slot] == NULL) return hub_ort_incomplete;                                                                  \
    functions->name = (result(*) parameters)api[slot];
#define FILL_EDITOR(slot, result, name, parameters)                                                                    \
    if (editor[slot] == NULL) return hub_ort_incomplete;                                                               \
    functions->name = (result(*) parameters)editor[slot];

    HUB_ORT_API(FILL_API)
    HUB_ORT_MODEL_EDITOR_API(FILL_EDITOR)
    return hub_ort_opened;
}

#define API_LINE(slot, result, name, parameters) "OrtApi\t" #slot "\t" #name "\n"
#define EDITOR_LINE(slot, result, name, parameters) "OrtModelEditorApi\t" #slot "\t" #name "\n"

const char *hub_ort_slots(void) { return HUB_ORT_API(API_LINE) HUB_ORT_MODEL_EDITOR_API(EDITOR_LINE); }

// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

// The functions of ONNX Runtime's C interface that we call, and how to get them from its shared library at run time.
//
// The library answers with tables of function pointers to which releases only append, so a function is known for good
// by its table and its place there. The lists below name both; Fixtures/onnxruntime/slots.tsv holds the whole tables,
// and a test compares. Nothing is linked: without the library everything but inference works.

#ifndef HUB_CONNXRUNTIME_H
#define HUB_CONNXRUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The version of the interface that we ask the library for; releases from 1.23 on have it.
#define HUB_ORT_API_VERSION 23

// Objects of the library, seen from outside. A function that hands one out hands it over, to be released, except where
// its name begins with "Cast".
typedef struct OrtAllocator OrtAllocator;
typedef struct OrtEnv OrtEnv;
typedef struct OrtGraph OrtGraph;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtModel OrtModel;
typedef struct OrtNode OrtNode;
typedef struct OrtOpAttr OrtOpAttr;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
/// `NULL` is success.
typedef struct OrtStatus OrtStatus;
typedef struct OrtTensorTypeAndShapeInfo OrtTensorTypeAndShapeInfo;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtValue OrtValue;
typedef struct OrtValueInfo OrtValueInfo;

/// Element types, by ONNX's numbers.
enum hub_ort_element {
    hub_ort_float32 = 1,
    hub_ort_uint8 = 2,
    hub_ort_int8 = 3,
    hub_ort_uint16 = 4,
    hub_ort_int16 = 5,
    hub_ort_int32 = 6,
    hub_ort_int64 = 7,
    hub_ort_bool = 9,
    hub_ort_float16 = 10,
    hub_ort_float64 = 11,
    hub_ort_uint32 = 12,
    hub_ort_uint64 = 13,
    hub_ort_bfloat16 = 16,
};

/// Kinds of operator attributes.
enum hub_ort_attribute {
    hub_ort_attribute_int = 1,
    hub_ort_attribute_ints = 2,
    hub_ort_attribute_float = 3,
    hub_ort_attribute_floats = 4,
    hub_ort_attribute_string = 5,
};

enum hub_ort_constant {
    /// OrtLoggingLevel: error.
    hub_ort_log_errors = 3,
    /// GraphOptimizationLevel: everything, layouts included.
    hub_ort_optimize_all = 99,
    /// OrtAllocatorType: the device's own, no arena.
    hub_ort_device_allocator = 0,
    /// OrtMemType.
    hub_ort_default_memory = 0,
    /// ONNXType: a tensor.
    hub_ort_tensor = 1,
};

// SLOT(place in the table, result, name, parameters)
#define HUB_ORT_API(SLOT)                                                                                              \
    SLOT(1, int, GetErrorCode, (const OrtStatus *))                                                                    \
    SLOT(2, const char *, GetErrorMessage, (const OrtStatus *))                                                        \
    SLOT(3, OrtStatus *, CreateEnv, (int log_level, const char *log_name, OrtEnv **))                                  \
    SLOT(8, OrtStatus *, CreateSessionFromArray,                                                                       \
         (const OrtEnv *, const void *model, size_t size, const OrtSessionOptions *, OrtSession **))                   \
    SLOT(9, OrtStatus *, Run,                                                                                          \
         (OrtSession *, const OrtRunOptions *, const char *const *input_names, const OrtValue *const *inputs,          \
          size_t input_count, const char *const *output_names, size_t output_count, OrtValue **outputs))               \
    SLOT(10, OrtStatus *, CreateSessionOptions, (OrtSessionOptions **))                                                \
    SLOT(11, OrtStatus *, SetOptimizedModelFilePath, (OrtSessionOptions *, const char *path))                          \
    SLOT(19, OrtStatus *, DisableCpuMemArena, (OrtSessionOptions *))                                                   \
    SLOT(23, OrtStatus *, SetSessionGraphOptimizationLevel, (OrtSessionOptions *, int level))                          \
    SLOT(24, OrtStatus *, SetIntraOpNumThreads, (OrtSessionOptions *, int count))                                      \
    SLOT(25, OrtStatus *, SetInterOpNumThreads, (OrtSessionOptions *, int count))                                      \
    SLOT(30, OrtStatus *, SessionGetInputCount, (const OrtSession *, size_t *))                                        \
    SLOT(31, OrtStatus *, SessionGetOutputCount, (const OrtSession *, size_t *))                                       \
    SLOT(33, OrtStatus *, SessionGetInputTypeInfo, (const OrtSession *, size_t index, OrtTypeInfo **))                 \
    SLOT(34, OrtStatus *, SessionGetOutputTypeInfo, (const OrtSession *, size_t index, OrtTypeInfo **))                \
    SLOT(36, OrtStatus *, SessionGetInputName, (const OrtSession *, size_t index, OrtAllocator *, char **))            \
    SLOT(37, OrtStatus *, SessionGetOutputName, (const OrtSession *, size_t index, OrtAllocator *, char **))           \
    SLOT(39, OrtStatus *, CreateRunOptions, (OrtRunOptions **))                                                        \
    SLOT(46, OrtStatus *, RunOptionsSetTerminate, (OrtRunOptions *))                                                   \
    SLOT(48, OrtStatus *, CreateTensorAsOrtValue,                                                                      \
         (OrtAllocator *, const int64_t *shape, size_t rank, int element, OrtValue **))                                \
    SLOT(49, OrtStatus *, CreateTensorWithDataAsOrtValue,                                                              \
         (const OrtMemoryInfo *, void *data, size_t size, const int64_t *shape, size_t rank, int element,              \
          OrtValue **))                                                                                                \
    SLOT(50, OrtStatus *, IsTensor, (const OrtValue *, int *))                                                         \
    SLOT(51, OrtStatus *, GetTensorMutableData, (OrtValue *, void **))                                                 \
    SLOT(55, OrtStatus *, CastTypeInfoToTensorInfo, (const OrtTypeInfo *, const OrtTensorTypeAndShapeInfo **))         \
    SLOT(57, OrtStatus *, CreateTensorTypeAndShapeInfo, (OrtTensorTypeAndShapeInfo **))                                \
    SLOT(58, OrtStatus *, SetTensorElementType, (OrtTensorTypeAndShapeInfo *, int element))                            \
    SLOT(59, OrtStatus *, SetDimensions, (OrtTensorTypeAndShapeInfo *, const int64_t *sizes, size_t rank))             \
    SLOT(60, OrtStatus *, GetTensorElementType, (const OrtTensorTypeAndShapeInfo *, int *))                            \
    SLOT(61, OrtStatus *, GetDimensionsCount, (const OrtTensorTypeAndShapeInfo *, size_t *))                           \
    SLOT(62, OrtStatus *, GetDimensions, (const OrtTensorTypeAndShapeInfo *, int64_t *sizes, size_t rank))             \
    SLOT(63, OrtStatus *, GetSymbolicDimensions,                                                                       \
         (const OrtTensorTypeAndShapeInfo *, const char **names, size_t rank))                                         \
    SLOT(65, OrtStatus *, GetTensorTypeAndShape, (const OrtValue *, OrtTensorTypeAndShapeInfo **))                     \
    SLOT(69, OrtStatus *, CreateCpuMemoryInfo, (int allocator_type, int memory_type, OrtMemoryInfo **))                \
    SLOT(76, OrtStatus *, AllocatorFree, (OrtAllocator *, void *))                                                     \
    SLOT(78, OrtStatus *, GetAllocatorWithDefaultOptions, (OrtAllocator **))                                           \
    SLOT(92, void, ReleaseEnv, (OrtEnv *))                                                                             \
    SLOT(93, void, ReleaseStatus, (OrtStatus *))                                                                       \
    SLOT(94, void, ReleaseMemoryInfo, (OrtMemoryInfo *))                                                               \
    SLOT(95, void, ReleaseSession, (OrtSession *))                                                                     \
    SLOT(96, void, ReleaseValue, (OrtValue *))                                                                         \
    SLOT(97, void, ReleaseRunOptions, (OrtRunOptions *))                                                               \
    SLOT(98, void, ReleaseTypeInfo, (OrtTypeInfo *))                                                                   \
    SLOT(99, void, ReleaseTensorTypeAndShapeInfo, (OrtTensorTypeAndShapeInfo *))                                       \
    SLOT(100, void, ReleaseSessionOptions, (OrtSessionOptions *))                                                      \
    SLOT(130, OrtStatus *, AddSessionConfigEntry, (OrtSessionOptions *, const char *key, const char *value))           \
    SLOT(211, OrtStatus *, CreateOpAttr,                                                                               \
         (const char *name, const void *data, int length, int kind, OrtOpAttr **))                                     \
    SLOT(212, void, ReleaseOpAttr, (OrtOpAttr *))                                                                      \
    SLOT(271, OrtStatus *, SetSymbolicDimensions,                                                                      \
         (OrtTensorTypeAndShapeInfo *, const char **names, size_t rank))                                               \
    SLOT(279, OrtStatus *, AddExternalInitializersFromFilesInMemory,                                                   \
         (OrtSessionOptions *, const char *const *names, char *const *contents, const size_t *sizes, size_t count))    \
    SLOT(285, void, ReleaseValueInfo, (OrtValueInfo *))                                                                \
    SLOT(286, void, ReleaseNode, (OrtNode *))                                                                          \
    SLOT(287, void, ReleaseGraph, (OrtGraph *))                                                                        \
    SLOT(288, void, ReleaseModel, (OrtModel *))

// What is handed over to a graph or model is released with it: value infos and nodes by the graph, initializers too,
// the graph by the model. A node takes its attributes over.
#define HUB_ORT_MODEL_EDITOR_API(SLOT)                                                                                 \
    SLOT(0, OrtStatus *, CreateTensorTypeInfo, (const OrtTensorTypeAndShapeInfo *, OrtTypeInfo **))                    \
    SLOT(5, OrtStatus *, CreateValueInfo, (const char *name, const OrtTypeInfo *, OrtValueInfo **))                    \
    SLOT(6, OrtStatus *, CreateNode,                                                                                   \
         (const char *op, const char *domain, const char *name, const char *const *inputs, size_t input_count,         \
          const char *const *outputs, size_t output_count, OrtOpAttr **attributes, size_t attribute_count,             \
          OrtNode **))                                                                                                 \
    SLOT(7, OrtStatus *, CreateGraph, (OrtGraph **))                                                                   \
    SLOT(8, OrtStatus *, SetGraphInputs, (OrtGraph *, OrtValueInfo **, size_t count))                                  \
    SLOT(9, OrtStatus *, SetGraphOutputs, (OrtGraph *, OrtValueInfo **, size_t count))                                 \
    SLOT(10, OrtStatus *, AddInitializerToGraph, (OrtGraph *, const char *name, OrtValue *, bool data_is_external))    \
    SLOT(11, OrtStatus *, AddNodeToGraph, (OrtGraph *, OrtNode *))                                                     \
    SLOT(12, OrtStatus *, CreateModel, (const char *const *domains, const int *versions, size_t count, OrtModel **))   \
    SLOT(13, OrtStatus *, AddGraphToModel, (OrtModel *, OrtGraph *))                                                   \
    SLOT(14, OrtStatus *, CreateSessionFromModel,                                                                      \
         (const OrtEnv *, const OrtModel *, const OrtSessionOptions *, OrtSession **))

#pragma clang diagnostic push
// The lists say nothing of what may be null: arguments are checked by their callers in HubRuntime.
#pragma clang diagnostic ignored "-Wnullability-completeness"

#define HUB_ORT_FIELD(slot, result, name, parameters) result(*_Nonnull name) parameters;

/// The functions, none missing.
struct hub_ort {
    HUB_ORT_API(HUB_ORT_FIELD)
    HUB_ORT_MODEL_EDITOR_API(HUB_ORT_FIELD)
};

#undef HUB_ORT_FIELD
#pragma clang diagnostic pop

/// Why `hub_ort_open` failed.
enum hub_ort_problem {
    hub_ort_opened = 0,
    /// The file is not there or is no library for this machine.
    hub_ort_no_library,
    /// It is a library, but not ONNX Runtime.
    hub_ort_not_onnxruntime,
    /// It does not know `HUB_ORT_API_VERSION`.
    hub_ort_too_old,
    /// It was built without the model editor.
    hub_ort_incomplete,
};

/// Opens the library at `path` and fills `functions`. It stays open for the life of the process.
///
/// `text`, of `text_size` bytes, gets the library's version, or on failure what the system says of it.
enum hub_ort_problem hub_ort_open(const char *_Nonnull path, struct hub_ort *_Nonnull functions, char *_Nonnull text,
                                  size_t text_size);

/// The slots as lines of "table<TAB>slot<TAB>name", for the test.
const char *_Nonnull hub_ort_slots(void);

#endif

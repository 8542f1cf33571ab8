/*
 * How long one call of a classifier takes through ONNX Runtime's C API: the floor for every binding of it.
 *
 * Usage: classify CLASSIFIER WIDTH HEIGHT CHANNELS CLASSES THREADS SECONDS
 *
 * Input and output stay in this program's memory, so that nothing is copied or allocated for a call. Prints the lines that
 * benchmarks/src/main/java/terzi/benchmarks/Side.java describes.
 */
#include <onnxruntime_c_api.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { API_VERSION = 17 }; /* any ONNX Runtime of the last years has it */

static const OrtApi *api;

static void check(OrtStatus *status) {
    if (status != NULL) {
        fprintf(stderr, "classify: %s\n", api->GetErrorMessage(status));
        exit(1);
    }
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    if (count != 8) {
        fprintf(stderr, "usage: classify CLASSIFIER WIDTH HEIGHT CHANNELS CLASSES THREADS SECONDS\n");
        return 2;
    }
    int64_t width = atoll(arguments[2]), height = atoll(arguments[3]), channels = atoll(arguments[4]);
    int64_t classes = atoll(arguments[5]);
    double seconds = atof(arguments[7]);
    api = OrtGetApiBase()->GetApi(API_VERSION);

    OrtEnv *env;
    OrtSessionOptions *options;
    OrtSession *session;
    OrtMemoryInfo *memory;
    check(api->CreateEnv(ORT_LOGGING_LEVEL_FATAL, "classify", &env));
    check(api->CreateSessionOptions(&options));
    check(api->SetIntraOpNumThreads(options, atoi(arguments[6])));
    check(api->SetInterOpNumThreads(options, 1));
    check(api->CreateSession(env, arguments[1], options, &session));
    check(api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));

    size_t bytes = (size_t)(width * height * channels);
    uint8_t *pixels = malloc(bytes);
    float *probabilities = malloc(classes * sizeof(float));
    for (size_t i = 0; i < bytes; i++) pixels[i] = (uint8_t)(i * 2654435761u >> 24);
    int64_t in_shape[] = {1, height, width, channels}, out_shape[] = {1, classes};
    OrtValue *input = NULL, *output = NULL;
    check(api->CreateTensorWithDataAsOrtValue(memory, pixels, bytes, in_shape, 4, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, &input));
    check(api->CreateTensorWithDataAsOrtValue(memory, probabilities, classes * sizeof(float), out_shape, 2,
                                              ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &output));
    const char *in_names[] = {"image"}, *out_names[] = {"probabilities"};
    const OrtValue *inputs[] = {input};

    printf("{\"info\": {\"onnxruntime\": \"%s\"}}\n", OrtGetApiBase()->GetVersionString());
    int calls = 1;
    double begun = now(), last = begun, least = 1e9;
    /* bundles of about 20 ms; what falls into the first third is warming up */
    for (double took; last - begun < seconds; last = now()) {
        double start = now();
        for (int i = 0; i < calls; i++) check(api->Run(session, NULL, in_names, inputs, 1, out_names, 1, &output));
        took = now() - start;
        if (start - begun > seconds / 3) {
            printf("{\"metric\": \"call_us\", \"value\": %.3f}\n", took / calls * 1e6);
            least = took / calls < least ? took / calls : least;
        }
        calls = took < 0.02 && start - begun < seconds / 3 ? calls * 2 : calls;
    }
    printf("{\"metric\": \"least_call_us\", \"value\": %.3f}\n", least * 1e6);
    return 0;
}

/*
 * A worker of `./terzi bench` in C: one network on ONNX Runtime's C API, the floor for every binding of it.
 *
 * Usage: bench_worker kind=network model=FILE inputs=FILE pictures=M threads=2 [optimization=all|none|basic|extended]
 *                     [arena=on|off]
 *
 * Prints {"ready": {...}} or {"unavailable": why}, then answers the commands `answer N`, `latency B S`, `open FILE` and `quit` on
 * stdin as bench_worker.py says. Input and output stay in this program's memory, so that nothing is copied or allocated for a
 * call. Compile it as benchmarks/run does with classify.c:
 *     cc -O2 -Wall -Wextra -I"$ORT_INCLUDE" bench_worker.c -o bench_worker libonnxruntime.so.1 -Wl,-rpath,'$ORIGIN'
 */
#include <inttypes.h>
#include <onnxruntime_c_api.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { API_VERSION = 17, DIMENSIONS = 4, MOST_ROWS = 32, LINE = 8192 }; /* any ONNX Runtime of the last years has that API */
static const int64_t SPIN = 2000000; /* nanoseconds before an arrival from which on we do not dare to sleep */

typedef struct {
    int64_t *at;
    size_t count, room;
} Nanos;

typedef struct Batch {
    int64_t rows;
    float *pictures, *logits;
    OrtValue *input, *output;
    struct Batch *next;
} Batch;

static const OrtApi *api;
static OrtSession *session;
static OrtMemoryInfo *memory;
static char *input_name, *output_name;
static int64_t shape[DIMENSIONS], classes, pictures;
static size_t picture; /* floats in one */
static float *all;     /* the pictures of the file */
static Batch *batches;

static void finish(int code, const char *key, const char *format, ...) {
    char message[LINE];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    printf("{\"%s\": \"", key);
    for (const unsigned char *c = (const unsigned char *)message; *c != 0; c++) {
        if (*c < ' ')
            printf("\\u%04x", *c);
        else
            printf(*c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
    }
    printf("\"}\n");
    exit(code);
}

static void check(OrtStatus *status) {
    if (status != NULL) finish(1, "error", "%s", api->GetErrorMessage(status));
}

static void *allocated(void *block) {
    if (block == NULL) finish(1, "error", "out of memory");
    return block;
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* All of a file, as items of a size; counts them. */
static void *contents(const char *path, size_t size, size_t *count) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) finish(1, "error", "%s: cannot be read", path);
    *count = (size_t)ftell(file) / size;
    rewind(file);
    void *items = allocated(malloc(*count * size + 1));
    if (fread(items, size, *count, file) != *count) finish(1, "error", "%s: cannot be read to its end", path);
    fclose(file);
    return items;
}

static void add(Nanos *nanos, int64_t value) {
    if (nanos->count == nanos->room) {
        nanos->room = nanos->room == 0 ? 65536 : nanos->room * 2;
        nanos->at = allocated(realloc(nanos->at, nanos->room * sizeof *nanos->at));
    }
    nanos->at[nanos->count++] = value;
}

static void print_list(const char *key, Nanos *nanos) {
    printf("\"%s\": [", key);
    for (size_t i = 0; i < nanos->count; i++) printf(i == 0 ? "%" PRId64 : ", %" PRId64, nanos->at[i]);
    printf("]");
    nanos->count = 0;
}

/* Rows from `start` on, round the pictures. */
static void fill(Batch *batch, int64_t start) {
    for (int64_t row = 0; row < batch->rows; row++)
        memcpy(batch->pictures + row * picture, all + (start + row) % pictures * picture, picture * sizeof(float));
}

static Batch *new_batch(int64_t rows) {
    Batch *batch = allocated(calloc(1, sizeof *batch));
    int64_t in_shape[] = {rows, shape[1], shape[2], shape[3]}, out_shape[] = {rows, classes};
    size_t in_bytes = rows * picture * sizeof(float), out_bytes = rows * classes * sizeof(float);
    batch->rows = rows;
    batch->pictures = allocated(malloc(in_bytes));
    batch->logits = allocated(malloc(out_bytes));
    check(api->CreateTensorWithDataAsOrtValue(memory, batch->pictures, in_bytes, in_shape, DIMENSIONS,
                                              ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &batch->input));
    check(api->CreateTensorWithDataAsOrtValue(memory, batch->logits, out_bytes, out_shape, 2, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT,
                                              &batch->output));
    return batch;
}

/* The first rows, prepared once for each number of them. */
static Batch *batch_of(int64_t rows) {
    for (Batch *batch = batches; batch != NULL; batch = batch->next)
        if (batch->rows == rows) return batch;
    Batch *batch = new_batch(rows);
    fill(batch, 0);
    batch->next = batches;
    return batches = batch;
}

static void run(Batch *batch) {
    const char *inputs[] = {input_name}, *outputs[] = {output_name};
    const OrtValue *given[] = {batch->input};
    check(api->Run(session, NULL, inputs, given, 1, outputs, 1, &batch->output));
}

static void answer(int64_t count) {
    printf("{\"logits\": [");
    for (int64_t start = 0; start < count; start += MOST_ROWS) {
        Batch *batch = new_batch(count - start < MOST_ROWS ? count - start : MOST_ROWS);
        fill(batch, start);
        run(batch);
        for (int64_t i = 0; i < batch->rows * classes; i++) {
            const char *before = i % classes != 0 ? ", " : start + i == 0 ? "[" : "], [";
            printf("%s%.9g", before, batch->logits[i]);
        }
        api->ReleaseValue(batch->input);
        api->ReleaseValue(batch->output);
        free(batch->pictures);
        free(batch->logits);
        free(batch);
    }
    printf(count > 0 ? "]]}\n" : "]}\n");
}

static void latency(int64_t rows, double seconds) {
    static Nanos nanos;
    Batch *batch = batch_of(rows);
    int64_t until = now() + (int64_t)(seconds * 1e9);
    do {
        int64_t start = now();
        run(batch);
        add(&nanos, now() - start);
    } while (now() < until);
    printf("{");
    print_list("nanos", &nanos);
    printf("}\n");
}

static void open_loop(const char *path) {
    static Nanos response, service;
    size_t count;
    double *arrivals = contents(path, sizeof *arrivals, &count);
    Batch *batch = batch_of(1);
    int64_t begun = now();
    for (size_t i = 0; i < count; i++) {
        int64_t arrival = begun + (int64_t)(arrivals[i] * 1e9);
        for (int64_t early = arrival - now(); early > 0; early = arrival - now()) {
            struct timespec rest = {(early - SPIN) / 1000000000, (early - SPIN) % 1000000000};
            if (early > SPIN) nanosleep(&rest, NULL);
        }
        int64_t start = now();
        run(batch);
        int64_t end = now();
        add(&response, end - arrival);
        add(&service, end - start);
    }
    free(arrivals);
    printf("{");
    print_list("response_nanos", &response);
    printf(", ");
    print_list("service_nanos", &service);
    printf("}\n");
}

/* The value of key=value, or the fallback. */
static const char *option(int count, char **arguments, const char *key, const char *fallback) {
    size_t length = strlen(key);
    for (int i = 1; i < count; i++)
        if (strncmp(arguments[i], key, length) == 0 && arguments[i][length] == '=') return arguments[i] + length + 1;
    if (fallback == NULL) finish(1, "error", "%s=... is missing", key);
    return fallback;
}

/* Which of the allowed values the option has; the first is the default. */
static int choice(int count, char **arguments, const char *key, int size, const char **allowed) {
    const char *value = option(count, arguments, key, allowed[0]);
    for (int i = 0; i < size; i++)
        if (strcmp(value, allowed[i]) == 0) return i;
    finish(0, "unavailable", "%s=%s: the worker in C has %s=%s%s", key, value, key, allowed[0], size > 1 ? " and others" : " only");
    return -1;
}

static void load(int count, char **arguments) {
    static const GraphOptimizationLevel levels[] = {ORT_ENABLE_ALL, ORT_DISABLE_ALL, ORT_ENABLE_BASIC, ORT_ENABLE_EXTENDED};
    choice(count, arguments, "kind", 1, (const char *[]){"network"});
    choice(count, arguments, "precision", 1, (const char *[]){"fp32"});
    choice(count, arguments, "layout", 1, (const char *[]){"channels-first"});
    int level = choice(count, arguments, "optimization", 4, (const char *[]){"all", "none", "basic", "extended"});
    int arena_off = choice(count, arguments, "arena", 2, (const char *[]){"on", "off"});

    OrtEnv *env;
    OrtSessionOptions *options;
    check(api->CreateEnv(ORT_LOGGING_LEVEL_FATAL, "bench", &env));
    check(api->CreateSessionOptions(&options));
    check(api->SetIntraOpNumThreads(options, atoi(option(count, arguments, "threads", NULL))));
    check(api->SetInterOpNumThreads(options, 1));
    check(api->SetSessionGraphOptimizationLevel(options, levels[level]));
    if (arena_off) check(api->DisableCpuMemArena(options));
    check(api->CreateSession(env, option(count, arguments, "model", NULL), options, &session));
    check(api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
}

/* The sizes of a tensor, which must be fixed but for the first; releases the type. */
static void read_shape(OrtTypeInfo *type, size_t rank, int64_t *sizes) {
    const OrtTensorTypeAndShapeInfo *tensor;
    size_t found;
    check(api->CastTypeInfoToTensorInfo(type, &tensor));
    check(api->GetDimensionsCount(tensor, &found));
    if (found != rank)
        finish(1, "error", "the model must take [N,C,H,W] and give [N,K]: expected %zu dimensions, found %zu", rank, found);
    check(api->GetDimensions(tensor, sizes, rank));
    for (size_t i = 1; i < rank; i++)
        if (sizes[i] < 1) finish(1, "error", "dimension %zu of the model's input or output is not fixed", i);
    api->ReleaseTypeInfo(type);
}

static void read_pictures(int count, char **arguments) {
    OrtAllocator *allocator;
    OrtTypeInfo *in_type, *out_type;
    int64_t out_shape[2];
    size_t numbers;
    check(api->GetAllocatorWithDefaultOptions(&allocator));
    check(api->SessionGetInputName(session, 0, allocator, &input_name));
    check(api->SessionGetOutputName(session, 0, allocator, &output_name));
    check(api->SessionGetInputTypeInfo(session, 0, &in_type));
    check(api->SessionGetOutputTypeInfo(session, 0, &out_type));
    read_shape(in_type, DIMENSIONS, shape);
    read_shape(out_type, 2, out_shape);
    classes = out_shape[1];
    picture = (size_t)(shape[1] * shape[2] * shape[3]);
    pictures = atoll(option(count, arguments, "pictures", NULL));
    const char *path = option(count, arguments, "inputs", NULL);
    all = contents(path, sizeof *all, &numbers);
    if (pictures < 1 || numbers != (size_t)pictures * picture)
        finish(1, "error", "%s holds %zu numbers, expected %" PRId64 " pictures of %zu", path, numbers, pictures, picture);
}

int main(int count, char **arguments) {
    char line[LINE];
    api = OrtGetApiBase()->GetApi(API_VERSION);
    int64_t begun = now();
    load(count, arguments);
    double load_ms = (now() - begun) / 1e6;
    read_pictures(count, arguments);
    const char *version = OrtGetApiBase()->GetVersionString();
    printf("{\"ready\": {\"load_ms\": %.3f, \"versions\": {\"onnxruntime\": \"%s\"}}}\n", load_ms, version);
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
        int64_t rows;
        double seconds;
        line[strcspn(line, "\n")] = 0;
        if (strcmp(line, "quit") == 0) break;
        if (sscanf(line, "answer %" SCNd64, &rows) == 1)
            answer(rows);
        else if (sscanf(line, "latency %" SCNd64 " %lf", &rows, &seconds) == 2)
            latency(rows, seconds);
        else if (strncmp(line, "open ", 5) == 0)
            open_loop(line + 5);
        else
            finish(1, "error", "no such command: %s; there are answer, latency, open and quit", line);
        fflush(stdout);
    }
    return 0;
}

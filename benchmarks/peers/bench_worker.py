"""A worker of `./terzi bench` in Python: one network on one engine. modules/bench starts it and talks to it.

Usage: python bench_worker.py engine=ort|pytorch|keras|openvino kind=network|files model=FILE threads=2 [key=value ...]
    kind=network   inputs=FILE (float32, little-endian, [images,C,H,W]) images=M; the first output of the model is the logits
    kind=files     folder=FOLDER of JPEG or PNG files; the model is a classifier file of Terzi; engine=ort only
    precision=fp32|bf16 (pytorch, openvino), layout=channels-first|channels-last (pytorch),
    optimization=all|none|basic|extended and arena=on|off (ort)

Prints {"ready": {"load_ms": ..., "versions": {...}}} or {"unavailable": why}, then answers each line of stdin with JSON:
    answer N       the logits (or probabilities) of the first N images
    latency B S    nanoseconds of each call with B images, one after the other for S seconds
    open FILE      nanoseconds of the calls that arrive at the times of FILE (float64 seconds, little-endian), from arrival to answer
    quit
load_ms of pytorch and keras is the time to rebuild the network from its ONNX file.
What each engine needs is in requirements-bench.txt; a package that is missing makes only its engine unavailable.
"""

import importlib
import json
import os
import platform
import sys
import time
import traceback
from itertools import cycle
from pathlib import Path

try:
    import numpy as np
except ImportError:
    print(json.dumps({"unavailable": "numpy is not installed: pip install numpy, as in benchmarks/peers/requirements-bench.txt"}))
    sys.exit()

SPIN = 2_000_000  # nanoseconds before an arrival from which on we do not dare to sleep
MOST_ROWS = 32  # in one call of an answer
DEFAULTS = {"kind": "network", "precision": "fp32", "layout": "channels-first", "optimization": "all", "arena": "on"}

clock = time.perf_counter_ns


class Unavailable(Exception):
    """Why this engine cannot do here what was asked, and what would help."""


def package(name, distribution):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Unavailable(f"{error}: pip install {distribution}, as in benchmarks/peers/requirements-bench.txt") from error


# An engine says in `choices` which values of an option it has (no entry: the default only), and in `versions` what it runs on.
# open(path) loads the model and sets `image`, its input's shape without the first dimension; batch(array) makes what run takes;
# run(batch) gives the first output as an array.


class Ort:
    """ONNX Runtime."""

    choices = {
        "kind": ("network", "files"),
        "optimization": ("all", "none", "basic", "extended"),
        "arena": ("on", "off"),
    }

    def __init__(self, options):
        self.ort = package("onnxruntime", "onnxruntime")
        self.versions = {"onnxruntime": self.ort.__version__}
        levels = self.ort.GraphOptimizationLevel
        self.settings = self.ort.SessionOptions()
        self.settings.intra_op_num_threads = int(options["threads"])
        self.settings.inter_op_num_threads = 1
        self.settings.enable_cpu_mem_arena = options["arena"] == "on"
        self.settings.graph_optimization_level = {
            "all": levels.ORT_ENABLE_ALL,
            "none": levels.ORT_DISABLE_ALL,
            "basic": levels.ORT_ENABLE_BASIC,
            "extended": levels.ORT_ENABLE_EXTENDED,
        }[options["optimization"]]
        self.is_classifier = options["kind"] == "files"

    def open(self, path):
        self.session = self.ort.InferenceSession(path, self.settings, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name
        self.image = self.session.get_inputs()[0].shape[1:]
        names = [output.name for output in self.session.get_outputs()]
        answers = [name for name in ("probabilities", "strangeness") if name in names]  # as Terzi does
        self.output = answers if self.is_classifier else names[:1]

    def batch(self, images):
        return {self.input: images}

    def run(self, batch):
        return self.session.run(self.output, batch)[0]


class PyTorch:
    """The network rebuilt as a torch module, traced and frozen."""

    choices = {"precision": ("fp32", "bf16"), "layout": ("channels-first", "channels-last")}

    def __init__(self, options):
        self.torch = package("torch", "torch")
        self.graph = package("bench_graph", "onnx").Graph
        self.module = package("bench_torch", "torch").Network
        self.versions = {"torch": self.torch.__version__}
        self.torch.set_num_threads(int(options["threads"]))
        self.torch.set_num_interop_threads(1)
        if options["precision"] == "bf16" and not self.torch.ops.mkldnn._is_mkldnn_bf16_supported():
            raise Unavailable("precision=bf16: torch is fast with it on processors with avx512 only; take fp32")
        self.precision = self.torch.bfloat16 if options["precision"] == "bf16" else self.torch.float32
        last = options["layout"] == "channels-last"
        self.format = self.torch.channels_last if last else self.torch.contiguous_format

    def open(self, path):
        graph = self.graph(path)
        self.image = graph.image
        example = self.batch(np.zeros((1, *self.image), np.float32))
        with self.torch.inference_mode():
            traced = self.torch.jit.trace(self.module(graph, self.precision, self.format).eval(), example, check_trace=False)
            # folds, prepacks and fuses: faster than eager, traced or frozen only, in both layouts
            self.network = self.torch.jit.optimize_for_inference(self.torch.jit.freeze(traced.eval()))

    def batch(self, images):
        return self.torch.from_numpy(images).to(self.precision).contiguous(memory_format=self.format)

    def run(self, batch):
        with self.torch.inference_mode():
            return self.network(batch).numpy()


class Keras:
    """The network rebuilt in Keras on TensorFlow, channels-last, as a compiled function with its weights as constants."""

    choices = {}

    def __init__(self, options):
        os.environ["KERAS_BACKEND"] = "tensorflow"
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # faster for large networks, also where it is not the default
        self.tf = package("tensorflow", "tensorflow-cpu")
        self.graph = package("bench_graph", "onnx").Graph
        self.build = package("bench_keras", "keras").build
        self.constants = package("tensorflow.python.framework.convert_to_constants", "tensorflow-cpu")
        self.versions = {"tensorflow": self.tf.__version__, "keras": package("keras", "keras").__version__}
        self.tf.config.threading.set_intra_op_parallelism_threads(int(options["threads"]))
        self.tf.config.threading.set_inter_op_parallelism_threads(1)
        self.tf.config.set_visible_devices([], "GPU")

    def open(self, path):
        graph = self.graph(path)
        self.image = graph.image
        model = self.build(graph)
        # weights as constants let oneDNN fuse and prepack, which pays for large networks
        frozen = self.constants.convert_variables_to_constants_v2(self.compiled(lambda x: model(x, training=False), model))
        # the frozen function itself takes milliseconds to be called, a function around it does not
        self.network = self.compiled(lambda x: frozen(x)[0], model)

    def compiled(self, function, model):
        images = self.tf.TensorSpec((None, *model.input_shape[1:]), self.tf.float32)
        return self.tf.function(function, input_signature=[images], autograph=False).get_concrete_function()

    def batch(self, images):
        return self.tf.constant(images.transpose(0, 2, 3, 1))

    def run(self, batch):
        return self.network(batch).numpy()


class OpenVino:
    """OpenVINO's own reader of ONNX, compiled for least latency."""

    choices = {"precision": ("fp32", "bf16")}

    def __init__(self, options):
        self.openvino = package("openvino", "openvino")
        self.versions = {"openvino": self.openvino.__version__}
        self.core = self.openvino.Core()
        precision = {"fp32": "f32", "bf16": "bf16"}[options["precision"]]
        if precision == "bf16" and "BF16" not in self.core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
            raise Unavailable("precision=bf16: OpenVINO has it on processors with avx512_bf16 or amx only; take fp32")
        self.settings = {
            "INFERENCE_NUM_THREADS": int(options["threads"]),
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": precision,
        }

    def open(self, path):
        model = self.core.read_model(path)
        self.image = [size.get_length() for size in list(model.input(0).partial_shape)[1:]]
        self.request = self.core.compile_model(model, "CPU", self.settings).create_infer_request()

    def batch(self, images):
        return self.openvino.Tensor(images)

    def run(self, batch):
        return self.request.infer(batch, share_inputs=True, share_outputs=True)[0]


ENGINES = {"ort": Ort, "pytorch": PyTorch, "keras": Keras, "openvino": OpenVino}


class Images:
    """kind=network: batches of the images in a file."""

    answer = "logits"

    def __init__(self, engine, options):
        self.engine = engine
        shape = (int(options["images"]), *engine.image)
        self.all = np.fromfile(options["inputs"], "<f4")
        if self.all.size != np.prod(shape):
            raise ValueError(f"{options['inputs']} holds {self.all.size} numbers, the model takes {list(shape)}")
        self.all = self.all.reshape(shape)
        self.batches = {}

    def call(self, size):
        if size not in self.batches:
            self.batches[size] = self.engine.batch(np.ascontiguousarray(np.resize(self.all, (size, *self.all.shape[1:]))))
        batch = self.batches[size]
        return lambda: self.engine.run(batch)

    def rows(self, count):
        for start in range(0, count, MOST_ROWS):
            yield from self.engine.run(self.engine.batch(self.all[start : min(start + MOST_ROWS, count)]))


class Files:
    """kind=files: from the file to the best label, round the folder."""

    answer = "probabilities"

    def __init__(self, engine, options):
        self.engine = engine
        self.pillow, self.ops = package("PIL.Image", "pillow"), package("PIL.ImageOps", "pillow")
        engine.versions["pillow"] = self.pillow.__version__
        self.mode = "RGB" if engine.image[2] == 3 else "L"
        self.paths = sorted(path for path in Path(options["folder"]).iterdir() if path.is_file())
        self.round = cycle(self.paths)

    def probabilities(self, path):
        with self.pillow.open(path) as file:
            image = self.ops.exif_transpose(file).convert(self.mode)
        return self.engine.run(self.engine.batch(np.asarray(image).reshape(1, image.height, image.width, -1)))[0]

    def call(self, size):
        if size != 1:
            raise ValueError(f"batch {size}: files are classified one at a time")
        return lambda: self.probabilities(next(self.round)).argmax()

    def rows(self, count):
        return map(self.probabilities, self.paths[:count])


def latency(call, seconds):
    nanos, until = [], clock() + int(seconds * 1e9)
    while not nanos or clock() < until:
        start = clock()
        call()
        nanos.append(clock() - start)
    return {"nanos": nanos}


def open_loop(call, arrivals):
    response, service = [], []
    begun = clock()
    for arrival in (begun + int(seconds * 1e9) for seconds in arrivals):
        while (early := arrival - clock()) > 0:
            if early > SPIN:
                time.sleep((early - SPIN) / 1e9)
        start = clock()
        call()
        end = clock()
        response.append(end - arrival)
        service.append(end - start)
    return {"response_nanos": response, "service_nanos": service}


def obey(work, command, *words):
    if command == "answer":
        return {work.answer: [row.tolist() for row in work.rows(int(words[0]))]}
    if command == "latency":
        size, seconds = words[0].split()
        return latency(work.call(int(size)), float(seconds))
    if command == "open":
        return open_loop(work.call(1), np.fromfile(words[0], "<f8").tolist())
    raise ValueError(f"no such command: {command}; there are answer, latency, open and quit")


def load(options):
    """The work to do and the line that says that it can be done."""
    options = DEFAULTS | options
    chosen = ENGINES.get(options.get("engine"))
    if chosen is None:
        raise Unavailable(f"engine={options.get('engine')}: there are {', '.join(ENGINES)}")
    for key, default in DEFAULTS.items():
        allowed = chosen.choices.get(key, (default,))
        if options[key] not in allowed:
            raise Unavailable(f"{key}={options[key]}: engine={options['engine']} has {key}={' or '.join(allowed)} only")
    engine = chosen(options)
    begun = clock()
    try:
        engine.open(options["model"])
    except NotImplementedError as error:
        raise Unavailable(str(error)) from error
    load_ms = (clock() - begun) / 1e6
    work = (Files if options["kind"] == "files" else Images)(engine, options)
    return work, {"ready": {"load_ms": load_ms, "versions": {"python": platform.python_version(), **engine.versions}}}


def main():
    # what libraries print goes to stderr, so that only answers are on stdout
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(answer):
        print(json.dumps(answer), file=answers, flush=True)

    try:
        work, ready = load(dict(argument.split("=", 1) for argument in sys.argv[1:]))
        say(ready)
        for line in sys.stdin:
            if line.strip() == "quit":
                break
            say(obey(work, *line.strip().split(" ", 1)))
    except Unavailable as reason:
        say({"unavailable": str(reason)})
    except Exception as error:
        traceback.print_exc()
        say({"error": f"{type(error).__name__}: {error}"})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

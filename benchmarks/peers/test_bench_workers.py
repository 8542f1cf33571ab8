"""Whether the workers of `./terzi bench` in this folder keep to their protocol and give ONNX Runtime's answers.

Usage: python benchmarks/peers/test_bench_workers.py     (in an environment with requirements-bench.txt)
    The network is drawn here and has a bit of everything. A worker that is unavailable is skipped, with its reason. The one in C
    wants ORT_INCLUDE (a folder with onnxruntime_c_api.h), ORT_LIBRARY (libonnxruntime.so.1) and cc.
"""

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

HERE = Path(__file__).parent
IMAGES, IMAGE, CLASSES = 40, (3, 13, 10), 4
SLACK = 100_000  # nanoseconds


def write_model(path, nodes, inputs, outputs, weights):
    initializers = [numpy_helper.from_array(array, name) for name, array in weights.items()]
    graph = helper.make_graph(nodes, "test", inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def write_network(path, last="Gemm"):
    """Pads that differ on both sides, both places of a normalisation, pools that round up, depthwise, dense
    after a map, and a head in float64."""
    numbers = np.random.default_rng(1)

    def norm(channels):
        return [numbers.uniform(0.5, 2, channels).astype(np.float32) for _ in range(4)]

    weights = {
        "w1": numbers.normal(0, 0.3, (6, 3, 3, 3)).astype(np.float32),
        "w2": numbers.normal(0, 0.3, (12, 1, 3, 2)).astype(np.float32),
        "b2": numbers.normal(0, 0.3, 12).astype(np.float32),
        "scale": numbers.uniform(0.5, 2, (12, 1, 1)).astype(np.float32),
        "w3": numbers.normal(0, 0.3, (CLASSES, 144 + 12)).astype(np.float32),
        "b3": numbers.normal(0, 0.3, CLASSES).astype(np.float32),
        "low": np.float32(-3),
        "high": np.float32(4),
        "flat": np.array([0, 144]),
        "axis": np.array([1]),
    }
    for name, channels in (("n1", 6), ("n2", 12)):
        weights.update({f"{name}{i}": part for i, part in enumerate(norm(channels))})
    nodes = [
        helper.make_node("Conv", ["images", "w1"], ["c1"], pads=[1, 0, 0, 2]),
        helper.make_node("BatchNormalization", ["c1", *(f"n1{i}" for i in range(4))], ["c1n"], epsilon=1e-3),
        helper.make_node("Clip", ["c1n", "low", "high"], ["c1c"]),
        helper.make_node("MaxPool", ["c1c"], ["p1"], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
        helper.make_node("Conv", ["p1", "w2", "b2"], ["c2"], group=6, auto_pad="SAME_UPPER"),
        helper.make_node("LeakyRelu", ["c2"], ["c2r"], alpha=0.1),
        helper.make_node("BatchNormalization", ["c2r", *(f"n2{i}" for i in range(4))], ["c2n"]),
        helper.make_node("Mul", ["c2n", "scale"], ["c2m"]),
        helper.make_node("Add", ["c2m", "c2r"], ["c2a"]),
        helper.make_node("AveragePool", ["c2a"], ["p2"], kernel_shape=[2, 2], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("MaxPool", ["p2"], ["p3"], kernel_shape=[2, 2], strides=[1, 1], pads=[0, 0, 1, 1]),
        helper.make_node("Sigmoid", ["p3"], ["p3s"]),
        helper.make_node("Reshape", ["p3s", "flat"], ["flattened"]),
        helper.make_node("GlobalAveragePool", ["p3s"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["means"]),
        helper.make_node("Concat", ["flattened", "means"], ["both"], axis=1),
        helper.make_node("Gemm", ["both", "w3", "b3"], ["dense"], transB=1, alpha=0.5),
        helper.make_node("Softmax", ["dense"], ["unused"]),
        helper.make_node("Cast", ["dense"], ["exact"], to=TensorProto.DOUBLE),
        helper.make_node("Mul", ["exact", "exact"], ["squares"]),
        helper.make_node("ReduceSum", ["squares", "axis"], ["norm"]),
        helper.make_node("Neg", ["norm"], ["minus"]),
        helper.make_node("Exp", ["minus"], ["likeness"]),
        helper.make_node("Add", ["exact", "likeness"], ["moved"]),
        helper.make_node("Cast", ["moved"], ["rounded"], to=TensorProto.FLOAT),
        helper.make_node(last, ["rounded"], ["logits"], name="the-last-node"),
    ]
    image = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["N", *IMAGE])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", CLASSES])
    unused = helper.make_tensor_value_info("unused", TensorProto.FLOAT, ["N", CLASSES])
    write_model(path, nodes, [image], [logits, unused], weights)


def write_classifier(path):
    """Any image to the mean colour of its upper row: an image that lies on its side gets another answer."""
    weights = {"from": np.array([0]), "to": np.array([1]), "axis": np.array([1]), "means": np.array([1, 2])}
    weights["most"] = np.float32(64)
    nodes = [
        helper.make_node("Slice", ["image", "from", "to", "axis"], ["row"]),
        helper.make_node("Cast", ["row"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["numbers", "means"], ["colour"], keepdims=0),
        helper.make_node("Div", ["colour", "most"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"]),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, [1, "height", "width", 3])
    probabilities = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [1, 3])
    write_model(path, nodes, [image], [probabilities], weights)


def write_files(folder):
    """A red image in three forms: as it is, lying on its side with an EXIF note, gray. The upper row is brighter."""
    folder.mkdir()
    pixels = np.full((24, 40, 3), (200, 30, 10), np.uint8)
    pixels[:8] = (250, 200, 40)
    Image.fromarray(pixels).save(folder / "a.png")
    turned = Image.fromarray(np.rot90(pixels, 1).copy())
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.save(folder / "b.jpg", quality=95, exif=exif)
    Image.fromarray(pixels).convert("L").save(folder / "c.png")
    return [pixels, pixels, np.asarray(Image.fromarray(pixels).convert("L").convert("RGB"))]


def setUpModule():
    global folder, expected, expected_files, inputs
    folder = Path(tempfile.mkdtemp(prefix="bench-workers"))
    unittest.addModuleCleanup(shutil.rmtree, folder)
    write_network(folder / "network.onnx", last="Identity")
    images = np.random.default_rng(2).normal(0, 1, (IMAGES, *IMAGE)).astype("<f4")
    inputs = folder / "inputs.f32"
    images.tofile(inputs)
    session = onnxruntime.InferenceSession(folder / "network.onnx", providers=["CPUExecutionProvider"])
    expected = session.run(["logits"], {"images": images})[0]
    write_classifier(folder / "classifier.onnx")
    classifier = onnxruntime.InferenceSession(folder / "classifier.onnx", providers=["CPUExecutionProvider"])
    images = write_files(folder / "files")
    expected_files = np.concatenate([classifier.run(["probabilities"], {"image": image[None]})[0] for image in images])


class Worker:
    """A running worker."""

    def __init__(self, command, **options):
        arguments = {"kind": "network", "model": folder / "network.onnx", "inputs": inputs, "images": IMAGES, "threads": 1}
        words = [f"{key}={value}" for key, value in (arguments | options).items()]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen([*command, *words], **pipes, text=True)
        self.first = self.read()

    def read(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, line):
        print(line, file=self.process.stdin, flush=True)
        return self.read()

    def close(self):
        """Ends the input; gives what else was printed, and the exit code."""
        rest, _ = self.process.communicate(timeout=30)
        return rest, self.process.returncode


class Contract:
    """What every worker does; a class below says how to start one."""

    options = {}
    tolerance = 1e-4

    @classmethod
    def setUpClass(cls):
        cls.command = cls.start()
        cls.worker = Worker(cls.command, **cls.options)
        cls.addClassCleanup(cls.worker.close)
        if "unavailable" in cls.worker.first:
            raise unittest.SkipTest(cls.worker.first["unavailable"])

    @classmethod
    def start(cls):
        return [sys.executable, HERE / "bench_worker.py", f"engine={cls.engine}"]

    def test_is_ready_and_says_with_what(self):
        ready = self.worker.first["ready"]
        self.assertGreater(ready["load_ms"], 0)
        self.assertTrue(ready["versions"])

    def test_gives_the_logits_of_onnx_runtime(self):
        for count in (1, IMAGES):
            logits = np.array(self.worker.ask(f"answer {count}")["logits"])
            self.assertEqual(logits.shape, (count, CLASSES))
            np.testing.assert_allclose(logits, expected[:count], atol=self.tolerance, rtol=0)

    def test_times_calls_of_a_batch_larger_than_the_images_there_are(self):
        for line in ("latency 1 0.05", f"latency {IMAGES + 5} 0"):
            nanos = self.worker.ask(line)["nanos"]
            self.assertGreaterEqual(len(nanos), 1)
            self.assertTrue(all(isinstance(value, int) and value > 0 for value in nanos))

    def test_waits_for_arrivals_and_counts_from_them(self):
        arrivals = [0.0, 0.0, 0.05, 0.0501, 0.2]
        (folder / "arrivals").write_bytes(struct.pack(f"<{len(arrivals)}d", *arrivals))
        times = self.worker.ask(f"open {folder / 'arrivals'}")
        response, service = times["response_nanos"], times["service_nanos"]
        self.assertEqual((len(response), len(service)), (len(arrivals), len(arrivals)))
        for total, own in zip(response, service):
            self.assertGreaterEqual(total, own - SLACK)
        self.assertGreaterEqual(response[1], service[0] + service[1] - SLACK)  # the second had to wait for the first

    def test_ends_when_its_input_ends_or_it_is_told_to(self):
        self.assertEqual(Worker(self.command, **self.options).close(), ("", 0))
        worker = Worker(self.command, **self.options)
        print("quit", file=worker.process.stdin, flush=True)
        self.assertEqual(worker.process.wait(30), 0)
        worker.close()

    def test_refuses_what_it_does_not_know(self):
        for wrong in ({"precision": "int3"}, {"layout": "diagonal"}, {"optimization": "most"}, {"kind": "sound"}):
            worker = Worker(self.command, **wrong)
            rest, code = worker.close()
            self.assertIn(next(iter(wrong)), worker.first["unavailable"])
            self.assertEqual((rest, code), ("", 0))

    def test_an_unknown_command_is_an_error(self):
        worker = Worker(self.command, **self.options)
        self.assertIn("dance", worker.ask("dance 3")["error"])
        self.assertEqual(worker.close(), ("", 1))


class Rebuilt(Contract):
    """A worker that rebuilds the network."""

    def test_names_a_node_that_it_does_not_know(self):
        write_network(folder / "unknown.onnx", last="Hardmax")
        worker = Worker(self.command, **self.options | {"model": folder / "unknown.onnx"})
        self.assertIn("the-last-node (Hardmax)", worker.first["unavailable"])
        self.assertEqual(worker.close(), ("", 0))


class WithFiles(Contract):
    """A worker that also has kind=files."""

    def test_classifies_files_upright(self):
        worker = Worker(self.command, kind="files", model=folder / "classifier.onnx", folder=folder / "files")
        self.addCleanup(worker.close)
        if "unavailable" in worker.first:
            self.skipTest(worker.first["unavailable"])
        probabilities = np.array(worker.ask("answer 3")["probabilities"])
        np.testing.assert_allclose(probabilities, expected_files, atol=0.01)  # JPEG decoders differ a little
        self.assertGreaterEqual(len(worker.ask("latency 1 0.02")["nanos"]), 1)


class OrtTest(WithFiles, unittest.TestCase):
    engine = "ort"


class OrtWithoutOptimizationTest(Contract, unittest.TestCase):
    engine = "ort"
    options = {"optimization": "none", "arena": "off"}


class PyTorchTest(Rebuilt, unittest.TestCase):
    engine = "pytorch"


class PyTorchChannelsLastTest(Rebuilt, unittest.TestCase):
    engine = "pytorch"
    options = {"layout": "channels-last"}


class PyTorchBfloat16Test(Rebuilt, unittest.TestCase):
    engine = "pytorch"
    options = {"precision": "bf16"}
    tolerance = 0.1


class KerasTest(Rebuilt, unittest.TestCase):
    engine = "keras"


class OpenVinoTest(Contract, unittest.TestCase):
    engine = "openvino"


@unittest.skipUnless(shutil.which("node"), "node is not installed")
class NodeTest(WithFiles, unittest.TestCase):
    @classmethod
    def start(cls):
        return ["node", HERE / "bench_worker.mjs"]


@unittest.skipUnless("ORT_INCLUDE" in os.environ and "ORT_LIBRARY" in os.environ, "ORT_INCLUDE and ORT_LIBRARY are not set")
class CTest(Contract, unittest.TestCase):
    @classmethod
    def start(cls):
        library = folder / "libonnxruntime.so.1"
        shutil.copy(os.environ["ORT_LIBRARY"], library)
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{os.environ['ORT_INCLUDE']}", HERE / "bench_worker.c",
                        "-o", folder / "bench_worker", library, "-Wl,-rpath,$ORIGIN"], check=True)
        return [folder / "bench_worker"]


if __name__ == "__main__":
    unittest.main()

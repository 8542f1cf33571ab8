package terzi.training.torchscript;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import terzi.onnx.DataType;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.ValueInfo;
import terzi.onnx.codec.ModelFile;

/**
 * Every registered operator against ONNX's own node tests: once with its further inputs as initializers, so that they become parameters, buffers and
 * constants; and once with all inputs at run time, where the compiler may refuse what only the data would tell it.
 */
class OnnxNodeSuiteTest {

    private static final Path SUITE = Path.of("/usr/share/libonnx-testdata/data/node");

    /** Why some cases of registered operators do not run. */
    private enum Reason {
        RANDOM(
                "dropout in training mode is random; the script's own flag decides on training",
                "test_training_dropout(?!_zero_ratio$).*"),
        DROPOUT_MASK("Dropout's mask has no use in training a classifier", "test_dropout_default_mask.*"),
        UPDATED_STATISTICS(
                "running statistics are updated in place, not returned as further outputs",
                "test_batchnorm_.*_training_mode"),
        POOL_INDICES("MaxPool's indices have no use in training a classifier", "test_maxpool_with_argmax_.*"),
        INTEGER_POOLS("whole numbers are not pooled in training a classifier", "test_maxpool_2d_uint8"),
        RESIZE_MODES("a mode of Resize that networks for classification do not use", "test_resize_tf_crop_and_resize"),
        RESIZE_CORNERS(
                "aligned corners with fractional scales are refused: ONNX Runtime answers otherwise",
                "test_resize_downsample_scales_(cubic|linear)_align_corners");

        private final String cases;

        Reason(String why, String cases) {
            assertTrue(!why.isEmpty());
            this.cases = cases;
        }

        static Optional<Reason> of(String name) {
            return Stream.of(values())
                    .filter(reason -> name.matches(reason.cases))
                    .findFirst();
        }
    }

    @Test
    void everyRegisteredOperatorAgreesWithOnnxsNodeTests() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(SUITE), "Debian package libonnx-testdata is not installed");
        List<String> failures = new ArrayList<>();
        Set<String> withTests = new TreeSet<>();
        Set<String> tested = new TreeSet<>();
        for (Path folder : NodeCase.folders(SUITE)) {
            Model model = ModelFile.read(folder.resolve("model.onnx"));
            List<String> operators =
                    model.graph().nodes().stream().map(Node::opType).toList();
            if (!allRegistered(model)) {
                continue;
            }
            if (operators.size() == 1) {
                withTests.addAll(operators);
            }
            if (!holdsTypes(model) || Reason.of(folder.getFileName().toString()).isPresent()) {
                continue;
            }
            try {
                check(NodeCase.read(folder));
                tested.addAll(operators);
            } catch (RuntimeException | AssertionError e) {
                failures.add(folder.getFileName() + ": " + e.getMessage());
            }
        }
        assertTrue(failures.isEmpty(), () -> failures.size() + " failures:\n" + String.join("\n", failures));
        withTests.removeAll(tested);
        assertTrue(withTests.isEmpty(), () -> "none of their node tests runs: " + withTests);
    }

    @Test
    void noExclusionIsIdle() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(SUITE), "Debian package libonnx-testdata is not installed");
        List<Path> folders = NodeCase.folders(SUITE);
        for (Reason reason : Reason.values()) {
            assertTrue(
                    folders.stream()
                            .anyMatch(folder -> folder.getFileName().toString().matches(reason.cases)),
                    reason + " excludes nothing");
        }
    }

    private static boolean allRegistered(Model model) {
        return model.graph().nodes().stream().allMatch(node -> Operators.standard()
                .find(node.domain(), node.opType(), model.opset(node.domain()))
                .isPresent());
    }

    /** Strings, unsigned integers of 16 bits and more, sequences and the like do not exist in libtorch or DJL. */
    private static boolean holdsTypes(Model model) {
        return Stream.concat(model.graph().inputs().stream(), model.graph().outputs().stream())
                .map(ValueInfo::tensorType)
                .allMatch(type -> type.filter(tensor -> Graphs.holds(tensor.elementType()))
                        .isPresent());
    }

    private static void check(NodeCase test) {
        try (NDManager manager = NDManager.newBaseManager()) {
            compare(test, Graphs.run(manager, Graphs.bind(test.model(), test.inputs()), test.inputs()));
        }
        try (NDManager manager = NDManager.newBaseManager()) {
            NDList actual;
            try {
                actual = Graphs.run(manager, test.model(), test.inputs());
            } catch (UnsupportedOperatorException e) {
                assertTrue(e.getMessage().startsWith("node "), e.getMessage());
                return;
            }
            compare(test, actual);
        }
    }

    private static void compare(NodeCase test, NDList actual) {
        for (int i = 0; i < test.outputs().size(); i++) {
            Tensor expected = test.outputs().get(i);
            NDArray found = actual.get(i);
            assertEquals(Graphs.djlType(expected.type()), found.getDataType(), "element type of output " + i);
            assertArrayEquals(expected.dims(), found.getShape().getShape(), "shape of output " + i);
            double[] e = expected.doubles();
            double[] f = Graphs.doubles(found);
            double tolerance = expected.type() == DataType.FLOAT16 ? 1e-2 : 1e-3;
            for (int k = 0; k < e.length; k++) {
                assertTrue(
                        Double.compare(e[k], f[k]) == 0 || Math.abs(e[k] - f[k]) <= 1e-5 + tolerance * Math.abs(e[k]),
                        "element " + k + " of output " + i + ": expected " + e[k] + ", found " + f[k]);
            }
        }
    }
}

package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.data.PackedImages;
import terzi.data.augment.AugmentationChain;
import terzi.data.augment.Mixup;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.training.recipe.Distillation;
import terzi.training.recipe.NetworkShape;
import terzi.training.recipe.TrainingOptions;

/** Whether network, images and classes fit together, before libtorch sees them. */
class NetworkShapeTest {
    private static final Preprocessing GRAY = Preprocessing.plain(6, 4, Preprocessing.Channels.GRAY);
    private static final List<String> THREE = List.of("a", "b", "c");

    private static Model network(Layer... layers) {
        return Sequential.build(new InputShape(1, 4, 6), List.of(layers), 1);
    }

    private static String refused(Runnable check) {
        return assertThrows(IllegalArgumentException.class, check::run).getMessage();
    }

    @Test
    void aNetworkMustTakeTheImagesAndTellTheClassesApart() {
        Model network = network(new Layer.Flatten(), new Layer.Dense(3));
        NetworkShape.check(network, GRAY, THREE);
        NetworkShape.checkClasses(network, 3);
        String classes = refused(() -> NetworkShape.check(network, GRAY, THREE.subList(0, 2)));
        assertTrue(classes.contains("it has 3 outputs, but the dataset has 2 classes"), classes);
        for (Preprocessing other : List.of(
                Preprocessing.plain(4, 6, Preprocessing.Channels.GRAY),
                Preprocessing.plain(6, 5, Preprocessing.Channels.GRAY),
                Preprocessing.plain(5, 4, Preprocessing.Channels.GRAY),
                Preprocessing.plain(6, 4, Preprocessing.Channels.RGB))) {
            String shape = refused(() -> NetworkShape.check(network, other, THREE));
            assertTrue(
                    shape.contains("but the recipe's images are [N, "
                            + other.channels().count() + ", " + other.height() + ", " + other.width() + "]"),
                    shape);
        }
    }

    @Test
    void aNetworkHasOneInput() {
        Model network = network(new Layer.Flatten(), new Layer.Dense(3));
        Model two = network.withGraph(network.graph()
                .withInputs(List.of(
                        network.graph().inputs().get(0),
                        new terzi.onnx.ValueInfo(
                                "more",
                                network.graph().inputs().get(0).tensorType().orElseThrow()))));
        String message = refused(() -> NetworkShape.check(two, GRAY, THREE));
        assertTrue(message.contains("expected one input [N, C, H, W], found 2: [input, more]"), message);
    }

    @Test
    void oneValueForEachChannelHasNoVariance() {
        Model pooled = network(
                new Layer.Conv2d(2, 3), new Layer.GlobalAveragePool(), new Layer.BatchNorm(), new Layer.Dense(3));
        String message = refused(() -> NetworkShape.checkVariance(pooled, GRAY, 1));
        assertTrue(message.contains("has a single value for each channel in a batch of 1 image"), message);
        NetworkShape.checkVariance(pooled, GRAY, 2);
        NetworkShape.checkVariance(
                network(new Layer.Conv2d(2, 3), new Layer.BatchNorm(), new Layer.Flatten(), new Layer.Dense(3)),
                GRAY,
                1);
        // 4 x 6 becomes 1 x 3 by a kernel of 4: three values
        NetworkShape.checkVariance(
                network(new Layer.Conv2d(2, 4), new Layer.BatchNorm(), new Layer.Flatten(), new Layer.Dense(3)),
                GRAY,
                1);
    }

    private static PackedImages images(List<String> labels, int count) {
        int[] classes = new int[count];
        return PackedImages.of(labels, new PackedImages.Shape(4, 6, 1), new byte[24 * count], classes);
    }

    @Test
    void aJobNeedsImagesOfTheSameTwoClassesAtLeast() {
        Model network = network(new Layer.Flatten(), new Layer.Dense(3));
        PackedImages some = images(THREE, 2);
        TrainingOptions options = TrainingOptions.defaults();
        Path folder = Path.of("run");
        assertTrue(refused(() -> TrainingJob.of(network, GRAY, images(THREE, 0), some, options, folder))
                .endsWith("found 0 and 2"));
        assertTrue(refused(() -> TrainingJob.of(network, GRAY, some, images(THREE, 0), options, folder))
                .endsWith("found 2 and 0"));
        assertTrue(
                refused(() -> TrainingJob.of(network, GRAY, some, images(List.of("a", "b", "d"), 2), options, folder))
                        .contains("must have the same labels"));
        PackedImages one = images(List.of("a"), 2);
        assertTrue(refused(() -> TrainingJob.of(network, GRAY, one, one, options, folder))
                .contains("at least two classes"));
        PackedImages two = images(List.of("a", "b"), 2);
        TrainingJob job = TrainingJob.of(network, GRAY, two, two, options, folder);
        assertEquals(TrainingJob.Begin.AFRESH, job.begin());
        assertEquals(TrainingJob.Begin.RESUMED, job.resumed().begin());
        assertSame(AugmentationChain.NONE, job.train().augment());
        Cancellation cancellation = new Cancellation();
        assertSame(cancellation, job.withCancellation(cancellation).cancellation());
        Teaching teaching = new Teaching((p, w, h) -> new float[2], "t", new Distillation(List.of(Path.of("t.onnx"))));
        assertSame(teaching, job.withTeaching(teaching).resumed().teaching());
        TrainingJob mixed = TrainingJob.of(network, GRAY, two, two, options.withMix(new Mixup(0.2)), folder);
        assertTrue(refused(() -> mixed.withTeaching(teaching)).contains("exclude each other"));
    }

    @Test
    void mixingCutsFromTheRowsAndColumnsOfImagesAndMaps() throws IOException {
        try (NDManager manager = Libtorch.manager()) {
            ImageTensors images = ImageTensors.of(
                    manager, ByteBuffer.allocateDirect(12), new PackedImages.Shape(4, 3, 1), new int[] {1});
            assertEquals(new Shape(1, 4, 3, 1), images.pixels().getShape());
            assertEquals(3, images.width());
            assertEquals(4, images.height());
            assertEquals(1, images.labels().toLongArray()[0]);
            NDArray labels = manager.create(new long[] {0});
            ImageTensors maps = new ImageTensors(manager.zeros(new Shape(1, 7, 5, 6), DataType.FLOAT32), labels);
            assertEquals(6, maps.width());
            assertEquals(5, maps.height());
            ImageTensors rows = new ImageTensors(manager.zeros(new Shape(1, 7), DataType.FLOAT32), labels);
            assertEquals(1, rows.width());
            assertEquals(1, rows.height());
        }
    }

    @Test
    void logitsOfEveryImageComeInOrderAlsoFromSeveralBatches() throws IOException {
        int count = 130;
        byte[] pixels = new byte[4 * count];
        for (int i = 0; i < count; i++) {
            pixels[4 * i] = (byte) i;
        }
        PackedImages images =
                PackedImages.of(List.of("a", "b"), new PackedImages.Shape(2, 2, 1), pixels, new int[count]);
        Model drawn = Sequential.build(new InputShape(1, 2, 2), List.of(new Layer.Flatten(), new Layer.Dense(2)), 1);
        Model first = drawn.withGraph(drawn.graph()
                .withInitializers(drawn.graph().initializers().stream()
                        .map(tensor -> terzi.onnx.Tensor.ofFloats(
                                tensor.name(),
                                tensor.dims(),
                                tensor.dims().length == 2
                                        ? new float[] {255, 0, 0, 0, -255, 0, 0, 0}
                                        : new float[] {0, 1}))
                        .toList()));
        float[][] logits = TrainingEngine.logits(first, Preprocessing.plain(2, 2, Preprocessing.Channels.GRAY), images);
        assertEquals(count, logits.length);
        for (int i = 0; i < count; i++) {
            assertEquals(i, logits[i][0], 1e-3, "image " + i);
            assertEquals(1 - i, logits[i][1], 1e-3, "image " + i);
        }
    }

    @ParameterizedTest(name = "{0} px, {1}, {2}: {3}")
    @CsvSource({
        // 16 - 2 = 14, then 7, then 5 x 5 cells: the last convolution, with the Relu after it
        "16, 1, 1, relu2",
        // 8 - 2 = 6, then 3, then 1: the last with at least four rows is the first
        "8, 1, 1, relu1",
        // 6 - 2 = 4, and 2, which is too small for another of 3
        "6, 1, 0, relu1",
        // 5 - 2 = 3: none has four, one has two
        "5, 1, 0, relu1",
        // 3 - 2 = 1
        "3, 0, 0, relu1"
    })
    void theMapIsThatOfTheLastConvolutionWithEnoughCells(int size, int pools, int more, String layer) {
        List<Layer> layers = new ArrayList<>();
        layers.add(new Layer.Conv2d(2, 3));
        layers.add(new Layer.Relu());
        if (pools > 0) {
            layers.add(new Layer.MaxPool(2));
        }
        if (more > 0) {
            layers.add(new Layer.Conv2d(2, 3));
            layers.add(new Layer.Relu());
        }
        layers.add(new Layer.Flatten());
        layers.add(new Layer.Dense(2));
        Model network = Sequential.build(new InputShape(1, size, size), layers, 1);
        try (GradCam cam = GradCam.of(network, Preprocessing.plain(size, size, Preprocessing.Channels.GRAY))) {
            assertEquals(
                    layer, network.graph().producer(cam.layer()).orElseThrow().name());
            assertNotEquals("", cam.layer());
        }
    }
}

package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.data.PackedImages;
import terzi.data.Seeds;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;
import terzi.onnx.rewrite.Canonical;
import terzi.onnx.shapes.ReceptiveField;
import terzi.training.recipe.TrainingOptions;

class GradCamTest {
    private static final int SIZE = 24;
    private static final int OBJECT = 8;
    private static final Preprocessing PREPROCESSING = Preprocessing.plain(SIZE, SIZE, Preprocessing.Channels.GRAY)
            .withNormalisation(List.of(0.5f), List.of(0.25f));

    @TempDir
    Path folder;

    /** Noise with one object in it: class 0 a patch of rows, class 1 a patch of columns. */
    private static Image image(int kind, int left, int top, long seed) {
        RandomGenerator random = Seeds.of(seed, 0, 0);
        byte[] pixels = new byte[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                boolean inside = x >= left && x < left + OBJECT && y >= top && y < top + OBJECT;
                int value = inside ? ((kind == 0 ? y : x) % 4 < 2 ? 230 : 30) : 100 + random.nextInt(40);
                pixels[y * SIZE + x] = (byte) value;
            }
        }
        return new Image(SIZE, SIZE, 1, pixels);
    }

    private static PackedImages images(int count, long seed) {
        byte[] pixels = new byte[count * SIZE * SIZE];
        int[] classes = new int[count];
        for (int i = 0; i < count; i++) {
            RandomGenerator place = Seeds.of(seed, 1, i);
            classes[i] = i % 2;
            Image one = image(
                    classes[i], place.nextInt(SIZE - OBJECT + 1), place.nextInt(SIZE - OBJECT + 1), seed * 1000 + i);
            System.arraycopy(one.pixels(), 0, pixels, i * SIZE * SIZE, SIZE * SIZE);
        }
        return PackedImages.of(List.of("rows", "columns"), new PackedImages.Shape(SIZE, SIZE, 1), pixels, classes);
    }

    /** Ends in flatten and linear, so that only gradients can tell where it saw something. */
    private static Model network() {
        return Sequential.build(
                new InputShape(1, SIZE, SIZE),
                List.of(
                        new Layer.Conv2d(8, 3).withActivation(new Layer.Relu()),
                        new Layer.MaxPool(2),
                        new Layer.Conv2d(12, 3).withActivation(new Layer.Relu()),
                        new Layer.Dropout(0.3),
                        new Layer.MaxPool(3),
                        new Layer.Flatten(),
                        new Layer.Dense(2)),
                1);
    }

    @Test
    void theMapPeaksWhereTheObjectIs() throws IOException {
        TrainingOptions options = Stripes.options().withEpochs(12);
        TrainingJob job = TrainingJob.of(network(), PREPROCESSING, images(400, 1), images(100, 2), options, folder);
        TrainingResult trained = Trainer.train(job, TrainingListener.NONE);
        assertTrue(trained.history().get(trained.keptEpoch() - 1).validationAccuracy() > 0.95);

        try (GradCam cam = GradCam.of(trained.kept(), PREPROCESSING)) {
            assertEquals(Optional.of(new ReceptiveField(3.5, 2, 3.5, 2)), cam.receptiveField());
            int[] corners = {0, SIZE - OBJECT};
            // a cell more: its window also sees an edge from outside
            assertEquals(8, peaksOnTheObject(cam, corners, new ReceptiveField(3.5, 2, 3.5, 2), 9, 2));
        }
    }

    /** Of both classes at all places, how often the warmest cell is on the object. */
    private static int peaksOnTheObject(GradCam cam, int[] places, ReceptiveField field, int cells, double slack) {
        int hits = 0;
        for (int kind = 0; kind < 2; kind++) {
            for (int left : places) {
                for (int top : places) {
                    GradCam.ClassMap map = cam.map(image(kind, left, top, 77 + kind), kind);
                    assertEquals(cells, map.width());
                    assertEquals(cells, map.height());
                    int peak = 0;
                    for (int i = 0; i < map.values().length; i++) {
                        assertTrue(map.values()[i] >= 0);
                        peak = map.values()[i] > map.values()[peak] ? i : peak;
                    }
                    int row = peak / cells;
                    double x = field.firstX() + field.stepX() * (peak - row * cells);
                    double y = field.firstY() + field.stepY() * row;
                    boolean inside = x >= left - slack
                            && x < left + OBJECT + slack
                            && y >= top - slack
                            && y < top + OBJECT + slack;
                    hits += inside && map.values()[peak] > 0 ? 1 : 0;
                }
            }
        }
        return hits;
    }

    /**
     * Trained by {@code benchmarks/peers/token_map_fixtures.py} on such images; tokens are patches of 3 x 3 pixels. Their
     * graphs compute the shapes of the tokens, as PyTorch's exporter writes it.
     */
    @ParameterizedTest
    @ValueSource(strings = {"class-token", "grid"})
    void tokensOfPlacesAreMapsToo(String name) throws IOException {
        Model network = Canonical.apply(ModelFile.read(Path.of("src/test/resources/tokens/" + name + ".onnx")), 18);
        try (GradCam cam = GradCam.of(network, PREPROCESSING)) {
            int[] places = {0, 4, 8, 12, 16};
            int hits = peaksOnTheObject(cam, places, new ReceptiveField(1, 3, 1, 3), 8, 1);
            assertTrue(hits >= 40, hits + " of 50"); // by chance about 8
        }
    }

    @Test
    void theMapIsWhatTheDefinitionSays() {
        // with pooling and one linear layer, Grad-CAM is the class activation map up to the number of cells
        Model network = Sequential.build(
                new InputShape(1, SIZE, SIZE),
                List.of(
                        new Layer.Conv2d(3, 5).withActivation(new Layer.Relu()),
                        new Layer.GlobalAveragePool(),
                        new Layer.Dense(2)),
                5);
        float[] weight = values(network, 2, 6);
        float[] kernel = values(network, 4, 75);
        float[] bias = values(network, 1, 3);
        Image image = image(0, 4, 9, 3);
        float[] input = PREPROCESSING.tensor(image);
        try (GradCam cam = GradCam.of(network, PREPROCESSING)) {
            GradCam.ClassMap map = cam.map(image, 1);
            int cells = SIZE - 4;
            assertEquals(cells, map.width());
            for (int y = 0; y < cells; y++) {
                for (int x = 0; x < cells; x++) {
                    double sum = 0;
                    for (int f = 0; f < 3; f++) {
                        double response = bias[f];
                        for (int k = 0; k < 25; k++) {
                            response += kernel[f * 25 + k] * input[(y + k / 5) * SIZE + x + k % 5];
                        }
                        sum += weight[3 + f] * Math.max(0, response);
                    }
                    assertEquals(Math.max(0, sum) / (cells * cells), map.values()[y * cells + x], 1e-6);
                }
            }
        }
    }

    private static float[] values(Model network, int rank, int count) {
        return network.graph().initializers().stream()
                .filter(tensor -> tensor.rank() == rank && tensor.floats().length == count)
                .findFirst()
                .orElseThrow()
                .floats();
    }

    @Test
    void aNetworkWithoutConvolutionIsRefused() {
        Model network =
                Sequential.build(new InputShape(1, SIZE, SIZE), List.of(new Layer.Flatten(), new Layer.Dense(2)), 1);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> GradCam.of(network, PREPROCESSING));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("no value in it has features for each place"),
                refused.getMessage());
    }
}

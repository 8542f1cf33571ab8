package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;

class StrangenessTest {
    private static final int WIDTH = 6;
    private static final int CLASSES = 3;
    private static final int TRAINED = 900;

    private static final int[] LABELS = labels(TRAINED);
    private static final float[][] ROWS = NeighboursTest.drawn(LABELS, WIDTH, 1);
    private static final int[] FOLDS =
            IntStream.range(0, TRAINED).map(i -> i / 3 % 30).toArray();
    private static final Neighbours NEIGHBOURS = NeighboursTest.of(ROWS, WIDTH, LABELS, FOLDS);

    private static int[] labels(int count) {
        return IntStream.range(0, count).map(i -> i % CLASSES).toArray();
    }

    /** Logits that depend on an image's own features alone, so that those of new images are drawn as those out of fold. */
    private static float[][] logits(float[][] rows) {
        return Arrays.stream(rows)
                .map(row -> new float[] {2 * row[0], 2 * row[1], 2 * row[2]})
                .toArray(float[][]::new);
    }

    private static double distance(float[][] bank, float[] row) {
        return 1
                - Arrays.stream(bank)
                        .mapToDouble(other -> NeighboursTest.cosine(row, other, other.length))
                        .boxed()
                        .sorted((a, b) -> Double.compare(b, a))
                        .limit(3)
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElseThrow();
    }

    /** Features that are the input, and logits that are twice the first three of them. */
    private static Model plain(int width) {
        float[] weight = new float[width * CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            weight[c * CLASSES + c] = 2;
        }
        return Model.of(
                new Graph(
                        "plain",
                        List.of(
                                Node.of("same", "Identity", List.of("x"), List.of(Prepared.FEATURES)),
                                Node.of("head", "MatMul", List.of("x", "weight"), List.of(Prepared.LOGITS))),
                        List.of(Tensor.ofFloats("weight", new long[] {width, CLASSES}, weight)),
                        List.of(new ValueInfo("x", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(width)))),
                        List.of(
                                new ValueInfo(
                                        Prepared.LOGITS, TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(CLASSES))),
                                new ValueInfo(
                                        Prepared.FEATURES, TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(width))))),
                Sequential.OPSET);
    }

    /** Outputs of ONNX Runtime for {@code [N, ...]} values, by name. */
    private static Map<String, Object> run(Model model, float[] values, long... shape)
            throws OrtException, IOException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        String input = model.graph().trueInputs().get(0).name();
        try (OrtSession session = environment.createSession(ModelFile.toBytes(model));
                OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            Map<String, Object> outputs = new java.util.HashMap<>();
            for (String name : List.of(Prepared.LOGITS, Prepared.FEATURES, Strangeness.OUTPUT)) {
                outputs.put(name, result.get(name).orElseThrow().getValue());
            }
            return outputs;
        }
    }

    private static float[] flat(float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
        }
        return flat;
    }

    /** Rows, and for some the features behind those that the bank has. */
    @Test
    void theGraphGivesTheSameNumber() throws OrtException, IOException {
        Strangeness strangeness = Strangeness.of(NEIGHBOURS, logits(ROWS));
        float[][] asked = Stream.of(
                        NeighboursTest.drawn(labels(60), WIDTH, 2),
                        new float[][] {new float[WIDTH], {-9, -9, -9, -9, -9, -9}, {0, 0, 0, 90, 0, 0}, ROWS[5]})
                .flatMap(Arrays::stream)
                .toArray(float[][]::new);
        for (int more : new int[] {0, 2}) {
            float[][] wide = Arrays.stream(asked)
                    .map(row -> {
                        float[] longer = Arrays.copyOf(row, WIDTH + more);
                        Arrays.fill(longer, WIDTH, WIDTH + more, 7);
                        return longer;
                    })
                    .toArray(float[][]::new);
            float[] given = (float[]) run(strangeness.on(plain(WIDTH + more)), flat(wide), asked.length, WIDTH + more)
                    .get(Strangeness.OUTPUT);
            assertEquals(asked.length, given.length);
            for (int i = 0; i < given.length; i++) {
                boolean zero = Arrays.equals(asked[i], new float[WIDTH]);
                double distance = zero ? 1 : distance(strangeness.bank(), asked[i]);
                float expected = strangeness.at(distance, logits(asked)[i]);
                assertEquals(expected, given[i], 1e-5, "image " + i);
                assertTrue(given[i] >= 0 && given[i] <= 1, "image " + i + ": " + given[i]);
            }
            assertTrue(given[61] > 0.99, "opposite to all: " + given[61]);
        }
    }

    /** The last stage's features, of two stages' that the head takes, are compared. */
    @Test
    void aFineTunedNetworkGivesTheSameNumber() throws OrtException, IOException {
        Prepared prepared = Prepared.of(Shapes.residual(2), Shapes.headOnly().withInput(Shapes.input(0)), CLASSES);
        assertEquals(2, prepared.sets().size());
        int width = prepared.sets().get(0).width();
        Random random = new Random(5);
        float[] weight = new float[prepared.width() * CLASSES];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) random.nextGaussian();
        }
        Model network = prepared.network(new LinearHead(weight, new float[CLASSES]));
        int count = 30;
        float[] pixels = new float[count * 3 * Shapes.SIZE * Shapes.SIZE];
        for (int i = 0; i < pixels.length; i++) {
            int image = i / (pixels.length / count);
            pixels[i] = (float) (random.nextGaussian() + Math.sin(image + i * (0.01 + image * 0.02)));
        }
        Strangeness unused = new Strangeness(
                new float[3][width],
                Curve.of(new double[] {0, 1}),
                Curve.of(new double[] {0, 1}),
                Curve.of(new double[] {0, 1}));
        long[] shape = {count, 3, Shapes.SIZE, Shapes.SIZE};
        Map<String, Object> before = run(unused.on(network), pixels, shape);
        float[][] features = (float[][]) before.get(Prepared.FEATURES);
        float[][] logits = (float[][]) before.get(Prepared.LOGITS);
        assertEquals(prepared.width(), features[0].length);
        int[] folds = IntStream.range(0, count).map(i -> i % 5).toArray();
        Strangeness strangeness = Strangeness.of(NeighboursTest.of(features, width, labels(count), folds), logits);
        float[] given = (float[]) run(strangeness.on(network), pixels, shape).get(Strangeness.OUTPUT);
        for (int i = 0; i < count; i++) {
            float expected = strangeness.at(distance(strangeness.bank(), features[i]), logits[i]);
            assertEquals(expected, given[i], 1e-4, "image " + i + " of " + Arrays.toString(given));
        }
        assertTrue(
                IntStream.range(0, count).mapToDouble(i -> given[i]).distinct().count() > 10, "they differ");
    }

    /** Images that are drawn as the training images were are above 0.95 as often as promised, within three standard errors. */
    @Test
    void fiveOfAHundredNewImagesAreAboveNinetyFivePercent() {
        Strangeness strangeness = Strangeness.of(NEIGHBOURS, logits(ROWS));
        int count = 3000;
        float[][] fresh = NeighboursTest.drawn(labels(count), WIDTH, 77);
        float[][] logits = logits(fresh);
        for (double level : new double[] {0.5, 0.8, 0.95}) {
            long above = IntStream.range(0, count)
                    .filter(i -> strangeness.at(distance(strangeness.bank(), fresh[i]), logits[i]) > level)
                    .count();
            double error = Math.sqrt(level * (1 - level) * (1.0 / count + 1.0 / TRAINED));
            assertEquals(1 - level, above / (double) count, 3 * error, "above " + level);
        }
    }

    @Test
    void outOfFoldItIsSpreadEvenly() {
        float[] each = Strangeness.outOfFold(NEIGHBOURS, logits(ROWS), FOLDS);
        for (double level : new double[] {0.5, 0.8, 0.95}) {
            long above =
                    IntStream.range(0, TRAINED).filter(i -> each[i] > level).count();
            assertEquals(1 - level, above / (double) TRAINED, 3 * Math.sqrt(level * (1 - level) / TRAINED), "" + level);
        }
    }

    /** What is strange in one fold does not raise the bar for itself. */
    @Test
    void anImageIsNotAmongThoseThatItIsComparedWith() {
        double[] distance = {0.1, 0.2, 0.3, 0.4, 0.5, 9};
        Neighbours neighbours = new Neighbours(new double[6], distance, new float[1][1]);
        float[][] logits = new float[6][];
        Arrays.fill(logits, new float[] {1, 0});
        float[] each = Strangeness.outOfFold(neighbours, logits, new int[] {0, 1, 2, 3, 4, 5});
        assertTrue(each[5] > 0.99, Arrays.toString(each));
        // with itself among six it would be the largest of six: 6 / 7
        assertEquals(6 / 7.0, Strangeness.of(neighbours, logits).at(9, logits[5]), 1e-5);
    }

    @Test
    void farFromEveryTrainingImageIsStrange() {
        Strangeness strangeness = Strangeness.of(NEIGHBOURS, logits(ROWS));
        float[] unsure = {0.1f, 0.1f, 0.1f};
        assertTrue(strangeness.at(2, unsure) > 0.99, "opposite: " + strangeness.at(2, unsure));
        assertTrue(strangeness.at(0.001, new float[] {9, 0, 0}) < 0.1, "a copy, and sure");
    }
}

package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.data.Splits;
import terzi.training.recipe.HeadFitting.Discriminant;
import terzi.training.run.Cancellation;
import terzi.training.run.TrainingEngine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Logits against scikit-learn's, as {@code benchmarks/peers/discriminant_golden.py} writes them, less the mean of each row: a
 * common summand changes no probability, and the common factor is what calibration finds.
 */
class DiscriminantFitterTest {
    private static final int MANY = 4300;

    /** Features are float32. */
    private static final double TOLERANCE = 2e-5;

    private static JsonNode golden() {
        try (InputStream in = DiscriminantFitterTest.class.getResourceAsStream("discriminant_golden.json")) {
            return JsonMapper.shared().readTree(Objects.requireNonNull(in).readAllBytes());
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Stream<Arguments> cases() {
        return golden().valueStream()
                .map(one -> Arguments.argumentSet(one.get("name").asString(), one));
    }

    private static int[] ints(JsonNode list) {
        return list.valueStream().mapToInt(JsonNode::asInt).toArray();
    }

    private static double[] doubles(JsonNode list) {
        return list.valueStream().mapToDouble(JsonNode::asDouble).toArray();
    }

    private static double[][] rows(JsonNode list) {
        return list.valueStream().map(DiscriminantFitterTest::doubles).toArray(double[][]::new);
    }

    /** What is fitted, and the folds. */
    private record Case(HeadFitter.Data data, List<Splits.Split> folds) {
        static Case of(JsonNode one) {
            boolean stored = one.has("features");
            int[] labels = stored
                    ? ints(one.get("labels"))
                    : IntStream.range(0, MANY).map(i -> i % 3).toArray();
            int[] folds = stored
                    ? ints(one.get("folds"))
                    : IntStream.range(0, MANY).map(i -> i / 3 % 2).toArray();
            float[][] features = stored
                    ? floats(rows(one.get("features")))
                    : IntStream.range(0, MANY).mapToObj(Case::drawn).toArray(float[][]::new);
            int views = one.get("views").asInt();
            double[] ofClass = doubles(one.get("weights"));
            HeadFitter.Data data = new HeadFitter.Data(
                    (image, view) -> features[image * views + view],
                    labels,
                    Arrays.stream(labels).mapToDouble(label -> ofClass[label]).toArray(),
                    one.get("classes").asInt(),
                    features[0].length,
                    views);
            return new Case(data, splits(folds));
        }

        /** The formula of {@code many()} in the script. */
        private static float[] drawn(int i) {
            int y = i % 3;
            return new float[] {
                (float) (i * 37 % 101 / 50.0 + y),
                (float) (i * 53 % 89 / 40.0 - y * y),
                (float) (i * 71 % 97 / 30.0 + (y == 1 ? 1 : 0))
            };
        }

        private static float[][] floats(double[][] rows) {
            return Arrays.stream(rows)
                    .map(row -> {
                        float[] narrow = new float[row.length];
                        for (int f = 0; f < narrow.length; f++) {
                            narrow[f] = (float) row[f];
                        }
                        return narrow;
                    })
                    .toArray(float[][]::new);
        }

        private static List<Splits.Split> splits(int[] folds) {
            return IntStream.rangeClosed(0, Arrays.stream(folds).max().orElseThrow())
                    .mapToObj(f -> new Splits.Split(
                            IntStream.range(0, folds.length)
                                    .filter(i -> folds[i] != f)
                                    .toArray(),
                            IntStream.range(0, folds.length)
                                    .filter(i -> folds[i] == f)
                                    .toArray()))
                    .toList();
        }

        /** The first view of each image. */
        float[][] plain() {
            return IntStream.range(0, data.labels().length)
                    .mapToObj(image -> data.features().of(image, 0))
                    .toArray(float[][]::new);
        }
    }

    private static <T> T with(Case of, Cancellation cancellation, Function<DiscriminantFitter, T> use) {
        TrainingEngine.useThreads(1);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                Powers powers = new Powers(manager, of.data());
                DiscriminantFitter fitter = new DiscriminantFitter(
                        manager,
                        powers,
                        of.data(),
                        new HeadFitter.Search(
                                of.folds(),
                                cancellation,
                                new Meter(FineTuningListener.NONE, FineTuningListener.Work.HEAD, 0, 1)),
                        0,
                        "")) {
            return use.apply(fitter);
        }
    }

    /** The logits are the expected ones times a factor, up to a summand for each image. */
    private static double assertMultiple(double[][] expected, float[][] logits, String what) {
        double products = 0;
        double squares = 0;
        double largest = 0;
        double[][] centred = new double[expected.length][];
        for (int i = 0; i < expected.length; i++) {
            double mean = 0;
            for (float logit : logits[i]) {
                mean += logit / (double) logits[i].length;
            }
            centred[i] = new double[logits[i].length];
            for (int c = 0; c < centred[i].length; c++) {
                centred[i][c] = logits[i][c] - mean;
                products += centred[i][c] * expected[i][c];
                squares += expected[i][c] * expected[i][c];
                largest = Math.max(largest, Math.abs(expected[i][c]));
            }
        }
        double factor = products / squares;
        assertTrue(factor > 0, what + ", factor " + factor);
        for (int i = 0; i < expected.length; i++) {
            for (int c = 0; c < expected[i].length; c++) {
                assertEquals(
                        expected[i][c], centred[i][c] / factor, TOLERANCE * largest, what + ", image " + i + ", " + c);
            }
        }
        return factor;
    }

    private static float[][] some(float[][] all, int[] which) {
        return Arrays.stream(which).mapToObj(i -> all[i]).toArray(float[][]::new);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logitsOfImagesHeldOutAndOfTheHeadAreThoseOfScikitLearn(JsonNode one) {
        Case of = Case.of(one);
        int[] stored = ints(one.get("rows"));
        List<Double> shrinkages =
                Arrays.stream(doubles(one.get("shrinkages"))).boxed().toList();
        with(of, new Cancellation(), fitter -> {
            List<HeadCandidate> found = fitter.judged(one.get("power").asDouble(), shrinkages);
            for (int s = 0; s < shrinkages.size(); s++) {
                HeadCandidate candidate = found.get(s);
                String what = candidate.setting();
                double scale = assertMultiple(
                        rows(one.get("out_of_fold").get(s)), some(candidate.outOfFold(), stored), what + " held out");
                float[][] logits;
                try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
                    logits = candidate.head().get().logits(manager, of.plain());
                }
                double factor = assertMultiple(rows(one.get("head").get(s)), some(logits, stored), what + " head");
                assertEquals(scale * candidate.factor(), factor, 1e-4 * factor, "the head has the temperature");
            }
            return found;
        });
    }

    @Test
    void shrinkageOneIsTheNearestClassMean() {
        golden().valueStream()
                .filter(one -> List.of("fewer rows than features", "more rows than features")
                        .contains(one.get("name").asString()))
                .forEach(one -> {
                    int[] nearest = ints(one.get("nearest"));
                    float[][] logits = with(Case.of(one), new Cancellation(), fitter -> fitter.judged(
                                    one.get("power").asDouble(), List.of(1.0))
                            .get(0)
                            .outOfFold());
                    int[] answers =
                            Arrays.stream(logits).mapToInt(LogitMetrics::answer).toArray();
                    assertEquals(Arrays.toString(nearest), Arrays.toString(answers));
                });
    }

    @Test
    void aClassWhoseImagesAreAllInOneFoldIsFiniteThereAndNotAboveTheOthers() {
        List<JsonNode> found = golden().valueStream()
                .filter(one -> one.get("name").asString().startsWith("a class in one fold"))
                .toList();
        assertEquals(2, found.size());
        for (JsonNode one : found) {
            Case of = Case.of(one);
            float[][] logits = with(of, new Cancellation(), fitter -> fitter.judged(0.5, List.of(0.1))
                    .get(0)
                    .outOfFold());
            int[] folds = ints(one.get("folds"));
            for (int i = 0; i < folds.length; i++) {
                for (float logit : logits[i]) {
                    assertTrue(Float.isFinite(logit), "image " + i + ": " + Arrays.toString(logits[i]));
                }
                float least = Math.min(logits[i][0], Math.min(logits[i][1], logits[i][2]));
                assertTrue(folds[i] != 1 || logits[i][3] <= least, "image " + i + ": " + Arrays.toString(logits[i]));
            }
        }
    }

    @Test
    void theNeighboursOfTheBestShrinkageAreTriedAtTheOtherPowers() {
        Case of = Case.of(golden().get(2));
        List<HeadCandidate> found = with(
                of,
                new Cancellation(),
                fitter -> fitter.search(new Discriminant(List.of(0.3, 0.6, 1.0), List.of(0.9, 0.1, 0.5, 0.3))));
        List<String> settings = found.stream().map(HeadCandidate::setting).toList();
        List<Double> tried = List.of(0.1, 0.3, 0.5, 0.9);
        int best = 0;
        for (int s = 0; s < tried.size(); s++) {
            best = found.get(s).logLoss() < found.get(best).logLoss() ? s : best;
        }
        List<String> expected = new ArrayList<>();
        tried.forEach(shrinkage -> expected.add("discriminant, power 0.6, shrinkage " + shrinkage));
        for (double power : new double[] {0.3, 1.0}) {
            for (int s = Math.max(0, best - 1); s <= Math.min(3, best + 1); s++) {
                expected.add("discriminant, power " + power + ", shrinkage " + tried.get(s));
            }
        }
        assertEquals(expected, settings);
    }

    @Test
    void aRequestToStopEndsTheFit() {
        Cancellation cancellation = new Cancellation();
        cancellation.request();
        assertThrows(
                CancellationException.class,
                () -> with(Case.of(golden().get(0)), cancellation, fitter -> fitter.judged(0.5, List.of(0.5))));
    }
}

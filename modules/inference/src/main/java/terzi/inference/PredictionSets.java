package terzi.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Class-conditional conformal prediction: sets of labels that contain the right one with a promised probability, for the
 * images of every class and not only on average (split-conformal and Mondrian: Vovk 2012, "Conditional validity of
 * inductive conformal predictors"; with 1 minus the probability as nonconformity score: Sadinle, Lei and Wasserman 2019,
 * "Least ambiguous set-valued classifiers with bounded error levels").
 *
 * <p>For each class there are the n probabilities of that class that its own calibration images got, best out-of-fold.
 * For a coverage c, with {@code k = floor((1 - c) (n + 1) + 1e-9)}, a label is in the set of an image if its probability
 * is at least the k-th smallest of its class; always, if k is 0. The most probable label is always in the set, which
 * therefore is never empty. If images are exchangeable with the calibration images of their class, the set contains the
 * right label with a probability of c or more.
 *
 * <p>Immutable, so any number of threads may use it.
 */
public final class PredictionSets {
    /** The key in the metadata of a classifier file. */
    public static final String KEY = "terzi.prediction_sets";

    /** Longer lists are thinned out to this number of probabilities for a class. */
    static final int MOST_VALUES = 1000;

    private static final int VERSION = 1;

    /** So that 1 - 0.9 is a tenth of 10. */
    private static final double ROUNDING = 1e-9;

    private final float[][] sorted; // for each class, ascending

    private PredictionSets(float[][] sorted) {
        this.sorted = sorted;
    }

    /**
     * Collects the probabilities of the right classes. More than 1,000 images of a class are thinned out to as many
     * quantiles, rounded down so that the coverage stays as promised.
     *
     * @param probabilities {@code [N, K]} of calibration images that were not used in training, 0..1
     * @param truth {@code [N]}, the index of each image's class
     * @param classes number K of classes; one without images is in every set
     * @return the sets for any coverage
     * @throws IllegalArgumentException if the arrays do not fit together, or a probability is not 0..1
     */
    public static PredictionSets of(float[][] probabilities, int[] truth, int classes) {
        if (probabilities.length != truth.length) {
            throw new IllegalArgumentException("probabilities of " + probabilities.length + " images, the classes of "
                    + truth.length + "; give both for each image");
        }
        int[] counts = new int[classes];
        for (int label : truth) {
            counts[label]++;
        }
        float[][] sorted = new float[classes][];
        Arrays.setAll(sorted, label -> new float[counts[label]]);
        for (int i = 0; i < truth.length; i++) {
            sorted[truth[i]][--counts[truth[i]]] = probabilities[i][truth[i]];
        }
        for (int label = 0; label < classes; label++) {
            Arrays.sort(sorted[label]);
            sorted[label] = thinned(sorted[label]);
        }
        return checked(sorted);
    }

    /**
     * A threshold of the thinned list is never above that of the whole one: a share of {@code j / (m + 1)} is the j-th of
     * m values there and number {@code floor(j (n + 1) / (m + 1))} of n here.
     */
    private static float[] thinned(float[] all) {
        if (all.length <= MOST_VALUES) {
            return all;
        }
        float[] few = new float[MOST_VALUES];
        for (int j = 1; j <= MOST_VALUES; j++) {
            few[j - 1] = all[(int) (j * (all.length + 1L) / (MOST_VALUES + 1)) - 1];
        }
        return few;
    }

    private static PredictionSets checked(float[][] sorted) {
        for (float[] values : sorted) {
            float least = 0;
            for (float value : values) {
                if (!(value >= least && value <= 1)) {
                    throw new IllegalArgumentException(
                            "the probabilities of each class must be 0..1 and ascending, found " + value + " after "
                                    + least);
                }
                least = value;
            }
        }
        return new PredictionSets(sorted);
    }

    /**
     * Reads what {@link #json()} writes.
     *
     * @param json value of {@link #KEY} in the metadata of a classifier file
     * @return the sets
     * @throws IllegalArgumentException if it is damaged or of another version
     */
    public static PredictionSets parse(String json) {
        Map<?, ?> object = Json.object(json);
        if (!(object.get("version") instanceof Double version) || version != VERSION) {
            throw new IllegalArgumentException("expected version " + VERSION + ", found " + object.get("version")
                    + "; use a terzi-inference as new as the program that wrote it");
        }
        if (!(object.get("probabilities") instanceof List<?> classes)) {
            throw new IllegalArgumentException("expected an array 'probabilities' of one array for each class");
        }
        return checked(classes.stream().map(PredictionSets::floats).toArray(float[][]::new));
    }

    private static float[] floats(Object values) {
        if (!(values instanceof List<?> list) || !list.stream().allMatch(Double.class::isInstance)) {
            throw new IllegalArgumentException("expected an array of numbers for each class, found " + values);
        }
        float[] floats = new float[list.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = ((Double) list.get(i)).floatValue();
        }
        return floats;
    }

    /** {@return the probabilities as JSON, as {@link #KEY} holds them in a classifier file} */
    public String json() {
        return Arrays.stream(sorted)
                .map(values -> IntStream.range(0, values.length)
                        .mapToObj(i -> Float.toString(values[i]))
                        .collect(Collectors.joining(",", "[", "]")))
                .collect(Collectors.joining(",", "{\"version\":" + VERSION + ",\"probabilities\":[", "]}"));
    }

    /**
     * {@return this, if it is for so many classes}
     *
     * @param classes number of labels of a classifier
     * @throws IllegalArgumentException if it is for another number
     */
    public PredictionSets requireClasses(int classes) {
        if (sorted.length != classes) {
            throw new IllegalArgumentException("prediction sets of " + sorted.length + " classes for " + classes
                    + " labels; compute them again, from probabilities of this classifier");
        }
        return this;
    }

    /**
     * Computes the set of an image.
     *
     * @param probabilities {@code [K]}, 0..1
     * @param coverage promised share of images whose set contains the right label, above 0 and below 1
     * @return indices of the labels in the set, the most probable first; never empty
     * @throws IllegalArgumentException if there are other than K probabilities, or for another coverage
     */
    public List<Integer> labels(float[] probabilities, double coverage) {
        requireClasses(probabilities.length);
        requireCoverage(coverage);
        List<Integer> labels = new ArrayList<>();
        for (int label = 0; label < probabilities.length; label++) {
            labels.add(label);
        }
        labels.sort(Comparator.comparingDouble(label -> -probabilities[label])); // stable: then by index
        int first = labels.get(0);
        labels.removeIf(label -> label != first && probabilities[label] < threshold(label, coverage));
        return List.copyOf(labels);
    }

    /**
     * Checks a coverage.
     *
     * @param coverage promised share of images whose set contains the right label
     * @throws IllegalArgumentException if it is not above 0 and below 1
     */
    public static void requireCoverage(double coverage) {
        if (!(coverage > 0 && coverage < 1)) {
            throw new IllegalArgumentException("coverage must be above 0 and below 1, found " + coverage);
        }
    }

    private float threshold(int label, double coverage) {
        float[] values = sorted[label];
        int k = Math.min(values.length, (int) ((1 - coverage) * (values.length + 1) + ROUNDING));
        return k == 0 ? 0 : values[k - 1];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PredictionSets that && Arrays.deepEquals(sorted, that.sorted);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(sorted);
    }

    /** For example {@code prediction sets of 3 classes from 611 probabilities}. */
    @Override
    public String toString() {
        return "prediction sets of " + sorted.length + " classes from "
                + Arrays.stream(sorted).mapToInt(values -> values.length).sum() + " probabilities";
    }
}

package terzi.inference;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Everything a classifier file computes for a batch of N images with K labels. The arrays are copied.
 *
 * @param probabilities {@code [N, K]}, 0..1, each row sums to 1
 * @param logits {@code [N, K]}, the network's answers before temperature and softmax
 * @param features {@code [N, F]}, the input of the network's last layer, for search by likeness; F is 0 if the file
 *     computes none, see {@link ClassifierInfo#features()}
 * @param strangeness {@code [N]}, 0..1, see {@link Prediction#strangeness()}; {@code [0]} if the file computes none, see
 *     {@link ClassifierInfo#strangeness()}
 * @param activationMaps N lists of K maps, one for each label; of none unless {@link ClassifierInfo#activationMap()}
 */
@SuppressWarnings("ArrayRecordComponent") // copied and compared by value
public record Outputs(
        float[][] probabilities,
        float[][] logits,
        float[][] features,
        float[] strangeness,
        List<List<ActivationMap>> activationMaps) {

    /**
     * Creates outputs from copies of the arrays.
     *
     * @param probabilities {@code [N, K]}, 0..1, each row sums to 1
     * @param logits {@code [N, K]}, the network's answers before temperature and softmax
     * @param features {@code [N, F]}, the input of the network's last layer, for search by likeness; F is 0 if the file
     *     computes none, see {@link ClassifierInfo#features()}
     * @param strangeness {@code [N]}, 0..1, see {@link Prediction#strangeness()}; {@code [0]} if the file computes none,
     *     see {@link ClassifierInfo#strangeness()}
     * @param activationMaps N lists of K maps, one for each label; of none unless {@link
     *     ClassifierInfo#activationMap()}
     * @throws IllegalArgumentException if the arrays have different numbers of images
     */
    public Outputs {
        int n = probabilities.length;
        if (logits.length != n
                || features.length != n
                || activationMaps.size() != n
                || (strangeness.length != n && strangeness.length != 0)) {
            throw new IllegalArgumentException("outputs of " + n + " images, expected as many of each, found "
                    + logits.length + " logits, " + features.length + " features, " + strangeness.length
                    + " values of strangeness, " + activationMaps.size() + " activation maps");
        }
        probabilities = copy(probabilities);
        logits = copy(logits);
        features = copy(features);
        strangeness = strangeness.clone();
        activationMaps = activationMaps.stream().map(List::copyOf).toList();
    }

    private static float[][] copy(float[][] rows) {
        return Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new);
    }

    /** The answers to the first images alone. */
    Outputs first(int count) {
        return count == size()
                ? this
                : new Outputs(
                        Arrays.copyOf(probabilities, count),
                        Arrays.copyOf(logits, count),
                        Arrays.copyOf(features, count),
                        Arrays.copyOf(strangeness, Math.min(strangeness.length, count)),
                        activationMaps.subList(0, count));
    }

    /** The answers of several runs of one network, one after the other. */
    static Outputs joined(List<Outputs> runs) {
        return runs.size() == 1
                ? runs.get(0)
                : new Outputs(
                        rows(runs, run -> run.probabilities),
                        rows(runs, run -> run.logits),
                        rows(runs, run -> run.features),
                        strangeness(runs),
                        runs.stream()
                                .flatMap(run -> run.activationMaps.stream())
                                .toList());
    }

    private static float[][] rows(List<Outputs> runs, Function<Outputs, float[][]> output) {
        return runs.stream().flatMap(run -> Arrays.stream(output.apply(run))).toArray(float[][]::new);
    }

    private static float[] strangeness(List<Outputs> runs) {
        FloatBuffer all = FloatBuffer.allocate(
                runs.stream().mapToInt(run -> run.strangeness.length).sum());
        runs.forEach(run -> all.put(run.strangeness));
        return all.array();
    }

    /**
     * Gives these answers back if all of them are finite.
     *
     * @throws InferenceException when one is not
     */
    Outputs requireFinite(String network) {
        FiniteAnswers finite = FiniteAnswers.of(network, size());
        finite.require("logits", logits);
        finite.require("probabilities", probabilities);
        finite.require("features", features);
        for (int image = 0; image < strangeness.length; image++) {
            finite.require("strangeness", new float[] {strangeness[image]}, image);
        }
        for (int image = 0; image < size(); image++) {
            for (ActivationMap map : activationMaps.get(image)) {
                finite.require("activation map", map.values(), image);
            }
        }
        return this;
    }

    /** {@return the number N of images} */
    public int size() {
        return probabilities.length;
    }

    /** {@return a copy of the probabilities {@code [N, K]}, 0..1} */
    @Override
    public float[][] probabilities() {
        return copy(probabilities);
    }

    /** {@return a copy of the logits {@code [N, K]}, before temperature and softmax} */
    @Override
    public float[][] logits() {
        return copy(logits);
    }

    /** {@return a copy of the features {@code [N, F]}} */
    @Override
    public float[][] features() {
        return copy(features);
    }

    /** {@return a copy of the strangeness {@code [N]}, 0..1; {@code [0]} if the file computes none} */
    @Override
    public float[] strangeness() {
        return strangeness.clone();
    }

    /**
     * {@return the class activation map of a label; empty unless the network ends in global average pooling and a head
     * on its means}
     *
     * @param image position of the image, from 0
     * @param label index of the label
     */
    public Optional<ActivationMap> activationMap(int image, int label) {
        List<ActivationMap> maps = activationMaps.get(image);
        return maps.isEmpty() ? Optional.empty() : Optional.of(maps.get(label));
    }

    /**
     * {@return what at each place speaks for a label rather than for the others: its activation map minus the mean of
     * the maps of all labels, since a softmax only sees how far a logit is above the others; empty as for {@link
     * #activationMap}}
     *
     * @param image position of the image, from 0
     * @param label index of the label
     */
    public Optional<ActivationMap> contrastMap(int image, int label) {
        List<ActivationMap> maps = activationMaps.get(image);
        return activationMap(image, label).map(map -> {
            float[] values = map.values();
            for (ActivationMap other : maps) {
                for (int i = 0; i < values.length; i++) {
                    values[i] -= other.at(i % other.width(), i / other.width()) / maps.size();
                }
            }
            return new ActivationMap(map.width(), map.height(), values);
        });
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Outputs that
                && Arrays.deepEquals(probabilities, that.probabilities)
                && Arrays.deepEquals(logits, that.logits)
                && Arrays.deepEquals(features, that.features)
                && Arrays.equals(strangeness, that.strangeness)
                && activationMaps.equals(that.activationMaps);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(logits);
    }

    /** For example {@code outputs of 3 images}. */
    @Override
    public String toString() {
        return "outputs of " + size() + (size() == 1 ? " image" : " images");
    }
}

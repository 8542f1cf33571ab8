package terzi.inference;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Everything a classifier file computes for a batch of N images with K labels. */
public final class Outputs {

    private final float[][] probabilities;
    private final float[][] logits;
    private final float @Nullable [][] features;
    private final ActivationMap @Nullable [][] activationMaps;

    Outputs(
            float[][] probabilities,
            float[][] logits,
            float @Nullable [][] features,
            ActivationMap @Nullable [][] activationMaps) {
        this.probabilities = probabilities;
        this.logits = logits;
        this.features = features;
        this.activationMaps = activationMaps;
    }

    /** The answers to the first images alone. */
    Outputs first(int count) {
        return count == size()
                ? this
                : new Outputs(
                        Arrays.copyOf(probabilities, count),
                        Arrays.copyOf(logits, count),
                        features == null ? null : Arrays.copyOf(features, count),
                        activationMaps == null ? null : Arrays.copyOf(activationMaps, count));
    }

    /** The answers of several runs of one network, one after the other. */
    static Outputs joined(List<Outputs> runs) {
        Outputs first = runs.get(0);
        if (runs.size() == 1) {
            return first;
        }
        return new Outputs(
                rows(runs, Outputs::probabilities),
                rows(runs, Outputs::logits),
                first.features == null ? null : rows(runs, run -> Objects.requireNonNull(run.features)),
                first.activationMaps == null
                        ? null
                        : runs.stream()
                                .flatMap(run -> Arrays.stream(Objects.requireNonNull(run.activationMaps)))
                                .toArray(ActivationMap[][]::new));
    }

    private static float[][] rows(List<Outputs> runs, Function<Outputs, float[][]> output) {
        return runs.stream().flatMap(run -> Arrays.stream(output.apply(run))).toArray(float[][]::new);
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
        if (features != null) {
            finite.require("features", features);
        }
        for (int image = 0; activationMaps != null && image < size(); image++) {
            for (ActivationMap map : activationMaps[image]) {
                finite.require("activation map", map.values(), image);
            }
        }
        return this;
    }

    /** How many images. */
    public int size() {
        return probabilities.length;
    }

    /** {@code [N, K]}, 0..1, each row sums to 1. The caller owns the arrays of this object. */
    public float[][] probabilities() {
        return probabilities;
    }

    /** {@code [N, K]}, what the network gives before temperature and softmax. */
    public float[][] logits() {
        return logits;
    }

    /** {@code [N, F]}, what the last layer of the network sees; for search by likeness. Absent if the file has none. */
    public Optional<float[][]> features() {
        return Optional.ofNullable(features);
    }

    /**
     * Where in the image the label was seen; absent unless the network ends in global average pooling and a head
     * on its means.
     */
    public Optional<ActivationMap> activationMap(int image, int label) {
        return activationMaps == null ? Optional.empty() : Optional.of(activationMaps[image][label]);
    }

    /**
     * What at each place speaks for a label rather than for the others: its activation map minus the mean of the maps of
     * all labels. A softmax only sees how far a logit is above the others.
     */
    public Optional<ActivationMap> contrastMap(int image, int label) {
        if (activationMaps == null) {
            return Optional.empty();
        }
        ActivationMap[] maps = activationMaps[image];
        float[] values = maps[label].values();
        for (ActivationMap other : maps) {
            for (int i = 0; i < values.length; i++) {
                values[i] -= other.at(i % other.width(), i / other.width()) / maps.length;
            }
        }
        return Optional.of(new ActivationMap(maps[label].width(), maps[label].height(), values));
    }
}

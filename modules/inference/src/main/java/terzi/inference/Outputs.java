package terzi.inference;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything a classifier file computes for a batch of N pictures with K labels. */
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

    /** How many pictures. */
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
     * Where in the picture the label was seen; absent unless the network ends in global average pooling and a head
     * on its means.
     */
    public Optional<ActivationMap> activationMap(int picture, int label) {
        return activationMaps == null ? Optional.empty() : Optional.of(activationMaps[picture][label]);
    }

    /**
     * What at each place speaks for a label rather than for the others: its activation map minus the mean of the maps of
     * all labels. A softmax only sees how far a logit is above the others.
     */
    public Optional<ActivationMap> contrastMap(int picture, int label) {
        if (activationMaps == null) {
            return Optional.empty();
        }
        ActivationMap[] maps = activationMaps[picture];
        float[] values = maps[label].values();
        for (ActivationMap other : maps) {
            for (int i = 0; i < values.length; i++) {
                values[i] -= other.at(i % other.width(), i / other.width()) / maps.length;
            }
        }
        return Optional.of(new ActivationMap(maps[label].width(), maps[label].height(), values));
    }
}

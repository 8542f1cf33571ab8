package terzi.training.finetune;

import java.util.Arrays;
import java.util.List;
import terzi.data.ClassWeights;
import terzi.data.Seeds;
import terzi.training.recipe.ClassWeighting;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.Sampling;

/** What is done about classes of unequal size. */
final class ClassBalance {
    private ClassBalance() {}

    static int[] counts(int[] labels, int classes) {
        int[] counts = new int[classes];
        for (int label : labels) {
            counts[label]++;
        }
        return counts;
    }

    /** How often each image is seen in a pass; depends on (seed, epoch) alone. */
    static int[] seen(int[] labels, int classes, Sampling sampling, long seed, int epoch) {
        int[] times = new int[labels.length];
        int[] counts = counts(labels, classes);
        if (sampling == Sampling.PLAIN) {
            Arrays.fill(times, 1);
            return times;
        }
        int wanted = sampling == Sampling.OVER
                ? Arrays.stream(counts).max().orElse(0)
                : Arrays.stream(counts).filter(count -> count > 0).min().orElse(0);
        int[] left = new int[classes];
        for (int c = 0; c < classes; c++) {
            left[c] = counts[c] == 0 ? 0 : wanted % counts[c];
        }
        for (int i : Seeds.permutation(labels.length, seed, epoch)) {
            int label = labels[i];
            times[i] = wanted / counts[label];
            if (left[label] > 0) {
                left[label]--;
                times[i]++;
            }
        }
        return times;
    }

    /** How much each image counts in the first stage: how often it is seen, times the weight of its class. */
    static double[] weights(int[] labels, List<String> names, FineTuningOptions options) {
        int classes = names.size();
        int[] times = seen(
                labels,
                classes,
                options.images().sampling(),
                options.training().execution().seed(),
                0);
        int[] counts = new int[classes];
        for (int i = 0; i < labels.length; i++) {
            counts[labels[i]] += times[i];
        }
        ClassWeighting weighting = options.training().regularisation().loss().classWeights();
        float[] ofClass = new float[classes];
        Arrays.fill(ofClass, 1);
        if (weighting instanceof ClassWeighting.Balanced) {
            ofClass = ClassWeights.balanced(counts);
        } else if (weighting instanceof ClassWeighting.Listed listed) {
            if (listed.weights().size() != classes) {
                throw new IllegalArgumentException("class weights: expected one for each of the " + classes
                        + " classes " + names + ", found " + listed.weights().size());
            }
            for (int c = 0; c < classes; c++) {
                ofClass[c] = listed.weights().get(c).floatValue();
            }
        }
        double[] weights = new double[labels.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = times[i] * ofClass[labels[i]];
        }
        return weights;
    }
}

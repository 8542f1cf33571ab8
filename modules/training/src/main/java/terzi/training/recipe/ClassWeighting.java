package terzi.training.recipe;

import java.util.List;

/** How much each class counts in the loss. */
public sealed interface ClassWeighting {
    /** Every image counts the same. */
    record Equal() implements ClassWeighting {}

    /** Class c weighs n / (k * n_c), so that every class counts the same in total. */
    record Balanced() implements ClassWeighting {}

    /** One weight for each class, in the order of the labels. */
    record Listed(List<Double> weights) implements ClassWeighting {
        /**
         * Creates the weights.
         *
         * @param weights one for each class, 0 and more
         * @throws IllegalArgumentException if there are none, or one is negative
         */
        public Listed {
            weights = List.copyOf(weights);
            if (weights.isEmpty()) {
                throw new IllegalArgumentException(
                        "weights must hold one number for each class, but the list is empty");
            }
            weights.forEach(weight -> Require.notNegative("weights", weight));
        }
    }
}

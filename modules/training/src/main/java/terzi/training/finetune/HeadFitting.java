package terzi.training.finetune;

import java.util.List;

/**
 * How the head is fitted to features: multinomial logistic regression on standardised features, minimised by L-BFGS.
 *
 * @param strengths of the L2 penalty that are tried: the objective is mean weighted cross-entropy + strength / 2 * |W|^2
 * @param folds of the cross-validation inside the training pictures that chooses among them; at least 2
 * @param iterations at most, for one fit
 * @param tolerance a fit ends when no component of the gradient is larger
 */
public record HeadFitting(List<Double> strengths, int folds, int iterations, double tolerance) {
    public HeadFitting {
        strengths = List.copyOf(strengths);
        if (strengths.isEmpty()) {
            throw new IllegalArgumentException("strengths must hold at least one number");
        }
        strengths.forEach(strength -> Check.positive("strengths", strength));
        Check.atLeast("folds", 2, folds);
        Check.atLeast("iterations", 1, iterations);
        Check.positive("tolerance", tolerance);
    }

    public static HeadFitting defaults() {
        return new HeadFitting(List.of(0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0), 5, 300, 1e-5);
    }
}

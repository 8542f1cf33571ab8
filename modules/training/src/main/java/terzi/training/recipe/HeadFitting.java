package terzi.training.recipe;

import java.util.List;
import terzi.files.Defaults;

/**
 * How the head is fitted to features. Every form is judged by the log-loss of a cross-validation inside the training images,
 * with the images of a group in one fold.
 *
 * <ul>
 *   <li>{@link HeadForm#DISCRIMINANT}: see {@link Discriminant};
 *   <li>{@link HeadForm#LINEAR}: multinomial logistic regression on standardised features, minimised by L-BFGS; it is also where
 *       the second stage begins;
 *   <li>{@link HeadForm#KERNEL}: weighted kernel ridge regression, solved exactly or with landmarks, see {@link Kernel};
 *   <li>{@link HeadForm#AUTO}: discriminant and kernel, and linear with more images than {@code max_rows} in very many classes.
 * </ul>
 *
 * @param form of the head that the first stage hands over
 * @param strengths of the linear head's L2 penalty that are tried: the objective is mean weighted cross-entropy + strength / 2
 *     * |W|^2
 * @param folds of the cross-validation inside the training images that chooses among settings; at least 2
 * @param iterations at most, for one fit of the linear head
 * @param tolerance a fit of the linear head ends when no component of the gradient is larger
 * @param kernel the kernel head's settings that are tried
 * @param discriminant the discriminant head's settings that are tried
 */
public record HeadFitting(
        HeadForm form,
        List<Double> strengths,
        int folds,
        int iterations,
        double tolerance,
        Kernel kernel,
        Discriminant discriminant) {
    /**
     * Creates the settings.
     *
     * @param form of the head that the first stage hands over
     * @param strengths L2 penalties of the linear head, at least one, above 0
     * @param folds of the cross-validation that chooses, 2 to 1000
     * @param iterations at most, for one fit of the linear head
     * @param tolerance largest component of the gradient at the end of a fit, above 0
     * @param kernel settings of the kernel head
     * @param discriminant settings of the discriminant head
     * @throws IllegalArgumentException if a value is out of its range
     */
    public HeadFitting {
        strengths = atLeastOne("strengths", strengths);
        Require.whole("folds", 2, 1000, folds);
        Require.whole("iterations", 1, 1_000_000, iterations);
        Require.positive("tolerance", 1e6, tolerance);
    }

    /**
     * {@return these settings with another form}
     *
     * @param newForm of the head that the first stage hands over
     */
    public HeadFitting withForm(HeadForm newForm) {
        return new HeadFitting(newForm, strengths, folds, iterations, tolerance, kernel, discriminant);
    }

    /**
     * Settings of the kernel head that are tried, one after the other from the middle of each list: first strengths, then
     * gammas, then powers. Features x become z = ±((|x| + e)^power - e^power), standardised, e being a tenth of the mean
     * |x|; two images are alike by exp(-gamma |z - z'|² / F). With a power below 1 it matters more whether a feature is there
     * than how strong it is.
     *
     * @param powers 0..1, 1 = features as they are
     * @param gammas how fast likeness falls with the distance
     * @param strengths of the penalty, in units of an image of mean weight
     * @param maxRows views of images that a kernel head is solved for exactly and compares with; with more images it sees fewer
     *     views, and with more images than this it compares with landmarks. Each row takes 4 F bytes of the file
     * @param landmarks images that a kernel head compares with where there are more than {@code max_rows}: it still learns from
     *     all (the Nyström approximation)
     */
    public record Kernel(List<Double> powers, List<Double> gammas, List<Double> strengths, int maxRows, int landmarks) {
        /** The kernel of so many rows is a square matrix of 6 GB; the next power of two would not fit into one array. */
        private static final int MOST_ROWS = 40_000;

        /**
         * Creates the settings.
         *
         * @param powers exponents of the features, at least one, 0..1
         * @param gammas falls of the likeness with the distance, at least one, above 0
         * @param strengths penalties, at least one, above 0
         * @param maxRows views of images that a kernel head is solved for exactly, 1 to 40000
         * @param landmarks images that a kernel head compares with where there are more, 1 to 40000
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Kernel {
            powers = atLeastOne("powers", powers);
            gammas = atLeastOne("gammas", gammas);
            strengths = atLeastOne("strengths", strengths);
            powers.forEach(power -> Require.between("powers", 0, 1, power));
            Require.whole("max_rows", 1, MOST_ROWS, maxRows);
            Require.whole("landmarks", 1, MOST_ROWS, landmarks);
        }

        /** {@return three values of each setting, up to 6000 rows, 4000 landmarks} */
        @Defaults
        public static Kernel defaults() {
            return new Kernel(List.of(0.2, 0.35, 0.5), List.of(0.2, 0.4, 0.8), List.of(0.03, 0.1, 0.3), 6000, 4000);
        }
    }

    /**
     * Settings of the discriminant head that are tried, first shrinkages from the middle power, then powers. On features z,
     * made as for a {@link Kernel}, the logits are the log-densities of normal distributions with the means of the classes and
     * one covariance, (1 - shrinkage) S + shrinkage * tr(S) / F * I, with the covariance S within classes (Friedman 1989,
     * "Regularized Discriminant Analysis"). With shrinkage 1 it is the nearest class mean.
     *
     * @param powers exponents of the features, 0..1, 1 = features as they are
     * @param shrinkages of the covariance towards a multiple of the identity, above 0, up to 1
     */
    public record Discriminant(List<Double> powers, List<Double> shrinkages) {
        /**
         * Creates the settings.
         *
         * @param powers exponents of the features, at least one, 0..1
         * @param shrinkages of the covariance, at least one, above 0, up to 1
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Discriminant {
            powers = atLeastOne("powers", powers);
            shrinkages = atLeastOne("shrinkages", shrinkages);
            powers.forEach(power -> Require.between("powers", 0, 1, power));
            shrinkages.forEach(shrinkage -> Require.positive("shrinkages", 1, shrinkage));
        }

        /** {@return three powers and eight shrinkages} */
        @Defaults
        public static Discriminant defaults() {
            return new Discriminant(List.of(0.2, 0.5, 1.0), List.of(0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95));
        }
    }

    private static List<Double> atLeastOne(String name, List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException(name + " must hold at least one number");
        }
        values.forEach(value -> Require.positive(name, 1e12, value));
        return List.copyOf(values);
    }

    /** {@return a head whose form is chosen} */
    @Defaults
    public static HeadFitting defaults() {
        return new HeadFitting(
                HeadForm.AUTO,
                List.of(0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
                5,
                300,
                1e-5,
                Kernel.defaults(),
                Discriminant.defaults());
    }
}

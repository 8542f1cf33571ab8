package terzi.training.finetune;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntPredicate;
import terzi.data.Splits;
import terzi.training.finetune.FineTuningListener.Work;
import terzi.training.finetune.FineTuningResult.Trial;
import terzi.training.recipe.HeadFitting;
import terzi.training.run.Cancellation;
import terzi.training.run.TrainingException;

/** The first stage with a {@link LinearHead}, its penalty chosen by cross-validation inside its images. */
final class HeadFitter {
    /** The strengths are tried from strong to weak; after this many in a row that are worse, the rest is left out. */
    private static final int WORSE_IN_A_ROW = 2;

    /** Choosing needs less exactness than the fit that is kept. */
    private static final double CHOOSING_TOLERANCE = 10;

    private HeadFitter() {}

    /** Features of view {@code view} of image {@code image}, counted within these images. */
    @FunctionalInterface
    interface Features {
        float[] of(int image, int view);
    }

    /**
     * What is learned from.
     *
     * @param labels the class of each image
     * @param weights how much each image counts
     * @param width of the features
     * @param views of each image
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Data(Features features, int[] labels, double[] weights, int classes, int width, int views) {}

    static HeadFit<LinearHead> fit(
            NDManager manager,
            Data data,
            HeadFitting options,
            long seed,
            Cancellation cancellation,
            FineTuningListener listener) {
        int rows = data.labels().length * data.views();
        int[] labels = new int[rows];
        for (int r = 0; r < rows; r++) {
            labels[r] = data.labels()[r / data.views()];
        }
        Objective.Rows source = r -> data.features().of(r / data.views(), r % data.views());
        Scaling scaling = Scaling.of(source, rows, data.width());
        try (Objective objective =
                new Objective(manager, source, labels, data.classes(), scaling.mean(), scaling.factor())) {
            return new Search(objective, data, options, seed, cancellation, listener).run(scaling);
        }
    }

    /** Mean of each feature and what makes its deviation 1. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Scaling(float[] mean, float[] factor) {
        static Scaling of(Objective.Rows source, int rows, int width) {
            double[] sum = new double[width];
            double[] squares = new double[width];
            for (int r = 0; r < rows; r++) {
                float[] row = source.at(r);
                for (int f = 0; f < width; f++) {
                    sum[f] += row[f];
                }
            }
            float[] mean = new float[width];
            for (int f = 0; f < width; f++) {
                mean[f] = (float) (sum[f] / rows);
            }
            for (int r = 0; r < rows; r++) {
                float[] row = source.at(r);
                for (int f = 0; f < width; f++) {
                    double d = row[f] - mean[f];
                    squares[f] += d * d;
                }
            }
            float[] factor = new float[width];
            for (int f = 0; f < width; f++) {
                double deviation = Math.sqrt(squares[f] / rows);
                factor[f] = deviation > 1e-6 * Math.max(1e-3, Math.abs(mean[f])) ? (float) (1 / deviation) : 1;
            }
            return new Scaling(mean, factor);
        }

        /** The head on plain features that answers like {@code point} on standardised ones. */
        LinearHead folded(double[] point, int classes) {
            int width = mean.length;
            float[] weight = new float[classes * width];
            float[] bias = new float[classes];
            for (int c = 0; c < classes; c++) {
                double shift = point[classes * width + c];
                for (int f = 0; f < width; f++) {
                    double w = point[c * width + f] * factor[f];
                    weight[c * width + f] = (float) w;
                    shift -= w * mean[f];
                }
                bias[c] = (float) shift;
            }
            return new LinearHead(weight, bias);
        }
    }

    /** One choice of the strength and the fit with it. */
    private static final class Search {
        private final Objective objective;
        private final Data data;
        private final HeadFitting options;
        private final List<Splits.Split> folds;
        private final Cancellation cancellation;
        private final Meter meter;
        private final double[][] points;
        private double[][] bestPoints;

        Search(
                Objective objective,
                Data data,
                HeadFitting options,
                long seed,
                Cancellation cancellation,
                FineTuningListener listener) {
            this.objective = objective;
            this.data = data;
            this.options = options;
            this.folds = Splits.folds(data.labels(), Math.min(options.folds(), data.labels().length), seed);
            this.cancellation = cancellation;
            this.meter =
                    new Meter(listener, Work.HEAD, 0, (long) options.strengths().size() * folds.size() + 1);
            this.points = new double[folds.size()][objective.size()];
            this.bestPoints = points;
        }

        HeadFit<LinearHead> run(Scaling scaling) {
            List<Double> strengths = options.strengths().stream()
                    .sorted(Comparator.reverseOrder())
                    .toList();
            List<Trial> tried = new ArrayList<>();
            double best = Double.POSITIVE_INFINITY;
            double chosen = strengths.get(0);
            float[][] outOfFold = new float[data.labels().length][data.classes()];
            int worse = 0;
            for (double strength : strengths) {
                float[][] logits = new float[data.labels().length][];
                double logLoss = crossValidated(strength, logits);
                tried.add(new Trial(text(strength), logLoss));
                if (logLoss < best) {
                    best = logLoss;
                    chosen = strength;
                    outOfFold = logits;
                    bestPoints = Arrays.stream(points).map(double[]::clone).toArray(double[][]::new);
                    worse = 0;
                } else if (++worse == WORSE_IN_A_ROW) {
                    meter.add((long) (strengths.size() - tried.size()) * folds.size());
                    break;
                }
            }
            if (Double.isInfinite(best)) {
                throw new TrainingException("the head's loss is not a finite number at any of the strengths "
                        + strengths + "; look at the range of the features");
            }
            Lbfgs.Minimum minimum = Lbfgs.minimise(
                    objective.function(rowWeights(image -> true), chosen),
                    mean(bestPoints),
                    options.iterations(),
                    options.tolerance());
            meter.add(1);
            String note = minimum.converged() ? "" : ", stopped after " + minimum.iterations() + " iterations";
            return new HeadFit<>(
                    scaling.folded(minimum.point(), data.classes()), tried, text(chosen) + note, outOfFold);
        }

        private static String text(double strength) {
            return "linear, strength " + strength;
        }

        /** The mean weighted log-loss over the images that are held out; fills in their logits. */
        private double crossValidated(double strength, float[][] logits) {
            double loss = 0;
            double sum = 0;
            for (int f = 0; f < folds.size(); f++) {
                if (cancellation.isRequested()) {
                    throw new CancellationException("fine-tuning was cancelled while the head was fitted");
                }
                boolean[] held = held(folds.get(f).held());
                Lbfgs.Minimum minimum = Lbfgs.minimise(
                        objective.function(rowWeights(image -> !held[image]), strength),
                        points[f],
                        options.iterations(),
                        options.tolerance() * CHOOSING_TOLERANCE);
                points[f] = minimum.point();
                float[] all = objective.logits(points[f], data.views());
                for (int image : folds.get(f).held()) {
                    float[] own = Arrays.copyOfRange(all, image * data.classes(), (image + 1) * data.classes());
                    logits[image] = own;
                    // an image that is the only one of its class taught too
                    if (held[image]) {
                        loss += data.weights()[image] * LogitMetrics.logLoss(own, data.labels()[image]);
                        sum += data.weights()[image];
                    }
                }
                meter.add(1);
            }
            return loss / sum;
        }

        private boolean[] held(int[] images) {
            int[] counts = new int[data.classes()];
            for (int label : data.labels()) {
                counts[label]++;
            }
            boolean[] held = new boolean[data.labels().length];
            for (int image : images) {
                held[image] = counts[data.labels()[image]] > 1;
            }
            return held;
        }

        private double[] rowWeights(IntPredicate counts) {
            double[] weights = new double[data.labels().length * data.views()];
            for (int r = 0; r < weights.length; r++) {
                int image = r / data.views();
                weights[r] = counts.test(image) ? data.weights()[image] : 0;
            }
            return weights;
        }

        private static double[] mean(double[][] points) {
            double[] mean = new double[points[0].length];
            for (double[] point : points) {
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += point[i] / points.length;
                }
            }
            return mean;
        }
    }
}

package terzi.training.finetune;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntPredicate;
import terzi.data.Splits;
import terzi.training.recipe.HeadFitting;
import terzi.training.run.Cancellation;

/** Fits a {@link LinearHead}: logistic regression with several strengths of the penalty, from strong to weak. */
final class HeadFitter implements AutoCloseable {
    /** After so many strengths in a row that are worse, the rest is left out. */
    private static final int WORSE_IN_A_ROW = 2;

    /** Choosing needs less exactness than the fit that is kept. */
    private static final double CHOOSING_TOLERANCE = 10;

    private final Data data;
    private final HeadFitting options;
    private final Search search;
    private final int simplicity;
    private final String on;
    private final Scaling scaling;
    private final Objective objective;
    private String note = "";

    /** Features of view {@code view} of image {@code image}, counted within these images; {@code [F]} or longer. */
    @FunctionalInterface
    interface Features {
        float[] of(int image, int view);
    }

    /**
     * What is learned from.
     *
     * @param labels the class of each image
     * @param weights how much each image counts
     * @param width of the features; of longer rows the first ones count
     * @param views of each image
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Data(Features features, int[] labels, double[] weights, int classes, int width, int views) {
        Data withWidth(int newWidth) {
            return new Data(features, labels, weights, classes, newWidth, views);
        }

        Data withViews(int newViews) {
            return new Data(features, labels, weights, classes, width, newViews);
        }
    }

    /** How settings are compared: the inner folds, and who is told. */
    record Search(List<Splits.Split> folds, Cancellation cancellation, Meter meter) {}

    /** @param on what the features are, for people */
    HeadFitter(NDManager manager, Data data, HeadFitting options, Search search, int simplicity, String on) {
        this.data = data;
        this.options = options;
        this.search = search;
        this.simplicity = simplicity;
        this.on = on;
        int rows = data.labels().length * data.views();
        int[] labels = new int[rows];
        for (int r = 0; r < rows; r++) {
            labels[r] = data.labels()[r / data.views()];
        }
        Objective.Rows source = r -> data.features().of(r / data.views(), r % data.views());
        this.scaling = Scaling.of(source, rows, data.width());
        this.objective = new Objective(manager, source, labels, data.classes(), scaling.mean(), scaling.factor());
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

    List<HeadCandidate> search() {
        List<Double> strengths =
                options.strengths().stream().sorted(Comparator.reverseOrder()).toList();
        double[][] points = new double[search.folds().size()][objective.size()];
        List<HeadCandidate> found = new ArrayList<>();
        double best = Double.POSITIVE_INFINITY;
        int worse = 0;
        for (double strength : strengths) {
            float[][] logits = crossValidated(strength, search.folds(), points);
            double[][] reached = Arrays.stream(points).map(double[]::clone).toArray(double[][]::new);
            HeadCandidate candidate = HeadCandidate.of(
                    "linear" + on + ", strength " + strength,
                    simplicity,
                    logits,
                    data,
                    factor -> head(strength, mean(reached)).scaled(factor),
                    others -> crossValidated(strength, others, new double[others.size()][objective.size()]));
            found.add(candidate);
            search.meter().add(search.folds().size());
            if (candidate.logLoss() < best) {
                best = candidate.logLoss();
                worse = 0;
            } else if (++worse == WORSE_IN_A_ROW) {
                break;
            }
        }
        search.meter()
                .add((long) (strengths.size() - found.size()) * search.folds().size());
        return found;
    }

    private LinearHead head(double strength, double[] start) {
        Lbfgs.Minimum minimum = Lbfgs.minimise(
                objective.function(rowWeights(image -> true), strength),
                start,
                options.iterations(),
                options.tolerance());
        note = minimum.converged() ? "" : ", stopped after " + minimum.iterations() + " iterations";
        return scaling.folded(minimum.point(), data.classes());
    }

    /** What is to be said of the last head, or nothing. */
    String note() {
        return note;
    }

    /**
     * Logits of the images that are held out, {@code [N, K]}.
     *
     * @param points where each fold's fit begins, and then where it ended
     */
    private float[][] crossValidated(double strength, List<Splits.Split> folds, double[][] points) {
        float[][] logits = new float[data.labels().length][];
        for (int f = 0; f < folds.size(); f++) {
            if (search.cancellation().isRequested()) {
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
                logits[image] = Arrays.copyOfRange(all, image * data.classes(), (image + 1) * data.classes());
            }
        }
        return logits;
    }

    /** An image that is the only one of its class teaches in every fold. */
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

    @Override
    public void close() {
        objective.close();
    }
}

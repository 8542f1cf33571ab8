package terzi.training.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import terzi.data.Splits;
import terzi.training.recipe.HeadFitting.Discriminant;
import terzi.training.run.Cancellation;
import terzi.training.torchscript.ScriptModule;

/**
 * Fits a {@link DiscriminantHead}: (1 - s) S + s tr(S) / F I with the pooled covariance S within classes, solved for the class
 * means. With fewer rows than features the system is that of the rows (Woodbury's identity). Products and solutions are float64.
 */
final class DiscriminantFitter implements AutoCloseable {
    private static final String METHODS =
            """
            def parts(self, z: Tensor, y: Tensor) -> List[Tensor]:
              torch.set_grad_enabled(False)
              d = torch.to(z, 7)
              count = torch.clamp(torch.sum(y, [0]), 1.0)
              mean = torch.div(torch.matmul(torch.t(y), d), torch.unsqueeze(count, 1))
              rest = d - torch.matmul(y, mean)
              return [mean, rest, torch.matmul(rest, torch.t(rest))]
            def moments(self, z: Tensor, y: Tensor) -> List[Tensor]:
              torch.set_grad_enabled(False)
              d = torch.to(z, 7)
              return [torch.matmul(torch.t(d), d), torch.matmul(torch.t(y), d), torch.sum(y, [0])]
            def within(self, second: Tensor, sums: Tensor, counts: Tensor) -> List[Tensor]:
              torch.set_grad_enabled(False)
              mean = torch.div(sums, torch.unsqueeze(torch.clamp(counts, 1.0), 1))
              return [mean, second - torch.matmul(torch.mul(torch.t(mean), counts), mean)]
            def primal(self, mean: Tensor, p: Tensor, rows: float, shrinkage: float) -> Tensor:
              torch.set_grad_enabled(False)
              tau = torch.clamp(torch.div(torch.sum(torch.diagonal(p)), rows * float(p.size(0)) / shrinkage), 1e-12)
              a = torch.mul(p, (1.0 - shrinkage) / rows)
              torch.add_(torch.diagonal(a), tau)
              return torch.t(torch.cholesky_solve(torch.t(mean), torch.linalg_cholesky(a)))
            def dual(self, mean: Tensor, rest: Tensor, p: Tensor, shrinkage: float) -> Tensor:
              torch.set_grad_enabled(False)
              rows = float(rest.size(0))
              tau = torch.clamp(torch.div(torch.sum(torch.diagonal(p)), rows * float(rest.size(1)) / shrinkage), 1e-12)
              a = torch.mul(p, (1.0 - shrinkage) / rows)
              torch.add_(torch.diagonal(a), tau)
              x = torch.cholesky_solve(torch.matmul(rest, torch.t(mean)), torch.linalg_cholesky(a))
              return torch.div(mean - torch.matmul(torch.t(torch.mul(x, (1.0 - shrinkage) / rows)), rest), tau)
            def bias(self, w: Tensor, mean: Tensor) -> Tensor:
              torch.set_grad_enabled(False)
              return torch.mul(torch.sum(torch.mul(w, mean), [1]), -0.5)
            def answers(self, z: Tensor, w: Tensor, b: Tensor) -> Tensor:
              torch.set_grad_enabled(False)
              return torch.matmul(torch.to(z, 7), torch.t(w)) + b
            """;

    private static final int CHUNK_ROWS = 2048;

    private final NDManager manager;
    private final ScriptModule module;
    private final Powers powers;
    private final HeadFitter.Data data;
    private final List<Splits.Split> folds;
    private final int simplicity;
    private final String on;
    private final Cancellation cancellation;
    private final Meter meter;

    /** @param on what the features are, for people */
    DiscriminantFitter(
            NDManager parent,
            Powers powers,
            HeadFitter.Data data,
            HeadFitter.Search search,
            int simplicity,
            String on) {
        this.manager = parent.newSubManager();
        this.module = ScriptModule.load(manager, METHODS);
        this.powers = powers;
        this.data = data;
        this.folds = search.folds();
        this.simplicity = simplicity;
        this.on = on;
        this.cancellation = search.cancellation();
        this.meter = search.meter();
    }

    /** Shrinkages at the middle power first, then the best one and its neighbours at the other powers. */
    List<HeadCandidate> search(Discriminant settings) {
        List<Double> shrinkages = settings.shrinkages().stream().sorted().toList();
        double middle = settings.powers().get(settings.powers().size() / 2);
        List<HeadCandidate> found = new ArrayList<>(judged(middle, shrinkages));
        int best = IntStream.range(0, shrinkages.size())
                .boxed()
                .min(Comparator.comparingDouble(i -> found.get(i).logLoss()))
                .orElseThrow();
        List<Double> near = shrinkages.subList(Math.max(0, best - 1), Math.min(shrinkages.size(), best + 2));
        for (double power : settings.powers()) {
            if (power != middle) {
                found.addAll(judged(power, near));
            }
        }
        return found;
    }

    /** Candidates of one power, in the order of the shrinkages. */
    List<HeadCandidate> judged(double power, List<Double> shrinkages) {
        float[][][] logits = outOfFold(power, shrinkages, folds);
        meter.add(1);
        List<HeadCandidate> candidates = new ArrayList<>();
        for (int s = 0; s < shrinkages.size(); s++) {
            double shrinkage = shrinkages.get(s);
            double scale = spread(logits[s]);
            candidates.add(HeadCandidate.of(
                    String.format(Locale.ROOT, "discriminant%s, power %s, shrinkage %s", on, power, shrinkage),
                    simplicity,
                    scaled(logits[s], 1 / scale),
                    data,
                    factor -> head(power, shrinkage, factor / scale),
                    others -> scaled(outOfFold(power, List.of(shrinkage), others)[0], 1 / scale)));
        }
        return candidates;
    }

    /** Root mean square of the logits around their means: densities in many dimensions differ by hundreds. */
    private static double spread(float[][] logits) {
        double squares = 0;
        long count = 0;
        for (float[] row : logits) {
            double mean = 0;
            for (float logit : row) {
                mean += logit / row.length;
            }
            for (float logit : row) {
                squares += (logit - mean) * (logit - mean);
                count++;
            }
        }
        return squares > 0 ? Math.sqrt(squares / count) : 1;
    }

    private static float[][] scaled(float[][] logits, double factor) {
        return Arrays.stream(logits)
                .map(row -> LogitMetrics.scaled(row, factor))
                .toArray(float[][]::new);
    }

    /** Means, what solves for them, and how much each class counts; of all rows but those of one fold. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Equations(NDArray mean, DoubleFunction<NDArray> solve, double[] priors) {}

    /** Logits of held-out images by shrinkage, {@code [S][N, K]}. */
    private float[][][] outOfFold(double power, List<Double> shrinkages, List<Splits.Split> divided) {
        float[][][] logits = new float[shrinkages.size()][data.labels().length][];
        Powers.Powered powered = powers.of(power);
        try (NDManager scope = manager.newSubManager()) {
            Moments moments = isDual() ? null : new Moments(scope, powered, divided);
            for (int f = 0; f < divided.size(); f++) {
                if (cancellation.isRequested()) {
                    throw new CancellationException("fine-tuning was cancelled while the head was fitted");
                }
                try (NDManager inner = scope.newSubManager()) {
                    Splits.Split split = divided.get(f);
                    Equations equations =
                            moments == null ? dual(inner, powered, split.kept()) : moments.without(inner, f, split);
                    for (int s = 0; s < shrinkages.size(); s++) {
                        NDArray weight = equations.solve().apply(shrinkages.get(s));
                        NDArray bias = inner.create(bias(inner, weight, equations));
                        for (int start = 0; start < split.held().length; start += CHUNK_ROWS) {
                            int[] images = Arrays.copyOfRange(
                                    split.held(), start, Math.min(split.held().length, start + CHUNK_ROWS));
                            answer(inner, powered, images, weight, bias, equations.priors(), logits[s]);
                        }
                    }
                }
            }
        }
        return logits;
    }

    private void answer(
            NDManager scope,
            Powers.Powered powered,
            int[] images,
            NDArray weight,
            NDArray bias,
            double[] priors,
            float[][] logits) {
        NDArray z = powers.rows(scope, powered, images, 1);
        double[] all = module.call(scope, "answers", z, weight, bias)
                .singletonOrThrow()
                .toDoubleArray();
        int classes = data.classes();
        for (int i = 0; i < images.length; i++) {
            float[] own = new float[classes];
            float least = Float.POSITIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                own[c] = (float) all[i * classes + c];
                least = priors[c] > 0 ? Math.min(least, own[c]) : least;
            }
            for (int c = 0; c < classes; c++) {
                own[c] = priors[c] > 0 ? own[c] : least; // all images of the class are in this fold
            }
            logits[images[i]] = own;
        }
    }

    private boolean isDual() {
        return data.labels().length * data.views() <= data.width();
    }

    private Equations dual(NDManager scope, Powers.Powered powered, int[] images) {
        NDArray z = powers.rows(scope, powered, images, data.views());
        NDList parts = module.call(scope, "parts", z, oneHot(scope, images));
        return new Equations(
                parts.get(0),
                shrinkage -> module.call(scope, "dual", parts.get(0), parts.get(1), parts.get(2), shrinkage)
                        .singletonOrThrow(),
                priors(images));
    }

    /** Sums of each fold, from which those of all the others follow. */
    private final class Moments {
        private final List<NDList> ofFold = new ArrayList<>();

        Moments(NDManager scope, Powers.Powered powered, List<Splits.Split> divided) {
            for (Splits.Split split : divided) {
                ofFold.add(sums(scope, powered, split.held()));
            }
        }

        Equations without(NDManager scope, int left, Splits.Split split) {
            NDList total = new NDList();
            for (int f = 0; f < ofFold.size(); f++) {
                if (f != left && total.isEmpty()) {
                    ofFold.get(f).forEach(sum -> total.add(copied(scope, sum)));
                } else if (f != left) {
                    add(total, ofFold.get(f));
                }
            }
            return primal(scope, total.isEmpty() ? ofFold.get(left) : total, split.kept());
        }
    }

    private NDList sums(NDManager scope, Powers.Powered powered, int[] images) {
        NDList total = new NDList();
        for (int start = 0; start < images.length; start += CHUNK_ROWS) {
            int[] some = Arrays.copyOfRange(images, start, Math.min(images.length, start + CHUNK_ROWS));
            try (NDManager inner = scope.newSubManager()) {
                NDArray z = powers.rows(inner, powered, some, data.views());
                NDList one = module.call(inner, "moments", z, oneHot(inner, some));
                if (total.isEmpty()) {
                    one.attach(scope);
                    total.addAll(one);
                } else {
                    add(total, one);
                }
            }
        }
        return total;
    }

    private static NDArray copied(NDManager scope, NDArray sum) {
        NDArray copy = sum.duplicate();
        copy.attach(scope);
        return copy;
    }

    /** Adds in place: a sum of squares has 75 MB with two stages of ResNet-50. */
    private static void add(NDList total, NDList one) {
        for (int k = 0; k < one.size(); k++) {
            total.get(k).addi(one.get(k));
        }
    }

    private Equations primal(NDManager scope, NDList sums, int[] images) {
        NDList within = module.call(scope, "within", sums.get(0), sums.get(1), sums.get(2));
        double rows = (double) images.length * data.views();
        return new Equations(
                within.get(0),
                shrinkage -> module.call(scope, "primal", within.get(0), within.get(1), rows, shrinkage)
                        .singletonOrThrow(),
                priors(images));
    }

    private double[] bias(NDManager scope, NDArray weight, Equations equations) {
        double[] bias = module.call(scope, "bias", weight, equations.mean())
                .singletonOrThrow()
                .toDoubleArray();
        for (int c = 0; c < bias.length; c++) {
            bias[c] += equations.priors()[c] > 0 ? Math.log(equations.priors()[c]) : 0;
        }
        return bias;
    }

    private double[] priors(int[] images) {
        double[] priors = new double[data.classes()];
        double total = 0;
        for (int image : images) {
            priors[data.labels()[image]] += data.weights()[image];
            total += data.weights()[image];
        }
        for (int c = 0; c < priors.length; c++) {
            priors[c] /= total;
        }
        return priors;
    }

    private NDArray oneHot(NDManager scope, int[] images) {
        double[] values = new double[images.length * data.views() * data.classes()];
        for (int r = 0; r < images.length * data.views(); r++) {
            values[r * data.classes() + data.labels()[images[r / data.views()]]] = 1;
        }
        return scope.create(values, new Shape((long) images.length * data.views(), data.classes()));
    }

    private DiscriminantHead head(double power, double shrinkage, double factor) {
        Powers.Powered powered = powers.of(power);
        int[] all = IntStream.range(0, data.labels().length).toArray();
        try (NDManager scope = manager.newSubManager()) {
            Equations equations = isDual() ? dual(scope, powered, all) : primal(scope, sums(scope, powered, all), all);
            NDArray weight = equations.solve().apply(shrinkage);
            DoubleUnaryOperator scaled = value -> value * factor;
            return new DiscriminantHead(
                    powers.features(powered),
                    floats(weight.toDoubleArray(), scaled),
                    floats(bias(scope, weight, equations), scaled));
        }
    }

    private static float[] floats(double[] values, DoubleUnaryOperator change) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) change.applyAsDouble(values[i]);
        }
        return floats;
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}

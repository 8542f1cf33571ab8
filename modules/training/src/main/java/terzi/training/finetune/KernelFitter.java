package terzi.training.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import terzi.data.Splits;
import terzi.training.finetune.FineTuningListener.Work;
import terzi.training.finetune.FineTuningResult.Trial;
import terzi.training.recipe.HeadFitting;
import terzi.training.recipe.HeadFitting.Kernel;
import terzi.training.run.Cancellation;
import terzi.training.run.TrainingException;
import terzi.training.torchscript.ScriptModule;

/**
 * The first stage with a {@link KernelHead}: weighted kernel ridge regression onto +1 for the right class and -1 for the
 * others, (K + strength / w) a = t, see Rifkin and Lippert 2007, "Notes on Regularized Least Squares". The answers for a fold
 * that is held out follow from the same inverse, so that a setting is judged by solving once. Products are float32, all else
 * float64.
 */
final class KernelFitter implements AutoCloseable {
    private static final String METHODS =
            """
            def magnitude(self, x: Tensor) -> Tensor:
              torch.set_grad_enabled(False)
              return torch.mean(torch.abs(x))
            def standardised(self, x: Tensor, power: float, offset: float) -> List[Tensor]:
              torch.set_grad_enabled(False)
              p = (self).powered(x, power, offset)
              mean = torch.mean(p, [0])
              deviation = torch.std(p, [0], False)
              varies = torch.gt(deviation, torch.mul(torch.clamp(torch.abs(mean), 1e-3), 1e-6))
              factor = torch.where(varies, torch.reciprocal(deviation), torch.zeros_like(deviation))
              factor = torch.div(factor, float(x.size(1)) ** 0.5)
              return [(p - mean) * factor, mean, factor]
            def solve(self, d: Tensor, gamma: float, ridge: Tensor, t: Tensor) -> List[Tensor]:
              torch.set_grad_enabled(False)
              k = torch.exp(torch.mul(d, -gamma))
              torch.add_(torch.diagonal(k), ridge)
              inverse = torch.cholesky_inverse(torch.linalg_cholesky(k))
              return [inverse, torch.matmul(inverse, t)]
            def held(self, inverse: Tensor, a: Tensor, t: Tensor, rows: Tensor) -> Tensor:
              torch.set_grad_enabled(False)
              part = torch.index_select(torch.index_select(inverse, 0, rows), 1, rows)
              return torch.index_select(t, 0, rows) - torch.linalg_solve(part, torch.index_select(a, 0, rows))
            """;

    /** What is added to |x| before the power, as a share of the mean |x|: it keeps the slope at 0 finite. */
    private static final double OFFSET = 0.1;

    /** An image that does not count has this weight, so that one over it is a number. */
    private static final double NO_WEIGHT = 1e-9;

    private final NDManager manager;
    private final ScriptModule module;
    private final HeadFitter.Data data;
    private final int views;
    private final Kernel kernel;
    private final List<Splits.Split> folds;
    private final boolean[] alone;
    private final Cancellation cancellation;
    private final Meter meter;
    private final NDArray x;
    private final NDArray targets;
    private final double[] means;
    private final double[] rowWeights;
    private final double offset;
    private @Nullable Distances distances;

    /** One setting. */
    private record Setting(double power, double gamma, double strength) {
        String text() {
            return String.format(Locale.ROOT, "kernel, power %s, gamma %s, strength %s", power, gamma, strength);
        }
    }

    /** Between all rows, for one power. */
    private record Distances(double power, NDManager scope, NDArray z, NDArray mean, NDArray factor, NDArray all) {}

    /** What a setting gives. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Outcome(Setting setting, double logLoss, double[] weights, float[][] outOfFold) {}

    private KernelFitter(
            NDManager parent,
            HeadFitter.Data data,
            int views,
            HeadFitting options,
            long seed,
            Cancellation cancellation,
            FineTuningListener listener) {
        this.manager = parent.newSubManager();
        this.module = ScriptModule.load(manager, KernelHead.METHODS, METHODS);
        this.data = data;
        this.views = views;
        this.kernel = options.kernel();
        this.folds = Splits.folds(data.labels(), Math.min(options.folds(), data.labels().length), seed);
        this.cancellation = cancellation;
        int trials = kernel.strengths().size()
                + kernel.gammas().size()
                + kernel.powers().size()
                - 2;
        this.meter = new Meter(listener, Work.HEAD, 0, trials);
        int[] counts = ClassBalance.counts(data.labels(), data.classes());
        this.alone = new boolean[data.labels().length];
        for (int i = 0; i < alone.length; i++) {
            alone[i] = counts[data.labels()[i]] == 1;
        }
        this.rowWeights = new double[data.labels().length * views];
        this.x = manager.create(stacked(), new Shape(rowWeights.length, data.width()));
        double total = Arrays.stream(data.weights()).sum();
        for (int r = 0; r < rowWeights.length; r++) {
            rowWeights[r] = Math.max(NO_WEIGHT, data.weights()[r / views] * data.labels().length / total);
        }
        this.means = new double[data.classes()];
        this.targets = targets(total);
        this.offset =
                OFFSET * module.call(manager, "magnitude", x).singletonOrThrow().toFloatArray()[0];
    }

    /** How many views of each of so many images a kernel head learns from; 0 when there are too many images for one. */
    static int views(int images, int wanted, HeadFitting options) {
        return Math.min(wanted, options.kernel().maxRows() / Math.max(1, images));
    }

    /** @param views of each image that it learns from, at least 1 */
    static HeadFit<KernelHead> fit(
            NDManager manager,
            HeadFitter.Data data,
            int views,
            HeadFitting options,
            long seed,
            Cancellation cancellation,
            FineTuningListener listener) {
        try (KernelFitter fitter = new KernelFitter(manager, data, views, options, seed, cancellation, listener)) {
            return fitter.search();
        }
    }

    private float[] stacked() {
        float[] values = new float[rowWeights.length * data.width()];
        for (int r = 0; r < rowWeights.length; r++) {
            System.arraycopy(data.features().of(r / views, r % views), 0, values, r * data.width(), data.width());
        }
        return values;
    }

    /** +1 for the right class, -1 for the others, minus their weighted means, which become the bias. */
    private NDArray targets(double total) {
        for (int i = 0; i < data.labels().length; i++) {
            for (int c = 0; c < means.length; c++) {
                means[c] += data.weights()[i] / total * (data.labels()[i] == c ? 1 : -1);
            }
        }
        double[] values = new double[rowWeights.length * means.length];
        for (int r = 0; r < rowWeights.length; r++) {
            for (int c = 0; c < means.length; c++) {
                values[r * means.length + c] = (data.labels()[r / views] == c ? 1 : -1) - means[c];
            }
        }
        return manager.create(values, new Shape(rowWeights.length, means.length));
    }

    private HeadFit<KernelHead> search() {
        Setting middle = new Setting(middle(kernel.powers()), middle(kernel.gammas()), middle(kernel.strengths()));
        List<Trial> tried = new ArrayList<>();
        Outcome best = judged(middle, tried);
        Setting from = best.setting();
        for (double strength : kernel.strengths()) {
            best = better(best, new Setting(from.power(), from.gamma(), strength), tried);
        }
        from = best.setting();
        for (double gamma : kernel.gammas()) {
            best = better(best, new Setting(from.power(), gamma, from.strength()), tried);
        }
        from = best.setting();
        for (double power : kernel.powers()) {
            best = better(best, new Setting(power, from.gamma(), from.strength()), tried);
        }
        if (!Double.isFinite(best.logLoss())) {
            throw new TrainingException("the head's loss is not a finite number; look at the range of the features");
        }
        return new HeadFit<>(head(best), tried, best.setting().text(), best.outOfFold());
    }

    private static double middle(List<Double> values) {
        return values.get(values.size() / 2);
    }

    private Outcome better(Outcome best, Setting setting, List<Trial> tried) {
        if (tried.stream().anyMatch(trial -> trial.setting().equals(setting.text()))) {
            return best;
        }
        Outcome outcome = judged(setting, tried);
        return outcome.logLoss() < best.logLoss() ? outcome : best;
    }

    private Outcome judged(Setting setting, List<Trial> tried) {
        if (cancellation.isRequested()) {
            throw new CancellationException("fine-tuning was cancelled while the head was fitted");
        }
        try (NDManager scope = manager.newSubManager()) {
            double[] ridge = new double[rowWeights.length];
            for (int r = 0; r < ridge.length; r++) {
                ridge[r] = setting.strength() / rowWeights[r];
            }
            NDList solved = module.call(
                    scope, "solve", distances(setting.power()).all(), setting.gamma(), scope.create(ridge), targets);
            double[] weights = solved.get(1).toDoubleArray();
            float[][] outOfFold = new float[data.labels().length][];
            for (Splits.Split fold : folds) {
                answerFor(fold.held(), solved, scope, outOfFold);
            }
            double[] targetValues = targets.toDoubleArray();
            for (int i = 0; i < outOfFold.length; i++) {
                if (alone[i]) {
                    // it taught every fold
                    outOfFold[i] = new float[means.length];
                    for (int c = 0; c < means.length; c++) {
                        int at = i * views * means.length + c;
                        outOfFold[i][c] = (float) (targetValues[at] + means[c] - ridge[i * views] * weights[at]);
                    }
                }
            }
            double logLoss = new LogitMetrics(outOfFold, data.labels()).logLoss(data.weights());
            tried.add(new Trial(setting.text(), logLoss));
            meter.add(1);
            return new Outcome(setting, Double.isNaN(logLoss) ? Double.POSITIVE_INFINITY : logLoss, weights, outOfFold);
        }
    }

    private void answerFor(int[] held, NDList solved, NDManager scope, float[][] outOfFold) {
        int[] images = Arrays.stream(held).filter(image -> !alone[image]).toArray();
        if (images.length == 0) {
            return;
        }
        long[] rows = new long[images.length * views];
        for (int r = 0; r < rows.length; r++) {
            rows[r] = (long) images[r / views] * views + r % views;
        }
        double[] answers = module.call(
                        scope,
                        "held",
                        solved.get(0),
                        solved.get(1),
                        targets,
                        scope.create(rows, new Shape(rows.length)))
                .singletonOrThrow()
                .toDoubleArray();
        for (int i = 0; i < images.length; i++) {
            float[] own = new float[means.length];
            for (int c = 0; c < own.length; c++) {
                own[c] = (float) (answers[i * views * own.length + c] + means[c]);
            }
            outOfFold[images[i]] = own;
        }
    }

    private Distances distances(double power) {
        Distances known = distances;
        if (known != null && known.power() == power) {
            return known;
        }
        if (known != null) {
            known.scope().close();
        }
        NDManager scope = manager.newSubManager();
        NDList z = module.call(scope, "standardised", x, power, offset);
        NDArray all = module.call(scope, "distances", z.get(0), z.get(0)).singletonOrThrow();
        Distances made = new Distances(power, scope, z.get(0), z.get(1), z.get(2), all);
        distances = made;
        return made;
    }

    /** The head at the temperature that suits the answers for images held out. */
    private KernelHead head(Outcome best) {
        Distances at = distances(best.setting().power());
        double factor = new LogitMetrics(best.outOfFold(), data.labels()).bestFactor(data.weights());
        for (float[] logits : best.outOfFold()) {
            for (int c = 0; c < logits.length; c++) {
                logits[c] *= (float) factor;
            }
        }
        return new KernelHead(
                best.setting().power(),
                offset,
                best.setting().gamma(),
                at.mean().toFloatArray(),
                at.factor().toFloatArray(),
                at.z().toFloatArray(),
                floats(best.weights(), factor),
                floats(means, factor));
    }

    private static float[] floats(double[] values, double factor) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) (values[i] * factor);
        }
        return floats;
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}

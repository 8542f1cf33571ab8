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
import terzi.data.Splits;
import terzi.training.recipe.HeadFitting.Kernel;
import terzi.training.run.Cancellation;
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

    /** An image that does not count has this weight, so that one over it is a number. */
    private static final double NO_WEIGHT = 1e-9;

    private final NDManager manager;
    private final ScriptModule module;
    private final Powers powers;
    private final HeadFitter.Data data;
    private final int views;
    private final List<Splits.Split> folds;
    private final int simplicity;
    private final String on;
    private final boolean[] alone;
    private final Cancellation cancellation;
    private final Meter meter;
    private final NDArray targets;
    private final double[] means;
    private final double[] rowWeights;

    /** One setting. */
    record Setting(double power, double gamma, double strength) {
        /** {@return the middle of each list} */
        static Setting middle(Kernel kernel) {
            return new Setting(middle(kernel.powers()), middle(kernel.gammas()), middle(kernel.strengths()));
        }

        private static double middle(List<Double> values) {
            return values.get(values.size() / 2);
        }

        /** @param on what the features are, for people */
        String describe(String on) {
            return String.format(Locale.ROOT, "kernel%s, power %s, gamma %s, strength %s", on, power, gamma, strength);
        }
    }

    /** A setting that was tried. */
    record Tried(Setting setting, HeadCandidate candidate) {}

    /** @param on what the features are, for people */
    KernelFitter(
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
        this.views = data.views();
        this.folds = search.folds();
        this.simplicity = simplicity;
        this.on = on;
        this.cancellation = search.cancellation();
        this.meter = search.meter();
        this.alone = alone(data);
        this.rowWeights = new double[data.labels().length * views];
        double total = Arrays.stream(data.weights()).sum();
        for (int r = 0; r < rowWeights.length; r++) {
            rowWeights[r] = Math.max(NO_WEIGHT, data.weights()[r / views] * data.labels().length / total);
        }
        this.means = means(data);
        this.targets = targets();
    }

    /** How many views of each of so many images a kernel head learns from; 0 when there are too many images for one. */
    static int views(int images, int wanted, Kernel kernel) {
        return Math.min(wanted, kernel.maxRows() / Math.max(1, images));
    }

    /** Whether an image is the only one of its class: it teaches every fold. */
    static boolean[] alone(HeadFitter.Data data) {
        int[] counts = ClassBalance.counts(data.labels(), data.classes());
        boolean[] alone = new boolean[data.labels().length];
        for (int i = 0; i < alone.length; i++) {
            alone[i] = counts[data.labels()[i]] == 1;
        }
        return alone;
    }

    /** Weighted means of the targets {@code [K]}, +1 for the right class and -1 for the others; they become the bias. */
    static double[] means(HeadFitter.Data data) {
        double total = Arrays.stream(data.weights()).sum();
        double[] means = new double[data.classes()];
        for (int i = 0; i < data.labels().length; i++) {
            for (int c = 0; c < means.length; c++) {
                means[c] += data.weights()[i] / total * (data.labels()[i] == c ? 1 : -1);
            }
        }
        return means;
    }

    /** How many settings a search tries. */
    static long work(Kernel kernel) {
        return kernel.powers().size()
                + kernel.gammas().size()
                + kernel.strengths().size()
                - 2L;
    }

    /** +1 for the right class, -1 for the others, minus their weighted means. */
    private NDArray targets() {
        double[] values = new double[rowWeights.length * means.length];
        for (int r = 0; r < rowWeights.length; r++) {
            for (int c = 0; c < means.length; c++) {
                values[r * means.length + c] = (data.labels()[r / views] == c ? 1 : -1) - means[c];
            }
        }
        return manager.create(values, new Shape(rowWeights.length, means.length));
    }

    /** Strengths first, then gammas, then powers, each from the best setting so far. */
    List<Tried> search(Kernel kernel, Setting start) {
        List<Tried> tried = new ArrayList<>();
        tried.add(judged(start));
        Setting from = best(tried).setting();
        for (double strength : kernel.strengths()) {
            tryOut(new Setting(from.power(), from.gamma(), strength), tried);
        }
        from = best(tried).setting();
        for (double gamma : kernel.gammas()) {
            tryOut(new Setting(from.power(), gamma, from.strength()), tried);
        }
        from = best(tried).setting();
        for (double power : kernel.powers()) {
            tryOut(new Setting(power, from.gamma(), from.strength()), tried);
        }
        return tried;
    }

    static Tried best(List<Tried> tried) {
        return tried.stream()
                .min(Comparator.comparingDouble(one -> one.candidate().logLoss()))
                .orElseThrow();
    }

    private void tryOut(Setting setting, List<Tried> tried) {
        if (tried.stream().noneMatch(one -> one.setting().equals(setting))) {
            tried.add(judged(setting));
        }
    }

    private Tried judged(Setting setting) {
        if (cancellation.isRequested()) {
            throw new CancellationException("fine-tuning was cancelled while the head was fitted");
        }
        try (NDManager scope = manager.newSubManager()) {
            NDList solved = solve(scope, setting);
            double[] weights = solved.get(1).toDoubleArray();
            HeadCandidate candidate = HeadCandidate.of(
                    setting.describe(on),
                    simplicity,
                    outOfFold(scope, setting, solved, folds),
                    data,
                    factor -> head(setting, weights, factor),
                    others -> {
                        try (NDManager again = manager.newSubManager()) {
                            return outOfFold(again, setting, solve(again, setting), others);
                        }
                    });
            meter.add(1);
            return new Tried(setting, candidate);
        }
    }

    private NDList solve(NDManager scope, Setting setting) {
        double[] ridge = Arrays.stream(rowWeights)
                .map(weight -> setting.strength() / weight)
                .toArray();
        return module.call(
                scope, "solve", powers.distances(setting.power()), setting.gamma(), scope.create(ridge), targets);
    }

    private float[][] outOfFold(NDManager scope, Setting setting, NDList solved, List<Splits.Split> divided) {
        float[][] outOfFold = new float[data.labels().length][];
        for (Splits.Split fold : divided) {
            answerFor(fold.held(), solved, scope, outOfFold);
        }
        double[] weights = solved.get(1).toDoubleArray();
        double[] targetValues = targets.toDoubleArray();
        for (int i = 0; i < outOfFold.length; i++) {
            if (alone[i]) {
                // it taught every fold
                outOfFold[i] = new float[means.length];
                for (int c = 0; c < means.length; c++) {
                    int at = i * views * means.length + c;
                    double ridge = setting.strength() / rowWeights[i * views];
                    outOfFold[i][c] = (float) (targetValues[at] + means[c] - ridge * weights[at]);
                }
            }
        }
        return outOfFold;
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

    private KernelHead head(Setting setting, double[] weights, double factor) {
        Powers.Powered powered = powers.of(setting.power());
        return new KernelHead(
                powers.features(powered),
                setting.gamma(),
                powered.z().toFloatArray(),
                floats(weights, factor),
                floats(means, factor));
    }

    static float[] floats(double[] values, double factor) {
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

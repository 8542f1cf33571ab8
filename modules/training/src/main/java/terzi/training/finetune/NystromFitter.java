package terzi.training.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import terzi.data.Seeds;
import terzi.data.Splits;
import terzi.training.finetune.KernelFitter.Setting;
import terzi.training.finetune.KernelFitter.Tried;
import terzi.training.recipe.HeadFitting.Kernel;
import terzi.training.torchscript.ScriptModule;

/**
 * The first stage with a {@link KernelHead} for more images than {@link KernelFitter} solves exactly: the same ridge regression, among
 * functions of the likeness to some of the images, the landmarks (Williams and Seeger 2001, "Using the Nyström Method to Speed Up
 * Kernel Machines"). With the likeness C of rows and landmarks and L of landmarks, (C' w C + strength L) a = C' w t; where every
 * row is a landmark, that is the exact solution. A fold is held out by taking its part from the sums C' w C and C' w t. Everything
 * from z on is float64, in chunks of rows.
 */
final class NystromFitter implements AutoCloseable {
    private static final String METHODS =
            """
            def likeness(self, z: Tensor, landmarks: Tensor, gamma: float) -> Tensor:
              torch.set_grad_enabled(False)
              return torch.exp(torch.mul((self).distances(z, landmarks), -gamma))
            def add(self, g: Tensor, b: Tensor, c: Tensor, w: Tensor, t: Tensor) -> Tensor:
              torch.set_grad_enabled(False)
              weighted = torch.t(torch.mul(c, torch.unsqueeze(w, 1)))
              torch.addmm_(g, weighted, c)
              return torch.addmm_(b, weighted, t)
            def solve(self, g: Tensor, b: Tensor, less: List[Tensor], own: Tensor, strength: float) -> Tensor:
              torch.set_grad_enabled(False)
              a = torch.mul(own, strength)
              torch.add_(a, g)
              rest = b
              if torch.gt(len(less), 0):
                torch.sub_(a, less[0])
                rest = b - less[1]
              torch.add_(torch.diagonal(a), torch.mul(torch.mean(torch.diagonal(a)), 1e-10))
              return torch.cholesky_solve(rest, torch.linalg_cholesky(a))
            def answers(self, c: Tensor, a: List[Tensor]) -> Tensor:
              torch.set_grad_enabled(False)
              return torch.matmul(c, torch.cat(a, 1))
            """;

    private static final int CHUNK_ROWS = 1024;

    /** Powers and gammas are compared with so many times fewer landmarks than the head has. */
    private static final int FEWER = 4;

    private final NDManager manager;
    private final ScriptModule module;
    private final Powers powers;
    private final HeadFitter.Data data;
    private final HeadFitter.Search search;
    private final int simplicity;
    private final String on;
    private final int[] order;
    private final boolean[] alone;
    private final double[] means;
    private final double weightsTotal;

    /** @param on what the features are, for people */
    NystromFitter(
            NDManager parent,
            Powers powers,
            HeadFitter.Data data,
            HeadFitter.Search search,
            int simplicity,
            String on) {
        this.manager = parent.newSubManager();
        this.module = ScriptModule.load(manager, KernelHead.METHODS, PoweredFeatures.METHODS, METHODS);
        this.powers = powers;
        this.data = data;
        this.search = search;
        this.simplicity = simplicity;
        this.on = on;
        // the folds follow from the run's random seed, so the landmarks do too
        this.order = order(Arrays.hashCode(search.folds().get(0).held()));
        this.alone = KernelFitter.alone(data);
        this.weightsTotal = Arrays.stream(data.weights()).sum();
        this.means = KernelFitter.means(data);
    }

    /** How many pieces of work a search has. */
    static long work(Kernel kernel) {
        return kernel.powers().size() + kernel.gammas().size() - 1L + FEWER;
    }

    /** All images, one of each class in turn, at random within the class: rare classes get landmarks too. */
    private int[] order(long seed) {
        int[] drawn = Seeds.permutation(data.labels().length, seed, 0);
        int[] seen = new int[data.classes()];
        int[] turn = new int[drawn.length];
        for (int image : drawn) {
            turn[image] = seen[data.labels()[image]]++;
        }
        return Arrays.stream(drawn)
                .boxed()
                .sorted(Comparator.comparingInt(image -> turn[image]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Gammas, then powers, with few landmarks, each from the best setting so far; then the best one with all landmarks. */
    List<Tried> search(Kernel kernel, Setting start) {
        int landmarks = Math.min(kernel.landmarks(), order.length);
        int fewer = Math.max(1, landmarks / FEWER);
        List<Tried> tried = new ArrayList<>(judged(start.power(), start.gamma(), kernel.strengths(), fewer));
        Setting from = KernelFitter.best(tried).setting();
        for (double gamma : kernel.gammas()) {
            if (gamma != start.gamma()) {
                tried.addAll(judged(from.power(), gamma, kernel.strengths(), fewer));
            }
        }
        from = KernelFitter.best(tried).setting();
        for (double power : kernel.powers()) {
            if (power != start.power()) {
                tried.addAll(judged(power, from.gamma(), kernel.strengths(), fewer));
            }
        }
        search.meter().add(kernel.powers().size() + kernel.gammas().size() - 1L);
        from = KernelFitter.best(tried).setting();
        List<Tried> all = judged(from.power(), from.gamma(), kernel.strengths(), landmarks);
        search.meter().add(FEWER);
        return all;
    }

    /** Candidates of one power and gamma, in the order of the strengths. */
    List<Tried> judged(double power, double gamma, List<Double> strengths, int landmarks) {
        float[][][] logits = outOfFold(new Setting(power, gamma, 0), strengths, landmarks, search.folds());
        List<Tried> tried = new ArrayList<>();
        for (int s = 0; s < logits.length; s++) {
            Setting setting = new Setting(power, gamma, strengths.get(s));
            HeadCandidate candidate = HeadCandidate.of(
                    setting.describe(on) + ", " + landmarks + " landmarks",
                    simplicity,
                    logits[s],
                    data,
                    factor -> head(setting, landmarks, factor),
                    others -> outOfFold(setting, List.of(setting.strength()), landmarks, others)[0]);
            tried.add(new Tried(setting, candidate));
        }
        return tried;
    }

    /** What images are compared with: z of the landmarks {@code [m, F]}, and their likeness {@code [m, m]}. */
    private record Basis(Powers.Powered powered, double gamma, NDArray landmarks, NDArray own) {}

    private Basis basis(NDManager scope, Setting setting, int landmarks) {
        Powers.Powered powered = powers.of(setting.power());
        NDArray chosen = powers.rows(scope, powered, Arrays.copyOf(order, landmarks), 1);
        return new Basis(powered, setting.gamma(), chosen, likeness(scope, chosen, chosen, setting.gamma()));
    }

    private NDArray likeness(NDManager scope, NDArray z, NDArray landmarks, double gamma) {
        return module.call(scope, "likeness", z, landmarks, gamma).singletonOrThrow();
    }

    /** Logits of held-out images by strength, {@code [S][N, K]}; the only image of a class is answered by the fit to all. */
    private float[][][] outOfFold(Setting at, List<Double> strengths, int landmarks, List<Splits.Split> divided) {
        float[][][] logits = new float[strengths.size()][order.length][];
        try (NDManager scope = manager.newSubManager()) {
            Basis basis = basis(scope, at, landmarks);
            List<int[]> parts = divided.stream()
                    .map(fold -> Arrays.stream(fold.held())
                            .filter(image -> !alone[image])
                            .toArray())
                    .toList();
            int[] rest = IntStream.range(0, alone.length).filter(i -> alone[i]).toArray();
            NDList total = sums(scope, basis, rest);
            List<NDList> ofPart = new ArrayList<>();
            for (int[] part : parts) {
                NDList sums = sums(scope, basis, part);
                ofPart.add(sums);
                total.get(0).addi(sums.get(0));
                total.get(1).addi(sums.get(1));
            }
            for (int p = 0; p < parts.size(); p++) {
                answer(scope, basis, parts.get(p), solve(scope, basis, total, ofPart.get(p), strengths), logits);
            }
            answer(scope, basis, rest, solve(scope, basis, total, new NDList(), strengths), logits);
        }
        return logits;
    }

    /** C' w C {@code [m, m]} and C' w t {@code [m, K]} of all views of some images. */
    private NDList sums(NDManager scope, Basis basis, int[] images) {
        long landmarks = basis.own().getShape().get(0);
        NDArray squares = scope.zeros(new Shape(landmarks, landmarks), DataType.FLOAT64);
        NDArray products = scope.zeros(new Shape(landmarks, means.length), DataType.FLOAT64);
        inChunks(scope, images, (inner, some) -> {
            NDArray z = powers.rows(inner, basis.powered(), some, data.views());
            NDArray c = likeness(inner, z, basis.landmarks(), basis.gamma());
            int rows = some.length * data.views();
            double[] weights = new double[rows];
            double[] targets = new double[rows * means.length];
            for (int r = 0; r < rows; r++) {
                int image = some[r / data.views()];
                weights[r] = data.weights()[image] * order.length / weightsTotal;
                for (int k = 0; k < means.length; k++) {
                    targets[r * means.length + k] = (data.labels()[image] == k ? 1 : -1) - means[k];
                }
            }
            NDArray t = inner.create(targets, new Shape(rows, means.length));
            module.call(inner, "add", squares, products, c, inner.create(weights), t);
        });
        return new NDList(squares, products);
    }

    /** Weights of the landmarks {@code [m, K]} by strength, of all rows but those of {@code less}. */
    private List<NDArray> solve(NDManager scope, Basis basis, NDList total, NDList less, List<Double> strengths) {
        List<NDArray> solved = new ArrayList<>();
        for (double strength : strengths) {
            refuseWhenCancelled();
            solved.add(module.call(scope, "solve", total.get(0), total.get(1), less, basis.own(), strength)
                    .singletonOrThrow());
        }
        return solved;
    }

    private void answer(NDManager scope, Basis basis, int[] images, List<NDArray> solved, float[][][] logits) {
        int classes = means.length;
        inChunks(scope, images, (inner, some) -> {
            NDArray z = powers.rows(inner, basis.powered(), some, 1);
            NDArray c = likeness(inner, z, basis.landmarks(), basis.gamma());
            double[] all =
                    module.call(inner, "answers", c, solved).singletonOrThrow().toDoubleArray();
            for (int i = 0; i < some.length; i++) {
                for (int s = 0; s < logits.length; s++) {
                    float[] own = new float[classes];
                    for (int k = 0; k < classes; k++) {
                        own[k] = (float) (all[(i * logits.length + s) * classes + k] + means[k]);
                    }
                    logits[s][some[i]] = own;
                }
            }
        });
    }

    private void inChunks(NDManager scope, int[] images, BiConsumer<NDManager, int[]> work) {
        for (int start = 0; start < images.length; start += CHUNK_ROWS) {
            refuseWhenCancelled();
            try (NDManager inner = scope.newSubManager()) {
                work.accept(inner, Arrays.copyOfRange(images, start, Math.min(images.length, start + CHUNK_ROWS)));
            }
        }
    }

    private void refuseWhenCancelled() {
        if (search.cancellation().isRequested()) {
            throw new CancellationException("fine-tuning was cancelled while the head was fitted");
        }
    }

    private KernelHead head(Setting setting, int landmarks, double factor) {
        try (NDManager scope = manager.newSubManager()) {
            Basis basis = basis(scope, setting, landmarks);
            int[] all = IntStream.range(0, order.length).toArray();
            NDArray solved = solve(scope, basis, sums(scope, basis, all), new NDList(), List.of(setting.strength()))
                    .get(0);
            return new KernelHead(
                    powers.features(basis.powered()),
                    setting.gamma(),
                    basis.landmarks().toFloatArray(),
                    KernelFitter.floats(solved.toDoubleArray(), factor),
                    KernelFitter.floats(means, factor));
        }
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}

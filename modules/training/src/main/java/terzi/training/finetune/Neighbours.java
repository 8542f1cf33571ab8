package terzi.training.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import terzi.data.Splits;
import terzi.training.torchscript.ScriptModule;

/**
 * The nearest training images of each training image, in other folds, by the cosine of their features (Sun et al. 2022,
 * "Out-of-Distribution Detection with Deep Nearest Neighbors").
 *
 * @param agreement share of the 10 nearest that have the image's label, 0..1, {@code [N]}
 * @param distance 1 - mean cosine to the nearest {@link #NEAREST} images of the bank, {@code [N]}
 * @param bank unit features that new images are compared with, {@code [M][F]}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record Neighbours(double[] agreement, double[] distance, float[][] bank) {
    /** How many of the bank's images the distance is the mean of. */
    static final int NEAREST = 3;

    private static final int AGREEING = 10;
    private static final int MOST_BANK_ROWS = 2000;
    private static final int CHUNK_ROWS = 512;
    private static final String METHODS =
            """
            def unit(self, x: Tensor) -> Tensor:
              torch.set_grad_enabled(False)
              norm = torch.sqrt(torch.sum(torch.mul(x, x), [1], True))
              return torch.div(x, torch.clamp(norm, 1e-12))
            def nearest(self, q: Tensor, fold: Tensor, rows: Tensor, folds: Tensor, k: int) -> List[Tensor]:
              torch.set_grad_enabled(False)
              cosine = torch.matmul(q, torch.t(rows))
              same = torch.eq(torch.unsqueeze(fold, 1), torch.unsqueeze(folds, 0))
              apart = torch.where(same, torch.full_like(cosine, -2.0), cosine)
              best, at = torch.topk(apart, k, 1)
              return [best, at]
            """;

    /**
     * @param rows features, of which the first {@code width} columns count, {@code [N][F]}
     * @param folds for the distance: images of one fold are not compared with each other, {@code [N]}
     * @param ungrouped the same for the agreement, {@code [N]}: other images of a group know a wrong label best
     * @param seed of the choice of the bank's images where there are too many
     */
    static Neighbours of(
            NDManager parent, float[][] rows, int width, int[] labels, int[] folds, int[] ungrouped, long seed) {
        int n = rows.length;
        float[] flat = new float[n * width];
        for (int i = 0; i < n; i++) {
            System.arraycopy(rows[i], 0, flat, i * width, width);
        }
        int[] chosen = n <= MOST_BANK_ROWS
                ? range(n)
                : Splits.stratified(labels, (double) MOST_BANK_ROWS / n, seed).held();
        try (NDManager manager = parent.newSubManager();
                ScriptModule module = ScriptModule.load(manager, METHODS)) {
            NDArray x = module.call(manager, "unit", manager.create(flat, new Shape(n, width)))
                    .singletonOrThrow();
            float[] unit = x.toFloatArray();
            float[][] bank = new float[chosen.length][];
            for (int b = 0; b < bank.length; b++) {
                bank[b] = Arrays.copyOfRange(unit, chosen[b] * width, (chosen[b] + 1) * width);
            }
            NDArray bankRows = chosen.length == n ? x : stacked(manager, List.of(bank), width);
            NDArray allFolds = manager.create(longs(ungrouped, range(n)));
            NDArray bankFolds = manager.create(longs(folds, chosen));
            double[] agreement = new double[n];
            double[] distance = new double[n];
            for (int start = 0; start < n; start += CHUNK_ROWS) {
                int count = Math.min(CHUNK_ROWS, n - start);
                try (NDManager scope = manager.newSubManager()) {
                    NDArray q = scope.create(
                            Arrays.copyOfRange(unit, start * width, (start + count) * width), new Shape(count, width));
                    int[] some = range(start, count);
                    NDArray fold = scope.create(longs(folds, some));
                    NDArray free = scope.create(longs(ungrouped, some));
                    int k = Math.min(AGREEING, n);
                    NDList near = module.call(scope, "nearest", q, free, x, allFolds, k);
                    agree(near, start, k, labels, agreement);
                    int few = Math.min(NEAREST, chosen.length);
                    float[] cosines = module.call(scope, "nearest", q, fold, bankRows, bankFolds, few)
                            .get(0)
                            .toFloatArray();
                    for (int i = 0; i < count; i++) {
                        double sum = 0;
                        for (int j = 0; j < few; j++) {
                            sum += Math.max(-1, cosines[i * few + j]);
                        }
                        distance[start + i] = 1 - sum / few;
                    }
                }
            }
            return new Neighbours(agreement, distance, bank);
        }
    }

    private static void agree(NDList near, int start, int k, int[] labels, double[] agreement) {
        float[] cosines = near.get(0).toFloatArray();
        long[] at = near.get(1).toLongArray();
        for (int i = 0; i < cosines.length / k; i++) {
            int same = 0;
            int found = 0;
            for (int j = i * k; j < (i + 1) * k; j++) {
                if (cosines[j] >= -1.5) {
                    found++;
                    same += labels[(int) at[j]] == labels[start + i] ? 1 : 0;
                }
            }
            agreement[start + i] = found == 0 ? 1 : (double) same / found;
        }
    }

    private static NDArray stacked(NDManager manager, List<float[]> rows, int width) {
        float[] flat = new float[rows.size() * width];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, flat, i * width, width);
        }
        return manager.create(flat, new Shape(rows.size(), width));
    }

    private static int[] range(int n) {
        return range(0, n);
    }

    private static int[] range(int from, int count) {
        int[] all = new int[count];
        Arrays.setAll(all, i -> from + i);
        return all;
    }

    private static long[] longs(int[] values, int[] which) {
        return Arrays.stream(which).mapToLong(i -> values[i]).toArray();
    }
}

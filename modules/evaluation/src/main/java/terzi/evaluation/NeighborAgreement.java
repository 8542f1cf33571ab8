package terzi.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Compares the label of each image with those of the images most similar to it. */
final class NeighborAgreement {
    private static final int NEIGHBORS = 10;

    /** Rows that share one pass over all features. */
    private static final int BLOCK = 8;

    private NeighborAgreement() {}

    /**
     * @param features {@code [N, D]}
     * @param labels {@code [N]}
     * @return {@code [N]}
     */
    static double[] of(float[][] features, int[] labels) {
        int size = labels.length;
        int[] counts = new int[Arrays.stream(labels).max().orElse(0) + 1];
        Arrays.stream(labels).forEach(label -> counts[label]++);
        float[][] columns = unitColumns(features);
        double[] agreement = new double[size];
        IntStream.range(0, (size + BLOCK - 1) / BLOCK).parallel().forEach(block -> {
            int from = block * BLOCK;
            float[][] cosines = cosines(columns, from, Math.min(BLOCK, size - from));
            for (int row = 0; row < cosines.length; row++) {
                int own = labels[from + row];
                int wanted = Math.min(NEIGHBORS, counts[own] - 1);
                cosines[row][from + row] = Float.NEGATIVE_INFINITY; // not its own neighbour
                agreement[from + row] = wanted == 0
                        ? 0
                        : Arrays.stream(nearest(cosines[row], wanted))
                                .map(i -> labels[i] == own ? 1 : 0)
                                .average()
                                .orElseThrow();
            }
        });
        return agreement;
    }

    /** The features {@code [D, N]} of images scaled to length 1, so that products of whole columns need no gathering. */
    private static float[][] unitColumns(float[][] features) {
        float[][] columns = new float[features.length == 0 ? 0 : features[0].length][features.length];
        for (int i = 0; i < features.length; i++) {
            double squares = 0;
            for (float value : features[i]) {
                squares += (double) value * value;
            }
            float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
            for (int d = 0; d < columns.length; d++) {
                columns[d][i] = features[i][d] * scale;
            }
        }
        return columns;
    }

    /** {@code [count, N]}: the cosine of the angle of each row of the block with every row. */
    private static float[][] cosines(float[][] columns, int from, int count) {
        float[][] sums = new float[count][columns.length == 0 ? from + count : columns[0].length];
        for (float[] column : columns) {
            for (int row = 0; row < count; row++) {
                add(sums[row], column[from + row], column);
            }
        }
        return sums;
    }

    private static void add(float[] sums, float factor, float[] values) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += factor * values[i];
        }
    }

    /** Indices of the highest values {@code [N]}, of equal ones the first; {@code count} is small and below N. */
    private static int[] nearest(float[] cosines, int count) {
        int[] best = new int[count];
        int found = 0;
        for (int i = 0; i < cosines.length; i++) {
            if (found == count && cosines[i] <= cosines[best[count - 1]]) {
                continue;
            }
            int place = found < count ? found++ : count - 1;
            while (place > 0 && cosines[i] > cosines[best[place - 1]]) {
                best[place] = best[place - 1];
                place--;
            }
            best[place] = i;
        }
        return best;
    }
}

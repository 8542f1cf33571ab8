package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import terzi.training.run.TrainingEngine;

/** Against a plain search in double precision. */
class NeighboursTest {
    private static final int WIDTH = 5;

    static Neighbours of(float[][] rows, int width, int[] labels, int[] folds) {
        TrainingEngine.useThreads(1);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            return Neighbours.of(manager, rows, width, labels, folds, folds, 3);
        }
    }

    /** The cosine of the first {@code width} features. */
    static double cosine(float[] a, float[] b, int width) {
        double dot = 0;
        double ofA = 0;
        double ofB = 0;
        for (int f = 0; f < width; f++) {
            dot += (double) a[f] * b[f];
            ofA += (double) a[f] * a[f];
            ofB += (double) b[f] * b[f];
        }
        return dot / Math.sqrt(ofA * ofB);
    }

    static float[][] drawn(int[] labels, int width, long seed) {
        Random random = new Random(seed);
        float[][] rows = new float[labels.length][width];
        for (int i = 0; i < rows.length; i++) {
            for (int f = 0; f < width; f++) {
                rows[i][f] = (float) (random.nextGaussian() + (f == labels[i] ? 1.5 : 0));
            }
        }
        return rows;
    }

    private static int[] modulo(int count, int by) {
        return IntStream.range(0, count).map(i -> i % by).toArray();
    }

    @Test
    void agreementAndDistanceAreThoseOfTheNearestInOtherFolds() {
        int[] labels = modulo(600, 3);
        int[] folds = IntStream.range(0, 600).map(i -> i / 7 % 4).toArray();
        float[][] rows = drawn(labels, WIDTH + 2, 1);
        Neighbours found = of(rows, WIDTH, labels, folds);
        assertEquals(600, found.bank().length);
        for (int i = 0; i < 600; i++) {
            int image = i;
            List<Integer> near = IntStream.range(0, 600)
                    .filter(other -> folds[other] != folds[image])
                    .boxed()
                    .sorted(Comparator.comparingDouble(other -> -cosine(rows[image], rows[other], WIDTH)))
                    .limit(10)
                    .toList();
            long same = near.stream()
                    .filter(other -> labels[other] == labels[image])
                    .count();
            double mean = near.stream()
                    .limit(3)
                    .mapToDouble(other -> cosine(rows[image], rows[other], WIDTH))
                    .average()
                    .orElseThrow();
            assertEquals(same / 10.0, found.agreement()[i], 1e-12, "image " + i);
            assertEquals(1 - mean, found.distance()[i], 1e-6, "image " + i);
        }
    }

    @Test
    void aCopyInTheSameFoldIsNotANeighbour() {
        float[][] rows = {{1, 0}, {1, 0}, {0, 1}, {0, 2}};
        Neighbours apart = of(rows, 2, new int[] {0, 0, 1, 1}, new int[] {0, 1, 0, 1});
        Neighbours together = of(rows, 2, new int[] {0, 0, 1, 1}, new int[] {0, 0, 1, 1});
        // in the other fold are the copy, at cosine 1, and one at cosine 0; the third counts as opposite
        assertArrayEquals(new double[] {1, 1, 1, 1}, apart.distance(), 1e-6);
        assertArrayEquals(new double[] {0.5, 0.5, 0.5, 0.5}, apart.agreement(), 1e-12);
        assertArrayEquals(new double[] {0, 0, 0, 0}, together.agreement(), 1e-12);
        assertArrayEquals(new float[] {0, 1}, together.bank()[3], 1e-6f);
    }

    @Test
    void moreThanTwoThousandImagesHaveABankWithEveryClass() {
        int count = 2600;
        int[] labels = modulo(count, 2);
        labels[17] = 2;
        labels[1800] = 2; // two of a class
        int[] folds = modulo(count, 5);
        float[][] rows = drawn(labels, 4, 2);
        Neighbours found = of(rows, 4, labels, folds);
        assertEquals(2000, found.bank().length, 2);
        int[] ofBank = Arrays.stream(found.bank())
                .mapToInt(row -> IntStream.range(0, count)
                        .filter(i -> cosine(row, rows[i], 4) > 1 - 1e-9)
                        .findFirst()
                        .orElseThrow())
                .toArray();
        assertEquals(found.bank().length, Arrays.stream(ofBank).distinct().count());
        int[] counts = new int[3];
        Arrays.stream(ofBank).forEach(image -> counts[labels[image]]++);
        assertTrue(counts[2] >= 1, Arrays.toString(counts));
        assertEquals(counts[0], counts[1], 2, Arrays.toString(counts));
        for (int i = 0; i < count; i += 97) {
            int image = i;
            double mean = Arrays.stream(ofBank)
                    .filter(other -> folds[other] != folds[image])
                    .mapToDouble(other -> -cosine(rows[image], rows[other], 4))
                    .sorted()
                    .limit(3)
                    .average()
                    .orElseThrow();
            assertEquals(1 + mean, found.distance()[i], 1e-6, "image " + i);
        }
    }
}

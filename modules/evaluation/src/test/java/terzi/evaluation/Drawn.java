package terzi.evaluation;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Random answers of 2 to 9 classes to 1 to 60 images, on a coarse grid so that there are ties, and often with absent classes. */
final class Drawn {
    private Drawn() {}

    static Predictions predictions(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int classes = random.nextInt(2, 10);
        int size = random.nextInt(1, 61);
        int present = random.nextInt(1, classes + 1);
        int grid = 1 << random.nextInt(2, 9);
        int[] truth = new int[size];
        float[][] rows = new float[size][classes];
        for (int i = 0; i < size; i++) {
            truth[i] = random.nextInt(present);
            for (int part = 0; part < grid; part++) {
                int favourite = random.nextBoolean() ? truth[i] : random.nextInt(classes);
                rows[i][random.nextInt(3) == 0 ? random.nextInt(classes) : favourite] += 1f / grid;
            }
        }
        return Predictions.of(
                IntStream.range(0, classes).mapToObj(c -> "class " + c).toList(), truth, rows);
    }
}

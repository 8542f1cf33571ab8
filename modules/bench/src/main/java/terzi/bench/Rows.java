package terzi.bench;

import java.util.Arrays;

/** Answers that lie one after the other. */
final class Rows {
    private Rows() {}

    static float[][] of(float[] flat, int count) {
        int width = flat.length / count;
        float[][] rows = new float[count][];
        for (int i = 0; i < count; i++) {
            rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
        }
        return rows;
    }
}

package terzi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ClassWeightsTest {

    @Test
    void weightsAreScikitLearnsAlsoWhereClassesAreAbsent() throws IOException {
        List<String> golden;
        try (InputStream stream = ClassWeightsTest.class.getResourceAsStream("class-weights.tsv")) {
            golden = new String(stream.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
        for (String line : golden) {
            String[] row = line.split("\t", -1);
            int[] counts =
                    Stream.of(row[0].split(",", -1)).mapToInt(Integer::parseInt).toArray();
            float[] weights = ClassWeights.balanced(counts);
            double[] expected = Stream.of(row[1].split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            assertEquals(expected.length, weights.length, line);
            for (int c = 0; c < weights.length; c++) {
                assertEquals((float) expected[c], weights[c], line);
            }
        }
        assertEquals(9, golden.size());
    }

    /** Of n images in k classes that have any, every class has the same share n / k of the weighted sum. */
    @Property(tries = 200, seed = "20261130")
    void everyClassThatHasImagesCarriesTheSameWeightInAll(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 5000) Integer> drawn) {
        int[] counts = drawn.stream().mapToInt(Integer::intValue).toArray();
        long images = Arrays.stream(counts).sum();
        long classes = Arrays.stream(counts).filter(count -> count > 0).count();
        if (images == 0) {
            assertThrows(IllegalArgumentException.class, () -> ClassWeights.balanced(counts));
            return;
        }
        float[] weights = ClassWeights.balanced(counts);
        for (int c = 0; c < counts.length; c++) {
            assertEquals(
                    counts[c] == 0 ? 0 : images / (double) classes,
                    (double) weights[c] * counts[c],
                    1e-6 * images,
                    "class " + c + " of " + drawn);
        }
    }

    @Test
    void moreImagesThanAnIntCanCountAreCounted() {
        assertArrayEquals(
                new float[] {1, 1}, ClassWeights.balanced(new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE}), 1e-6f);
    }

    @Test
    void aCountBelowNoneIsRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> ClassWeights.balanced(new int[] {3, -1}))
                .getMessage();
        assertTrue(message.contains("class 1") && message.contains("-1"), message);
        assertThrows(IllegalArgumentException.class, () -> ClassWeights.balanced(new int[0]));
    }
}

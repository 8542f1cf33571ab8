package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import terzi.images.Image;

class NearestImagesTest {

    @Test
    void neighboursAreThoseThatPointTheSameWay() {
        Map<String, float[]> features = new LinkedHashMap<>();
        features.put("east", new float[] {3, 0});
        features.put("north", new float[] {0, 0.5f});
        features.put("north-east", new float[] {9, 9});
        features.put("west", new float[] {-1, 0});
        features.put("nowhere", new float[] {0, 0});
        NearestImages<String> nearest = NearestImages.of(features);
        assertEquals(5, nearest.size());
        List<NearestImages.Neighbour<String>> found = nearest.query(new float[] {0.1f, 0}, 9);
        assertEquals(
                List.of("east", "north-east", "north", "nowhere", "west"),
                found.stream().map(NearestImages.Neighbour::image).toList());
        assertEquals(1, found.get(0).similarity(), 1e-6);
        assertEquals(Math.sqrt(0.5), found.get(1).similarity(), 1e-6);
        assertEquals(-1, found.get(4).similarity(), 1e-6);
        assertEquals("east", nearest.query(new float[] {1, 0.1f}, 1).get(0).image());
    }

    @Test
    void theBestOfManyAreThoseOfASort() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<Integer, float[]> features = new LinkedHashMap<>();
        for (int i = 0; i < 2000; i++) {
            features.put(i, vector(random, 37));
        }
        float[] asked = vector(random, 37);
        List<Integer> expected = features.keySet().stream()
                .sorted(Comparator.comparing(i -> -cosine(asked, features.get(i))))
                .limit(25)
                .toList();
        assertEquals(
                expected,
                NearestImages.of(features).query(asked, 25).stream()
                        .map(NearestImages.Neighbour::image)
                        .toList(),
                "seed " + seed);
    }

    private static float[] vector(Random random, int length) {
        float[] vector = new float[length];
        for (int i = 0; i < length; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            squaresA += a[i] * a[i];
            squaresB += b[i] * b[i];
        }
        return product / Math.sqrt(squaresA * squaresB);
    }

    @Test
    void anImageIsItsOwnNearest() throws Exception {
        Map<Integer, float[]> features = new LinkedHashMap<>();
        try (ImageClassifier classifier = FormatOne.load()) {
            for (int i = 0; i < 20; i++) {
                features.put(i, classifier.features(FormatOne.noise(8, 8, 3, i)));
            }
            Image again = FormatOne.noise(8, 8, 3, 13);
            NearestImages.Neighbour<Integer> first = NearestImages.of(features)
                    .query(classifier.features(again), 3)
                    .get(0);
            assertEquals(13, first.image());
            assertEquals(1, first.similarity(), 1e-6);
            float[][] together = classifier.features(List.of(again, FormatOne.noise(8, 8, 3, 4)));
            assertEquals(features.get(4)[1], together[1][1], 1e-6);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertEquals(List.of(), NearestImages.of(Map.<String, float[]>of()).query(new float[] {1}, 3));
        NearestImages<String> nearest = NearestImages.of(Map.of("a", new float[] {1, 2}));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> nearest.query(new float[] {1}, 3));
        assertTrue(e.getMessage().contains("expected an embedding of 2"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> nearest.query(new float[] {1, 2}, 0));
        assertThrows(IllegalArgumentException.class, () -> NearestImages.of(Map.of("a", new float[] {1, Float.NaN})));
        assertThrows(IllegalArgumentException.class, () -> NearestImages.of(Map.of("a", new float[0])));
    }
}

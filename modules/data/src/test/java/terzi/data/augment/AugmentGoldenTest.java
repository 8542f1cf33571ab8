package terzi.data.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import terzi.images.Image;

/** Colour changes against torchvision's and PIL's: {@code benchmarks/peers/augment_golden.py} wrote the expected pixels. */
class AugmentGoldenTest {

    @Test
    void colourChangesGiveThePixelsOfTorchvision() throws IOException {
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        for (String line : golden()) {
            String[] row = line.split("\t");
            int width = Integer.parseInt(row[2]);
            int height = Integer.parseInt(row[3]);
            int channels = Integer.parseInt(row[4]);
            Image image = drawn(width, height, channels);
            byte[] expected = HexFormat.of().parseHex(row[5]);
            byte[] found = row[0].equals("JITTER")
                    ? jittered(image, row[1])
                    : PolicyOperation.valueOf(row[0])
                            .apply(image, Double.parseDouble(row[1]), Border.EDGE)
                            .pixels();
            int worst = 0;
            for (int i = 0; i < expected.length; i++) {
                worst = Math.max(worst, Math.abs((expected[i] & 0xff) - (found[i] & 0xff)));
            }
            if (worst > 0) {
                wrong.add(String.join(" ", Arrays.copyOf(row, 5)) + ": off by up to " + worst);
            }
            rows++;
        }
        assertEquals(List.of(), wrong);
        assertEquals(60, rows);
    }

    /** Factors of brightness, contrast and saturation, each reached as the largest one of its range. */
    private static byte[] jittered(Image image, String factors) {
        double[] wanted = Arrays.stream(factors.split(","))
                .mapToDouble(Double::parseDouble)
                .toArray();
        // a draw of 0 gives 1 - range, one of 1 gives 1 + range
        Iterator<Double> draws =
                Arrays.stream(wanted).map(factor -> factor < 1 ? 0 : 1).iterator();
        RandomGenerator random = new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new IllegalStateException("nextDouble is expected");
            }

            @Override
            public double nextDouble() {
                return draws.next();
            }
        };
        return new ColorJitter(Math.abs(wanted[0] - 1), Math.abs(wanted[1] - 1), Math.abs(wanted[2] - 1))
                .apply(image, random)
                .pixels();
    }

    private static Image drawn(int width, int height, int channels) {
        byte[] pixels = new byte[width * height * channels];
        for (int i = 0; i < pixels.length; i++) {
            int x = i / channels % width;
            int y = i / channels / width;
            boolean inside = x > width / 4 && x < width - 3 && y > 1;
            pixels[i] = (byte) (inside ? (i * 7 + i / 13 * 31) % 231 : 0);
        }
        return new Image(width, height, channels, pixels);
    }

    private static List<String> golden() throws IOException {
        try (InputStream file = Objects.requireNonNull(AugmentGoldenTest.class.getResourceAsStream("golden.tsv"))) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
    }
}

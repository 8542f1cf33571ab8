package terzi.data.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import terzi.images.Image;

/** Augmentations that move pixels against SciPy's and PIL's: {@code benchmarks/peers/geometry_golden.py} wrote the pixels. */
class AugmentGeometryTest {

    @Test
    void movedPixelsAreThoseOfSciPyAndPil() throws IOException {
        List<String> wrong = new ArrayList<>();
        List<String> golden = golden();
        for (String line : golden) {
            String[] row = line.split("\t", -1);
            double[] draws = row[3].isEmpty() ? new double[0] : numbers(row[3]);
            Image image = drawn(Integer.parseInt(row[4]), Integer.parseInt(row[5]), Integer.parseInt(row[6]));
            byte[] expected = HexFormat.of().parseHex(row[7]);
            byte[] found = augmented(row[0], row[1].split(",", -1), Border.valueOf(row[2]), draws, image);
            // between pixels the weights have 12 bits here: a half may be rounded to either side
            int most = List.of("policy", "rotate", "zoom", "warp").contains(row[0]) ? 1 : 0;
            int worst = 0;
            for (int i = 0; i < expected.length; i++) {
                worst = Math.max(worst, Math.abs((expected[i] & 0xff) - (found[i] & 0xff)));
            }
            if (worst > most) {
                wrong.add(String.join(" ", Arrays.copyOf(row, 7)) + ": off by up to " + worst);
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(302, golden.size());
    }

    private static byte[] augmented(String name, String[] settings, Border border, double[] draws, Image image) {
        if (name.equals("policy")) {
            return PolicyOperation.valueOf(settings[0])
                    .apply(image, Double.parseDouble(settings[1]), border)
                    .pixels();
        }
        double[] s = Stream.of(settings)
                .filter(text -> Character.isDigit(text.charAt(0)))
                .mapToDouble(Double::parseDouble)
                .toArray();
        Augmentation augmentation =
                switch (name) {
                    case "rotate" -> new Rotate(s[0], border);
                    case "zoom" -> new Zoom(s[0], s[1], border);
                    case "shift" -> new Shift(s[0], border);
                    case "warp" -> new Warp(s[0], s[1], s[2], s[3], s[4], (int) s[5], border);
                    case "random_resized_crop" -> new RandomResizedCrop(s[0], s[1], s[2]);
                    case "random_erasing" ->
                        new RandomErasing(s[0], s[1], s[2], s[3], RandomErasing.Fill.valueOf(settings[4]));
                    case "flip" -> new Flip(s[0], s[1]);
                    case "grayscale" -> new Grayscale(s[0]);
                    default -> throw new IllegalStateException(name);
                };
        return augmentation.apply(image, new ListedDraws(draws)).pixels();
    }

    private static double[] numbers(String text) {
        return Stream.of(text.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
    }

    /** The same drawing as in the script. */
    private static Image drawn(int width, int height, int channels) {
        byte[] pixels = new byte[width * height * channels];
        for (int i = 0; i < pixels.length; i++) {
            int c = i % channels;
            int x = i / channels % width;
            int y = i / channels / width;
            pixels[i] = (byte) ((x * 17 + y * 23 + c * 61) % 200 + ((x / 3 + y / 2) % 2 == 1 ? 50 : 0));
        }
        return new Image(width, height, channels, pixels);
    }

    private static List<String> golden() throws IOException {
        try (InputStream file = Objects.requireNonNull(AugmentGeometryTest.class.getResourceAsStream("geometry.tsv"))) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
    }
}

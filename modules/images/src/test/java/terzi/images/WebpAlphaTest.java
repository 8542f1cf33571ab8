package terzi.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ALPH chunk of lossy WebP (RFC 9649, section 2.7.1.2). A black image over white is as bright as it is transparent. */
class WebpAlphaTest {
    private static final int WIDTH = 7;
    private static final int HEIGHT = 5;

    private static final DecodingTime FOREVER = new DecodingTime(Duration.ofHours(1));
    private static final Image BLACK = new Image(WIDTH, HEIGHT, 3, new byte[WIDTH * HEIGHT * 3]);

    /** What the RFC predicts of a pixel: 0 at the top left, else from the left (1), from above (2), or left + above - above left (3). */
    private static int predicted(int[] alpha, int x, int y, int filter) {
        int left = x > 0 ? alpha[y * WIDTH + x - 1] : 0;
        int above = y > 0 ? alpha[(y - 1) * WIDTH + x] : 0;
        if (filter == 0 || (x == 0 && y == 0)) {
            return 0;
        } else if (y == 0) {
            return left;
        } else if (x == 0) {
            return above;
        }
        return switch (filter) {
            case 1 -> left;
            case 2 -> above;
            default -> Math.max(0, Math.min(255, left + above - alpha[(y - 1) * WIDTH + x - 1]));
        };
    }

    private static byte[] chunk(int[] alpha, int filter) {
        byte[] chunk = new byte[1 + alpha.length];
        chunk[0] = (byte) (filter << 2);
        for (int i = 0; i < alpha.length; i++) {
            chunk[1 + i] = (byte) (alpha[i] - predicted(alpha, i % WIDTH, i / WIDTH, filter));
        }
        return chunk;
    }

    /** Noise reaches both ends of the gradient's range; steps of 10 and 20 do not. */
    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "2, 3", "3, 4", "3, 5", "3, 6"})
    void uncompressedAlphaIsReadThroughEveryFilter(int filter, long seed) throws IOException {
        Random random = new Random(seed);
        int[] alpha = new int[WIDTH * HEIGHT];
        for (int i = 0; i < alpha.length; i++) {
            alpha[i] = seed == 6 ? i % WIDTH * 10 + i / WIDTH * 20 : random.nextInt(256);
        }
        byte[] pixels =
                WebpPixels.withAlpha(BLACK, chunk(alpha, filter), FOREVER).pixels();
        for (int i = 0; i < pixels.length; i++) {
            assertEquals(255 - alpha[i / 3], pixels[i] & 0xff, "byte " + i);
        }
    }

    /** The alpha of a losslessly compressed chunk is the green of the image in it. */
    @Test
    void compressedAlphaIsTheGreenOfALosslessImage() throws IOException {
        byte[] file = resource("lossless.webp");
        byte[] chunk = Arrays.copyOfRange(file, 24, file.length); // after RIFF, the chunk's header, signature and size
        chunk[0] = 1;
        BufferedImage same;
        try (InputStream in = stream("rgb.png")) {
            same = ImageIO.read(in);
        }
        int width = same.getWidth();
        int height = same.getHeight();
        Image black = new Image(width, height, 3, new byte[width * height * 3]);
        byte[] pixels = WebpPixels.withAlpha(black, chunk, FOREVER).pixels();
        for (int i = 0; i < width * height; i++) {
            int green = same.getRGB(i % width, i / width) >> 8 & 0xff;
            assertEquals(255 - green, pixels[3 * i] & 0xff, "pixel " + i);
        }
    }

    @Test
    void alphaThatEndsEarlyOrIsCompressedInAnotherWayIsRefused() throws IOException {
        byte[] whole = chunk(new int[WIDTH * HEIGHT], 0);
        assertEquals(255, WebpPixels.withAlpha(BLACK, whole, FOREVER).pixels()[0] & 0xff);
        byte[] shorter = Arrays.copyOf(whole, whole.length - 1);
        assertThrows(EOFException.class, () -> WebpPixels.withAlpha(BLACK, shorter, FOREVER));
        byte[] unknown = whole.clone();
        unknown[0] = 2;
        assertThrows(IOException.class, () -> WebpPixels.withAlpha(BLACK, unknown, FOREVER));
        assertSame(BLACK, WebpPixels.withAlpha(BLACK, new byte[0], FOREVER));
    }

    private static InputStream stream(String name) {
        return Objects.requireNonNull(WebpAlphaTest.class.getResourceAsStream("images/" + name), name);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = stream(name)) {
            return in.readAllBytes();
        }
    }
}

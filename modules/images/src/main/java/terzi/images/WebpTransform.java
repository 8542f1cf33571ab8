package terzi.images;

import java.io.IOException;

/**
 * A reversible change that made the pixels of a lossless WebP easier to code (RFC 9649, section 3.5).
 *
 * @param width columns of the image that it was applied to
 * @param sizeBits log2 of the side of a block, or of how many indices are packed into a pixel
 * @param data one ARGB value per block, row by row; or the palette, as long as there are indices
 */
@SuppressWarnings("ArrayRecordComponent")
record WebpTransform(Kind kind, int width, int sizeBits, int[] data) {
    private static final int BLACK = 0xff000000;

    enum Kind {
        PREDICTOR,
        CROSS_COLOUR,
        SUBTRACT_GREEN,
        COLOUR_INDEXING;

        /** By its number in the stream, 0 to 3. */
        static Kind numbered(int number) {
            return switch (number) {
                case 0 -> PREDICTOR;
                case 1 -> CROSS_COLOUR;
                case 2 -> SUBTRACT_GREEN;
                default -> COLOUR_INDEXING;
            };
        }
    }

    /** Columns of the image that it made. */
    int columnsAfter() {
        return kind == Kind.COLOUR_INDEXING ? blocksAcross() : width;
    }

    private int blocksAcross() {
        return (width + (1 << sizeBits) - 1) >> sizeBits;
    }

    /** Undoes it within the array, which has room for {@code width * height} pixels. */
    void undo(int[] pixels, int height, DecodingTime time) throws IOException {
        if (kind == Kind.COLOUR_INDEXING) {
            // from the end, so that nothing is overwritten before it is read
            for (int y = height - 1; y >= 0; y--) {
                time.require();
                lookUp(pixels, y);
            }
            return;
        }
        for (int y = 0; y < height; y++) {
            time.require();
            switch (kind) {
                case PREDICTOR -> predict(pixels, y);
                case CROSS_COLOUR -> addColours(pixels, y);
                case SUBTRACT_GREEN, COLOUR_INDEXING -> addGreen(pixels, y);
            }
        }
    }

    private void lookUp(int[] pixels, int y) {
        int indexBits = 8 >> sizeBits;
        int mask = (1 << indexBits) - 1;
        int inPixel = (1 << sizeBits) - 1;
        int from = y * columnsAfter();
        for (int x = width - 1; x >= 0; x--) {
            int green = pixels[from + (x >> sizeBits)] >> 8 & 0xff;
            pixels[y * width + x] = data[green >> ((x & inPixel) * indexBits) & mask];
        }
    }

    private void addGreen(int[] pixels, int y) {
        for (int i = y * width; i < (y + 1) * width; i++) {
            int green = pixels[i] >> 8 & 0xff;
            pixels[i] = add(pixels[i], green << 16 | green);
        }
    }

    private void addColours(int[] pixels, int y) {
        int row = (y >> sizeBits) * blocksAcross();
        for (int x = 0; x < width; x++) {
            int i = y * width + x;
            int factors = data[row + (x >> sizeBits)];
            int green = (byte) (pixels[i] >> 8);
            int red = (pixels[i] >> 16) + (((byte) factors * green) >> 5);
            int blue =
                    pixels[i] + (((byte) (factors >> 8) * green) >> 5) + (((byte) (factors >> 16) * (byte) red) >> 5);
            pixels[i] = (pixels[i] & 0xff00ff00) | (red & 0xff) << 16 | (blue & 0xff);
        }
    }

    private void predict(int[] pixels, int y) {
        int at = y * width;
        if (y == 0) {
            pixels[0] = add(pixels[0], BLACK);
            for (int x = 1; x < width; x++) {
                pixels[x] = add(pixels[x], pixels[x - 1]);
            }
            return;
        }
        pixels[at] = add(pixels[at], pixels[at - width]);
        int row = (y >> sizeBits) * blocksAcross();
        for (int x = 1; x < width; x++) {
            int mode = data[row + (x >> sizeBits)] >> 8 & 15;
            pixels[at + x] = add(pixels[at + x], prediction(mode, pixels, at + x));
        }
    }

    /** Right of the last column is the first pixel of the next row, as in the array. */
    private int prediction(int mode, int[] pixels, int i) {
        int left = pixels[i - 1];
        int top = pixels[i - width];
        int topLeft = pixels[i - width - 1];
        int topRight = pixels[i - width + 1];
        return switch (mode) {
            case 1 -> left;
            case 2 -> top;
            case 3 -> topRight;
            case 4 -> topLeft;
            case 5 -> mean(mean(left, topRight), top);
            case 6 -> mean(left, topLeft);
            case 7 -> mean(left, top);
            case 8 -> mean(topLeft, top);
            case 9 -> mean(top, topRight);
            case 10 -> mean(mean(left, topLeft), mean(top, topRight));
            case 11 -> distance(top, topLeft) < distance(left, topLeft) ? left : top;
            case 12 -> gradient(left, top, topLeft);
            case 13 -> halfGradient(mean(left, top), topLeft);
            default -> BLACK;
        };
    }

    /** The sum of each channel, modulo 256. */
    static int add(int a, int b) {
        int alphaAndGreen = ((a & 0xff00ff00) + (b & 0xff00ff00)) & 0xff00ff00;
        int redAndBlue = ((a & 0x00ff00ff) + (b & 0x00ff00ff)) & 0x00ff00ff;
        return alphaAndGreen | redAndBlue;
    }

    private static int mean(int a, int b) {
        return (((a ^ b) & 0xfefefefe) >>> 1) + (a & b);
    }

    private static int distance(int a, int b) {
        int sum = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            sum += Math.abs((a >> shift & 0xff) - (b >> shift & 0xff));
        }
        return sum;
    }

    private static int gradient(int left, int top, int topLeft) {
        int sum = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            sum |= clamp((left >> shift & 0xff) + (top >> shift & 0xff) - (topLeft >> shift & 0xff)) << shift;
        }
        return sum;
    }

    private static int halfGradient(int mean, int topLeft) {
        int sum = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int value = mean >> shift & 0xff;
            sum |= clamp(value + (value - (topLeft >> shift & 0xff)) / 2) << shift;
        }
        return sum;
    }

    private static int clamp(int value) {
        return Math.max(0, Math.min(255, value));
    }
}

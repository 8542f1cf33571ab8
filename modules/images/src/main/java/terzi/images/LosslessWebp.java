package terzi.images;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the lossless bit stream of WebP, VP8L (RFC 9649, section 3), for images and for the alpha of lossy ones.
 *
 * <p>As in libwebp a stream that needs a bit after its last byte is truncated, whatever the missing bits would be, and a
 * transform that comes twice is an error: the work is at most a few passes over the pixels.
 */
final class LosslessWebp {
    private static final int LITERALS = 256;
    private static final int LENGTHS = 24;
    private static final int DISTANCES = 40;

    /** The order in which the lengths of the codes for code lengths are stored. */
    private static final int[] LENGTH_ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

    /** A pixel that was decoded before: so many columns to the left and rows above. */
    private record Nearby(int left, int above) {}

    /** What the distance codes 1 to 120 stand for: the nearest pixel first. */
    private static final List<Nearby> NEARBY = IntStream.rangeClosed(0, 7)
            .boxed()
            .flatMap(above -> IntStream.rangeClosed(-7, 8).mapToObj(left -> new Nearby(left, above)))
            .filter(pixel -> pixel.above() > 0 || pixel.left() > 0)
            .sorted(Comparator.<Nearby>comparingInt(
                            pixel -> pixel.left() * pixel.left() + pixel.above() * pixel.above())
                    .thenComparingInt(pixel -> Math.abs(pixel.left()))
                    .thenComparing(pixel -> pixel.left() < 0))
            .toList();

    private final WebpBits bits;
    private final DecodingTime time;

    /** The five prefix codes of a pixel. */
    private record Codes(PrefixCode green, PrefixCode red, PrefixCode blue, PrefixCode alpha, PrefixCode distance) {}

    /**
     * Which codes hold where.
     *
     * @param sizeBits log2 of the side of a block with codes of its own
     * @param groups the group of each block, empty if there is one for all
     * @param codes by group
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record CodeMap(int sizeBits, int blocksAcross, int[] groups, @Nullable Codes[] codes) {
        Codes at(int x, int y) {
            int group = groups.length == 0 ? 0 : groups[(y >> sizeBits) * blocksAcross + (x >> sizeBits)];
            return Objects.requireNonNull(codes[group]);
        }
    }

    private LosslessWebp(WebpBits bits, DecodingTime time) {
        this.bits = bits;
        this.time = time;
    }

    /**
     * Decodes a stream.
     *
     * @param bits what follows the header of size and version
     * @return {@code [height, width]} pixels as ARGB, not premultiplied
     * @throws EOFException if the stream ends early
     * @throws IOException if it contradicts its format, or the time for decoding is over
     */
    static int[] decode(WebpBits bits, int width, int height, DecodingTime time) throws IOException {
        try {
            return new LosslessWebp(bits, time).image(width, height);
        } catch (EOFException | InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            if (bits.left() < Short.SIZE) {
                // it was cut within what it contradicts
                throw (EOFException) new EOFException("unexpected end of the data").initCause(e);
            }
            throw e;
        }
    }

    private int[] image(int width, int height) throws IOException {
        List<WebpTransform> transforms = new ArrayList<>();
        int columns = width;
        while (bits.takeFlag()) {
            WebpTransform transform = transform(columns, height);
            if (transforms.stream().anyMatch(before -> before.kind() == transform.kind())) {
                throw new IOException("the transform " + transform.kind() + " comes twice");
            }
            transforms.add(transform);
            columns = transform.columnsAfter();
        }
        // where several pixels are packed into one, they are unpacked within the array
        int[] pixels = new int[Math.multiplyExact(width, height)];
        int cacheBits = cacheBits();
        fill(pixels, columns, height, cacheBits, codeMap(columns, height, cacheBits));
        for (int i = transforms.size() - 1; i >= 0; i--) {
            transforms.get(i).undo(pixels, height, time);
        }
        return pixels;
    }

    private WebpTransform transform(int columns, int height) throws IOException {
        WebpTransform.Kind kind = WebpTransform.Kind.numbered(bits.take(2));
        return switch (kind) {
            case PREDICTOR, CROSS_COLOUR -> {
                int sizeBits = bits.take(3) + 2;
                yield new WebpTransform(
                        kind, columns, sizeBits, data(blocks(columns, sizeBits), blocks(height, sizeBits)));
            }
            case SUBTRACT_GREEN -> new WebpTransform(kind, columns, 0, new int[0]);
            case COLOUR_INDEXING -> {
                int colours = bits.take(8) + 1;
                int packing = colours > 16 ? 0 : colours > 4 ? 1 : colours > 2 ? 2 : 3;
                int[] palette = data(colours, 1);
                for (int i = 1; i < colours; i++) {
                    palette[i] = WebpTransform.add(palette[i], palette[i - 1]);
                }
                // an index without a colour is transparent black
                yield new WebpTransform(kind, columns, packing, Arrays.copyOf(palette, 1 << (8 >> packing)));
            }
        };
    }

    private static int blocks(int size, int sizeBits) {
        return (size + (1 << sizeBits) - 1) >> sizeBits;
    }

    /** An image within the image: of blocks or colours, with neither transforms nor several groups of codes. */
    private int[] data(int width, int height) throws IOException {
        int[] data = new int[Math.multiplyExact(width, height)];
        int cacheBits = cacheBits();
        fill(data, width, height, cacheBits, new CodeMap(0, 0, new int[0], new Codes[] {codes(cacheBits)}));
        return data;
    }

    private int cacheBits() throws IOException {
        if (!bits.takeFlag()) {
            return 0;
        }
        int cacheBits = bits.take(4);
        if (cacheBits < 1 || cacheBits > 11) {
            throw new IOException("expected a colour cache of 1 to 11 bits, found " + cacheBits);
        }
        return cacheBits;
    }

    private CodeMap codeMap(int columns, int height, int cacheBits) throws IOException {
        if (!bits.takeFlag()) {
            return new CodeMap(0, 0, new int[0], new Codes[] {codes(cacheBits)});
        }
        int sizeBits = bits.take(3) + 2;
        int across = blocks(columns, sizeBits);
        int[] groups = data(across, blocks(height, sizeBits));
        BitSet used = new BitSet();
        for (int i = 0; i < groups.length; i++) {
            groups[i] = groups[i] >> 8 & 0xffff;
            used.set(groups[i]);
        }
        @Nullable Codes[] codes = new @Nullable Codes[used.length()];
        for (int i = 0; i < codes.length; i++) {
            Codes one = codes(cacheBits);
            codes[i] = used.get(i) ? one : null;
        }
        return new CodeMap(sizeBits, across, groups, codes);
    }

    private Codes codes(int cacheBits) throws IOException {
        time.require();
        return new Codes(
                code(LITERALS + LENGTHS + (cacheBits > 0 ? 1 << cacheBits : 0)),
                code(LITERALS),
                code(LITERALS),
                code(LITERALS),
                code(DISTANCES));
    }

    private PrefixCode code(int alphabet) throws IOException {
        int[] lengths = new int[Math.max(alphabet, LITERALS)];
        if (bits.takeFlag()) {
            boolean two = bits.takeFlag();
            lengths[bits.take(bits.takeFlag() ? 8 : 1)] = 1;
            if (two) {
                lengths[bits.take(8)] = 1;
            }
        } else {
            int[] lengthLengths = new int[LENGTH_ORDER.length];
            int stored = 4 + bits.take(4);
            for (int i = 0; i < stored; i++) {
                lengthLengths[LENGTH_ORDER[i]] = bits.take(3);
            }
            readLengths(PrefixCode.of(lengthLengths, LENGTH_ORDER.length), lengths, alphabet);
        }
        return PrefixCode.of(lengths, alphabet);
    }

    private void readLengths(PrefixCode code, int[] lengths, int alphabet) throws IOException {
        int tokens = alphabet;
        if (bits.takeFlag()) {
            int width = 2 + 2 * bits.take(3);
            tokens = 2 + bits.take(width);
            if (tokens > alphabet) {
                throw new IOException("expected at most " + alphabet + " code lengths, found " + tokens);
            }
        }
        int previous = 8;
        for (int symbol = 0; symbol < alphabet && tokens > 0; tokens--) {
            int token = code.read(bits);
            if (token < 16) {
                lengths[symbol++] = token;
                previous = token == 0 ? previous : token;
                continue;
            }
            int times = token == 16 ? 3 + bits.take(2) : token == 17 ? 3 + bits.take(3) : 11 + bits.take(7);
            if (symbol + times > alphabet) {
                throw new IOException("more code lengths than the " + alphabet + " symbols have");
            }
            Arrays.fill(lengths, symbol, symbol + times, token == 16 ? previous : 0);
            symbol += times;
        }
    }

    /** Decodes literals, references to earlier pixels and to cached colours. */
    private void fill(int[] pixels, int width, int height, int cacheBits, CodeMap map) throws IOException {
        int[] cache = new int[cacheBits > 0 ? 1 << cacheBits : 0];
        int cacheShift = 32 - cacheBits;
        int count = width * height;
        int blockMask = map.groups().length == 0 ? -1 : (1 << map.sizeBits()) - 1;
        Codes codes = map.at(0, 0);
        int x = 0;
        int y = 0;
        for (int at = 0; at < count; ) {
            if ((x & blockMask) == 0) {
                codes = map.at(x, y);
            }
            int symbol = codes.green().read(bits);
            int length = 1;
            if (symbol < LITERALS) {
                int red = codes.red().read(bits);
                int blue = codes.blue().read(bits);
                pixels[at] = codes.alpha().read(bits) << 24 | red << 16 | symbol << 8 | blue;
            } else if (symbol < LITERALS + LENGTHS) {
                length = number(symbol - LITERALS);
                int distance = distance(number(codes.distance().read(bits)), width);
                if (distance > at || length > count - at) {
                    throw new IOException("a reference leads out of the image");
                }
                for (int i = at; i < at + length; i++) {
                    pixels[i] = pixels[i - distance];
                }
            } else {
                pixels[at] = cache[symbol - LITERALS - LENGTHS];
            }
            if (cacheBits > 0) {
                for (int i = at; i < at + length; i++) {
                    cache[(pixels[i] * 0x1e35a7bd) >>> cacheShift] = pixels[i];
                }
            }
            at += length;
            x += length;
            if (x >= width) {
                y += x / width;
                x %= width;
                time.require();
            }
            if (length > 1 && y < height) {
                codes = map.at(x, y);
            }
        }
    }

    /** A length or distance: what its prefix says and the bits that follow. */
    private int number(int prefix) throws IOException {
        if (prefix < 4) {
            return prefix + 1;
        }
        int extra = (prefix - 2) >> 1;
        return ((2 + (prefix & 1)) << extra) + bits.take(extra) + 1;
    }

    private static int distance(int number, int width) {
        if (number > NEARBY.size()) {
            return number - NEARBY.size();
        }
        Nearby pixel = NEARBY.get(number - 1);
        return Math.max(1, pixel.above() * width + pixel.left());
    }
}

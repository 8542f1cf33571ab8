package terzi.images;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;
import terzi.files.FileNames;
import terzi.images.ImageException.Kind;

/**
 * Reads PNG, JPEG, WebP, GIF (the first frame) and BMP images from any source, trusted or not.
 *
 * <p>The format is told from the content, not from the name. What comes back is upright (EXIF orientations 1 to 8 are
 * applied), without transparency (composed onto white), gray or RGB uint8:
 *
 * <ul>
 *   <li>gray stays gray as stored; a palette of grays only becomes gray, any other palette RGB;
 *   <li>16-bit samples keep their upper byte, for gray as for RGB; 1, 2 and 4 bits are stretched to 0..255;
 *   <li>CMYK becomes {@code 255 - (C + K - C K)}, as PIL does it;
 *   <li>colour profiles and gamma are ignored, as PIL ignores them.
 *   <li>lossy WebP differs from PIL's by 1.6 of 255 on average (photos, quality 85), because its decoder does not smooth
 *       the colour planes; all other formats equal PIL's pixels.
 * </ul>
 *
 * <p>Whatever is wrong with an image becomes an {@link ImageException} that says what; its size is checked in its header
 * before memory is taken for its pixels. Interrupting the thread ends decoding. The class may be used by any number of threads; where their images do not fit into the heap together, some wait.
 */
public final class ImageDecoder {
    private ImageDecoder() {}

    /**
     * The most that one image may cost.
     *
     * @param maxPixels width times height, checked in the header before anything is decoded; decoding takes 2 to 11
     *     bytes of heap per pixel
     * @param maxBytes length of the encoded image
     * @param maxTime time for decoding, empty for 3 seconds, 0.4 per million pixels and 0.2 per million bytes: time of
     *     the processor where that is known, else of the clock; looked at between rows and whenever the decoder takes
     *     more bytes, so it may be passed by a moment
     */
    public record Limits(long maxPixels, long maxBytes, Optional<Duration> maxTime) {
        /** 100 million pixels, 256 MiB, and the time that pixels and bytes deserve. */
        public static final Limits DEFAULT = new Limits(100_000_000, 256L << 20);

        private static final long BASE_MILLIS = 3_000;
        private static final long NANOS_PER_PIXEL = 400;
        private static final long NANOS_PER_BYTE = 200;

        /**
         * Creates limits.
         *
         * @param maxPixels width times height, checked in the header before anything is decoded; decoding takes 2 to 11
         *     bytes of heap per pixel
         * @param maxBytes length of the encoded image
         * @param maxTime time for decoding, empty for 3 seconds, 0.4 per million pixels and 0.2 per million bytes: time
         *     of the processor where that is known, else of the clock; looked at between rows and whenever the decoder
         *     takes more bytes, so it may be passed by a moment
         * @throws IllegalArgumentException if a limit is not positive
         */
        public Limits {
            if (maxPixels < 1
                    || maxBytes < 1
                    || maxTime.filter(time -> time.isZero() || time.isNegative())
                            .isPresent()) {
                throw new IllegalArgumentException("limits: expected positive numbers, found maxPixels " + maxPixels
                        + ", maxBytes " + maxBytes + ", maxTime "
                        + maxTime.map(Duration::toString).orElse("by pixels and bytes"));
            }
        }

        /**
         * Creates limits with the default time.
         *
         * @param maxPixels width times height
         * @param maxBytes length of the encoded image
         */
        public Limits(long maxPixels, long maxBytes) {
            this(maxPixels, maxBytes, Optional.empty());
        }

        /**
         * Creates limits with the same time for every image.
         *
         * @param maxPixels width times height
         * @param maxBytes length of the encoded image
         * @param maxTime time for decoding
         */
        public Limits(long maxPixels, long maxBytes, Duration maxTime) {
            this(maxPixels, maxBytes, Optional.of(maxTime));
        }

        /**
         * How long decoding an image may take: {@link #maxTime} if there is one, else 3 seconds, 0.4 per million pixels
         * and 0.2 per million bytes. The slowest format, lossy WebP, takes 0.15 per million pixels, and 0.4 while Java
         * is still compiling its decoder.
         */
        Duration timeFor(long pixels, long bytes) {
            return maxTime.orElseGet(() -> Duration.ofMillis(BASE_MILLIS)
                    .plusNanos(NANOS_PER_PIXEL * pixels)
                    .plusNanos(NANOS_PER_BYTE * bytes));
        }

        /**
         * {@return a copy with another limit on pixels}
         *
         * @param newMaxPixels width times height
         */
        public Limits withMaxPixels(long newMaxPixels) {
            return new Limits(newMaxPixels, maxBytes, maxTime);
        }

        /**
         * {@return a copy with another limit on bytes}
         *
         * @param newMaxBytes length of the encoded image
         */
        public Limits withMaxBytes(long newMaxBytes) {
            return new Limits(maxPixels, newMaxBytes, maxTime);
        }

        /**
         * {@return a copy with the same time for every image}
         *
         * @param newMaxTime time for decoding
         */
        public Limits withMaxTime(Duration newMaxTime) {
            return new Limits(maxPixels, maxBytes, Optional.of(newMaxTime));
        }
    }

    /**
     * Reads a file with the {@linkplain Limits#DEFAULT default limits}.
     *
     * @param path image file
     * @return the image, upright and without transparency
     * @throws ImageException if it is missing, too large, not a readable image, or the heap is too small for it
     * @throws IOException if the disk fails
     */
    public static Image read(Path path) throws IOException {
        return read(path, Limits.DEFAULT);
    }

    /**
     * Reads a file.
     *
     * @param path image file
     * @param limits most that the image may cost
     * @return the image, upright and without transparency
     * @throws ImageException if it is missing, too large, not a readable image, or the heap is too small for it
     * @throws IOException if the disk fails
     */
    public static Image read(Path path, Limits limits) throws IOException {
        return read(bytes(path, limits), FileNames.text(path), limits);
    }

    /**
     * Decodes an image with the {@linkplain Limits#DEFAULT default limits}.
     *
     * @param bytes the encoded image
     * @param name name of the image in error messages
     * @return the image, upright and without transparency
     * @throws ImageException if it is too large or not a readable image, or the heap is too small for it
     */
    public static Image read(byte[] bytes, String name) throws ImageException {
        return read(bytes, name, Limits.DEFAULT);
    }

    /**
     * Decodes an image.
     *
     * @param bytes the encoded image
     * @param name name of the image in error messages
     * @param limits most that the image may cost
     * @return the image, upright and without transparency
     * @throws ImageException if it is too large or not a readable image, or the heap is too small for it
     */
    public static Image read(byte[] bytes, String name, Limits limits) throws ImageException {
        Encoded encoded = inspect(bytes, name, limits);
        return DecodingMemory.HEAP.decode(
                encoded, name, () -> Orientation.of(encoded.exif()).apply(decode(encoded, name, limits)));
    }

    /**
     * Reads an image from a stream with the {@linkplain Limits#DEFAULT default limits}.
     *
     * @param stream the encoded image, read to its end and not closed
     * @param name name of the image in error messages
     * @return the image, upright and without transparency
     * @throws ImageException if it is too large or not a readable image, or the heap is too small for it
     * @throws IOException if the stream fails
     */
    public static Image read(InputStream stream, String name) throws IOException {
        return read(stream, name, Limits.DEFAULT);
    }

    /**
     * Reads an image from a stream.
     *
     * @param stream the encoded image, read to its end and not closed
     * @param name name of the image in error messages
     * @param limits most that the image may cost
     * @return the image, upright and without transparency
     * @throws ImageException if it is too large or not a readable image, or the heap is too small for it
     * @throws IOException if the stream fails
     */
    public static Image read(InputStream stream, String name, Limits limits) throws IOException {
        byte[] bytes;
        try {
            // by nothing but read: readNBytes and available of a file's stream seek, which a pipe refuses
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] some = new byte[1 << 16];
            for (int count = 0; count >= 0 && all.size() <= limits.maxBytes(); ) {
                all.write(some, 0, count);
                count = stream.read(some, 0, some.length);
            }
            bytes = all.toByteArray();
        } catch (OutOfMemoryError e) {
            throw new ImageException(
                    Kind.OUT_OF_MEMORY,
                    name + ": not enough memory for the encoded image; start Java with a larger -Xmx",
                    e);
        }
        return read(bytes, name, limits);
    }

    /**
     * Reads the bytes of an image file without decoding them.
     *
     * @param path image file
     * @param limits most that the image may cost; only {@link Limits#maxBytes} counts here
     * @return content of the file
     * @throws ImageException if the file is missing, too large, or does not fit into the heap
     * @throws IOException if the disk fails
     */
    public static byte[] bytes(Path path, Limits limits) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new ImageException(
                    Kind.MISSING,
                    FileNames.text(path) + ": expected an image file, found "
                            + (Files.exists(path)
                                    ? "a folder or device"
                                    : Files.isSymbolicLink(path) ? "a link to nothing" : "nothing"));
        }
        try {
            requireBytes(Files.size(path), path.toString(), limits);
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new ImageException(Kind.MISSING, FileNames.text(path) + ": the file vanished while it was read", e);
        } catch (ClosedByInterruptException e) {
            throw new ImageException(Kind.INTERRUPTED, FileNames.text(path) + ": reading was interrupted", e);
        } catch (AccessDeniedException e) {
            throw new ImageException(Kind.MISSING, FileNames.text(path) + ": this user may not read the file", e);
        } catch (OutOfMemoryError e) {
            throw new ImageException(
                    Kind.OUT_OF_MEMORY,
                    FileNames.text(path) + ": not enough memory for the encoded image of " + Files.size(path)
                            + " bytes; start Java with a larger -Xmx",
                    e);
        }
    }

    /**
     * Checks what can be told without decoding pixels: format, size, completeness of the header.
     *
     * @param bytes the encoded image
     * @param name name of the image in error messages
     * @param limits most that the image may cost
     * @throws ImageException if the image is not readable or larger than the limits
     */
    public static void check(byte[] bytes, String name, Limits limits) throws ImageException {
        Encoded unused = inspect(bytes, name, limits);
    }

    /** As {@link #check}, and gives what was found. */
    static Encoded inspect(byte[] bytes, String name, Limits limits) throws ImageException {
        requireBytes(bytes.length, name, limits);
        Encoded encoded;
        try {
            encoded = Encoded.of(bytes, name);
        } catch (IndexOutOfBoundsException e) {
            throw new ImageException(Kind.TRUNCATED, name + ": the file ends within its header", e);
        }
        requirePixels(encoded.width(), encoded.height(), name, limits);
        return encoded;
    }

    private static void requireBytes(long found, String name, Limits limits) throws ImageException {
        if (found > limits.maxBytes()) {
            throw new ImageException(
                    Kind.TOO_LARGE,
                    name + ": expected at most " + limits.maxBytes() + " bytes, found " + found
                            + " or more; raise maxBytes if the source is trusted");
        }
    }

    private static void requirePixels(int width, int height, String name, Limits limits) throws ImageException {
        if (width < 1 || height < 1) {
            throw new ImageException(
                    Kind.CORRUPT, name + ": the header states a size of " + width + " x " + height + " pixels");
        }
        // three channels must fit into one array
        long max = Math.min(limits.maxPixels(), (Integer.MAX_VALUE - 8) / 3);
        if ((long) width * height > max) {
            throw new ImageException(
                    Kind.TOO_LARGE,
                    name + ": expected at most " + max + " pixels, found " + width + " x " + height
                            + "; raise maxPixels if the source is trusted");
        }
    }

    private static Image decode(Encoded encoded, String name, Limits limits) throws ImageException {
        long size = (long) encoded.width() * encoded.height();
        DecodingTime time = new DecodingTime(limits.timeFor(size, encoded.bytes().length));
        Warnings warnings = new Warnings();
        try {
            Image image =
                    switch (encoded.format()) {
                        case LOSSLESS_WEBP -> WebpPixels.lossless(encoded, time);
                        case WEBP ->
                            WebpPixels.withAlpha(imageIo(encoded, name, limits, time, warnings), encoded.alpha(), time);
                        case PNG, JPEG, GIF, BMP -> imageIo(encoded, name, limits, time, warnings);
                    };
            time.check(encoded, name);
            if (warnings.truncated) {
                throw truncated(encoded, name, null);
            }
            return encoded.frame().isPresent() ? encoded.frame().get().place(image) : image;
        } catch (ImageException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            time.check(encoded, name);
            rethrowOutOfMemory(e);
            if (warnings.truncated || isEndOfFile(e)) {
                throw truncated(encoded, name, e);
            }
            throw new ImageException(
                    Kind.CORRUPT,
                    name + ": this " + encoded.format() + " of " + encoded.width() + " x " + encoded.height()
                            + " pixels cannot be decoded (" + e.getMessage() + "); save it again from its source",
                    e);
        }
    }

    private static Image imageIo(Encoded encoded, String name, Limits limits, DecodingTime time, Warnings warnings)
            throws IOException {
        ImageReader reader = Codecs.reader(encoded);
        reader.addIIOReadWarningListener(warnings);
        reader.addIIOReadProgressListener(time.abort(reader));
        long size = (long) encoded.width() * encoded.height();
        try (ImageInputStream stream = new EncodedStream(encoded.bytes(), size, time)) {
            reader.setInput(stream, true, true);
            requirePixels(reader.getWidth(0), reader.getHeight(0), name, limits);
            return pixels(reader, encoded);
        } finally {
            reader.dispose();
        }
    }

    /** Decoders wrap an OutOfMemoryError like any other trouble, and libjpeg has words for its own. */
    private static void rethrowOutOfMemory(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof OutOfMemoryError error) {
                throw error;
            }
            if (t.getMessage() != null && t.getMessage().startsWith("Insufficient memory")) {
                throw (OutOfMemoryError) new OutOfMemoryError(t.getMessage()).initCause(thrown);
            }
        }
    }

    private static Image pixels(ImageReader reader, Encoded encoded) throws IOException {
        if (encoded.format() != Encoded.Format.JPEG || encoded.components() != 3) {
            return Image.of(reader.read(0));
        }
        // ImageIO would put the colours in the order blue, green, red, one sample after the other; this way a row is
        // copied at once
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
        ImageReadParam into = reader.getDefaultReadParam();
        into.setDestination(Rasters.rgb(width, height, rgb));
        reader.read(0, into);
        return new Image(width, height, 3, rgb);
    }

    private static ImageException truncated(Encoded encoded, String name, @Nullable Throwable cause) {
        String message = name + ": the " + encoded.format() + " ends before its last pixel; copy or download it again";
        return cause == null
                ? new ImageException(Kind.TRUNCATED, message)
                : new ImageException(Kind.TRUNCATED, message, cause);
    }

    private static boolean isEndOfFile(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof EOFException || Warnings.tellsEnd(t.getMessage())) {
                return true;
            }
        }
        return false;
    }

    /** The JPEG decoder fills what is missing with gray and only warns. */
    private static final class Warnings implements IIOReadWarningListener {
        private boolean truncated;

        @Override
        public void warningOccurred(ImageReader source, String warning) {
            truncated |= tellsEnd(warning);
        }

        static boolean tellsEnd(@Nullable String message) {
            if (message == null) {
                return false;
            }
            String lower = message.toLowerCase(Locale.ROOT);
            return lower.contains("premature end") || lower.contains("unexpected end");
        }
    }
}

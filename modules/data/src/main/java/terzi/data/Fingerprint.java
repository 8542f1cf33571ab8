package terzi.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import terzi.files.Sha256;
import terzi.images.Image;
import terzi.images.Resize;

/**
 * What is compared of an image to find its duplicates.
 *
 * @param digest of size and pixels; gray stored as RGB has the digest of gray
 * @param hash signs of the 64 lowest frequencies: similar images differ in few bits
 * @param mirroredHash the same of the image mirrored left to right
 * @param thumbnail {@code [16, 16, 3]}
 * @param contrast mean distance of the thumbnail's samples from their mean, per channel
 */
@SuppressWarnings("ArrayRecordComponent") // compared by its methods only
record Fingerprint(String digest, long hash, long mirroredHash, byte[] thumbnail, double contrast) {
    private static final int SIDE = 32;
    private static final int LOW = 8;
    /** Below this contrast (of 255) an image is taken for empty, and noise for no difference. */
    private static final double LEAST_CONTRAST = 4;

    /** {@code cos(pi / SIDE * (x + 1/2) * k)}. */
    private static final double[] COSINES = new double[LOW * SIDE];

    static {
        for (int k = 0; k < LOW; k++) {
            for (int x = 0; x < SIDE; x++) {
                COSINES[k * SIDE + x] = StrictMath.cos(StrictMath.PI / SIDE * (x + 0.5) * k);
            }
        }
    }

    static Fingerprint of(Image image) {
        MessageDigest digest = Sha256.start();
        Image plain = withoutEqualChannels(image);
        digest.update(plain.toString().getBytes(StandardCharsets.UTF_8));
        digest.update(plain.pixels());
        Image small = Resize.resize(image, SIDE, SIDE).withChannels(3);
        Image gray = small.withChannels(1);
        byte[] thumbnail = Resize.resize(small, SIDE / 2, SIDE / 2).pixels();
        return new Fingerprint(
                HexFormat.of().formatHex(digest.digest()),
                hash(gray.pixels()),
                hash(mirrored(gray.pixels(), SIDE, 1)),
                thumbnail,
                contrast(thumbnail));
    }

    /** The fingerprint of the image mirrored left to right, but for its digest. */
    Fingerprint mirrored() {
        return new Fingerprint("", mirroredHash, hash, mirrored(thumbnail, SIDE / 2, 3), contrast);
    }

    /** {@code [height, width, channels]} with its rows turned round. */
    static byte[] mirrored(byte[] pixels, int width, int channels) {
        byte[] mirrored = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            int x = i / channels % width;
            mirrored[i + (width - 1 - 2 * x) * channels] = pixels[i];
        }
        return mirrored;
    }

    private static Image withoutEqualChannels(Image image) {
        byte[] pixels = image.pixels();
        if (image.channels() == 1) {
            return image;
        }
        for (int i = 0; i < pixels.length; i += 3) {
            if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2]) {
                return image;
            }
        }
        return image.withChannels(1);
    }

    /**
     * The perceptual hash: the cosine transform of the gray image, of which the 8 x 8 lowest frequencies are compared
     * with their median (Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010, section 3.2.1).
     */
    private static long hash(byte[] gray) {
        double[] rows = new double[SIDE * LOW];
        for (int y = 0; y < SIDE; y++) {
            for (int k = 0; k < LOW; k++) {
                double sum = 0;
                for (int x = 0; x < SIDE; x++) {
                    sum += COSINES[k * SIDE + x] * (gray[y * SIDE + x] & 0xff);
                }
                rows[y * LOW + k] = sum;
            }
        }
        double[] low = new double[LOW * LOW];
        for (int k = 0; k < LOW; k++) {
            for (int l = 0; l < LOW; l++) {
                double sum = 0;
                for (int y = 0; y < SIDE; y++) {
                    sum += COSINES[l * SIDE + y] * rows[y * LOW + k];
                }
                low[l * LOW + k] = sum;
            }
        }
        // the first is the mean brightness, which says nothing about the image
        double[] sorted = Arrays.copyOfRange(low, 1, low.length);
        Arrays.sort(sorted);
        double median = sorted[sorted.length / 2];
        long bits = 0;
        for (int i = 1; i < low.length; i++) {
            bits |= low[i] > median ? 1L << i : 0;
        }
        return bits;
    }

    private static double contrast(byte[] thumbnail) {
        double all = 0;
        for (int c = 0; c < 3; c++) {
            double sum = 0;
            for (int i = c; i < thumbnail.length; i += 3) {
                sum += thumbnail[i] & 0xff;
            }
            double mean = sum * 3 / thumbnail.length;
            for (int i = c; i < thumbnail.length; i += 3) {
                all += Math.abs((thumbnail[i] & 0xff) - mean);
            }
        }
        return all / thumbnail.length;
    }

    /** The mean difference of the thumbnails as a share of the larger contrast; 0 only for equal pixels. */
    double distance(Fingerprint other) {
        return distance(other, Double.POSITIVE_INFINITY);
    }

    /** The same, or any value from {@code limit} on if it is not below. */
    double distance(Fingerprint other, double limit) {
        if (digest.equals(other.digest)) {
            return 0;
        }
        double unit = unit(other);
        int row = 3 * SIDE / 2;
        int sum = 0;
        for (int start = 0; start < thumbnail.length && sum < limit * unit; start += row) {
            for (int i = start; i < start + row; i++) {
                sum += Math.abs((thumbnail[i] & 0xff) - (other.thumbnail[i] & 0xff));
            }
        }
        return Math.max(1e-6, sum / unit);
    }

    /** The sum of differences that is a distance of 1. */
    double unit(Fingerprint other) {
        return thumbnail.length * Math.max(LEAST_CONTRAST, Math.max(contrast, other.contrast));
    }

    /** {@code [4, 4, 3]}: sums over squares of the thumbnail. */
    short[] sums() {
        short[] sums = new short[4 * 4 * 3];
        for (int i = 0; i < thumbnail.length; i++) {
            int x = i / 3 % 16;
            int y = i / 48;
            sums[(y / 4 * 4 + x / 4) * 3 + i % 3] += (short) (thumbnail[i] & 0xff);
        }
        return sums;
    }
}

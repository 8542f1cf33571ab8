package terzi.vision.augment;

import java.util.random.RandomGenerator;
import terzi.vision.Picture;

/**
 * Changes brightness, contrast and saturation, each by a factor drawn from {@code 1-x..1+x}, in this order: brightness
 * scales all values, contrast moves them from or towards the mean luma, saturation from or towards each pixel's own luma
 * (nothing for gray pictures).
 *
 * @param brightness 0..1
 * @param contrast 0..1
 * @param saturation 0..1
 */
public record ColorJitter(double brightness, double contrast, double saturation) implements Augmentation {
    static final ColorJitter DEFAULT = new ColorJitter(0.2, 0.2, 0.2);

    public ColorJitter {
        Draws.requireRange("color_jitter: brightness", brightness, 0, 1);
        Draws.requireRange("color_jitter: contrast", contrast, 0, 1);
        Draws.requireRange("color_jitter: saturation", saturation, 0, 1);
    }

    @Override
    public Picture apply(Picture picture, RandomGenerator random) {
        double bright = 1 + Draws.between(-brightness, brightness, random);
        double strong = 1 + Draws.between(-contrast, contrast, random);
        double colourful = 1 + Draws.between(-saturation, saturation, random);
        byte[] from = picture.pixels();
        byte[] gray = picture.withChannels(1).pixels();
        long sum = 0;
        for (byte value : gray) {
            sum += value & 0xff;
        }
        double mean = bright * sum / gray.length;
        byte[] to = new byte[from.length];
        if (picture.channels() == 1) {
            for (int i = 0; i < from.length; i++) {
                to[i] = toByte(mean + strong * (bright * (from[i] & 0xff) - mean));
            }
        } else {
            for (int i = 0, o = 0; i < gray.length; i++) {
                double luma = mean + strong * (bright * (gray[i] & 0xff) - mean);
                for (int c = 0; c < 3; c++, o++) {
                    double value = mean + strong * (bright * (from[o] & 0xff) - mean);
                    to[o] = toByte(luma + colourful * (value - luma));
                }
            }
        }
        return new Picture(picture.width(), picture.height(), picture.channels(), to);
    }

    private static byte toByte(double value) {
        return (byte) Math.max(0, Math.min(255, (int) (value + 0.5)));
    }
}

package terzi.backbones;

import java.util.Collections;
import java.util.List;
import terzi.images.Preprocessing;
import terzi.images.Preprocessing.Channels;

/** The usual scalings of pixel values 0..255 to the input of a network. */
public enum PixelValues {
    /** Divided by 255. */
    ZERO_TO_ONE,
    /** Divided by 127.5, minus 1: the mode {@code tf} of Keras. */
    MINUS_ONE_TO_ONE,
    /**
     * Divided by 255, then normalized with mean and standard deviation of ImageNet: the mode {@code torch} of Keras.
     */
    IMAGENET,
    /** In BGR order, minus the mean of ImageNet, not scaled: the mode {@code caffe} of Keras. */
    CAFFE,
    /** Unchanged, 0..255; the network scales them itself. */
    RAW;

    /** The same geometry with these values; gray images have no ImageNet and no BGR. */
    Preprocessing in(Preprocessing geometry) {
        boolean isGray = geometry.channels() == Channels.GRAY;
        if (isGray && (this == IMAGENET || this == CAFFE)) {
            throw new IllegalArgumentException(
                    "pixel values " + this + " are for colour images, the network takes gray ones");
        }
        Channels channels = isGray ? Channels.GRAY : this == CAFFE ? Channels.BGR : Channels.RGB;
        return switch (this) {
            case ZERO_TO_ONE -> same(geometry, channels, 0, 1, 1f / 255);
            case MINUS_ONE_TO_ONE -> same(geometry, channels, 127.5f, 127.5f, 1);
            case RAW -> same(geometry, channels, 0, 1, 1);
            case IMAGENET ->
                of(geometry, channels, List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f), 1f / 255);
            case CAFFE -> of(geometry, channels, List.of(103.939f, 116.779f, 123.68f), List.of(1f, 1f, 1f), 1);
        };
    }

    private static Preprocessing same(Preprocessing geometry, Channels channels, float mean, float std, float scale) {
        return of(
                geometry,
                channels,
                Collections.nCopies(channels.count(), mean),
                Collections.nCopies(channels.count(), std),
                scale);
    }

    private static Preprocessing of(
            Preprocessing geometry, Channels channels, List<Float> mean, List<Float> std, float scale) {
        return geometry.withValues(channels, mean, std, scale);
    }
}

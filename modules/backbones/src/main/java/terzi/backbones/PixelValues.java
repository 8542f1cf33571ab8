package terzi.backbones;

import java.util.Collections;
import java.util.List;
import terzi.images.Preprocessing;
import terzi.images.Preprocessing.Channels;

/** The usual ways of turning pixels of 0 to 255 into a network's input. */
public enum PixelValues {
    /** Divided by 255. */
    ZERO_TO_ONE,
    /** Divided by 127.5, minus 1: Keras's mode {@code tf}. */
    MINUS_ONE_TO_ONE,
    /** Divided by 255, then ImageNet's mean and standard deviation: Keras's mode {@code torch}. */
    IMAGENET,
    /** As BGR, minus ImageNet's mean: Keras's mode {@code caffe}. */
    CAFFE,
    /** As they are; the network scales them itself. */
    RAW;

    /** The same geometry with these values; gray images have no ImageNet and no BGR. */
    public Preprocessing in(Preprocessing geometry) {
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

package terzi.images;

import java.util.Collections;
import java.util.List;
import terzi.files.Defaults;

/**
 * The conversion of an image of any size to the network's input. The same record drives training, the graph inside the
 * classifier file, and the tests that compare the two.
 *
 * <p>Geometry happens on uint8 and gives {@code width x height}. The tensor value is then {@code (pixel * scale -
 * mean[c]) / std[c]} in float32, laid out {@code [C, H, W]}, where {@code c} counts the network's channels: for BGR,
 * {@code mean[0]} belongs to blue.
 *
 * @param width width of the input in pixels, 1 to {@value #LONGEST_SIDE}
 * @param height height of the input in pixels, 1 to {@value #LONGEST_SIDE}
 * @param channels channels of the input
 * @param fit treatment of the aspect ratio
 * @param resizeTo for {@link Fit#CROP} the length of the shortest edge before the centre crop, for {@link
 *     Fit#STRETCH_CROP} that of both edges, at least width and height; 0 for {@link Fit#STRETCH} (any value given there
 *     becomes 0)
 * @param mean one value per channel, in units of {@code pixel * scale}
 * @param std one positive value per channel, in the same units
 * @param scale usually 1/255, or 1 where mean and std are in pixel units
 * @param filter resampling filter of the resize
 * @param cropOrigin start of the crop if an odd number of pixels is left over
 */
public record Preprocessing(
        int width,
        int height,
        Channels channels,
        Fit fit,
        int resizeTo,
        List<Float> mean,
        List<Float> std,
        float scale,
        Filter filter,
        CropOrigin cropOrigin) {
    /** The largest width and height in pixels. */
    public static final int LONGEST_SIDE = 8192;

    /** The network's channels, in its order. */
    public enum Channels {
        /** Red, green, blue. */
        RGB(3),
        /** Blue, green, red, as OpenCV and Caffe have them. */
        BGR(3),
        /** Luma only. */
        GRAY(1);

        private final int count;

        Channels(int count) {
            this.count = count;
        }

        /** {@return the number of channels: 3, or 1 for gray} */
        public int count() {
            return count;
        }
    }

    /** What happens to the aspect ratio. */
    public enum Fit {
        /** The whole image is resized to width x height; its aspect ratio changes. */
        STRETCH,
        /** The shortest edge is resized to {@code resizeTo}, then width x height is cut from the centre. */
        CROP,
        /** The whole image is resized to {@code resizeTo x resizeTo}, then width x height is cut from the centre. */
        STRETCH_CROP
    }

    /** Where a centre crop begins, if {@code spare} pixels are left over along an axis. */
    public enum CropOrigin {
        /** At {@code spare / 2}, rounded down: transformers. */
        ROUNDED_DOWN,
        /** At {@code spare / 2}, a half to the even neighbour, as Python rounds: torchvision's {@code CenterCrop}. */
        HALF_TO_EVEN;

        /**
         * {@return the first column or row of the crop}
         *
         * @param spare pixels that are left over along the axis, not negative
         */
        public int of(int spare) {
            return this == ROUNDED_DOWN ? spare / 2 : (int) Math.rint(spare / 2.0);
        }
    }

    /**
     * A width and a height.
     *
     * @param width width in pixels
     * @param height height in pixels
     */
    public record Size(int width, int height) {}

    /**
     * Creates a preprocessing from copies of the lists; start with {@link #plain} or {@link #imagenet} instead.
     *
     * @param width width of the input in pixels, 1 to {@value #LONGEST_SIDE}
     * @param height height of the input in pixels, 1 to {@value #LONGEST_SIDE}
     * @param channels channels of the input
     * @param fit treatment of the aspect ratio
     * @param resizeTo for {@link Fit#CROP} the length of the shortest edge before the centre crop, for {@link
     *     Fit#STRETCH_CROP} that of both edges, at least width and height; 0 for {@link Fit#STRETCH} (any value given
     *     there becomes 0)
     * @param mean one value per channel, in units of {@code pixel * scale}
     * @param std one positive value per channel, in the same units
     * @param scale usually 1/255, or 1 where mean and std are in pixel units
     * @param filter resampling filter of the resize
     * @param cropOrigin start of the crop if an odd number of pixels is left over
     * @throws IllegalArgumentException if a value is out of range, the crop is larger than the resized image, or mean
     *     and std do not have a value per channel
     */
    public Preprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (width < 1 || height < 1 || width > LONGEST_SIDE || height > LONGEST_SIDE) {
            throw new IllegalArgumentException("preprocessing: expected a width and height from 1 to " + LONGEST_SIDE
                    + " pixels, found " + width + " x " + height);
        }
        if (fit == Fit.STRETCH) {
            resizeTo = 0;
        } else if (resizeTo < Math.max(width, height)) {
            String edge = fit == Fit.CROP ? "the shortest edge is" : "both edges are";
            throw new IllegalArgumentException("preprocessing: " + edge + " resized to " + resizeTo
                    + ", too short to cut " + width + " x " + height + " from it; set resize_to to at least "
                    + Math.max(width, height));
        } else if (resizeTo > 2 * LONGEST_SIDE) {
            throw new IllegalArgumentException("preprocessing: expected a resize_to of at most " + 2 * LONGEST_SIDE
                    + " pixels, found " + resizeTo);
        }
        if (mean.size() != channels.count() || std.size() != channels.count()) {
            throw new IllegalArgumentException("preprocessing: " + channels + " needs " + channels.count()
                    + " values for mean and for std, found " + mean.size() + " and " + std.size());
        }
        for (int c = 0; c < mean.size(); c++) {
            if (!Float.isFinite(mean.get(c)) || !Float.isFinite(std.get(c)) || std.get(c) <= 0) {
                throw new IllegalArgumentException(
                        "preprocessing: expected a finite mean and a positive std for channel " + c + ", found "
                                + mean.get(c) + " and " + std.get(c));
            }
        }
        if (!Float.isFinite(scale) || scale <= 0) {
            throw new IllegalArgumentException("preprocessing: expected a positive scale, found " + scale);
        }
    }

    /**
     * Creates a preprocessing with the triangle filter and a crop that begins at half of what is left over, rounded
     * down.
     *
     * @param width width of the input in pixels, 1 to {@value #LONGEST_SIDE}
     * @param height height of the input in pixels, 1 to {@value #LONGEST_SIDE}
     * @param channels channels of the input
     * @param fit treatment of the aspect ratio
     * @param resizeTo for {@link Fit#CROP} the length of the shortest edge before the centre crop, for {@link
     *     Fit#STRETCH_CROP} that of both edges, at least width and height; 0 for {@link Fit#STRETCH} (any value given
     *     there becomes 0)
     * @param mean one value per channel, in units of {@code pixel * scale}
     * @param std one positive value per channel, in the same units
     * @param scale usually 1/255, or 1 where mean and std are in pixel units
     * @throws IllegalArgumentException as the other constructor
     */
    public Preprocessing(
            int width,
            int height,
            Channels channels,
            Fit fit,
            int resizeTo,
            List<Float> mean,
            List<Float> std,
            float scale) {
        this(width, height, channels, fit, resizeTo, mean, std, scale, Filter.TRIANGLE, CropOrigin.ROUNDED_DOWN);
    }

    /**
     * Creates a preprocessing that stretches images to the input and scales pixels to 0..1.
     *
     * @param width width of the input in pixels
     * @param height height of the input in pixels
     * @param channels channels of the input
     * @return mean 0, standard deviation 1, triangle filter
     */
    @Defaults
    public static Preprocessing plain(int width, int height, Channels channels) {
        return new Preprocessing(
                width,
                height,
                channels,
                Fit.STRETCH,
                0,
                Collections.nCopies(channels.count(), 0f),
                Collections.nCopies(channels.count(), 1f),
                1f / 255f);
    }

    /**
     * Creates the preprocessing of ImageNet networks trained with torchvision: shortest edge to {@code resizeTo},
     * centre crop that begins where torchvision's {@code CenterCrop} does, RGB with the dataset's mean and standard
     * deviation.
     *
     * @param resizeTo shortest edge before the crop in pixels, usually 256
     * @param size width and height of the input in pixels, usually 224
     * @return mean (0.485, 0.456, 0.406), standard deviation (0.229, 0.224, 0.225), scale 1/255
     */
    public static Preprocessing imagenet(int resizeTo, int size) {
        return new Preprocessing(
                size,
                size,
                Channels.RGB,
                Fit.CROP,
                resizeTo,
                List.of(0.485f, 0.456f, 0.406f),
                List.of(0.229f, 0.224f, 0.225f),
                1f / 255f,
                Filter.TRIANGLE,
                CropOrigin.HALF_TO_EVEN);
    }

    /**
     * {@return a copy with another normalisation}
     *
     * @param newMean one value per channel, in units of {@code pixel * scale}
     * @param newStd one positive value per channel, in the same units
     */
    public Preprocessing withNormalisation(List<Float> newMean, List<Float> newStd) {
        return withValues(channels, newMean, newStd, scale);
    }

    /**
     * {@return a copy with the same geometry and other channels and values}
     *
     * @param newChannels channels of the input
     * @param newMean one value per channel, in units of {@code pixel * newScale}
     * @param newStd one positive value per channel, in the same units
     * @param newScale factor of the pixels
     */
    public Preprocessing withValues(Channels newChannels, List<Float> newMean, List<Float> newStd, float newScale) {
        return new Preprocessing(
                width, height, newChannels, fit, resizeTo, newMean, newStd, newScale, filter, cropOrigin);
    }

    /**
     * {@return a copy with the same values and filter and another geometry}
     *
     * @param size size of the input
     * @param newFit treatment of the aspect ratio
     * @param newResizeTo edge before the crop in pixels; ignored for {@link Fit#STRETCH}
     */
    public Preprocessing withGeometry(Size size, Fit newFit, int newResizeTo) {
        return new Preprocessing(
                size.width, size.height, channels, newFit, newResizeTo, mean, std, scale, filter, cropOrigin);
    }

    /**
     * {@return a copy with another resampling filter}
     *
     * @param newFilter filter of the resize
     */
    public Preprocessing withFilter(Filter newFilter) {
        return new Preprocessing(width, height, channels, fit, resizeTo, mean, std, scale, newFilter, cropOrigin);
    }

    /**
     * {@return a copy with another start of the crop}
     *
     * @param newCropOrigin start of the crop if an odd number of pixels is left over
     */
    public Preprocessing withCropOrigin(CropOrigin newCropOrigin) {
        return new Preprocessing(width, height, channels, fit, resizeTo, mean, std, scale, filter, newCropOrigin);
    }

    /**
     * Computes the size before the crop, by integer arithmetic: for CROP the shortest edge becomes {@code resizeTo},
     * the other {@code edge * resizeTo / shortest}, rounded down. For STRETCH it is the target size, for STRETCH_CROP
     * {@code resizeTo x resizeTo}.
     *
     * @param imageWidth width of the image in pixels
     * @param imageHeight height of the image in pixels
     * @return size of the resized image
     */
    public Size resized(int imageWidth, int imageHeight) {
        if (fit == Fit.STRETCH) {
            return new Size(width, height);
        }
        if (fit == Fit.STRETCH_CROP) {
            return new Size(resizeTo, resizeTo);
        }
        int shortest = Math.min(imageWidth, imageHeight);
        return new Size(
                Math.toIntExact((long) imageWidth * resizeTo / shortest),
                Math.toIntExact((long) imageHeight * resizeTo / shortest));
    }

    /**
     * Resizes, crops and converts an image.
     *
     * @param image image of any size
     * @return {@code width x height} uint8, gray for {@link Channels#GRAY} and RGB otherwise
     */
    public Image fit(Image image) {
        Image coloured = image.withChannels(channels.count());
        Size full = resized(coloured.width(), coloured.height());
        return Resize.window(
                coloured,
                full.width(),
                full.height(),
                cropOrigin.of(full.width() - width),
                cropOrigin.of(full.height() - height),
                width,
                height,
                filter);
    }

    /**
     * Resizes, crops and converts an image by another resize method.
     *
     * @param image image of any size
     * @param method resize method; {@link ResizeMethod#TRIANGLE} stands for {@link #filter()}, which the classifier
     *     file itself always uses
     * @return {@code width x height} uint8, gray for {@link Channels#GRAY} and RGB otherwise
     */
    public Image fit(Image image, ResizeMethod method) {
        if (method == ResizeMethod.TRIANGLE) {
            return fit(image);
        }
        Image coloured = image.withChannels(channels.count());
        Size full = resized(coloured.width(), coloured.height());
        Image resized = Resize.resize(coloured, full.width(), full.height(), method);
        return Resize.crop(
                resized, cropOrigin.of(full.width() - width), cropOrigin.of(full.height() - height), width, height);
    }

    /**
     * Writes the tensor values {@code [C, H, W]} of a fitted image.
     *
     * @param fitted result of {@link #fit(Image)}
     * @param target array that receives {@code C * H * W} values
     * @param offset position of the first value in the target
     * @throws IllegalArgumentException if the image is not what {@link #fit(Image)} gives or the target is too short
     */
    public void normalise(Image fitted, float[] target, int offset) {
        int area = width * height;
        int count = channels.count();
        if (fitted.width() != width || fitted.height() != height || fitted.channels() != count) {
            throw new IllegalArgumentException("normalise: expected an image of " + width + " x " + height + " x "
                    + count + ", found " + fitted + "; call fit first");
        }
        if (offset < 0 || target.length - offset < area * count) {
            throw new IllegalArgumentException("normalise: expected room for " + area * count + " values from " + offset
                    + ", found " + target.length + " in all");
        }
        byte[] pixels = fitted.pixels();
        for (int c = 0; c < count; c++) {
            int stored = channels == Channels.BGR ? 2 - c : c;
            float m = mean.get(c);
            float s = std.get(c);
            for (int i = 0; i < area; i++) {
                target[offset + c * area + i] = ((pixels[i * count + stored] & 0xff) * scale - m) / s;
            }
        }
    }

    /**
     * {@return the input {@code [C, H, W]} of an image: {@link #fit(Image)} and {@link #normalise(Image, float[], int)}
     * in one}
     *
     * @param image image of any size
     */
    public float[] tensor(Image image) {
        float[] values = new float[channels.count() * width * height];
        normalise(fit(image), values, 0);
        return values;
    }
}

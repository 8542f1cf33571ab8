package terzi.images;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * The decoder of each format, chosen by class. What else an application has registered with ImageIO does not matter, and
 * nothing in ImageIO's global settings is changed.
 */
final class Codecs {
    private static final String JDK = "com.sun.imageio.plugins.";
    private static final String TWELVE_MONKEYS_JPEG = "com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi";

    private Codecs() {}

    /** A fresh reader, to be disposed of. */
    static ImageReader reader(Encoded encoded) throws ImageException {
        ImageReaderSpi provider =
                switch (encoded.format()) {
                    case PNG -> jdk("png.PNGImageReaderSpi");
                    case GIF -> jdk("gif.GIFImageReaderSpi");
                    case BMP -> jdk("bmp.BMPImageReaderSpi");
                    case WEBP -> new WebPImageReaderSpi();
                    case LOSSLESS_WEBP ->
                        throw new IllegalArgumentException("ImageIO does not decode lossless WebP here");
                    // the JDK's reader is faster, and cannot read CMYK
                    case JPEG ->
                        encoded.components() == 1 || encoded.components() == 3
                                ? jdk("jpeg.JPEGImageReaderSpi")
                                : twelveMonkeysJpeg();
                };
        try {
            return provider.createReaderInstance();
        } catch (IOException e) {
            throw new IllegalStateException("the decoder " + provider.getClass().getName() + " does not start", e);
        }
    }

    private static ImageReaderSpi jdk(String name) {
        ImageReaderSpi provider = registered(JDK + name);
        if (provider == null) {
            throw new IllegalStateException(
                    "the JDK's decoder " + JDK + name
                            + " is not registered with ImageIO; was it deregistered, or is the JDK built without java.desktop?");
        }
        return provider;
    }

    /** It delegates to the JDK's reader, which it finds when it is registered. */
    private static ImageReaderSpi twelveMonkeysJpeg() {
        ImageReaderSpi provider = registered(TWELVE_MONKEYS_JPEG);
        if (provider == null) {
            // a class loader that ImageIO does not search
            IIORegistry.getDefaultInstance()
                    .registerServiceProvider(
                            new com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi(), ImageReaderSpi.class);
            provider = registered(TWELVE_MONKEYS_JPEG);
        }
        if (provider == null) {
            throw new IllegalStateException(
                    "the decoder " + TWELVE_MONKEYS_JPEG + " cannot be registered with ImageIO");
        }
        return provider;
    }

    private static @Nullable ImageReaderSpi registered(String className) {
        Iterator<ImageReaderSpi> found = IIORegistry.getDefaultInstance()
                .getServiceProviders(
                        ImageReaderSpi.class, p -> p.getClass().getName().equals(className), false);
        return found.hasNext() ? found.next() : null;
    }
}

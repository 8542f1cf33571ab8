package terzi.images;

import com.drew.metadata.exif.ExifIFD0Directory;

/** How a camera held the image it stored: the eight values of EXIF tag 0x0112, numbered 1 to 8. */
enum Orientation {
    UPRIGHT,
    MIRRORED,
    ROTATED_180,
    FLIPPED,
    TRANSPOSED,
    ROTATED_90,
    TRANSVERSED,
    ROTATED_270;

    /** The orientation stated in EXIF data; upright if there is none, or if it is damaged or impossible. */
    static Orientation of(byte[] exif) {
        return Exif.directories(exif, ExifIFD0Directory.class)
                .map(directory -> directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION))
                .filter(value -> value != null && value >= 1 && value <= 8)
                .findFirst()
                .map(value -> values()[value - 1])
                .orElse(UPRIGHT);
    }

    /** The stored image turned upright. */
    Image apply(Image stored) {
        if (this == UPRIGHT) {
            return stored;
        }
        int w = stored.width();
        int h = stored.height();
        boolean swaps =
                switch (this) {
                    case UPRIGHT, MIRRORED, ROTATED_180, FLIPPED -> false;
                    case TRANSPOSED, ROTATED_90, TRANSVERSED, ROTATED_270 -> true;
                };
        // where the upright image's first pixel is stored, and the way to its neighbours on the right and below
        int start =
                switch (this) {
                    case UPRIGHT, TRANSPOSED -> 0;
                    case MIRRORED, ROTATED_270 -> w - 1;
                    case ROTATED_180, TRANSVERSED -> w * h - 1;
                    case FLIPPED, ROTATED_90 -> w * (h - 1);
                };
        int right =
                switch (this) {
                    case UPRIGHT, FLIPPED -> 1;
                    case MIRRORED, ROTATED_180 -> -1;
                    case TRANSPOSED, ROTATED_270 -> w;
                    case ROTATED_90, TRANSVERSED -> -w;
                };
        int below =
                switch (this) {
                    case UPRIGHT, MIRRORED -> w;
                    case ROTATED_180, FLIPPED -> -w;
                    case TRANSPOSED, ROTATED_90 -> 1;
                    case TRANSVERSED, ROTATED_270 -> -1;
                };
        int width = swaps ? h : w;
        int height = swaps ? w : h;
        int channels = stored.channels();
        byte[] from = stored.pixels();
        byte[] to = new byte[from.length];
        int o = 0;
        for (int y = 0; y < height; y++) {
            int at = start + y * below;
            for (int x = 0; x < width; x++, at += right) {
                for (int c = 0; c < channels; c++) {
                    to[o++] = from[at * channels + c];
                }
            }
        }
        return new Image(width, height, channels, to);
    }
}

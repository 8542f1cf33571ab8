package terzi.training.finetune;

import terzi.data.augment.AugmentationChain;
import terzi.data.augment.Flip;
import terzi.files.Sha256;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.images.Resize;

/** Makes the views of an image; each depends on (seed, image, view) alone. */
record ImageViews(Preprocessing preprocessing, AugmentationChain augment, long seed) {
    /** Larger images are made smaller before they are changed, to this many times the size the network takes. */
    private static final int ROOM = 2;

    /** What tells a view's entries in the cache from others. */
    String key(int view) {
        return Sha256.ofText(
                switch (view) {
                    case 0 -> "plain";
                    case 1 -> "mirrored";
                    default -> "view " + view + " of seed " + seed + ": " + augment.steps();
                });
    }

    /** @param digest of the image's content, in hexadecimal */
    Image view(Image image, String digest, int view) {
        if (view == 0) {
            return preprocessing.fit(image);
        } else if (view == 1) {
            return Flip.mirrored(preprocessing.fit(image));
        }
        long index = Long.parseUnsignedLong(digest.substring(0, 16), 16);
        return preprocessing.fit(augment.apply(smaller(image), seed, view, index));
    }

    private Image smaller(Image image) {
        int room = ROOM * Math.max(preprocessing.resizeTo(), Math.max(preprocessing.width(), preprocessing.height()));
        int shortest = Math.min(image.width(), image.height());
        if (shortest <= room) {
            return image;
        }
        return Resize.resize(
                image,
                Math.toIntExact((long) image.width() * room / shortest),
                Math.toIntExact((long) image.height() * room / shortest));
    }
}

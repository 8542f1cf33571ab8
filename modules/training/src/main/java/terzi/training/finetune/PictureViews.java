package terzi.training.finetune;

import terzi.data.augment.AugmentationChain;
import terzi.data.augment.Flip;
import terzi.files.Sha256;
import terzi.images.Picture;
import terzi.images.Preprocessing;
import terzi.images.Resize;

/** Makes the views of a picture; each depends on (seed, picture, view) alone. */
record PictureViews(Preprocessing preprocessing, AugmentationChain augment, long seed) {
    /** Larger pictures are made smaller before they are changed, to this many times the size the network takes. */
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

    /** @param digest of the picture's content, in hexadecimal */
    Picture view(Picture picture, String digest, int view) {
        if (view == 0) {
            return preprocessing.fit(picture);
        } else if (view == 1) {
            return Flip.mirrored(preprocessing.fit(picture));
        }
        long index = Long.parseUnsignedLong(digest.substring(0, 16), 16);
        return preprocessing.fit(augment.apply(smaller(picture), seed, view, index));
    }

    private Picture smaller(Picture picture) {
        int room = ROOM * Math.max(preprocessing.resizeTo(), Math.max(preprocessing.width(), preprocessing.height()));
        int shortest = Math.min(picture.width(), picture.height());
        if (shortest <= room) {
            return picture;
        }
        return Resize.resize(
                picture,
                Math.toIntExact((long) picture.width() * room / shortest),
                Math.toIntExact((long) picture.height() * room / shortest));
    }
}

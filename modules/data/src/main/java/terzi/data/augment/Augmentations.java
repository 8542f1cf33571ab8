package terzi.data.augment;

import java.util.List;

/** The augmentations that recipes can name, each with its default settings; a new one needs an entry here and nothing else. */
public final class Augmentations {
    private static final List<Augmentation> ALL = List.of(
            new Flip(0.5, 0),
            new Shift(0.1, Border.EDGE),
            new Rotate(10, Border.EDGE),
            new Zoom(0.9, 1.1, Border.EDGE),
            new Warp(10, 0.1, 0.1, 0.07, 0.03, 4, Border.EDGE),
            new RandomResizedCrop(0.35, 1, 4.0 / 3),
            new ColorJitter(0.2, 0.2, 0.2),
            new Grayscale(0.1),
            new RandomErasing(0.5, 0.02, 0.25, 3, RandomErasing.Fill.NOISE),
            new TrivialAugment(1, Border.EDGE),
            new RandAugment(2, 0.5, Border.EDGE));

    private Augmentations() {}

    /** {@return one of each kind, as a recipe that only names it gets it} */
    public static List<Augmentation> all() {
        return ALL;
    }
}

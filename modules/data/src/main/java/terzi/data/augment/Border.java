package terzi.data.augment;

/** What lies outside an image that is moved, turned or shrunk. */
public enum Border {
    /** Black: 0 in every channel. */
    BLACK,
    /** White: 255 in every channel. */
    WHITE,
    /** The nearest pixel of the edge. */
    EDGE,
    /** The image mirrored at its edge, which is not repeated. */
    MIRROR;

    /** The position inside {@code 0..length-1} that stands for one anywhere, or -1 for the {@link #fill()} colour. */
    int source(int position, int length) {
        if (position >= 0 && position < length) {
            return position;
        }
        return switch (this) {
            case BLACK, WHITE -> -1;
            case EDGE -> position < 0 ? 0 : length - 1;
            case MIRROR -> {
                if (length == 1) {
                    yield 0;
                }
                int period = 2 * (length - 1);
                int folded = Math.floorMod(position, period);
                yield folded < length ? folded : period - folded;
            }
        };
    }

    byte fill() {
        return this == WHITE ? (byte) 255 : 0;
    }
}

package terzi.training.recipe;

import terzi.files.Defaults;

/**
 * How much of the network learns. The network is divided at the values that everything passes through, so a block is a
 * residual block, or a layer of a plain network; blocks are counted from the head.
 */
public sealed interface Depth {
    /** Only the new head learns. */
    record None() implements Depth {
        @Defaults
        public static None defaults() {
            return new None();
        }
    }

    /** The last blocks learn. */
    record Blocks(int blocks) implements Depth {
        public Blocks {
            Require.whole("blocks", 1, 10_000, blocks);
        }
    }

    /** The blocks from the last one that makes the image smaller; with two stages from the one before that, and so on. */
    record Stages(int stages) implements Depth {
        public Stages {
            Require.whole("stages", 1, 1000, stages);
        }
    }

    /** Everything learns, on images that are augmented anew in every epoch. */
    record All() implements Depth {
        @Defaults
        public static All defaults() {
            return new All();
        }
    }
}

package terzi.training.recipe;

/**
 * How much of the network learns. The network is divided at the values that everything passes through, so a block is a
 * residual block, or a layer of a plain network; blocks are counted from the head.
 */
public sealed interface Depth {
    /** Only the new head learns. */
    record None() implements Depth {}

    /** The last blocks learn. */
    record Blocks(int blocks) implements Depth {
        /**
         * Creates the depth.
         *
         * @param blocks how many, 1 to 10000
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Blocks {
            Require.whole("blocks", 1, 10_000, blocks);
        }
    }

    /** The blocks from the last one that makes the image smaller; with two stages from the one before that, and so on. */
    record Stages(int stages) implements Depth {
        /**
         * Creates the depth.
         *
         * @param stages how many, 1 to 1000
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Stages {
            Require.whole("stages", 1, 1000, stages);
        }
    }

    /** Everything learns, on images that are augmented anew in every epoch. */
    record All() implements Depth {}
}

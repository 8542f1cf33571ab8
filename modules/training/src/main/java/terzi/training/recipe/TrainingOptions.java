package terzi.training.recipe;

import org.jspecify.annotations.Nullable;
import terzi.data.augment.BatchMix;
import terzi.files.Defaults;

/**
 * Everything that steers a training run besides data and network. In a recipe, the settings of all four groups stand
 * side by side in the section {@code training:}.
 *
 * @param optimisation how long and how gradients change the weights
 * @param regularisation what keeps the network from learning the training images by heart
 * @param selection which epoch's network the run hands over
 * @param execution how the run computes
 */
public record TrainingOptions(
        @Unwrapped Optimisation optimisation,
        @Unwrapped Regularisation regularisation,
        @Unwrapped Selection selection,
        @Unwrapped Execution execution) {
    private static final int MOST_EPOCHS = 1_000_000;

    /**
     * The course of gradient descent.
     *
     * @param epochs passes over the training set, 1 to 1000000
     * @param batchSize images in one step, 1 to 65536; the last step of an epoch takes what is left
     * @param optimizer how gradients change the weights
     * @param schedule how the learning rate changes
     */
    public record Optimisation(int epochs, int batchSize, Optimizer optimizer, Schedule schedule) {
        /**
         * Creates the settings.
         *
         * @param epochs passes over the training set, 1 to 1000000
         * @param batchSize images in one step, 1 to 65536
         * @param optimizer how gradients change the weights
         * @param schedule how the learning rate changes
         * @throws IllegalArgumentException if a value is out of its range, or the warm-up is longer than the run
         */
        public Optimisation {
            Require.whole("epochs", 1, MOST_EPOCHS, epochs);
            Require.whole("batch_size", 1, 65_536, batchSize);
            if (schedule instanceof Schedule.Cosine cosine && cosine.warmupEpochs() > epochs) {
                throw new IllegalArgumentException("warmup_epochs must be at most the number of epochs, " + epochs
                        + ", not " + cosine.warmupEpochs());
            }
        }
    }

    /**
     * The loss and what else keeps the network from learning the training images by heart.
     *
     * @param loss class weights and label smoothing
     * @param mix mixes the images of a batch with one another (mixup, cutmix); null = no mixing
     * @param plainEpochs so many of the last epochs see the images as they are, neither augmented nor mixed: what the
     *     network will be shown is then what it learned last; 0 = none, all of a shorter run. YOLOX closes its
     *     augmentations in the same way (Ge et al., 2021)
     * @param clipNorm largest global L2 norm of the gradients, 0 = no clipping
     * @param ema decay of the exponential moving average of the weights, which is then what is validated and kept; 0 = off.
     *     Young averages decay faster: min(ema, (1 + t) / (10 + t)) at step t
     */
    public record Regularisation(Loss loss, @Nullable BatchMix mix, int plainEpochs, double clipNorm, double ema) {
        /**
         * Creates the settings.
         *
         * @param loss class weights and label smoothing
         * @param mix mixes the images of a batch, or null
         * @param plainEpochs last epochs without augmentation and mixing
         * @param clipNorm largest L2 norm of the gradients, 0 = no clipping
         * @param ema decay of the moving average of the weights, 0..1 without 1, 0 = off
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Regularisation {
            Require.whole("plain_epochs", 0, MOST_EPOCHS, plainEpochs);
            Require.notNegative("clip_norm", clipNorm);
            Require.within("ema", 0, 1, ema);
        }
    }

    /**
     * The choice of an epoch.
     *
     * @param keep which epoch's network the run hands over
     * @param earlyStopping when to end before the last epoch; null = never
     */
    public record Selection(Keep keep, @Nullable EarlyStopping earlyStopping) {}

    /**
     * Arithmetic, random seed and threads.
     *
     * @param precision arithmetic of the forward and backward pass
     * @param seed where every random choice comes from
     * @param threads libtorch's threads, at most 1024, 0 = one for each core; results are bit-identical from run to run with 1
     */
    public record Execution(PrecisionChoice precision, long seed, int threads) {
        /**
         * Creates the settings.
         *
         * @param precision arithmetic of the forward and backward pass
         * @param seed where every random choice comes from
         * @param threads 0 to 1024, 0 = one for each core
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Execution {
            Require.whole("threads", 0, 1024, threads); // libtorch starts as many as are asked for
        }
    }

    /**
     * Returns ten epochs of AdamW with a cosine schedule; a good start for most datasets.
     *
     * @return the default options
     */
    @Defaults
    public static TrainingOptions defaults() {
        return new TrainingOptions(
                new Optimisation(10, 128, Optimizer.AdamW.defaults(), Schedule.Cosine.defaults()),
                new Regularisation(Loss.defaults(), null, 0, 0, 0),
                new Selection(Keep.BEST, null),
                new Execution(PrecisionChoice.AUTO, 0, 0));
    }

    /**
     * Tells whether an epoch sees the images neither augmented nor mixed.
     *
     * @param epoch from 1
     * @return true in the last {@link Regularisation#plainEpochs}
     */
    public boolean isPlain(int epoch) {
        return epoch > optimisation.epochs - regularisation.plainEpochs;
    }

    /**
     * Returns the first of the plain epochs.
     *
     * @param augmented whether the other epochs see changed images
     * @return its number from 1; 0 where there are none, or all are alike
     */
    public int plainFrom(boolean augmented) {
        return regularisation.plainEpochs == 0 || (!augmented && regularisation.mix == null)
                ? 0
                : Math.max(1, optimisation.epochs - regularisation.plainEpochs + 1);
    }

    /**
     * {@return these options with another number of epochs}
     *
     * @param epochs as in {@link Optimisation}
     */
    public TrainingOptions withEpochs(int epochs) {
        return with(new Optimisation(epochs, optimisation.batchSize, optimisation.optimizer, optimisation.schedule));
    }

    /**
     * {@return these options with another batch size}
     *
     * @param batchSize as in {@link Optimisation}
     */
    public TrainingOptions withBatchSize(int batchSize) {
        return with(new Optimisation(optimisation.epochs, batchSize, optimisation.optimizer, optimisation.schedule));
    }

    /**
     * {@return these options with another optimizer}
     *
     * @param optimizer as in {@link Optimisation}
     */
    public TrainingOptions withOptimizer(Optimizer optimizer) {
        return with(new Optimisation(optimisation.epochs, optimisation.batchSize, optimizer, optimisation.schedule));
    }

    /**
     * {@return these options with another schedule}
     *
     * @param schedule as in {@link Optimisation}
     */
    public TrainingOptions withSchedule(Schedule schedule) {
        return with(new Optimisation(optimisation.epochs, optimisation.batchSize, optimisation.optimizer, schedule));
    }

    /**
     * {@return these options with another loss}
     *
     * @param loss as in {@link Regularisation}
     */
    public TrainingOptions withLoss(Loss loss) {
        Regularisation r = regularisation;
        return with(new Regularisation(loss, r.mix, r.plainEpochs, r.clipNorm, r.ema));
    }

    /**
     * {@return these options with another mixing}
     *
     * @param mix as in {@link Regularisation}
     */
    public TrainingOptions withMix(@Nullable BatchMix mix) {
        Regularisation r = regularisation;
        return with(new Regularisation(r.loss, mix, r.plainEpochs, r.clipNorm, r.ema));
    }

    /**
     * {@return these options with another number of plain epochs}
     *
     * @param plainEpochs as in {@link Regularisation}
     */
    public TrainingOptions withPlainEpochs(int plainEpochs) {
        Regularisation r = regularisation;
        return with(new Regularisation(r.loss, r.mix, plainEpochs, r.clipNorm, r.ema));
    }

    /**
     * {@return these options with another clipping}
     *
     * @param clipNorm as in {@link Regularisation}
     */
    public TrainingOptions withClipNorm(double clipNorm) {
        Regularisation r = regularisation;
        return with(new Regularisation(r.loss, r.mix, r.plainEpochs, clipNorm, r.ema));
    }

    /**
     * {@return these options with another moving average}
     *
     * @param ema as in {@link Regularisation}
     */
    public TrainingOptions withEma(double ema) {
        Regularisation r = regularisation;
        return with(new Regularisation(r.loss, r.mix, r.plainEpochs, r.clipNorm, ema));
    }

    /**
     * {@return these options with another selection}
     *
     * @param selection which epoch is handed over
     */
    public TrainingOptions withSelection(Selection selection) {
        return new TrainingOptions(optimisation, regularisation, selection, execution);
    }

    /**
     * {@return these options with another precision}
     *
     * @param precision as in {@link Execution}
     */
    public TrainingOptions withPrecision(PrecisionChoice precision) {
        return with(new Execution(precision, execution.seed, execution.threads));
    }

    /**
     * {@return these options with another random seed}
     *
     * @param seed as in {@link Execution}
     */
    public TrainingOptions withSeed(long seed) {
        return with(new Execution(execution.precision, seed, execution.threads));
    }

    /**
     * {@return these options with another number of threads}
     *
     * @param threads as in {@link Execution}
     */
    public TrainingOptions withThreads(int threads) {
        return with(new Execution(execution.precision, execution.seed, threads));
    }

    private TrainingOptions with(Optimisation optimisation) {
        return new TrainingOptions(optimisation, regularisation, selection, execution);
    }

    private TrainingOptions with(Regularisation regularisation) {
        return new TrainingOptions(optimisation, regularisation, selection, execution);
    }

    private TrainingOptions with(Execution execution) {
        return new TrainingOptions(optimisation, regularisation, selection, execution);
    }
}

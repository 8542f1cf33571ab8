package terzi.training;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import terzi.data.augment.BatchMix;
import terzi.files.Defaults;

/**
 * Everything that steers a training run besides data and network.
 *
 * @param epochs passes over the training set, 1 to {@value #MOST_EPOCHS}
 * @param batchSize images in one step, 1 to {@value #MOST_IN_BATCH}; the last step of an epoch takes what is left
 * @param optimizer how gradients change the weights
 * @param schedule how the learning rate changes
 * @param loss class weights and label smoothing
 * @param mix mixes the images of a batch with one another (mixup, cutmix); null = no mixing
 * @param plainEpochs so many of the last epochs see the images as they are, neither augmented nor mixed: what the network will
 *     be shown is then what it learned last; 0 = none, all of a shorter run. YOLOX closes its augmentations in the same way (Ge et al., 2021)
 * @param clipNorm largest global L2 norm of the gradients, 0 = no clipping
 * @param ema decay of the exponential moving average of the weights, which is then what is validated and kept; 0 = off.
 *     Young averages decay faster: min(ema, (1 + t) / (10 + t)) at step t
 * @param keep which epoch's network the run hands over
 * @param earlyStopping when to end before the last epoch; null = never
 * @param precision arithmetic of the forward and backward pass
 * @param seed where every random choice comes from
 * @param threads libtorch's threads, at most {@value #MOST_THREADS}, 0 = one for each core; results are bit-identical from run to run with 1
 */
public record TrainingOptions(
        int epochs,
        int batchSize,
        Optimizer optimizer,
        Schedule schedule,
        Loss loss,
        @Nullable BatchMix mix,
        int plainEpochs,
        double clipNorm,
        double ema,
        Keep keep,
        @Nullable EarlyStopping earlyStopping,
        PrecisionChoice precision,
        long seed,
        int threads) {
    /** The largest number of epochs. */
    public static final int MOST_EPOCHS = 1_000_000;

    /** The largest batch. */
    public static final int MOST_IN_BATCH = 65_536;

    /** More threads than any machine has cores; libtorch would start as many as are asked for. */
    public static final int MOST_THREADS = 1024;

    public TrainingOptions {
        Require.whole("epochs", 1, MOST_EPOCHS, epochs);
        Require.whole("batch_size", 1, MOST_IN_BATCH, batchSize);
        Require.whole("plain_epochs", 0, MOST_EPOCHS, plainEpochs);
        Require.notNegative("clip_norm", clipNorm);
        Require.within("ema", 0, 1, ema);
        Require.whole("threads", 0, MOST_THREADS, threads);
        if (schedule instanceof Schedule.Cosine cosine && cosine.warmupEpochs() > epochs) {
            throw new IllegalArgumentException(
                    "warmup_epochs must be at most the number of epochs, " + epochs + ", not " + cosine.warmupEpochs());
        }
    }

    /** Ten epochs of AdamW with a cosine schedule; a good start for most sets. */
    @Defaults
    public static TrainingOptions defaults() {
        return new TrainingOptions(
                10,
                128,
                Optimizer.AdamW.defaults(),
                Schedule.Cosine.defaults(),
                Loss.defaults(),
                null,
                0,
                0,
                0,
                Keep.BEST,
                null,
                PrecisionChoice.AUTO,
                0,
                0);
    }

    /** Whether an epoch, from 1, sees the images neither augmented nor mixed. */
    public boolean isPlain(int epoch) {
        return epoch > epochs - plainEpochs;
    }

    /**
     * The first of the plain epochs; 0 where there are none, or all are alike.
     *
     * @param augmented whether the other epochs see changed images
     */
    public int plainFrom(boolean augmented) {
        return plainEpochs == 0 || (!augmented && mix == null) ? 0 : Math.max(1, epochs - plainEpochs + 1);
    }

    public TrainingOptions withEpochs(int epochs) {
        return with(draft -> draft.epochs = epochs);
    }

    public TrainingOptions withBatchSize(int batchSize) {
        return with(draft -> draft.batchSize = batchSize);
    }

    public TrainingOptions withOptimizer(Optimizer optimizer) {
        return with(draft -> draft.optimizer = optimizer);
    }

    public TrainingOptions withSchedule(Schedule schedule) {
        return with(draft -> draft.schedule = schedule);
    }

    public TrainingOptions withLoss(Loss loss) {
        return with(draft -> draft.loss = loss);
    }

    public TrainingOptions withMix(@Nullable BatchMix mix) {
        return with(draft -> draft.mix = mix);
    }

    public TrainingOptions withPlainEpochs(int plainEpochs) {
        return with(draft -> draft.plainEpochs = plainEpochs);
    }

    public TrainingOptions withClipNorm(double clipNorm) {
        return with(draft -> draft.clipNorm = clipNorm);
    }

    public TrainingOptions withEma(double ema) {
        return with(draft -> draft.ema = ema);
    }

    public TrainingOptions withKeep(Keep keep) {
        return with(draft -> draft.keep = keep);
    }

    public TrainingOptions withEarlyStopping(@Nullable EarlyStopping earlyStopping) {
        return with(draft -> draft.earlyStopping = earlyStopping);
    }

    public TrainingOptions withPrecision(PrecisionChoice precision) {
        return with(draft -> draft.precision = precision);
    }

    public TrainingOptions withSeed(long seed) {
        return with(draft -> draft.seed = seed);
    }

    public TrainingOptions withThreads(int threads) {
        return with(draft -> draft.threads = threads);
    }

    private TrainingOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** The settings while one of them changes. */
    private static final class Draft {
        private int epochs;
        private int batchSize;
        private Optimizer optimizer;
        private Schedule schedule;
        private Loss loss;
        private @Nullable BatchMix mix;
        private int plainEpochs;
        private double clipNorm;
        private double ema;
        private Keep keep;
        private @Nullable EarlyStopping earlyStopping;
        private PrecisionChoice precision;
        private long seed;
        private int threads;

        Draft(TrainingOptions options) {
            epochs = options.epochs;
            batchSize = options.batchSize;
            optimizer = options.optimizer;
            schedule = options.schedule;
            loss = options.loss;
            mix = options.mix;
            plainEpochs = options.plainEpochs;
            clipNorm = options.clipNorm;
            ema = options.ema;
            keep = options.keep;
            earlyStopping = options.earlyStopping;
            precision = options.precision;
            seed = options.seed;
            threads = options.threads;
        }

        TrainingOptions options() {
            return new TrainingOptions(
                    epochs,
                    batchSize,
                    optimizer,
                    schedule,
                    loss,
                    mix,
                    plainEpochs,
                    clipNorm,
                    ema,
                    keep,
                    earlyStopping,
                    precision,
                    seed,
                    threads);
        }
    }
}

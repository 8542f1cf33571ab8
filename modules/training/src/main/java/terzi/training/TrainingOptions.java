package terzi.training;

import org.jspecify.annotations.Nullable;
import terzi.vision.augment.BatchMix;

/**
 * Everything that steers a training run besides data and network.
 *
 * @param epochs passes over the training set, at least 1
 * @param batchSize pictures in one step; the last step of an epoch takes what is left
 * @param optimizer how gradients change the weights
 * @param schedule how the learning rate changes
 * @param loss class weights and label smoothing
 * @param mix mixes the pictures of a batch with one another (mixup, cutmix); null = no mixing
 * @param clipNorm largest global L2 norm of the gradients, 0 = no clipping
 * @param ema decay of the exponential moving average of the weights, which is then what is validated and kept; 0 = off.
 *     Young averages decay faster: min(ema, (1 + t) / (10 + t)) at step t
 * @param earlyStopping when to end before the last epoch; null = never
 * @param precision arithmetic of the forward and backward pass
 * @param seed where every random choice comes from
 * @param threads libtorch's threads, 0 = one for each core; results are bit-identical from run to run with 1
 */
public record TrainingOptions(
        int epochs,
        int batchSize,
        Optimizer optimizer,
        Schedule schedule,
        Loss loss,
        @Nullable BatchMix mix,
        double clipNorm,
        double ema,
        @Nullable EarlyStopping earlyStopping,
        PrecisionChoice precision,
        long seed,
        int threads) {

    public TrainingOptions {
        Require.atLeast("epochs", 1, epochs);
        Require.atLeast("batchSize", 1, batchSize);
        Require.notNegative("clipNorm", clipNorm);
        Require.within("ema", 0, 1, ema);
        Require.atLeast("threads", 0, threads);
        if (schedule instanceof Schedule.Cosine cosine && cosine.warmupEpochs() > epochs) {
            throw new IllegalArgumentException(
                    "warmupEpochs must be at most the number of epochs, " + epochs + ", not " + cosine.warmupEpochs());
        }
    }

    /** Ten epochs of AdamW with a cosine schedule; a good start for most sets. */
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
                null,
                PrecisionChoice.AUTO,
                0,
                0);
    }

    public TrainingOptions withEpochs(int epochs) {
        return new TrainingOptions(
                epochs,
                batchSize,
                optimizer,
                schedule,
                loss,
                mix,
                clipNorm,
                ema,
                earlyStopping,
                precision,
                seed,
                threads);
    }

    public TrainingOptions withBatchSize(int batchSize) {
        return new TrainingOptions(
                epochs,
                batchSize,
                optimizer,
                schedule,
                loss,
                mix,
                clipNorm,
                ema,
                earlyStopping,
                precision,
                seed,
                threads);
    }

    public TrainingOptions withOptimizer(Optimizer optimizer) {
        return new TrainingOptions(
                epochs,
                batchSize,
                optimizer,
                schedule,
                loss,
                mix,
                clipNorm,
                ema,
                earlyStopping,
                precision,
                seed,
                threads);
    }

    public TrainingOptions withSchedule(Schedule schedule) {
        return new TrainingOptions(
                epochs,
                batchSize,
                optimizer,
                schedule,
                loss,
                mix,
                clipNorm,
                ema,
                earlyStopping,
                precision,
                seed,
                threads);
    }

    public TrainingOptions withLoss(Loss loss) {
        return new TrainingOptions(
                epochs,
                batchSize,
                optimizer,
                schedule,
                loss,
                mix,
                clipNorm,
                ema,
                earlyStopping,
                precision,
                seed,
                threads);
    }

    public TrainingOptions withMix(@Nullable BatchMix mix) {
        return new TrainingOptions(
                epochs,
                batchSize,
                optimizer,
                schedule,
                loss,
                mix,
                clipNorm,
                ema,
                earlyStopping,
                precision,
                seed,
                threads);
    }

    public TrainingOptions withClipNorm(double clipNorm) {
        return new TrainingOptions(
                epochs,
                batchSize,
                optimizer,
                schedule,
                loss,
                mix,
                clipNorm,
                ema,
                earlyStopping,
                precision,
                seed,
                threads);
    }

    public TrainingOptions withEma(double ema) {
        return new TrainingOptions(
                epochs,
                batchSize,
                optimizer,
                schedule,
                loss,
                mix,
                clipNorm,
                ema,
                earlyStopping,
                precision,
                seed,
                threads);
    }

    public TrainingOptions withEarlyStopping(@Nullable EarlyStopping earlyStopping) {
        return new TrainingOptions(
                epochs,
                batchSize,
                optimizer,
                schedule,
                loss,
                mix,
                clipNorm,
                ema,
                earlyStopping,
                precision,
                seed,
                threads);
    }

    public TrainingOptions withPrecision(PrecisionChoice precision) {
        return new TrainingOptions(
                epochs,
                batchSize,
                optimizer,
                schedule,
                loss,
                mix,
                clipNorm,
                ema,
                earlyStopping,
                precision,
                seed,
                threads);
    }

    public TrainingOptions withSeed(long seed) {
        return new TrainingOptions(
                epochs,
                batchSize,
                optimizer,
                schedule,
                loss,
                mix,
                clipNorm,
                ema,
                earlyStopping,
                precision,
                seed,
                threads);
    }

    public TrainingOptions withThreads(int threads) {
        return new TrainingOptions(
                epochs,
                batchSize,
                optimizer,
                schedule,
                loss,
                mix,
                clipNorm,
                ema,
                earlyStopping,
                precision,
                seed,
                threads);
    }
}

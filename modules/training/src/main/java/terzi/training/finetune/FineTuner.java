package terzi.training.finetune;

import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;
import terzi.data.Dataset;
import terzi.data.Seeds;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.training.recipe.FineTuningOptions;

/** Fits a pretrained classifier to images of new classes. */
public final class FineTuner {
    private static final float DRAWN_WEIGHT = 0.05f;
    private static final int DRAWN_IMAGES = 4;

    private FineTuner() {}

    /**
     * A network as it leaves fine-tuning, but with a drawn head.
     *
     * @param network one float input {@code [N, C, H, W]}, outputs {@code logits} {@code [N, K]} and {@code features}
     *     {@code [N, F]}
     * @param preprocessing of the size that its images get
     */
    public record Untrained(Model network, Preprocessing preprocessing) {}

    /**
     * Does to a network what fine-tuning does, without images: the head is replaced, its weights are drawn, and so are the
     * images that the strangeness is a distance to. Shows before
     * hours of work whether the network can be compiled, computed and exported.
     *
     * @param network a pretrained classifier: one float input {@code [N, C, H, W]}, logits as first output
     * @param preprocessing how images become that input
     * @param options of the fine-tuning to come
     * @param classes how many the new head tells apart
     * @return the network with a drawn head
     * @throws IllegalArgumentException if the network does not fit
     */
    public static Untrained rehearse(
            Model network, Preprocessing preprocessing, FineTuningOptions options, int classes) {
        Prepared prepared = Prepared.of(network, options, classes);
        RandomGenerator random = Seeds.of(options.training().execution().seed(), 0, 0);
        float[] weight = new float[classes * prepared.width()];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) (random.nextDouble() * 2 - 1) * DRAWN_WEIGHT;
        }
        float[][] bank = new float[DRAWN_IMAGES][prepared.sets().get(0).width()];
        for (float[] row : bank) {
            for (int f = 0; f < row.length; f++) {
                row[f] = (float) (random.nextDouble() / Math.sqrt(row.length));
            }
        }
        Curve drawn = Curve.of(new double[] {0, 0.5, 1});
        return new Untrained(
                new Strangeness(bank, drawn, drawn, drawn)
                        .on(prepared.network(new LinearHead(weight, new float[classes]))),
                Prepared.sized(preprocessing, network, options));
    }

    /**
     * Runs a job to its end, on the calling thread. With one thread the same job gives the same bits.
     *
     * @param job what is fine-tuned, and on what
     * @param listener told how the run goes, on the same thread
     * @return the network and how it came about
     * @throws java.util.concurrent.CancellationException if the job was cancelled; what the frozen network gave stays in
     *     the cache, so that a later run goes on from there
     * @throws terzi.training.run.TrainingException if features or loss are no longer numbers
     * @throws IllegalArgumentException if the network does not fit, or a class has fewer than two images
     * @throws IOException if images cannot be read or the cache cannot be written
     */
    public static FineTuningResult run(FineTuningJob job, FineTuningListener listener) throws IOException {
        long started = System.nanoTime();
        new FeatureCache(job.cache()).removeLeftovers();
        Dataset all = job.validation()
                .map(part -> Dataset.concatenated(List.of(job.train(), part)))
                .orElse(job.train());
        int given = job.train().size();
        try (FineTuningSession study = new FineTuningSession(job, all, listener)) {
            study.requireTwoOfEach(study.readable(0, given));
            study.announce(study.readable(0, given).length, study.readable(given, all.size()).length);
            study.extract();
            int[] train = study.readable(0, given);
            study.requireTwoOfEach(train);
            FineTuningSession.Outcome outcome = study.learn(train, study.readable(given, all.size()));
            FineTuningSession.WithStrangeness strange =
                    outcome.withStrangeness().get();
            return new FineTuningResult(
                    strange.network(),
                    study.preprocessing(),
                    job.labels(),
                    outcome.kept(),
                    outcome.why(),
                    outcome.figures(),
                    strange.outOfFold(),
                    outcome.head(),
                    outcome.tuning(),
                    study.timings((System.nanoTime() - started) / 1e9),
                    study.skipped());
        } finally {
            job.cancellation().runEnded();
        }
    }
}

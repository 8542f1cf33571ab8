package terzi.training.finetune;

import java.io.IOException;
import terzi.vision.Dataset;

/** Fits a pretrained classifier to pictures of new classes. */
public final class FineTuner {
    private FineTuner() {}

    /**
     * Runs a job to its end, on the calling thread. With one thread the same job gives the same bits.
     *
     * @throws java.util.concurrent.CancellationException if the job was cancelled; what the frozen network gave stays in
     *     the cache, so that a later run goes on from there
     * @throws terzi.training.TrainingException if features or loss are no longer numbers
     * @throws IllegalArgumentException if the network does not fit, or a class has fewer than two pictures
     * @throws IOException if pictures cannot be read or the cache cannot be written
     */
    public static FineTuningResult run(FineTuningJob job, FineTuningListener listener) throws IOException {
        long started = System.nanoTime();
        new FeatureCache(job.cache()).removeLeftovers();
        Dataset all = job.validation()
                .<Dataset>map(part -> new Joined(job.train(), part))
                .orElse(job.train());
        int given = job.train().size();
        try (Study study = new Study(job, all, listener)) {
            study.requireTwoOfEach(study.readable(0, given));
            study.announce(study.readable(0, given).length, study.readable(given, all.size()).length);
            study.extract();
            int[] train = study.readable(0, given);
            study.requireTwoOfEach(train);
            Study.Outcome outcome = study.learn(train, study.readable(given, all.size()));
            return new FineTuningResult(
                    outcome.network(),
                    study.preprocessing(),
                    job.labels(),
                    outcome.kept(),
                    outcome.why(),
                    outcome.figures(),
                    outcome.head(),
                    outcome.tuning(),
                    study.timings((System.nanoTime() - started) / 1e9),
                    study.skipped());
        } finally {
            job.cancellation().runEnded();
        }
    }
}

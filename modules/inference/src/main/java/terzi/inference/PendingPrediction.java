package terzi.inference;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** An image that is classified in the background, from decoding to the answer. */
final class PendingPrediction {

    private PendingPrediction() {}

    /** However the result ends, by an answer, by cancelling or by a timeout, the work for it ends too. */
    @SuppressWarnings("FutureReturnValueIgnored") // what follows the end is part of the same future
    static <S> CompletableFuture<Prediction> start(
            ImageClassifier classifier, S source, ImageLoader<? super S> loader, Executor executor) {
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Prediction> result = new CompletableFuture<>();
        result.whenComplete((prediction, failure) -> {
            if (failure != null) {
                cancellation.cancel();
            }
        });
        try {
            executor.execute(() -> {
                try {
                    classifier.requireOpen(); // before work is spent on decoding
                    result.complete(classifier.classify(
                            PendingImage.load(source, loader, cancellation),
                            ImageClassifier.name(source),
                            cancellation));
                } catch (Throwable e) { // also errors: they belong to whoever waits
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(e);
        }
        return result;
    }
}

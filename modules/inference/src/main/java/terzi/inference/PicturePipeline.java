package terzi.inference;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import terzi.vision.Picture;

/**
 * Pictures through a network in their order: some are decoded in the background while the thread that takes the results
 * runs the network on those before. How many are ahead is limited by their number and by the memory of their pixels.
 */
final class PicturePipeline<S> extends Spliterators.AbstractSpliterator<Classified<S>> {

    /** Decoded pictures that wait have no more pixels than this in all, as far as the largest one so far tells. */
    private static final long WAITING_BYTES = 192 << 20;

    private final Iterator<S> sources;
    private final PictureLoader<? super S> loader;
    private final ImageClassifier classifier;
    private final Executor executor;
    private final int decoders;
    private final int batch;

    private final Queue<PendingPicture<S>> waiting = new LinkedBlockingQueue<>();
    private final Queue<Classified<S>> ready = new ArrayDeque<>();
    private long largest = 1;
    private volatile boolean stopped;

    /**
     * @param decoders how many pictures are decoded at the same time, if the executor does as told
     * @param batch how many pictures go into one run at most
     */
    private PicturePipeline(
            Iterator<S> sources,
            PictureLoader<? super S> loader,
            ImageClassifier classifier,
            Executor executor,
            int decoders,
            int batch) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.sources = sources;
        this.loader = loader;
        this.classifier = classifier;
        this.executor = executor;
        this.decoders = decoders;
        this.batch = batch;
    }

    /** A stream that does nothing until it is asked for results, and whose closing stops the decoding. */
    static <S> Stream<Classified<S>> stream(
            Stream<S> sources,
            PictureLoader<? super S> loader,
            ImageClassifier classifier,
            Executor executor,
            int decoders,
            int batch) {
        PicturePipeline<S> pipeline =
                new PicturePipeline<>(sources.iterator(), loader, classifier, executor, decoders, batch);
        return StreamSupport.stream(pipeline, false).onClose(pipeline::stop).onClose(sources::close);
    }

    @Override
    public boolean tryAdvance(Consumer<? super Classified<S>> action) {
        if (ready.isEmpty()) {
            try {
                classifyNext();
            } catch (RuntimeException | Error e) {
                stop();
                throw e;
            }
        }
        Classified<S> next = ready.poll();
        if (next == null) {
            return false;
        }
        action.accept(next);
        return true;
    }

    private void classifyNext() {
        lookAhead();
        PendingPicture<S> first = waiting.poll();
        if (first == null) {
            return;
        }
        List<S> names = new ArrayList<>();
        List<Picture> pictures = new ArrayList<>();
        @Nullable Classified<S> failed = null;
        long bytes = 0;
        for (PendingPicture<S> next = first; next != null; next = following(pictures.size(), bytes)) {
            try {
                Picture picture = next.await();
                names.add(next.source());
                pictures.add(picture);
                bytes += picture.pixels().length;
                largest = Math.max(largest, picture.pixels().length);
            } catch (IOException e) {
                failed = Classified.failed(next.source(), e);
                break;
            }
        }
        lookAhead(); // there is something to decode while the network runs
        List<Prediction> predictions = classifier.classify(pictures);
        for (int i = 0; i < predictions.size(); i++) {
            ready.add(Classified.as(names.get(i), predictions.get(i)));
        }
        if (failed != null) {
            ready.add(failed);
        }
    }

    /** The next picture, if it is decoded already and can be classified together with those before. */
    private @Nullable PendingPicture<S> following(int pictures, long bytes) {
        PendingPicture<S> next = waiting.peek();
        return next != null && next.isDone() && pictures < batch && bytes < WAITING_BYTES / 4 ? waiting.poll() : null;
    }

    private void lookAhead() {
        long room = Math.max(decoders + 1, Math.min(2L * batch, WAITING_BYTES / largest));
        while (!stopped && waiting.size() < room && sources.hasNext()) {
            PendingPicture<S> next = PendingPicture.start(sources.next(), loader, executor);
            waiting.add(next);
            if (stopped) { // meanwhile, by another thread
                next.cancel();
            }
        }
    }

    /** Also from another thread than the one that takes the results. */
    private void stop() {
        stopped = true;
        waiting.forEach(PendingPicture::cancel);
    }
}

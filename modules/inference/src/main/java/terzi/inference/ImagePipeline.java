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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import terzi.images.Image;

/**
 * Images through a network in their order: some are decoded in the background while the thread that takes the results
 * runs the network on those before. What is ahead is limited by number and by the memory of the pixels.
 */
final class ImagePipeline<S> extends Spliterators.AbstractSpliterator<Classified<S>> {

    /** No image is decoded ahead while those that wait have this many bytes. */
    private static final long MOST_BYTES =
            Math.min(192 << 20, Runtime.getRuntime().maxMemory() / 8);

    private final Iterator<S> sources;
    private final ImageLoader<? super S> loader;
    private final ImageClassifier classifier;
    private final Executor executor;
    private final int batch;

    private final Queue<PendingImage<S>> waiting = new LinkedBlockingQueue<>();
    private final Queue<Classified<S>> ready = new ArrayDeque<>();
    private final AtomicLong decodedBytes = new AtomicLong();
    private volatile boolean stopped;

    /** @param batch how many images go into one run at most */
    private ImagePipeline(
            Iterator<S> sources,
            ImageLoader<? super S> loader,
            ImageClassifier classifier,
            Executor executor,
            int batch) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.sources = sources;
        this.loader = loader;
        this.classifier = classifier;
        this.executor = executor;
        this.batch = batch;
    }

    /** A stream that does nothing until it is asked for results, and whose closing stops the decoding. */
    static <S> Stream<Classified<S>> stream(
            Stream<S> sources,
            ImageLoader<? super S> loader,
            ImageClassifier classifier,
            Executor executor,
            int batch) {
        ImagePipeline<S> pipeline = new ImagePipeline<>(sources.iterator(), loader, classifier, executor, batch);
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
        PendingImage<S> next = waiting.peek();
        if (next == null) {
            return;
        }
        List<S> names = new ArrayList<>();
        List<Image> images = new ArrayList<>();
        @Nullable Classified<S> failed = null;
        long bytes = 0;
        while (next != null) {
            try {
                Image image = next.take();
                names.add(next.source());
                images.add(image);
                bytes += image.pixels().length;
            } catch (IOException e) {
                failed = Classified.Failed.of(next.source(), e);
            }
            waiting.remove(); // only now: until then stopping ends its decoding too
            next = failed == null ? following(images.size(), bytes) : null;
        }
        lookAhead(); // there is something to decode while the network runs
        List<Answer> answers = classifier.answers(images);
        for (int i = 0; i < answers.size(); i++) {
            ready.add(classified(names.get(i), answers.get(i)));
        }
        if (failed != null) {
            ready.add(failed);
        }
    }

    /** One image's answer; one that is not a number is its own failure and not that of the others. */
    private Classified<S> classified(S source, Answer answer) {
        try {
            return new Classified.Labelled<>(source, classifier.prediction(answer, ImageClassifier.name(source)));
        } catch (InferenceException e) {
            return Classified.Failed.of(source, new IOException(e.getMessage(), e));
        }
    }

    /** The next image, if it is decoded already and can be classified together with those before. */
    private @Nullable PendingImage<S> following(int images, long bytes) {
        PendingImage<S> next = waiting.peek();
        return next != null && next.isDone() && images < batch && bytes < MOST_BYTES / 4 ? next : null;
    }

    private void lookAhead() {
        while (!stopped && waiting.size() < 2 * batch && sources.hasNext()) {
            waiting.add(new PendingImage<>(sources.next(), loader, decodedBytes));
        }
        for (PendingImage<S> next : waiting) {
            next.decode(executor, MOST_BYTES);
        }
        if (stopped) { // meanwhile, by another thread
            waiting.forEach(PendingImage::cancel);
        }
    }

    /** Also from another thread than the one that takes the results. */
    private void stop() {
        stopped = true;
        waiting.forEach(PendingImage::cancel);
    }
}

package terzi.inference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of one image among many: a prediction, or the reason why there is none. Whether an
 * unreadable image ends everything is the caller's choice: {@link #prediction()} throws for it, {@link #failure()} tells.
 *
 * @param <S> what the images come from, for example {@link java.nio.file.Path}
 */
public final class Classified<S> {

    private final S source;
    private final @Nullable Prediction prediction;
    private final @Nullable IOException failure;

    private Classified(S source, @Nullable Prediction prediction, @Nullable IOException failure) {
        this.source = source;
        this.prediction = prediction;
        this.failure = failure;
    }

    static <S> Classified<S> as(S source, Prediction prediction) {
        return new Classified<>(source, prediction, null);
    }

    static <S> Classified<S> failed(S source, IOException failure) {
        return new Classified<>(source, null, failure);
    }

    /** Where the image comes from. */
    public S source() {
        return source;
    }

    /**
     * What the classifier says.
     *
     * @throws UncheckedIOException with the {@link #failure()} when there is none
     */
    public Prediction prediction() {
        if (prediction == null) {
            IOException cause = failure == null ? new IOException("no prediction") : failure;
            throw new UncheckedIOException(cause.getMessage(), cause);
        }
        return prediction;
    }

    /**
     * Why there is no prediction: the image could not be read, or its answer is not a finite number and the cause an
     * {@link InferenceException}. Empty when there is one.
     */
    public Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    /** For example {@code shoe.jpg: ankle boot 98.1 %, sneaker 1.5 %}. */
    @Override
    public String toString() {
        return source + ": " + (prediction == null ? failure : prediction);
    }
}

package terzi.inference;

import java.beans.Transient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The result for one image among many: a prediction, or the reason why there is none. Whether an unreadable image ends
 * everything is the caller's choice: {@link #prediction()} throws for it, {@link #failure()} tells.
 *
 * @param <S> what the images come from, for example {@link java.nio.file.Path}
 */
public sealed interface Classified<S> {

    /** {@return the origin of the image, as the caller gave it} */
    S source();

    /**
     * {@return the prediction for the image}
     *
     * @throws UncheckedIOException with the {@link #failure()} if there is none
     */
    Prediction prediction();

    /**
     * {@return the reason why there is no prediction: the image could not be read, or its answer is not a finite number
     * and the cause an {@link InferenceException}; empty if there is a prediction}
     */
    Optional<IOException> failure();

    /**
     * An image with a prediction.
     *
     * @param source origin of the image
     * @param prediction labels with probabilities
     * @param <S> type of the origin
     */
    record Labelled<S>(S source, Prediction prediction) implements Classified<S> {

        @Override
        public Optional<IOException> failure() {
            return Optional.empty();
        }

        /** For example {@code shoe.jpg: ankle boot 98.1 %, sneaker 1.5 %}. */
        @Override
        public String toString() {
            return source + ": " + prediction;
        }
    }

    /**
     * An image without a prediction.
     *
     * @param source origin of the image
     * @param reason message of the exception
     * @param exception the failure itself, which is not part of the JSON
     * @param <S> type of the origin
     */
    record Failed<S>(S source, String reason, @Transient IOException exception) implements Classified<S> {

        static <S> Failed<S> of(S source, IOException exception) {
            return new Failed<>(source, String.valueOf(exception.getMessage()), exception);
        }

        @Override
        public Prediction prediction() {
            throw new UncheckedIOException(reason, exception);
        }

        @Override
        public Optional<IOException> failure() {
            return Optional.of(exception);
        }

        /** For example {@code shoe.jpg: terzi.images.ImageException: shoe.jpg: is empty}. */
        @Override
        public String toString() {
            return source + ": " + exception;
        }
    }
}

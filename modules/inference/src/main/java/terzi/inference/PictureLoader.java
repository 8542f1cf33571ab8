package terzi.inference;

import java.io.IOException;
import terzi.images.Picture;

/**
 * Gets the pixels of a picture from wherever an application keeps it; called by several threads at the same time.
 *
 * @param <S> what the pictures come from
 */
@FunctionalInterface
public interface PictureLoader<S> {

    /** @throws IOException when there is no readable picture; it becomes {@link Classified#failure()} */
    Picture load(S source) throws IOException;
}

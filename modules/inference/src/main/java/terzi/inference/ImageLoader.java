package terzi.inference;

import java.io.IOException;
import terzi.images.Image;

/**
 * Gets the pixels of an image from wherever an application keeps it; called by several threads at the same time.
 *
 * @param <S> what the images come from
 */
@FunctionalInterface
public interface ImageLoader<S> {

    /**
     * Loads an image.
     *
     * @param source origin of the image
     * @return decoded image, upright
     * @throws IOException if there is no readable image; it becomes {@link Classified#failure()}
     */
    Image load(S source) throws IOException;
}

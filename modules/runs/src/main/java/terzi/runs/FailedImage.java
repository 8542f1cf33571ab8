package terzi.runs;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;

/**
 * An image without an answer, because it could not be read or the network's output for it is not finite.
 *
 * @param file the image's name, as in the entries of other images
 * @param error the reason as one message for people
 * @param cause the reason as an exception; not part of the JSON
 */
public record FailedImage(String file, String error, @JsonIgnore IOException cause)
        implements ClassifiedImages.Entry, Explained.Entry {
    static FailedImage of(String file, IOException cause) {
        return new FailedImage(file, Causes.describe(cause), cause);
    }

    @Override
    public String toString() {
        return error;
    }
}

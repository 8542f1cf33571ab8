package terzi.training.recipe;

import java.io.IOException;

/** A recipe that does not say something possible; the message names the file, the line and what is allowed there. */
public final class RecipeException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message file and line, what was expected and found
     */
    public RecipeException(String message) {
        super(message);
    }

    RecipeException(String message, Exception cause) {
        super(message, cause);
    }
}

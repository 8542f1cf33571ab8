package terzi.files;

import java.io.IOException;

/**
 * Thrown when no mirror delivers a file. The message lists the failure of each mirror and the path under which the file
 * can be stored by hand.
 */
public final class DownloadException extends IOException {
    private static final long serialVersionUID = 1;

    DownloadException(String message) {
        super(message);
    }
}

package terzi.files;

import java.io.IOException;

/** A file that no mirror could deliver: the message lists what each of them said and where to put the file by hand. */
public final class DownloadException extends IOException {
    private static final long serialVersionUID = 1;

    DownloadException(String message) {
        super(message);
    }
}

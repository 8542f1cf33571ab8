package terzi.evaluation.report;

import java.util.Optional;

/** An image of the page with the name of its file. */
interface ShownFile {
    String id();

    /** Address of the file, relative to the page. */
    Optional<String> link();

    /** The last part of the id. */
    default String fileName() {
        String id = id();
        String last = id.substring(Math.max(id.lastIndexOf('/'), id.lastIndexOf('\\')) + 1);
        return last.isEmpty() ? id : last;
    }
}

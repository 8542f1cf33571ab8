package terzi.bench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;

/** Programs of this machine. */
final class Programs {
    private Programs() {}

    /** Whether a name on the PATH, or a path, can be started. */
    static boolean isThere(String program) {
        try {
            if (program.contains("/") || program.contains(File.separator)) {
                return Files.isExecutable(Path.of(program));
            }
            String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
            for (String folder : path.split(File.pathSeparator, -1)) {
                if (Files.isExecutable(Path.of(folder, program))
                        || Files.isExecutable(Path.of(folder, program + ".exe"))) {
                    return true;
                }
            }
        } catch (InvalidPathException e) {
            return false;
        }
        return false;
    }
}

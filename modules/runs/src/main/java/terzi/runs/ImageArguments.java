package terzi.runs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import terzi.data.DatasetReport;
import terzi.data.FolderWalk;
import terzi.files.FileNames;
import terzi.images.Image;
import terzi.images.ImageDecoder;

/** The images that a request names: files, folders of them, or standard input. */
final class ImageArguments {
    static final String STDIN = "-";

    private ImageArguments() {}

    /**
     * The same names, of which one at most is standard input.
     *
     * @throws IllegalArgumentException if more are
     */
    static List<String> requireOneInput(List<String> names) {
        long fromStdin = names.stream().filter(STDIN::equals).count();
        if (fromStdin > 1) {
            throw new IllegalArgumentException(
                    "'-' is given " + fromStdin + " times, but standard input holds one image");
        }
        return List.copyOf(names);
    }

    /**
     * One image to read.
     *
     * @param name for people and for JSON: every file has its own, also one whose name is not UTF-8
     * @param path null for standard input, and for what cannot be read
     * @param failure why it cannot be read, where that is known before
     */
    record Named(String name, @Nullable Path path, String failure) {
        /** Its last name. */
        String fileName() {
            return path == null ? "stdin" : FileNames.last(path);
        }

        /** What errors call it. */
        @Override
        public String toString() {
            return name;
        }
    }

    /** The images, and the folders that were not looked into for them. */
    record Expanded(List<Named> images, DatasetReport report) {
        /** Warns of what was left out. */
        void warn(RunLog log) {
            report.leftOutLines().forEach(line -> log.warn("left out: " + line));
        }
    }

    /** Reads one image: a file, standard input, or a pipe with a name such as {@code /dev/stdin}. */
    static Image read(Named named, InputStream standardInput) throws IOException {
        if (!named.failure().isEmpty()) {
            throw new IOException(named.failure());
        }
        try {
            Path path = named.path();
            if (path == null) {
                return ImageDecoder.read(standardInput, "standard input");
            }
            if (!Files.exists(path) || Files.isDirectory(path) || Files.isRegularFile(path)) {
                return ImageDecoder.read(path);
            }
            try (InputStream pipe = Files.newInputStream(path)) {
                return ImageDecoder.read(pipe, named.name());
            }
        } catch (RuntimeException e) {
            throw new IOException(Causes.describe(e), e);
        }
    }

    /**
     * Folders become the images in them, at any depth, in the order of their names. What lies in a folder and is no data is
     * passed over as in datasets; what cannot be looked at, and a folder without an image, becomes a failure.
     */
    static Expanded expand(List<String> arguments) {
        List<Named> images = new ArrayList<>();
        List<DatasetReport.LeftOut> leftOut = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.equals(STDIN)) {
                images.add(new Named(argument, null, ""));
                continue;
            }
            Path path;
            try {
                path = FileNames.resolve(argument);
            } catch (InvalidPathException e) {
                images.add(new Named(argument, null, argument + ": is not a path: " + e.getReason()));
                continue;
            }
            if (Files.isDirectory(path)) {
                expand(path, images, leftOut);
            } else {
                images.add(new Named(FileNames.text(path), path, ""));
            }
        }
        return new Expanded(List.copyOf(images), new DatasetReport(List.of(), List.of(), leftOut, List.of()));
    }

    private static void expand(Path folder, List<Named> images, List<DatasetReport.LeftOut> leftOut) {
        String name = FileNames.text(folder);
        FolderWalk walk;
        try {
            walk = FolderWalk.of(folder);
        } catch (IOException e) {
            images.add(new Named(name, null, Causes.describe(e)));
            return;
        }
        leftOut.addAll(walk.leftOut());
        walk.links().forEach(link -> leftOut.add(new DatasetReport.LeftOut(link.name(), FolderWalk.LINK)));
        int before = images.size();
        int own = 0;
        for (FolderWalk.Found found : walk.files()) {
            if (found.isCalledImage() && found.isOwnOutput()) {
                own++;
            } else if (found.isCalledImage()) {
                images.add(new Named(inside(name, found.name()), found.path(), ""));
            }
        }
        for (FolderWalk.Failure failure : walk.failures()) {
            String failed = failure.name().isEmpty() ? name : inside(name, failure.name());
            images.add(new Named(failed, null, failed + ": " + failure.why()));
        }
        String ours = own == 1 ? "1 image written by Terzi" : own + " images written by Terzi";
        if (images.size() == before) {
            images.add(new Named(
                    name,
                    null,
                    name + ": there is no image in this folder; looked for " + FolderWalk.IMAGE_ENDINGS
                            + (own == 0 ? "" : " and passed over " + ours)));
        } else if (own > 0) {
            leftOut.add(new DatasetReport.LeftOut(name, ours));
        }
    }

    private static String inside(String folder, String name) {
        String separator = FileSystems.getDefault().getSeparator();
        String below = name.replace("/", separator);
        return folder.isEmpty() || folder.endsWith(separator) ? folder + below : folder + separator + below;
    }
}

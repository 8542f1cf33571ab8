package terzi.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import terzi.files.FileNames;

/**
 * The files of a folder at any depth, in the order of their names: without what {@linkplain DatasetReport.LeftOut is left
 * out}, and without what cannot be looked at, which is named and ends nothing. Links to folders are not followed, so that no
 * circle can form; the folder itself may be a link.
 *
 * @param files what is there
 * @param links links to folders, which are not followed
 * @param failures folders and files that cannot be looked at, and why
 * @param leftOut folders that were passed over
 */
public record FolderWalk(
        List<Found> files, List<Found> links, List<Failure> failures, List<DatasetReport.LeftOut> leftOut) {
    /** The endings that names of images have, for messages. */
    public static final String IMAGE_ENDINGS = "bmp, gif, jfif, jpeg, jpg, png, webp";

    /** Why {@link #links} are not followed. */
    public static final String LINK = "links to folders are not followed";

    private static final Pattern IMAGE =
            Pattern.compile(".*\\.(" + IMAGE_ENDINGS.replace(", ", "|") + ")", Pattern.DOTALL);

    /**
     * A file.
     *
     * @param path to open it by
     * @param name as text, relative to the folder, with slashes on every system
     */
    public record Found(Path path, String name) {
        /** {@return whether the name ends as names of images do} */
        public boolean isCalledImage() {
            return FolderWalk.isCalledImage(path);
        }

        /** {@return whether Terzi drew the image: an explained image, or a figure of a report} */
        public boolean isOwnOutput() {
            return OwnOutput.isImage(path);
        }
    }

    /**
     * A file or folder that cannot be looked at.
     *
     * @param path path to it
     * @param name name as text, relative to the folder, with slashes on every system
     * @param why reason in words
     */
    public record Failure(Path path, String name, String why) {}

    /**
     * Creates a result from copies of the lists.
     *
     * @param files what is there
     * @param links links to folders, which are not followed
     * @param failures folders and files that cannot be looked at, and why
     * @param leftOut folders that were passed over
     */
    public FolderWalk {
        files = List.copyOf(files);
        links = List.copyOf(links);
        failures = List.copyOf(failures);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * Walks a folder.
     *
     * @param folder folder, or a link to one
     * @return files and everything that was passed over
     * @throws IOException if the folder is a link that leads nowhere
     */
    public static FolderWalk of(Path folder) throws IOException {
        // a folder that is a link is walked as what it links to
        Path start = Files.isSymbolicLink(folder) ? folder.toRealPath() : folder;
        List<Found> files = new ArrayList<>();
        List<Found> links = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        List<DatasetReport.LeftOut> leftOut = new ArrayList<>();
        Files.walkFileTree(start, new SimpleFileVisitor<>() {
            private void failed(Path path, String why) {
                failures.add(new Failure(path, name(path), why));
            }

            private String name(Path path) {
                return slashes(start.relativize(path));
            }

            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (directory.equals(start)) {
                    return FileVisitResult.CONTINUE;
                }
                return Exclusions.ofFolder(directory)
                        .map(why -> {
                            leftOut.add(new DatasetReport.LeftOut(name(directory), why));
                            return FileVisitResult.SKIP_SUBTREE;
                        })
                        .orElse(FileVisitResult.CONTINUE);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (Exclusions.hasFile(file)) {
                    return FileVisitResult.CONTINUE;
                }
                if (Files.isDirectory(file)) {
                    links.add(new Found(file, name(file)));
                } else {
                    files.add(new Found(file, name(file)));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                failed(file, why(failure));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
                if (failure != null) {
                    failed(directory, "could not be listed to its end (" + failure.getMessage() + ")");
                }
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(Comparator.comparing(Found::name));
        return new FolderWalk(files, links, failures, leftOut);
    }

    static String why(IOException failure) {
        return failure instanceof AccessDeniedException
                ? "this user may not look into it; check who owns it"
                : "cannot be looked at (" + failure.getClass().getSimpleName() + ")";
    }

    static boolean isCalledImage(Path path) {
        return IMAGE.matcher(String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT))
                .matches();
    }

    /** A path as text with slashes, the same on every system. */
    static String slashes(Path path) {
        String text = FileNames.text(path);
        String separator = path.getFileSystem().getSeparator();
        return separator.equals("/") ? text : text.replace(separator, "/");
    }
}

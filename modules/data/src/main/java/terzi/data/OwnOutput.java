package terzi.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import terzi.files.RunFile;
import terzi.images.SignedPng;

/**
 * What Terzi writes: run folders, reports, explained images. A run that is started in the folder of its data puts
 * {@code runs/} beside the classes, and the next one must not learn from it.
 */
final class OwnOutput {
    static final String WHY = "written by Terzi";

    private static final Set<String> MARKERS = Stream.concat(
                    Stream.of("small.yaml"),
                    Stream.of(
                                    RunFile.ARGUMENTS,
                                    RunFile.RECORD,
                                    RunFile.CLASSIFIER,
                                    RunFile.RESULTS_PAGE,
                                    RunFile.PAGE,
                                    RunFile.METRICS)
                            .map(RunFile::fileName))
            .collect(Collectors.toSet());
    private static final Pattern IMAGES = Pattern.compile("(training_curves|class_distribution|confusion_matrix"
            + "(_normalized)?|sample_predictions|contact-sheet(-\\d+)?|.*-explained(-\\d+)?)\\.png");
    private static final int DEPTH = 4;
    /** The text chunk of a PNG that names the program, as the writers of Terzi put it. */
    private static final byte[] SOFTWARE = SignedPng.signature();

    private static final int HEAD = 1 << 12;

    private OwnOutput() {}

    /**
     * Whether a folder holds output and no data: a run or a report and no images besides ours in or below it, or folders of
     * such. A folder of classes that a report was written into by mistake stays what it is.
     */
    static boolean isFolder(Path folder) {
        return isFolder(folder, DEPTH);
    }

    private static boolean isFolder(Path folder, int depth) {
        List<Path> folders = new ArrayList<>();
        boolean marked = false;
        boolean images = false;
        boolean others = false;
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                if (FolderWalk.isCalledImage(child)) {
                    if (!isNamedLikeOurs(child)) {
                        return false; // most folders of data end here
                    }
                    images = true;
                } else if (Files.isDirectory(child)) {
                    folders.add(child);
                } else if (!name(child).startsWith(".")) {
                    marked |= MARKERS.contains(name(child));
                    others = true;
                }
            }
        } catch (IOException e) {
            return false;
        }
        folders.removeIf(child -> name(child).startsWith("."));
        if (marked) {
            return folders.stream().noneMatch(child -> reachesData(child, DEPTH));
        }
        if (depth == 0 || others) {
            return false;
        }
        boolean ours = folders.stream().allMatch(child -> isFolder(child, depth - 1));
        return ours && (images ? allOurs(folder) : !folders.isEmpty());
    }

    private static boolean allOurs(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(FolderWalk::isCalledImage).allMatch(OwnOutput::isImage);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether there are images in or below a folder that are not called like ours. */
    private static boolean reachesData(Path folder, int depth) {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                boolean image = FolderWalk.isCalledImage(child);
                if (image && !isNamedLikeOurs(child)) {
                    return true;
                }
                if (!image && depth > 0 && Files.isDirectory(child) && reachesData(child, depth - 1)) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false;
        }
        return false;
    }

    /** Whether a file in a class folder is not data but was written by a command of ours. */
    static boolean isImage(Path file) {
        if (!name(file).toLowerCase(Locale.ROOT).endsWith(".png")) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return isImage(in.readNBytes(HEAD)) || isExplained(file);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isImage(byte[] head) {
        outer:
        for (int at = 0; at + SOFTWARE.length <= head.length; at++) {
            for (int i = 0; i < SOFTWARE.length; i++) {
                if (head[at + i] != SOFTWARE[i]) {
                    continue outer;
                }
            }
            return true;
        }
        return false;
    }

    /** As earlier versions wrote them: no mark inside, but beside what they explain, or with their contact sheet. */
    private static boolean isExplained(Path file) {
        String base = name(file).replaceFirst("-explained(-\\d+)?\\.png$", "");
        if (base.equals(name(file))) {
            return name(file).matches("contact-sheet(-\\d+)?\\.png");
        }
        if (Files.exists(file.resolveSibling("contact-sheet.png"))) {
            return true;
        }
        return Stream.of("jpg", "jpeg", "png", "webp", "gif", "bmp", "JPG", "PNG")
                .anyMatch(ending -> Files.exists(file.resolveSibling(base + "." + ending)));
    }

    private static boolean isNamedLikeOurs(Path file) {
        return IMAGES.matcher(name(file)).matches();
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}

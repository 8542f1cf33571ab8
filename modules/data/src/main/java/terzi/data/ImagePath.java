package terzi.data;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path of an image, as far as it tells the origin of the image.
 *
 * @param text path with slashes: relative to the folder of the data, or as in the list
 * @param label name of the image's class
 */
record ImagePath(String text, String label) {
    static final String FOLDERS = "the folder below the class folder";

    private static final Pattern NUMBERED = Pattern.compile("(.*?)[-_ ]+\\(?\\d+\\)?");
    /** What cameras, telephones and programs put before a number that only counts. */
    private static final Set<String> COUNTED = Set.of(
            "",
            "cimg",
            "dji",
            "download",
            "dsc",
            "dscf",
            "dscn",
            "file",
            "frame",
            "gopr",
            "image",
            "images",
            "img",
            "mvi",
            "p",
            "photo",
            "pic",
            "pict",
            "picture",
            "pxl",
            "sam",
            "scan",
            "screenshot",
            "vid",
            "wp");

    static ImagePath of(Dataset images, int i) {
        return new ImagePath(
                images.id(i).replace(File.separatorChar, '/'), images.labels().get(images.label(i)));
    }

    /** The folders below the one that is called like the class, or all where none is. */
    Optional<String> folders() {
        List<String> names = Arrays.asList(text.split("/"));
        int classFolder = names.subList(0, names.size() - 1).stream()
                .map(Labels::normalized)
                .toList()
                .indexOf(label);
        return present(String.join("/", names.subList(classFolder + 1, names.size() - 1)));
    }

    /** The part of the file's name before the first of these separators. */
    Optional<String> before(String separator) {
        int end = stem().indexOf(separator);
        return end < 0 ? Optional.empty() : present(stem().substring(0, end));
    }

    /** The part of the file's name before a number at its end, if more than a camera or the class counts there. */
    Optional<String> beforeNumber() {
        Matcher numbered = NUMBERED.matcher(stem());
        return numbered.matches()
                ? Optional.of(numbered.group(1))
                        .filter(counted -> !COUNTED.contains(letters(counted))
                                && !letters(counted).equals(letters(label)))
                : Optional.empty();
    }

    private String stem() {
        String name = text.substring(text.lastIndexOf('/') + 1);
        return name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
    }

    private static String letters(String words) {
        return words.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
    }

    private static Optional<String> present(String key) {
        return Optional.of(key).filter(some -> !some.isEmpty());
    }
}

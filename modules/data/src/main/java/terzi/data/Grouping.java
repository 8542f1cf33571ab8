package terzi.data;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A rule that joins images into groups, none of which is ever divided: the images of a shop, a camera, a person, a burst. A
 * classifier is then measured on groups that it has not seen. Near duplicates stay together under every rule.
 */
public sealed interface Grouping {
    /** No groups: near duplicates alone stay together. Spelled {@code none}. */
    record None() implements Grouping {
        @Override
        public String text() {
            return "none";
        }

        @Override
        public Optional<Families> families(Dataset images, int[] duplicates) {
            return Optional.empty();
        }
    }

    /** Families that {@link Families#find} looks for; near duplicates alone where it finds none. Spelled {@code auto}. */
    record Auto() implements Grouping {
        @Override
        public String text() {
            return "auto";
        }

        @Override
        public Optional<Families> families(Dataset images, int[] duplicates) throws IOException {
            return Families.find(images, duplicates);
        }
    }

    /**
     * The folders between the class folder and the file: {@code cat/shop1/a.jpg} and {@code dog/shop1/b.jpg} are in the group
     * {@code shop1}. Where no folder is called like the class, all folders of the path are the group. Spelled
     * {@code folders}.
     */
    record Folders() implements Grouping {
        @Override
        public String text() {
            return "folders";
        }

        @Override
        public Optional<Families> families(Dataset images, int[] duplicates) throws IOException {
            IntFunction<Optional<String>> folders = i -> ImagePath.of(images, i).folders();
            return Optional.of(joined(
                    ImagePath.FOLDERS,
                    images,
                    folders,
                    duplicates,
                    "no image lies in a folder below its class folder; expected <class>/<group>/<images>"));
        }
    }

    /**
     * A column of a CSV list; an image whose field is empty is a group of its own. Spelled {@code column:NAME}.
     *
     * @param name of the column, in any case
     */
    record Column(String name) implements Grouping {
        private static final String PREFIX = "column:";

        /**
         * Checks the component.
         *
         * @param name of the column, in any case
         * @throws IllegalArgumentException if the name is blank
         */
        public Column {
            if (name.isBlank()) {
                throw new IllegalArgumentException("groups: expected the name of a column after " + PREFIX);
            }
        }

        @Override
        public String text() {
            return PREFIX + name;
        }

        @Override
        public Optional<Families> families(Dataset images, int[] duplicates) throws IOException {
            Set<String> known = new LinkedHashSet<>();
            for (int i = 0; i < images.size(); i++) {
                known.addAll(images.columns(i).keySet());
            }
            String column = known.stream()
                    .filter(name::equalsIgnoreCase)
                    .findFirst()
                    .orElseThrow(() -> new DatasetException("groups: expected a CSV list with the column '" + name
                            + "', found "
                            + (known.isEmpty()
                                    ? "no column beside path, label and split"
                                    : "the columns " + String.join(", ", known))));
            return Optional.of(joined(
                    "the column '" + column + "'",
                    images,
                    i -> Optional.ofNullable(images.columns(i).get(column)).filter(field -> !field.isEmpty()),
                    duplicates,
                    "the column '" + column + "' is empty in every row"));
        }
    }

    /**
     * A regular expression that is searched for in the path of each image, with {@code /} on every system; the group is what
     * its first capturing group matches, or the whole match if it has none. An image without a match is a group of its own.
     * Spelled as the expression.
     *
     * @param regex regular expression in Java's syntax
     */
    record PathPattern(String regex) implements Grouping {
        /**
         * Checks the component.
         *
         * @param regex regular expression in Java's syntax
         * @throws IllegalArgumentException if it is not a regular expression
         */
        public PathPattern {
            try {
                Pattern unused = Pattern.compile(regex);
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "groups: expected none, auto, folders, column:NAME or a regular expression over paths, found '"
                                + regex + "' (" + e.getDescription() + ")",
                        e);
            }
        }

        @Override
        public String text() {
            return regex;
        }

        @Override
        public Optional<Families> families(Dataset images, int[] duplicates) throws IOException {
            Pattern pattern = Pattern.compile(regex);
            return Optional.of(joined(
                    "the pattern '" + regex + "' over paths",
                    images,
                    i -> {
                        Matcher match = pattern.matcher(ImagePath.of(images, i).text());
                        return match.find()
                                ? Optional.ofNullable(match.group(Math.min(1, match.groupCount())))
                                : Optional.empty();
                    },
                    duplicates,
                    "the pattern '" + regex + "' matches no path"));
        }
    }

    /** {@return the spelling of the rule, as {@link #parse} reads it} */
    String text();

    /**
     * Joins the images of a dataset by the rule.
     *
     * @param images all images that are to be divided
     * @param duplicates {@code [images]}, equal numbers for near duplicates of each other (see
     *     {@link NearDuplicates.Result#groups(int)}); they join the families that they connect
     * @return families; empty if near duplicates alone stay together
     * @throws DatasetException if the rule does not fit the data: no image is in a group, all images are in one, or the list
     *     has not the column
     * @throws IOException if a disk fails
     */
    Optional<Families> families(Dataset images, int[] duplicates) throws IOException;

    /**
     * {@return the rule with this spelling: {@code none}, {@code auto}, {@code folders}, {@code column:NAME}; anything else
     * is a regular expression over paths}
     *
     * @param text the spelling
     * @throws IllegalArgumentException if it is not a regular expression, or {@code column:} has no name
     */
    static Grouping parse(String text) {
        return Stream.of(new None(), new Auto(), new Folders())
                .filter(rule -> rule.text().equals(text))
                .map(Grouping.class::cast)
                .findFirst()
                .orElseGet(() -> text.startsWith(Column.PREFIX)
                        ? new Column(text.substring(Column.PREFIX.length()).strip())
                        : new PathPattern(text));
    }

    private static Families joined(
            String description, Dataset images, IntFunction<Optional<String>> keys, int[] duplicates, String none)
            throws DatasetException {
        if (IntStream.range(0, images.size()).mapToObj(keys).allMatch(Optional::isEmpty)) {
            throw new DatasetException("groups: " + none
                    + (images.size() == 0
                            ? ""
                            : "; a path is " + ImagePath.of(images, 0).text()));
        }
        Families families = Families.of(description, images.size(), keys).joinedWith(duplicates);
        if (families.count() < 2) {
            throw new DatasetException("groups: " + description + " joins all " + images.size()
                    + " images, so that none can be held out; expected two groups or more");
        }
        return families;
    }
}

package terzi.data;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the name of a folder, or a value in a list's column {@code split}, says about the part of a dataset. Case, accents'
 * encoding, separators, digits and filler words do not count: {@code Train}, {@code train_set}, {@code trainImages},
 * {@code train2017} and {@code images-train} are all the training part.
 *
 * @param affix the words that are neither a part nor filler, such as {@code xray} in {@code xray_train}; empty for most
 */
record PartName(Kind kind, String affix) {
    /** A part of a dataset; UNLABELLED is what a classifier is meant to be tried on, without labels. */
    enum Kind {
        TRAINING("training"),
        VALIDATION("validation"),
        TEST("test"),
        UNLABELLED("unlabelled images");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** The usual spellings, for messages. */
    static final String SPELLINGS = "train, training; val, valid, validation, dev, eval; test, testing, holdout";

    private static final Set<String> FILLERS = Set.of(
            "set",
            "sets",
            "data",
            "dataset",
            "datasets",
            "image",
            "images",
            "img",
            "imgs",
            "picture",
            "pictures",
            "pic",
            "pics",
            "photo",
            "photos",
            "split",
            "folder",
            "dir",
            "seg",
            "sample",
            "samples",
            "files",
            "part",
            "final",
            "raw",
            "orig",
            "original",
            "all",
            "full",
            "classes",
            "classification",
            "labeled",
            "labelled");
    private static final Set<String> WRAPPERS =
            Set.of("images", "image", "imgs", "img", "pictures", "photos", "data", "dataset", "classes");
    private static final String FILLER = "(?:" + String.join("|", FILLERS) + ")?";
    private static final Pattern WORD = Pattern.compile(FILLER
            + "(?:(?<training>trainval|training|train|trn)"
            + "|(?<validation>validation|validate|valid|val|development|dev|evaluation|eval)"
            + "|(?<test>testing|test|tst|holdout|heldout)"
            + "|(?<unlabelled>unlabell?ed|predictions?|predict|preds?|inference|infer|unsup|unsupervised))"
            + FILLER);
    private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}]+");

    /** Words that say on their own that there are no labels, wherever the folder lies. */
    private static final Pattern CLEARLY_UNLABELLED = Pattern.compile("(?i).*(unlabell?ed|unsup).*");

    /** The part that a name stands for; empty for a name that names none, or several. */
    static Optional<PartName> of(String name) {
        String plain = Normalizer.normalize(name, Normalizer.Form.NFC)
                .replaceAll("(\\p{Ll})(\\p{Lu})", "$1_$2")
                .toLowerCase(Locale.ROOT)
                .replaceAll("(hold|held)[-_ ]+out", "holdout");
        EnumSet<Kind> kinds = EnumSet.noneOf(Kind.class);
        List<String> affix = new ArrayList<>();
        for (String word : NO_LETTERS.splitAsStream(plain).toList()) {
            Matcher matcher = WORD.matcher(word);
            if (matcher.matches()) {
                kinds.add(kind(matcher));
            } else if (!word.isEmpty() && !FILLERS.contains(word)) {
                affix.add(word);
            }
        }
        if (kinds.contains(Kind.UNLABELLED)) {
            kinds.retainAll(EnumSet.of(Kind.UNLABELLED)); // test_unlabeled
        }
        return kinds.size() == 1
                ? Optional.of(new PartName(kinds.iterator().next(), String.join("_", affix)))
                : Optional.empty();
    }

    private static Kind kind(Matcher matcher) {
        return matcher.group("training") != null
                ? Kind.TRAINING
                : matcher.group("validation") != null
                        ? Kind.VALIDATION
                        : matcher.group("test") != null ? Kind.TEST : Kind.UNLABELLED;
    }

    /** Whether a folder of this name in a part is none of its classes, if it is the only one there. */
    static boolean isWrapper(String name) {
        return WRAPPERS.contains(name.toLowerCase(Locale.ROOT));
    }

    static boolean isClearlyUnlabelled(String name) {
        return CLEARLY_UNLABELLED.matcher(name).matches();
    }
}

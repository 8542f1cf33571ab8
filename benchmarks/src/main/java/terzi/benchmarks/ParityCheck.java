package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.images.Image;
import terzi.images.ImageDecoder;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;

/**
 * Compares this library's answers with other runtimes'. Equal pixels must give probabilities within {@link #EQUAL_PIXELS};
 * pixels may differ only where {@code benchmarks/parity/exceptions.tsv} says why, and then the probabilities must still be
 * within {@link #OTHER_PIXELS} and agree in the likeliest label, unless that is what the exception is about.
 */
final class ParityCheck implements AutoCloseable {

    static final double EQUAL_PIXELS = 1e-4;
    static final double OTHER_PIXELS = 1e-2;

    private static final String EXCEPTIONS = "benchmarks/parity/exceptions.tsv";

    /** What a peer does differently with an image. */
    enum Kind {
        /** It decodes other pixels, and answers almost the same. */
        PIXELS,
        /** It decodes other pixels, and may answer something else. */
        ANSWER,
        /** It cannot read the image. */
        REFUSED
    }

    /** A difference with its reason. */
    record Explained(Kind kind, String reason) {}

    /**
     * The outcome for an image and a peer.
     *
     * @param equalPixels whether both decoded the same pixels
     * @param differences the largest difference of a probability, by classifier
     * @param problem what is wrong, if anything is
     */
    record Outcome(
            String image,
            String peer,
            boolean equalPixels,
            Map<String, Double> differences,
            Optional<Explained> explained,
            Optional<String> problem) {

        double worst() {
            return differences.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElse(0);
        }
    }

    private final Map<String, Map<String, Explained>> exceptions;
    private final Map<String, ImageClassifier> classifiers = new LinkedHashMap<>();

    /** @param files of the classifiers, by name */
    ParityCheck(Path root, Map<String, Path> files) throws IOException {
        this.exceptions = exceptions(root);
        ClassifierOptions options = ClassifierOptions.defaults().withDevice(Device.cpu());
        try {
            for (Map.Entry<String, Path> file : files.entrySet()) {
                classifiers.put(file.getKey(), ImageClassifier.load(file.getValue(), options));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** By image, then by peer. */
    static Map<String, Map<String, Explained>> exceptions(Path root) throws IOException {
        Map<String, Map<String, Explained>> found = new LinkedHashMap<>();
        for (String line : Files.readAllLines(root.resolve(EXCEPTIONS))) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] fields = line.split("\t", -1);
            if (fields.length != 4) {
                throw new IOException(
                        EXCEPTIONS + ": expected image, peer, kind and reason between tabs, found: " + line);
            }
            Kind kind = Kind.valueOf(fields[2].toUpperCase(Locale.ROOT));
            found.computeIfAbsent(fields[0], p -> new LinkedHashMap<>()).put(fields[1], new Explained(kind, fields[3]));
        }
        return found;
    }

    /** Compares one image with what every peer said about it. */
    List<Outcome> check(String name, Path file, Map<String, ParityGolden.Answer> peers) throws IOException {
        Image image = ImageDecoder.read(file);
        String digest = digest(image);
        Map<String, float[]> ours = new LinkedHashMap<>();
        for (Map.Entry<String, ImageClassifier> classifier : classifiers.entrySet()) {
            Prediction prediction = classifier.getValue().classify(image);
            ours.put(classifier.getKey(), prediction.probabilities());
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Map.Entry<String, ParityGolden.Answer> peer : peers.entrySet()) {
            Explained explained = exceptions.getOrDefault(name, Map.of()).get(peer.getKey());
            outcomes.add(compare(name, peer.getKey(), image, digest, ours, peer.getValue(), explained));
        }
        return outcomes;
    }

    private static Outcome compare(
            String name,
            String peer,
            Image image,
            String digest,
            Map<String, float[]> ours,
            ParityGolden.Answer theirs,
            @Nullable Explained explained) {
        Map<String, Double> differences = new LinkedHashMap<>();
        boolean otherLabel = false;
        boolean equal = digest.equals(theirs.pixels());
        if (theirs.answers() != null) {
            for (Map.Entry<String, float[]> answer : ours.entrySet()) {
                double[][] listed = theirs.answers().get(answer.getKey());
                if (listed != null) {
                    differences.put(answer.getKey(), ParityGolden.difference(listed, answer.getValue()));
                    otherLabel |= best(answer.getValue()) != (int) listed[0][0];
                }
            }
        }
        Outcome plain = new Outcome(name, peer, equal, differences, Optional.ofNullable(explained), Optional.empty());
        Optional<String> problem = problem(plain, otherLabel, image, theirs);
        return new Outcome(
                name,
                peer,
                equal,
                differences,
                plain.explained(),
                problem.map(what -> name + ", " + peer + ": " + what));
    }

    private static Optional<String> problem(
            Outcome found, boolean otherLabel, Image image, ParityGolden.Answer theirs) {
        Optional<Kind> kind = found.explained().map(Explained::kind);
        double worst = found.worst();
        String figures = "probabilities differ by " + found.differences();
        if (theirs.error() != null) {
            return kind.equals(Optional.of(Kind.REFUSED))
                    ? Optional.empty()
                    : Optional.of("cannot be read there (" + theirs.error() + ") and no exception says why");
        }
        if (image.width() != theirs.width() || image.height() != theirs.height()) {
            return Optional.of("is " + image + " here, " + theirs.width() + " x " + theirs.height() + " there");
        }
        if (found.equalPixels()) {
            return kind.isPresent()
                    ? Optional.of("the pixels are equal: the exception is out of date")
                    : worst > EQUAL_PIXELS ? Optional.of("equal pixels, but " + figures) : Optional.empty();
        }
        if (kind.isEmpty() || kind.get() == Kind.REFUSED) {
            return Optional.of("other pixels, and no exception says why; " + figures);
        }
        boolean close = worst <= OTHER_PIXELS && !otherLabel;
        if (kind.get() == Kind.PIXELS && !close) {
            return Optional.of(figures + (otherLabel ? ", and the likeliest label is another" : ""));
        }
        return Optional.empty();
    }

    private static int best(float[] probabilities) {
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            best = probabilities[i] > probabilities[best] ? i : best;
        }
        return best;
    }

    /** SHA-256 of the pixels as {@code [height, width, 3]} RGB. */
    static String digest(Image image) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(image.withChannels(3).pixels()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    @Override
    public void close() {
        classifiers.values().forEach(ImageClassifier::close);
    }
}

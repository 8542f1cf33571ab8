package terzi.training.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.files.Sha256;
import terzi.images.ImageException;
import terzi.images.Preprocessing;
import terzi.training.torchscript.Precision;

/**
 * The data and the arithmetic of a run, in digests: what must be the same when the run is resumed.
 *
 * @param labels the classes in their order
 * @param images SHA-256 over the contents of all training and validation images, whatever their order, label and part
 * @param training SHA-256 over content and label of each training image, in order
 * @param validation the same of the validation images
 * @param trainingImages how many there are, undecodable ones among them
 * @param validationImages how many there are, undecodable ones among them
 * @param input how images become the network's input
 * @param precision the arithmetic that the run began in
 */
record Basis(
        List<String> labels,
        String images,
        String training,
        String validation,
        int trainingImages,
        int validationImages,
        String input,
        Precision precision) {
    private static String remedy(String what) {
        return "; put " + what + " back as before, or start a new run";
    }

    Basis {
        labels = List.copyOf(labels);
    }

    static Basis of(Dataset training, Dataset validation, Preprocessing input, Precision precision) throws IOException {
        String[] learned = contents(training);
        String[] judging = contents(validation);
        return new Basis(
                training.labels(),
                digest(Stream.concat(Arrays.stream(learned), Arrays.stream(judging))
                        .sorted()),
                digest(labelled(training, learned)),
                digest(labelled(validation, judging)),
                learned.length,
                judging.length,
                input.toString(),
                precision);
    }

    private static String[] contents(Dataset images) throws IOException {
        String[] contents = new String[images.size()];
        for (int i = 0; i < contents.length; i++) {
            try {
                contents[i] = images.digest(i);
            } catch (ImageException undecodable) {
                contents[i] = "undecodable " + images.id(i);
            }
        }
        return contents;
    }

    private static Stream<String> labelled(Dataset images, String... contents) {
        return IntStream.range(0, contents.length)
                .mapToObj(i -> contents[i] + " " + images.labels().get(images.label(i)));
    }

    private static String digest(Stream<String> lines) {
        MessageDigest digest = Sha256.start();
        lines.forEach(line -> digest.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * What is not the same as when the run began.
     *
     * @param began what the run began with
     * @return a sentence with both sides and the remedy; empty when nothing differs
     */
    Optional<String> differenceFrom(Basis began) {
        return Optional.ofNullable(difference(began));
    }

    private @Nullable String difference(Basis began) {
        if (!labels.equals(began.labels)) {
            return "the classes are not those that the run began with: they were " + began.labels + ", now they are "
                    + labels + remedy("them");
        }
        if (!images.equals(began.images)) {
            return "the images are not those that the run began with: they were " + counted(began) + ", now they are "
                    + counted(this)
                    + (counted(began).equals(counted(this)) ? ", and at least one has another content" : "")
                    + remedy("them");
        }
        if (!training.equals(began.training) || !validation.equals(began.validation)) {
            return "the images are the same, but they are labelled, divided or ordered differently: the run began with "
                    + counted(began) + ", now they are " + counted(this) + remedy("the data");
        }
        if (!input.equals(began.input)) {
            return "the network's input is prepared differently: the run began with " + began.input + ", now it is "
                    + input + remedy("input in the run's recipe");
        }
        if (precision != began.precision) {
            return "the run began in " + name(began.precision) + " and would go on in " + name(precision)
                    + "; set training.precision to " + name(began.precision)
                    + " or auto in the run's recipe, or start a new run";
        }
        return null;
    }

    private static String counted(Basis basis) {
        return basis.trainingImages + " for training and " + basis.validationImages + " for validation";
    }

    /** As recipes write it. */
    static String name(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}

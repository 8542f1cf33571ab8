package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import terzi.data.Seeds;

/**
 * How well strangeness separates images of something else from images like the training images.
 *
 * @param name what they are
 * @param images number of them
 * @param area of their strangeness against the out-of-fold strangeness of the training images
 * @param rejected share of them at each rate of {@link #RATES}
 */
record Strangers(String name, int images, RocArea area, List<Proportion> rejected) {
    /** Promised rates of false alarms. */
    static final List<Double> RATES = List.of(0.01, 0.05);

    private static final Pattern IMAGE = Pattern.compile("(?i).*\\.(jpe?g|png|gif|bmp|webp)");

    /** {@return the figures of image files that the run was not trained on} */
    static Strangers of(String name, List<String> files, MeasuredRun run) throws IOException {
        List<Double> strange = run.strangenessOf(files);
        return new Strangers(name, strange.size(), RocArea.of(strange, run.strangeness()), rejected(strange));
    }

    /** {@return the share of images that are stranger than the threshold of each promised rate} */
    static List<Proportion> rejected(List<Double> strangeness) {
        return RATES.stream()
                .map(rate -> Proportion.of(strangeness, strange -> strange > 1 - rate))
                .toList();
    }

    /** {@return images of a folder at any depth, drawn with seed 0 if there are more than so many} */
    static List<String> drawn(Path folder, int most) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            List<String> files = all.filter(file -> Files.isRegularFile(file)
                            && IMAGE.matcher(file.getFileName().toString()).matches())
                    .map(Path::toString)
                    .sorted()
                    .toList();
            return Arrays.stream(Seeds.permutation(files.size(), 0, 0))
                    .limit(most)
                    .mapToObj(files::get)
                    .toList();
        }
    }
}

package terzi.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Image;
import terzi.images.ImageDecoder;

/** The images under {@code samples} that people train their first classifier on. */
class SampleImagesTest {
    private static final Path SAMPLES =
            Path.of("../../samples").toAbsolutePath().normalize();
    private static final List<String> CLASSES = List.of("All_Beauty", "Digital_Music", "Health_and_Personal_Care");

    @TempDir
    private Path folder;

    private static Set<String> files(Path root) throws IOException {
        Set<String> names = new TreeSet<>();
        for (String set : List.of("products", "products-new")) {
            try (Stream<Path> files = Files.walk(root.resolve(set))) {
                files.filter(Files::isRegularFile)
                        .forEach(file ->
                                names.add(root.relativize(file).toString().replace('\\', '/')));
            }
        }
        return names;
    }

    @Test
    void thereAreEnoughOfEveryClassAndAllAreSmall() throws IOException {
        DatasetSplits splits = Datasets.open(
                SAMPLES.resolve("products").toString(),
                DatasetOptions.defaults().withHeldOut(0, 0));
        assertEquals(CLASSES, splits.labels());
        assertEquals("", splits.report().text());
        for (int count : splits.train().classCounts()) {
            assertTrue(count >= 36, "only " + count + " of a class");
        }
        DatasetSplits unseen = Datasets.open(
                SAMPLES.resolve("products-new").toString(),
                DatasetOptions.defaults().withHeldOut(0, 0));
        assertEquals(CLASSES, unseen.labels());
        for (String file : files(SAMPLES)) {
            Path path = SAMPLES.resolve(file);
            assertTrue(Files.size(path) <= 12_288, file + " has " + Files.size(path) + " bytes");
            Image image = ImageDecoder.read(path);
            int longer = Math.max(image.width(), image.height());
            assertTrue(longer >= 160 && longer <= 240, file + ": " + image);
        }
    }

    @Tag("slow")
    @Test
    void theProgramBesideThemDrawsThem() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.awt.headless=true",
                        SAMPLES.resolve("images/DrawProducts.java").toString(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            assertTrue(process.waitFor(120, TimeUnit.SECONDS), "the program does not end");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), Files.readString(folder.resolve("log")));
        assertEquals(files(SAMPLES), files(folder));
        for (String file : files(folder)) {
            Image drawn = ImageDecoder.read(folder.resolve(file));
            Image kept = ImageDecoder.read(SAMPLES.resolve(file));
            assertEquals(kept.toString(), drawn.toString(), file);
            // another JDK may round edges and compress otherwise
            double difference = 0;
            for (int i = 0; i < kept.pixels().length; i++) {
                difference += Math.abs((kept.pixels()[i] & 0xff) - (drawn.pixels()[i] & 0xff));
            }
            assertTrue(
                    difference / kept.pixels().length < 3, file + " differs by " + difference / kept.pixels().length);
        }
    }
}

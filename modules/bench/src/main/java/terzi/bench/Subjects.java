package terzi.bench;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import terzi.bench.BenchReport.Network;
import terzi.bench.BenchReport.Subject;
import terzi.export.ClassifierFile;
import terzi.images.ImageDecoder;
import terzi.images.ImageException;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.codec.ModelFile;
import terzi.onnx.rewrite.Cut;
import terzi.onnx.shapes.ModelSummary;

/**
 * What the workers get: the network alone, prepared images, image files; in a temporary folder.
 *
 * @param classifier the classifier file; empty for a bare network, which has no way from a file to a label
 * @param images how many there are of each kind
 * @param afterInterrupt removes the folder where Ctrl-C ends it
 */
record Subjects(
        Path folder, Network described, Path network, Optional<Path> classifier, int images, Thread afterInterrupt)
        implements AutoCloseable {
    private static final int IMAGES = 16;
    private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png");

    /**
     * @param model a classifier file, or an ONNX network {@code [N, C, H, W]} to logits
     * @param name of the model in the report
     * @param images a folder of image files, also in folders below; empty draws some
     */
    static Subjects prepare(Path model, String name, Optional<Path> images) throws IOException {
        Path folder = Files.createTempDirectory("terzi-bench");
        Thread afterInterrupt = new Thread(() -> deleteQuietly(folder), "terzi-bench-clean-up");
        Runtime.getRuntime().addShutdownHook(afterInterrupt);
        try {
            Model whole = ModelFile.read(model);
            boolean isClassifier = whole.metadata().containsKey("terzi.format");
            Model network;
            NetworkInput input;
            try {
                network = logitsOnly(isClassifier ? ClassifierFile.readNetwork(model) : whole);
                input = NetworkInput.of(network);
            } catch (IllegalArgumentException e) {
                throw new IOException(model + ": " + e.getMessage(), e);
            }
            Path alone = folder.resolve("network.onnx");
            ModelFile.write(network, alone);
            Path files = Files.createDirectory(folder.resolve("images"));
            int count = images.isPresent() ? copy(images.get(), files) : draw(files);
            float[][] values = isClassifier
                    ? prepared(files, ClassifierFile.readSpec(model).preprocessing())
                    : noise(input.values(), count);
            write(values, folder.resolve("inputs.f32"));
            return new Subjects(
                    folder,
                    new Network(
                            name,
                            sha256(model),
                            Files.size(model),
                            List.of(input.channels(), input.height(), input.width()),
                            0,
                            ModelSummary.of(network).total()),
                    alone,
                    isClassifier ? Optional.of(model) : Optional.empty(),
                    count,
                    afterInterrupt);
        } catch (IOException | RuntimeException e) {
            Runtime.getRuntime().removeShutdownHook(afterInterrupt);
            delete(folder);
            throw e;
        }
    }

    /** Some engines compute whatever the graph gives, others what is asked for: the same for all is the logits. */
    private static Model logitsOnly(Model network) {
        return Cut.at(network, List.of(network.graph().outputs().get(0).name()));
    }

    /** The job for a variant; nothing if there is no such subject. */
    Optional<Job> job(Variant variant) {
        if (variant.backend().subject() == Subject.NETWORK) {
            return Optional.of(
                    new Job(Subject.NETWORK, network, folder.resolve("inputs.f32"), images, variant.settings()));
        }
        return classifier.map(
                file -> new Job(Subject.FILES, file, folder.resolve("images"), images, variant.settings()));
    }

    /** The same few of every folder, spread over all that are there. */
    private static int copy(Path from, Path to) throws IOException {
        List<Path> found;
        try (Stream<Path> all = Files.walk(from)) {
            found = all.filter(Files::isRegularFile)
                    .filter(file -> ENDINGS.contains(ending(file)))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        }
        if (found.isEmpty()) {
            throw new IOException(from + ": expected JPEG or PNG files in this folder or below, found none");
        }
        List<Path> readable = new ArrayList<>();
        int wanted = Math.min(IMAGES, found.size());
        for (int i = 0; i < wanted; i++) {
            Path file = found.get((int) ((long) i * found.size() / wanted));
            try {
                ImageDecoder.read(file);
                readable.add(file);
            } catch (ImageException unreadable) {
                unreadable.rethrowUnlessUnreadable();
                // the next one will do; that a folder has bad images is not this command's business
            }
        }
        if (readable.isEmpty()) {
            throw new IOException(from + ": none of the images that were tried can be read");
        }
        for (int i = 0; i < readable.size(); i++) {
            Files.copy(readable.get(i), to.resolve("%03d%s".formatted(i, ending(readable.get(i)))));
        }
        return readable.size();
    }

    private static String ending(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.contains(".") ? name.substring(name.lastIndexOf('.')) : "";
    }

    /** Shapes of every size on noise, which cost a decoder about what photos cost. */
    private static int draw(Path to) throws IOException {
        for (int i = 0; i < IMAGES; i++) {
            Random random = new Random(i);
            BufferedImage image = new BufferedImage(500, 375, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = image.createGraphics();
            for (int shape = 0; shape < 400; shape++) {
                graphics.setColor(new Color(random.nextInt(1 << 24)));
                int size = 4 + random.nextInt(120);
                graphics.fillOval(random.nextInt(500) - 30, random.nextInt(375) - 30, size, size / 2 + 2);
            }
            graphics.dispose();
            for (int y = 0; y < image.getHeight(); y++) {
                for (int x = 0; x < image.getWidth(); x++) {
                    image.setRGB(x, y, image.getRGB(x, y) ^ random.nextInt(8) * 0x010101);
                }
            }
            ImageIO.write(image, "jpg", to.resolve("%03d.jpg".formatted(i)).toFile());
        }
        return IMAGES;
    }

    private static float[][] prepared(Path files, Preprocessing preprocessing) throws IOException {
        List<float[]> values = new ArrayList<>();
        try (Stream<Path> all = Files.list(files)) {
            for (Path file : all.sorted().toList()) {
                values.add(preprocessing.tensor(ImageDecoder.read(file)));
            }
        }
        return values.toArray(new float[0][]);
    }

    private static float[][] noise(int size, int count) {
        float[][] values = new float[count][size];
        Random random = new Random(1);
        for (float[] image : values) {
            for (int i = 0; i < size; i++) {
                image[i] = (float) random.nextGaussian();
            }
        }
        return values;
    }

    private static void write(float[][] values, Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * values[0].length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float[] image : values) {
            for (float value : image) {
                bytes.putFloat(value);
            }
        }
        Files.write(file, bytes.array());
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(afterInterrupt);
        } catch (IllegalStateException shuttingDown) {
            // it is at work already
            return;
        }
        delete(folder);
    }

    private static void deleteQuietly(Path folder) {
        try {
            delete(folder);
        } catch (IOException e) {
            // a worker may just have written there; the system clears its temporary folder some day
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}

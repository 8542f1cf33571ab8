package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import terzi.images.Image;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;

/** Images of one colour for each class, with noise, and a small network with random weights that tells them apart. */
final class Photos {
    private static final int SIZE = 32;

    private Photos() {}

    static Path folder(Path target, int count) throws IOException {
        String[] names = {"red", "green", "blue"};
        for (int i = 0; i < count; i++) {
            Random random = new Random(i);
            byte[] pixels = new byte[SIZE * SIZE * 3];
            for (int p = 0; p < pixels.length; p++) {
                int block = (p / 3 % SIZE / 6 * 7 + p / 3 / SIZE / 6 * 13 + i % 97 * 31) % 60;
                pixels[p] = (byte) ((p % 3 == i % 3 ? 170 : 60) + block + random.nextInt(20));
            }
            Path file = target.resolve(names[i % 3]).resolve(i + ".png");
            Files.createDirectories(file.getParent());
            ImageIO.write(new Image(SIZE, SIZE, 3, pixels).toBufferedImage(), "png", file.toFile());
        }
        return target;
    }

    static Path network(Path target) throws IOException {
        ModelFile.write(
                Sequential.build(
                        new InputShape(3, SIZE, SIZE),
                        List.of(
                                new Layer.Conv2d(8, 3).withActivation(new Layer.Relu()),
                                new Layer.MaxPool(2),
                                new Layer.Conv2d(16, 3).withActivation(new Layer.Relu()),
                                new Layer.GlobalAveragePool(),
                                new Layer.Dense(5)),
                        3),
                target);
        return target;
    }

    /** A recipe that learns the images in a moment. */
    static Path recipe(Path target, Path images) throws IOException {
        return Files.writeString(
                target,
                """
                name: colours
                data: %s
                input: {width: 32, height: 32, channels: rgb}
                network:
                  - conv2d: {filters: 4, kernel: 3, activation: relu}
                  - global_average_pool
                  - dense: 3
                validation: 0.2
                training: {epochs: 2, seed: 1, threads: 1, precision: fp32}
                """
                        .formatted(RunJson.text(images.toString())));
    }
}

package terzi.runs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import terzi.data.PackedImages;
import terzi.data.Seeds;
import terzi.export.Golden;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.images.Resize;
import terzi.onnx.Model;
import terzi.training.run.TrainingEngine;
import terzi.training.run.TrainingException;

/**
 * Drawn images with the training engine's answers. They travel with the classifier file, so they must not be somebody's
 * photos: a few random cells, the same in every run, blown up to smooth stains of ever finer grain.
 */
final class DrawnGoldens {
    private static final int COUNT = 4;

    private DrawnGoldens() {}

    static List<Golden> of(Model network, Preprocessing input, List<String> labels) throws IOException {
        List<Image> images = images(input);
        PackedImages.Shape shape = new PackedImages.Shape(
                images.get(0).height(), images.get(0).width(), input.channels().count());
        byte[] pixels = new byte[COUNT * shape.bytes()];
        for (int i = 0; i < COUNT; i++) {
            System.arraycopy(images.get(i).pixels(), 0, pixels, i * shape.bytes(), shape.bytes());
        }
        float[][] logits =
                TrainingEngine.logits(network, input, PackedImages.of(labels, shape, pixels, new int[COUNT]));
        List<Golden> goldens = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            for (float logit : logits[i]) {
                if (!Float.isFinite(logit)) {
                    throw new TrainingException("the network's logits of drawn images must be finite numbers, found "
                            + logit + "; are its weights damaged, or mean, std and scale of the preprocessing wrong?"
                            + " Fetch or export it again");
                }
            }
            goldens.add(new Golden(images.get(i), logits[i]));
        }
        return goldens;
    }

    /** Images of the size that a file resizes to before it crops: their pixels reach the network unchanged. */
    static List<Image> images(Preprocessing input) {
        int channels = input.channels().count();
        int height = input.fit() != Preprocessing.Fit.STRETCH ? input.resizeTo() : input.height();
        int width = input.fit() != Preprocessing.Fit.STRETCH ? input.resizeTo() : input.width();
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            int cells = 2 << i;
            byte[] stains = new byte[cells * cells * channels];
            Seeds.of(0, 0, i).nextBytes(stains);
            images.add(Resize.resize(new Image(cells, cells, channels, stains), width, height));
        }
        return images;
    }
}

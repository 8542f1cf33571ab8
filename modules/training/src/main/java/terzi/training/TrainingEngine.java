package terzi.training;

import java.io.IOException;
import terzi.onnx.Model;
import terzi.vision.Dataset;
import terzi.vision.Preprocessing;

/** The network as the training engine computes it. */
@SuppressWarnings("DoNotCallSuggester")
public final class TrainingEngine {
    private TrainingEngine() {}

    /**
     * The logits of every picture, float32, {@code [pictures][K]}: what an exported file must reproduce.
     *
     * @throws IOException if a picture cannot be read
     */
    public static float[][] logits(Model network, Preprocessing preprocessing, Dataset pictures) throws IOException {
        throw new UnsupportedOperationException("not yet");
    }
}

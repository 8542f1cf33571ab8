package terzi.backbones.keras;

import java.util.List;
import java.util.Map;

/** Layers that pass their input on when the network is used. */
final class Identities {
    private Identities() {}

    static KerasValue identity(LayerEmission layer) throws KerasFormatException {
        return layer.unpaddedInput();
    }

    /** Stays in the graph, so that fine-tuning drops as the network's makers did. */
    static KerasValue dropout(LayerEmission layer) throws KerasFormatException {
        KerasValue in = layer.input();
        double rate = layer.config().number("rate", 0.5);
        if (rate <= 0 || layer.config().has("noise_shape")) {
            return in;
        }
        String ratio = layer.constant("ratio", (float) rate);
        String out = layer.node("Dropout", List.of(in.name(), ratio), Map.of());
        return new KerasValue(out, in.shape(), KerasValue.Padding.NONE, in.isNonNegative());
    }
}

package terzi.backbones.keras;

import java.io.IOException;

/** Writes one kind of layer as ONNX nodes. */
@FunctionalInterface
interface LayerRule {
    KerasValue apply(LayerEmission layer) throws IOException;
}

package terzi.backbones.keras;

import java.io.IOException;
import java.util.Optional;
import terzi.onnx.Tensor;

/** The weights of one layer. */
interface LayerWeights {
    LayerWeights NONE = (name, position) -> Optional.empty();

    /**
     * A weight, in the layout of Keras; empty if there is none.
     *
     * @param name as Keras calls it: {@code kernel}
     * @param position among the layer's weights, in the order in which Keras makes them; some formats have no names
     */
    Optional<Tensor> find(String name, int position) throws IOException;
}

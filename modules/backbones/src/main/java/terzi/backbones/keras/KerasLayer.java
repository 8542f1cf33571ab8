package terzi.backbones.keras;

import java.util.Optional;

/**
 * A layer as the file describes it.
 *
 * @param name unique in its network
 * @param nested the layers inside, for a network used as a layer
 */
record KerasLayer(
        String name, String className, LayerConfig config, LayerWeights weights, Optional<KerasNetwork> nested) {}

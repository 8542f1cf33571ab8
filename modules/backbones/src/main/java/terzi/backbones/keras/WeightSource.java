package terzi.backbones.keras;

import java.io.IOException;

/** Finds the weights of layers while a network's description is read, layer by layer in the order of the file. */
interface WeightSource {
    /** The weights of the next layer. */
    LayerWeights layer(String name, String className) throws IOException;

    /** Where the layers of the next layer, which is a network itself, have theirs. */
    WeightSource nested(String name, String className) throws IOException;
}

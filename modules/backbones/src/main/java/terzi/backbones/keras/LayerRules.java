package terzi.backbones.keras;

import java.util.Map;
import java.util.TreeMap;

/** The layers that can be converted, by Keras's class name; the one list of them. */
final class LayerRules {
    private static final Map<String, LayerRule> RULES = new TreeMap<>();

    static {
        add(Convolutions::convolution, "Conv2D", "Convolution2D");
        add(Convolutions::depthwise, "DepthwiseConv2D");
        add(Convolutions::separable, "SeparableConv2D", "SeparableConvolution2D");
        add(Convolutions::dense, "Dense");

        add(Poolings::max, "MaxPooling2D", "MaxPool2D");
        add(Poolings::average, "AveragePooling2D", "AvgPool2D");
        add(Poolings::globalAverage, "GlobalAveragePooling2D", "GlobalAvgPool2D");
        add(Poolings::globalMax, "GlobalMaxPooling2D", "GlobalMaxPool2D");

        add(Activations::activation, "Activation");
        add(Activations::relu, "ReLU");
        add(Activations::leakyRelu, "LeakyReLU");
        add(Activations::prelu, "PReLU");
        add(Activations::elu, "ELU");
        add(Activations::softmax, "Softmax");

        add(
                Normalizations::batch,
                "BatchNormalization",
                "BatchNormalizationV1",
                "BatchNormalizationV2",
                "SyncBatchNormalization");
        add(Normalizations::layer, "LayerNormalization");
        add(Normalizations::rescaling, "Rescaling");
        add(Normalizations::normalization, "Normalization");

        add(Merges::add, "Add", "TFOpLambda");
        add(Merges::subtract, "Subtract");
        add(Merges::multiply, "Multiply");
        add(Merges::divide, "TrueDivide", "Divide");
        add(Merges::average, "Average");
        add(Merges::maximum, "Maximum");
        add(Merges::minimum, "Minimum");
        add(Merges::concatenate, "Concatenate");
        add(Merges::merge, "Merge");
        add(Merges::scaled, "CustomScaleLayer");

        add(Shapes::flatten, "Flatten");
        add(Shapes::reshape, "Reshape");
        add(Shapes::permute, "Permute");
        add(Shapes::zeroPadding, "ZeroPadding2D");
        add(Shapes::cropping, "Cropping2D");
        add(Shapes::upSampling, "UpSampling2D");
        add(Shapes::resizing, "Resizing");

        add(Identities::dropout, "Dropout");
        // they change something in training only
        add(
                Identities::identity,
                "ActivityRegularization",
                "AlphaDropout",
                "GaussianDropout",
                "GaussianNoise",
                "Identity",
                "RandomBrightness",
                "RandomContrast",
                "RandomFlip",
                "RandomRotation",
                "RandomTranslation",
                "RandomZoom",
                "SpatialDropout2D");
    }

    private LayerRules() {}

    private static void add(LayerRule rule, String... classNames) {
        for (String className : classNames) {
            if (RULES.put(className, rule) != null) {
                throw new IllegalStateException("layer " + className + " is registered twice");
            }
        }
    }

    /** @throws UnsupportedLayerException if there is no rule; the message lists what there is */
    static LayerRule of(KerasLayer layer) throws UnsupportedLayerException {
        LayerRule rule = RULES.get(layer.className());
        if (rule == null) {
            String hint = layer.className().contains("Lambda")
                    ? "a Lambda's code is not in the file: replace it by layers of Keras"
                    : "replace it by others, or cut the network before it";
            throw new UnsupportedLayerException(layer.config().where() + ": this layer is not supported; " + hint
                    + ". Supported are InputLayer, Sequential, Functional, " + String.join(", ", RULES.keySet()));
        }
        return rule;
    }
}

package terzi.training.finetune;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import terzi.onnx.Model;
import terzi.onnx.Tensor;

/** A linear head: logits = weight x features + bias, weight {@code [K, F]} row by row, bias {@code [K]}. */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record LinearHead(float[] weight, float[] bias) implements FittedHead {
    @Override
    public int width() {
        return weight.length / bias.length;
    }

    float[] logits(float[] features) {
        int width = width();
        float[] logits = new float[bias.length];
        for (int c = 0; c < logits.length; c++) {
            double sum = bias[c];
            int row = c * width;
            for (int f = 0; f < width; f++) {
                sum += (double) weight[row + f] * features[f];
            }
            logits[c] = (float) sum;
        }
        return logits;
    }

    LinearHead scaled(double by) {
        return new LinearHead(LogitMetrics.scaled(weight, by), LogitMetrics.scaled(bias, by));
    }

    @Override
    public LinearHead mapped(LinearHead map) {
        float[] mapped = new float[weight.length];
        int width = width();
        for (int c = 0; c < bias.length; c++) {
            for (int f = 0; f < width; f++) {
                double sum = 0;
                for (int k = 0; k < bias.length; k++) {
                    sum += (double) map.weight()[c * bias.length + k] * weight[k * width + f];
                }
                mapped[c * width + f] = (float) sum;
            }
        }
        return new LinearHead(mapped, map.logits(bias));
    }

    @Override
    public long values() {
        return (long) weight.length + bias.length;
    }

    @Override
    public float[][] logits(NDManager manager, float[][] features) {
        float[][] logits = new float[features.length][];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = logits(features[i]);
        }
        return logits;
    }

    @Override
    public Model on(Model network) {
        List<String> gemm =
                network.graph().producer(Prepared.LOGITS).orElseThrow().inputs();
        Map<String, float[]> values = Map.of(gemm.get(1), weight, gemm.get(2), bias);
        List<Tensor> tensors = new ArrayList<>();
        for (Tensor tensor : network.graph().initializers()) {
            float[] given = values.get(tensor.name());
            tensors.add(given == null ? tensor : Tensor.ofFloats(tensor.name(), tensor.dims(), given));
        }
        return network.withGraph(network.graph().withInitializers(tensors));
    }
}

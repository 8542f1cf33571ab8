package terzi.training.finetune;

import ai.djl.ndarray.NDManager;
import terzi.onnx.Model;

/**
 * A linear head on powered features: logits = weight z + bias.
 *
 * @param features how features become z
 * @param weight {@code [K, F]} row by row
 * @param bias {@code [K]}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record DiscriminantHead(PoweredFeatures features, float[] weight, float[] bias) implements FittedHead {
    @Override
    public int width() {
        return features.width();
    }

    @Override
    public DiscriminantHead mapped(LinearHead map) {
        LinearHead mapped = new LinearHead(weight, bias).mapped(map);
        return new DiscriminantHead(features, mapped.weight(), mapped.bias());
    }

    @Override
    public long values() {
        return (long) weight.length + bias.length;
    }

    @Override
    public float[][] logits(NDManager manager, float[][] rows) {
        LinearHead onZ = new LinearHead(weight, bias);
        double zero = Math.pow(features.offset(), features.power());
        float[][] logits = new float[rows.length][];
        float[] z = new float[width()];
        for (int i = 0; i < rows.length; i++) {
            for (int f = 0; f < z.length; f++) {
                double x = rows[i][f];
                double powered = Math.signum(x) * (Math.pow(Math.abs(x) + features.offset(), features.power()) - zero);
                z[f] = (float) ((powered - features.mean()[f]) * features.factor()[f]);
            }
            logits[i] = onZ.logits(z);
        }
        return logits;
    }

    @Override
    public Model on(Model network) {
        return HeadGraph.on(network, this);
    }
}

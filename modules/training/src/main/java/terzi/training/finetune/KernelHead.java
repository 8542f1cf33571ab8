package terzi.training.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import terzi.onnx.Model;
import terzi.training.recipe.HeadFitting;
import terzi.training.torchscript.ScriptModule;

/**
 * A head that compares an image with training images, all of them or landmarks: logits = k weight + bias, with the kernel k and
 * the transformed features z of {@link HeadFitting.Kernel}. Weights are large and nearly cancel, so everything from z on is computed in float64.
 *
 * @param features how features become z
 * @param gamma how fast likeness falls
 * @param rows z of the images that are compared with, {@code [M, F]} row by row
 * @param weight {@code [M, K]} row by row
 * @param bias {@code [K]}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record KernelHead(PoweredFeatures features, double gamma, float[] rows, float[] weight, float[] bias)
        implements FittedHead {
    /** Compares rows of z; together with {@link PoweredFeatures#METHODS} what the fit and the logits share. */
    static final String METHODS =
            """
            def distances(self, a: Tensor, b: Tensor) -> Tensor:
              torch.set_grad_enabled(False)
              c = torch.to(a, 7)
              d = torch.to(b, 7)
              nc = torch.sum(torch.mul(c, c), [1], True)
              nd = torch.t(torch.sum(torch.mul(d, d), [1], True))
              return torch.clamp(nc + nd - torch.mul(torch.matmul(c, torch.t(d)), 2.0), 0.0)
            def logits(self, x: Tensor, power: float, offset: float, gamma: float, mean: Tensor, factor: Tensor, rows: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
              torch.set_grad_enabled(False)
              z = ((self).powered(x, power, offset) - mean) * factor
              k = torch.exp(torch.mul((self).distances(z, rows), -gamma))
              return torch.to(torch.matmul(k, torch.to(weight, 7)) + torch.to(bias, 7), 6)
            """;

    private static final int CHUNK_ROWS = 1024;

    int classes() {
        return bias.length;
    }

    @Override
    public int width() {
        return features.width();
    }

    int learnedFrom() {
        return weight.length / bias.length;
    }

    @Override
    public KernelHead mapped(LinearHead map) {
        LinearHead withoutBias = new LinearHead(map.weight(), new float[bias.length]);
        float[] mapped = new float[weight.length];
        for (int r = 0; r < learnedFrom(); r++) {
            float[] row = Arrays.copyOfRange(weight, r * bias.length, (r + 1) * bias.length);
            System.arraycopy(withoutBias.logits(row), 0, mapped, r * bias.length, bias.length);
        }
        return new KernelHead(features, gamma, rows, mapped, map.logits(bias));
    }

    @Override
    public long values() {
        return (long) weight.length + bias.length;
    }

    @Override
    public float[][] logits(NDManager manager, float[][] wanted) {
        float[][] logits = new float[wanted.length][];
        try (NDManager scope = manager.newSubManager();
                ScriptModule module = ScriptModule.load(scope, PoweredFeatures.METHODS, METHODS)) {
            NDArray meanTensor = scope.create(features.mean());
            NDArray factorTensor = scope.create(features.factor());
            NDArray rowsTensor = scope.create(rows, new Shape(learnedFrom(), width()));
            NDArray weightTensor = scope.create(weight, new Shape(learnedFrom(), classes()));
            NDArray biasTensor = scope.create(bias);
            for (int start = 0; start < wanted.length; start += CHUNK_ROWS) {
                int count = Math.min(CHUNK_ROWS, wanted.length - start);
                try (NDManager inner = scope.newSubManager()) {
                    NDList out = module.call(
                            inner,
                            "logits",
                            stacked(inner, wanted, start, count),
                            features.power(),
                            features.offset(),
                            gamma,
                            meanTensor,
                            factorTensor,
                            rowsTensor,
                            weightTensor,
                            biasTensor);
                    float[] all = out.singletonOrThrow().toFloatArray();
                    for (int i = 0; i < count; i++) {
                        logits[start + i] = Arrays.copyOfRange(all, i * classes(), (i + 1) * classes());
                    }
                }
            }
        }
        return logits;
    }

    private NDArray stacked(NDManager manager, float[][] wanted, int start, int count) {
        float[] values = new float[count * width()];
        for (int i = 0; i < count; i++) {
            System.arraycopy(wanted[start + i], 0, values, i * width(), width());
        }
        return manager.create(values, new Shape(count, width()));
    }

    @Override
    public Model on(Model network) {
        return HeadGraph.on(network, this);
    }
}

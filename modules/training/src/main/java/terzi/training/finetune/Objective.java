package terzi.training.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import terzi.training.torchscript.ScriptModule;

/**
 * Weighted multinomial cross-entropy of a linear head on standardised features, with its gradient, as one TorchScript
 * call. Products are float32; logits and the loss are float64.
 */
final class Objective implements AutoCloseable {
    private static final int CHUNK_ROWS = 1024;

    /** Keeps the bias of a class without an image finite; far too weak to be seen otherwise. */
    private static final double BIAS_STRENGTH = 1e-6;

    private static final String METHODS =
            """
            def put(self, x: Tensor, rows: Tensor, mean: Tensor, scale: Tensor, start: int) -> Tensor:
              torch.set_grad_enabled(False)
              part = torch.slice(x, 0, start, start + rows.size(0))
              torch.copy_(part, (rows - mean) * scale)
              return part
            def loss(self, x: Tensor, y: Tensor, s: Tensor, w: Tensor, b: Tensor) -> List[Tensor]:
              torch.set_grad_enabled(False)
              z = torch.log_softmax(torch.to(torch.linear(x, w, b), 7), 1)
              picked = torch.gather(z, 1, torch.unsqueeze(y, 1))
              loss = -torch.sum(torch.squeeze(picked, 1) * s)
              d = torch.exp(z)
              torch.scatter_add_(d, 1, torch.unsqueeze(y, 1), torch.full_like(picked, -1.0))
              torch.mul_(d, torch.unsqueeze(s, 1))
              g = torch.matmul(torch.t(torch.to(d, 6)), x)
              return [loss, g, torch.sum(d, 0)]
            def logits(self, x: Tensor, w: Tensor, b: Tensor, step: int) -> Tensor:
              torch.set_grad_enabled(False)
              return torch.linear(torch.slice(x, 0, 0, x.size(0), step), w, b)
            """;

    private final NDManager manager;
    private final ScriptModule module;
    private final NDArray x;
    private final NDArray y;
    private final int classes;
    private final int width;

    /** Gives row {@code r} of the features. */
    @FunctionalInterface
    interface Rows {
        float[] at(int row);
    }

    /**
     * @param labels the class of each row
     * @param scale what a feature minus its mean is multiplied by
     */
    Objective(NDManager parent, Rows rows, int[] labels, int classes, float[] mean, float[] scale) {
        this.manager = parent.newSubManager();
        this.module = ScriptModule.load(manager, METHODS);
        this.classes = classes;
        this.width = mean.length;
        this.x = manager.zeros(new Shape(labels.length, width), DataType.FLOAT32);
        long[] wide = new long[labels.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = labels[i];
        }
        this.y = manager.create(wide);
        NDArray meanTensor = manager.create(mean);
        NDArray scaleTensor = manager.create(scale);
        for (int start = 0; start < labels.length; start += CHUNK_ROWS) {
            int count = Math.min(CHUNK_ROWS, labels.length - start);
            float[] chunk = new float[count * width];
            for (int i = 0; i < count; i++) {
                System.arraycopy(rows.at(start + i), 0, chunk, i * width, width);
            }
            try (NDManager scope = manager.newSubManager()) {
                module.call(
                        scope, "put", x, scope.create(chunk, new Shape(count, width)), meanTensor, scaleTensor, start);
            }
        }
    }

    /** Numbers of a head as the solver sees them: weights row by row, then biases. */
    int size() {
        return classes * width + classes;
    }

    /**
     * The function to minimise: mean weighted cross-entropy + strength / 2 * |W|^2.
     *
     * @param weights of the rows; those with weight 0 do not count
     */
    Lbfgs.Function function(double[] weights, double strength) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        double[] shares = new double[weights.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = weights[i] / sum;
        }
        return (point, gradient) -> {
            try (NDManager scope = manager.newSubManager()) {
                NDList out = module.call(
                        scope, "loss", x, y, scope.create(shares), weight(scope, point), bias(scope, point));
                float[] g = out.get(1).toFloatArray();
                double[] gb = out.get(2).toDoubleArray();
                double loss = out.get(0).toDoubleArray()[0];
                for (int i = 0; i < g.length; i++) {
                    gradient[i] = g[i] + strength * point[i];
                    loss += strength / 2 * point[i] * point[i];
                }
                for (int c = 0; c < classes; c++) {
                    double b = point[g.length + c];
                    gradient[g.length + c] = gb[c] + BIAS_STRENGTH * b;
                    loss += BIAS_STRENGTH / 2 * b * b;
                }
                return loss;
            }
        };
    }

    private NDArray weight(NDManager scope, double[] point) {
        float[] values = new float[classes * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) point[i];
        }
        return scope.create(values, new Shape(classes, width));
    }

    private NDArray bias(NDManager scope, double[] point) {
        float[] values = new float[classes];
        for (int c = 0; c < classes; c++) {
            values[c] = (float) point[classes * width + c];
        }
        return scope.create(values);
    }

    /** The logits {@code [rows / step, K]} of every {@code step}-th row, one after the other. */
    float[] logits(double[] point, int step) {
        try (NDManager scope = manager.newSubManager()) {
            return module.call(scope, "logits", x, weight(scope, point), bias(scope, point), step)
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}

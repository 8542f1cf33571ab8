package terzi.training.finetune;

/**
 * Standardised powers of features: z = (sign(x) ((|x| + offset)^power - offset^power) - mean) factor, see {@link
 * terzi.training.recipe.HeadFitting.Kernel}.
 *
 * @param power of the features, 0..1
 * @param offset e, what is added before the power; keeps the slope at 0 finite
 * @param mean of the powered features, {@code [F]}
 * @param factor 1 / (deviation sqrt(F)), 0 for a feature that does not vary, {@code [F]}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record PoweredFeatures(double power, double offset, float[] mean, float[] factor) {
    /** TorchScript methods for the fit and for logits. */
    static final String METHODS =
            """
            def powered(self, x: Tensor, power: float, offset: float) -> Tensor:
              torch.set_grad_enabled(False)
              p = torch.pow(torch.add(torch.abs(x), offset), power) - offset ** power
              return torch.mul(torch.sign(x), p)
            def magnitude(self, x: Tensor) -> Tensor:
              torch.set_grad_enabled(False)
              return torch.mean(torch.abs(x))
            def standardised(self, x: Tensor, power: float, offset: float) -> List[Tensor]:
              torch.set_grad_enabled(False)
              p = (self).powered(x, power, offset)
              mean = torch.mean(p, [0])
              deviation = torch.std(p, [0], False)
              varies = torch.gt(deviation, torch.mul(torch.clamp(torch.abs(mean), 1e-3), 1e-6))
              factor = torch.where(varies, torch.reciprocal(deviation), torch.zeros_like(deviation))
              factor = torch.div(factor, float(x.size(1)) ** 0.5)
              return [(p - mean) * factor, mean, factor]
            """;

    /** The offset as a share of the mean |x|. */
    static final double OFFSET = 0.1;

    int width() {
        return mean.length;
    }
}

package terzi.training;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import terzi.training.torchscript.CompiledGraph;
import terzi.vision.Preprocessing;
import terzi.vision.augment.BatchMix;

/**
 * The text of the TorchScript methods around a compiled network: one call for a whole training step, one for a batch of
 * validation, one for logits.
 */
final class StepSource {
    private StepSource() {}

    /** Positions in the tensor {@code totals}, float64 {@code [4]}. */
    static final int LOSS = 0;

    static final int CORRECT = 1;
    static final int COUNT = 2;
    /** The first step whose loss was not a finite number; 0 = none. */
    static final int BAD_STEP = 3;

    /** {@code clip}: gradients scaled so that the L2 norm over all of them is at most {@code largest}, as PyTorch does. */
    static final String CLIP =
            """
            def clip(self, g: List[Tensor], largest: float) -> List[Tensor]:
              norm = torch.norm(torch.stack(torch._foreach_norm(g, 2)), 2)
              return torch._foreach_mul(g, torch.clamp(largest / (norm + 1e-06), None, 1.))
            """;

    /** {@code evaluate} and {@code validate}, which need no optimizer. */
    static String evaluation(CompiledGraph graph, Preprocessing preprocessing) {
        return pixels(preprocessing)
                + graph.source()
                + """

                def evaluate(self, data: Tensor, mean: Tensor, std: Tensor, start: int, end: int, p: List[Tensor], b: List[Tensor]) -> Tensor:
                  torch.set_grad_enabled(False)
                  return (self).network((self).pixels(torch.slice(data, 0, start, end), mean, std), p, b, False)[0]
                def validate(self, data: Tensor, labels: Tensor, mean: Tensor, std: Tensor, start: int, end: int, p: List[Tensor], b: List[Tensor], totals: Tensor) -> Tensor:
                  logits = (self).evaluate(data, mean, std, start, end, p, b)
                  y = torch.slice(labels, 0, start, end)
                  loss = torch.cross_entropy_loss(logits, y, None, 2, -100, 0.)
                  correct = torch.sum(torch.eq(torch.argmax(logits, 1), y))
                  torch.add_(torch.select(totals, 0, 0), loss)
                  torch.add_(torch.select(totals, 0, 1), correct)
                  torch.add_(torch.select(totals, 0, 2), end - start)
                  return logits
                """;
    }

    /** {@code step}. */
    static String training(OptimizerKernel kernel, TrainingOptions options, boolean weighted) {
        List<String> lines = new ArrayList<>();
        lines.add("def step(" + arguments() + ") -> Tensor:");
        lines.add("  torch.manual_seed(seed)");
        lines.add("  index = torch.slice(order, 0, start, end)");
        lines.add("  y = torch.index_select(labels, 0, index)");
        lines.add("  x = (self).pixels(torch.index_select(data, 0, index), mean, std)");
        lines.addAll(mixing(options.mix()));
        lines.add("  w = annotate(List[Tensor], [])");
        lines.add("  for t in p:");
        lines.add("    w.append(torch.requires_grad_(t.detach(), True))");
        lines.add("  logits = (self).network(x, w, b, True)[0]");
        String tail = ", " + (weighted ? "weights" : "None") + ", 1, -100, "
                + OptimizerKernel.number(options.loss().labelSmoothing()) + ")";
        String loss = "torch.cross_entropy_loss(logits, y" + tail;
        if (options.mix() != null) {
            loss += " * share + torch.cross_entropy_loss(logits, torch.index_select(y, 0, partner)" + tail
                    + " * (1. - share)";
        }
        lines.add("  loss = " + loss);
        lines.add("  g = annotate(List[Tensor], [])");
        lines.add("  for q in torch.grad([loss], w):");
        lines.add("    g.append(unchecked_cast(Tensor, q))");
        lines.add("  torch.set_grad_enabled(False)");
        if (options.clipNorm() > 0) {
            lines.add("  g = (self).clip(g, " + OptimizerKernel.number(options.clipNorm()) + ")");
        }
        lines.add("  (self).update(p, g, s, k0, k1, k2, k3)");
        if (options.ema() > 0) {
            lines.add("  torch._foreach_lerp_(e, p + b, renewal)");
        }
        lines.add("  final = loss.detach()");
        lines.add("  n = end - start");
        lines.add("  torch.add_(torch.select(totals, 0, 0), final * n)");
        lines.add("  torch.add_(torch.select(totals, 0, 1), torch.sum(torch.eq(torch.argmax(logits.detach(), 1), y)))");
        lines.add("  torch.add_(torch.select(totals, 0, 2), n)");
        lines.add("  bad = torch.select(totals, 0, 3)");
        lines.add(
                "  torch.add_(bad, torch.logical_and(torch.logical_not(torch.isfinite(final)), torch.eq(bad, 0)) * number)");
        lines.add("  return final");
        return kernel.source() + CLIP + String.join("\n", lines) + "\n";
    }

    private static String arguments() {
        StringJoiner list = new StringJoiner(", ");
        list.add("self");
        for (String tensor : List.of("data", "labels", "order", "mean", "std", "weights", "totals", "partner")) {
            list.add(tensor + ": Tensor");
        }
        for (String tensors : List.of("p", "b", "s", "e")) {
            list.add(tensors + ": List[Tensor]");
        }
        for (String whole : List.of("start", "end", "seed", "number", "left", "top", "right", "bottom")) {
            list.add(whole + ": int");
        }
        for (String real : List.of("share", "renewal", "k0", "k1", "k2", "k3")) {
            list.add(real + ": float");
        }
        return list.toString();
    }

    /**
     * uint8 {@code [N, H, W, C]} to float32 {@code [N, C, H, W]}, with the very arithmetic of {@link Preprocessing}. The
     * memory keeps the order of the pixels, channels last: with one channel libtorch cannot tell the two orders apart
     * later on, and would run half of the network in the slower one.
     */
    private static String pixels(Preprocessing preprocessing) {
        String stored = preprocessing.channels() == Preprocessing.Channels.BGR ? "torch.flip(data, [3])" : "data";
        return """
                def pixels(self, data: Tensor, mean: Tensor, std: Tensor) -> Tensor:
                  x = torch.to(torch.permute(%s, [0, 3, 1, 2]), 6, False, False, 1)
                  torch.mul_(x, %s)
                  torch.sub_(x, mean)
                  torch.div_(x, std)
                  return x
                """
                .formatted(stored, OptimizerKernel.number(preprocessing.scale()));
    }

    private static List<String> mixing(@Nullable BatchMix mix) {
        if (mix == null) {
            return List.of();
        }
        return List.of(
                "  other = torch.index_select(x, 0, partner)",
                "  if right > left:",
                "    box = torch.slice(torch.slice(x, 2, top, bottom), 3, left, right)",
                "    torch.copy_(box, torch.slice(torch.slice(other, 2, top, bottom), 3, left, right))",
                "  else:",
                "    x = x * share + other * (1. - share)");
    }
}

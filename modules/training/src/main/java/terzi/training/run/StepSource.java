package terzi.training.run;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import terzi.data.augment.BatchMix;
import terzi.images.Preprocessing;
import terzi.training.recipe.Distillation;
import terzi.training.recipe.TrainingOptions;
import terzi.training.torchscript.CompiledGraph;
import terzi.training.torchscript.Pixels;

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

    /** What counts for the label of an image's partner, in a mix. */
    private static final String REST = " * (1. - share)";

    /** {@code clip}: gradients scaled so that the L2 norm over all of them is at most {@code largest}, as PyTorch does. */
    static final String CLIP =
            """
            def clip(self, g: List[Tensor], largest: float) -> List[Tensor]:
              norm = torch.norm(torch.stack(torch._foreach_norm(g, 2)), 2)
              return torch._foreach_mul(g, torch.clamp(largest / (norm + 1e-06), None, 1.))
            """;

    /** In the place of {@link Pixels} where examples are rows of activations. */
    private static final String ROWS =
            """
            def pixels(self, data: Tensor, mean: Tensor, std: Tensor) -> Tensor:
              return torch.to(data, 6)
            """;

    /** {@code evaluate}, {@code validate} and {@code assign}, which need no optimizer. */
    static String evaluation(CompiledGraph graph, @Nullable Preprocessing preprocessing) {
        return (preprocessing == null ? ROWS : Pixels.method(preprocessing))
                + graph.source()
                + """

                def evaluate(self, data: Tensor, mean: Tensor, std: Tensor, start: int, end: int, p: List[Tensor], b: List[Tensor]) -> Tensor:
                  torch.set_grad_enabled(False)
                  return (self).network((self).pixels(torch.slice(data, 0, start, end), mean, std), p, b, False)[0]
                def assign(self, target: Tensor, value: Tensor) -> Tensor:
                  torch.set_grad_enabled(False)
                  torch.copy_(target, value)
                  return target
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

    /** What is special about a network that has been trained before. */
    record Tuning(boolean keepsStatistics, List<Integer> frozen) {}

    /** {@code step}. */
    static String training(
            OptimizerKernel kernel,
            TrainingOptions options,
            boolean weighted,
            Tuning tuning,
            @Nullable Distillation teacher) {
        List<String> lines = new ArrayList<>();
        lines.add("def step(self, " + StepArgument.declared() + ") -> Tensor:");
        lines.add("  torch.manual_seed(seed)");
        lines.add("  index = torch.slice(order, 0, start, end)");
        lines.add("  y = torch.index_select(labels, 0, index)");
        lines.add("  x = (self).pixels(torch.index_select(data, 0, index), mean, std)");
        lines.addAll(mixing(options.regularisation().mix()));
        lines.add("  w = annotate(List[Tensor], [])");
        lines.add("  a = annotate(List[Tensor], [])");
        if (tuning.frozen().isEmpty()) {
            lines.add("  for t in p:");
            lines.add("    w.append(torch.requires_grad_(t.detach(), True))");
            lines.add("  a = w");
        } else {
            lines.add("  still = ["
                    + tuning.frozen().stream().map(String::valueOf).collect(Collectors.joining(", ")) + "]");
            lines.add("  for i in range(len(p)):");
            lines.add("    if torch.__contains__(still, i):");
            lines.add("      w.append(p[i].detach())");
            lines.add("    else:");
            lines.add("      t = torch.requires_grad_(p[i].detach(), True)");
            lines.add("      w.append(t)");
            lines.add("      a.append(t)");
        }
        lines.add("  logits = (self).network(x, w, b, " + (tuning.keepsStatistics() ? "False" : "True") + ")[0]");
        String tail = ", " + (weighted ? "weights" : "None") + ", 1, -100, "
                + OptimizerKernel.number(options.regularisation().loss().labelSmoothing()) + ")";
        String loss = "torch.cross_entropy_loss(logits, y" + tail;
        if (options.regularisation().mix() != null) {
            loss += " * share + torch.cross_entropy_loss(logits, torch.index_select(y, 0, partner)" + tail + REST;
        }
        lines.add("  loss = " + loss);
        lines.addAll(taught(teacher));
        lines.add("  g = annotate(List[Tensor], [])");
        if (tuning.frozen().isEmpty()) {
            lines.add("  for q in torch.grad([loss], a):");
            lines.add("    g.append(unchecked_cast(Tensor, q))");
        } else {
            lines.add("  grads = torch.grad([loss], a)");
            lines.add("  j = 0");
            lines.add("  for i in range(len(p)):");
            lines.add("    if torch.__contains__(still, i):");
            lines.add("      g.append(torch.zeros_like(p[i]))");
            lines.add("    else:");
            lines.add("      g.append(unchecked_cast(Tensor, grads[j]))");
            lines.add("      j = j + 1");
        }
        lines.add("  torch.set_grad_enabled(False)");
        if (options.regularisation().clipNorm() > 0) {
            lines.add("  g = (self).clip(g, "
                    + OptimizerKernel.number(options.regularisation().clipNorm()) + ")");
        }
        lines.add("  (self).update(p, g, s, k0, k1, k2, k3)");
        if (options.regularisation().ema() > 0) {
            lines.add("  torch._foreach_lerp_(e, p + b, renewal)");
        }
        lines.add("  final = loss.detach()");
        lines.add("  n = end - start");
        lines.add("  torch.add_(torch.select(totals, 0, 0), final * n)");
        lines.add("  answer = torch.argmax(logits.detach(), 1)");
        lines.add("  hits = torch.sum(torch.eq(answer, y))");
        if (options.regularisation().mix() != null) {
            lines.add("  hits = hits * share + torch.sum(torch.eq(answer, torch.index_select(y, 0, partner)))" + REST);
        }
        lines.add("  torch.add_(torch.select(totals, 0, 1), hits)");
        lines.add("  torch.add_(torch.select(totals, 0, 2), n)");
        lines.add("  bad = torch.select(totals, 0, 3)");
        lines.add(
                "  torch.add_(bad, torch.logical_and(torch.logical_not(torch.isfinite(final)), torch.eq(bad, 0)) * number)");
        lines.add("  return final");
        return kernel.source() + CLIP + String.join("\n", lines) + "\n";
    }

    /**
     * Kullback-Leibler divergence from the teacher's softened answers, 0 where both agree; times T squared, so that its gradients
     * do not shrink as T grows.
     */
    private static List<String> taught(@Nullable Distillation teacher) {
        if (teacher == null) {
            return List.of();
        }
        double t = teacher.temperature();
        String softly = " / " + OptimizerKernel.number(t) + ", 1)";
        return List.of(
                "  hint = torch.log_softmax(torch.index_select(taught, 0, index)" + softly,
                "  said = torch.log_softmax(logits" + softly,
                "  apart = torch.sum(torch.exp(hint) * (hint - said)) / (end - start)",
                "  loss = loss * " + OptimizerKernel.number(1 - teacher.weight()) + " + apart * "
                        + OptimizerKernel.number(teacher.weight() * t * t));
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

package terzi.training.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import terzi.training.recipe.Optimizer;
import terzi.training.torchscript.Precision;

/**
 * An optimizer as TorchScript: {@code update(self, p, g, s, k0, k1, k2, k3)} changes parameters {@code p} and state
 * {@code s} in place from gradients {@code g}, for all tensors at once.
 *
 * <p>What depends only on the learning rate and the step is computed here in double precision, as PyTorch does, and
 * passed as {@code k0..k3}.
 */
final class OptimizerKernel {
    /** Numbers of libtorch's data types. */
    private static final int FLOAT32 = 6;

    private static final int BFLOAT16 = 15;

    private final Optimizer optimizer;
    private final Precision precision;
    private final int parameters;
    private final int[] weights;
    private final int[] decaying;
    private final double[] rates;
    private final boolean uniform;
    private double momentumProduct = 1;
    private long momentumProductStep;

    /** @param decays for each parameter whether weight decay applies to it */
    OptimizerKernel(Optimizer optimizer, Precision precision, List<Boolean> decays) {
        this(
                optimizer,
                precision,
                decays,
                DoubleStream.generate(() -> 1).limit(decays.size()).toArray());
    }

    /** @param rates for each parameter the share of the learning rate that it learns at */
    OptimizerKernel(Optimizer optimizer, Precision precision, List<Boolean> decays, double[] rates) {
        this.optimizer = optimizer;
        this.precision = precision;
        this.rates = rates;
        this.uniform = DoubleStream.of(rates).allMatch(rate -> rate == 1);
        this.parameters = decays.size();
        this.weights = IntStream.range(0, decays.size()).filter(decays::get).toArray();
        this.decaying = optimizer.weightDecay() == 0 ? new int[0] : weights;
    }

    /** How many state tensors each parameter has; {@code s} holds the first of every parameter, then the second, … */
    int statesPerParameter() {
        if (optimizer instanceof Optimizer.Sgd sgd) {
            return sgd.momentum() > 0 ? 1 : 0;
        } else if (optimizer instanceof Optimizer.RmsProp rms) {
            return 1 + (rms.centered() ? 1 : 0) + (rms.momentum() > 0 ? 1 : 0);
        }
        return 2;
    }

    /** The numbers {@code k0..k3} of step {@code t}, counted from 1. */
    double[] coefficients(double rate, long t) {
        if (optimizer instanceof Optimizer.Adam adam) {
            return adam(rate, t, adam.beta1(), adam.beta2(), 1);
        } else if (optimizer instanceof Optimizer.AdamW adam) {
            return adamW(rate, t, adam);
        } else if (optimizer instanceof Optimizer.Muon muon) {
            double[] k = adamW(rate, t, forOthers(muon));
            k[3] = -rate;
            return k;
        } else if (optimizer instanceof Optimizer.Nadam nadam) {
            return nadam(nadam, rate, t);
        }
        return new double[] {-rate, 0, 0, 0};
    }

    private static double[] adamW(double rate, long t, Optimizer.AdamW adam) {
        return adam(rate, t, adam.beta1(), adam.beta2(), 1 - rate * adam.weightDecay());
    }

    private static double[] adam(double rate, long t, double beta1, double beta2, double shrink) {
        return new double[] {-rate / (1 - power(beta1, t)), Math.sqrt(1 - power(beta2, t)), shrink, 0};
    }

    private double[] nadam(Optimizer.Nadam nadam, double rate, long t) {
        if (t <= momentumProductStep) {
            momentumProduct = 1;
            momentumProductStep = 0;
        }
        while (momentumProductStep < t) {
            momentumProduct *= momentum(nadam, ++momentumProductStep);
        }
        double next = momentum(nadam, t + 1);
        return new double[] {
            -rate * (1 - momentum(nadam, t)) / (1 - momentumProduct),
            -rate * next / (1 - momentumProduct * next),
            1 - power(nadam.beta2(), t),
            0
        };
    }

    private static double momentum(Optimizer.Nadam nadam, long t) {
        return nadam.beta1() * (1 - 0.5 * Math.pow(0.96, (double) t * nadam.momentumDecay()));
    }

    private static double power(double base, long exponent) {
        return Math.pow(base, (double) exponent);
    }

    /** The method's text. */
    String source() {
        List<String> lines = new ArrayList<>();
        if (optimizer instanceof Optimizer.Muon) {
            lines.add(orthogonal());
        }
        lines.add("def update(self, p: List[Tensor], g: List[Tensor], s: List[Tensor], "
                + "k0: float, k1: float, k2: float, k3: float) -> List[Tensor]:");
        if (optimizer instanceof Optimizer.AdamW || optimizer instanceof Optimizer.Muon) {
            // one by one: TorchScript drops an in-place call on a list that nothing reads afterwards
            for (int i : decaying) {
                lines.add("  torch.mul_(p[" + i + "], "
                        + (rates[i] == 1 ? "k2" : "1. - (1. - k2) * " + number(rates[i])) + ")");
            }
        } else if (decaying.length > 0) {
            lines.add("  penalised = torch._foreach_add(" + pick("g") + ", " + pick("p") + ", alpha="
                    + number(optimizer.weightDecay()) + ")");
            lines.add("  g = " + substitute());
        }
        int states = statesPerParameter();
        for (int i = 0; i < states; i++) {
            lines.add("  s" + i + " = s[" + i * parameters + ":" + (i + 1) * parameters + "]");
        }
        if (optimizer instanceof Optimizer.Sgd sgd) {
            sgd(sgd, lines);
        } else if (optimizer instanceof Optimizer.RmsProp rms) {
            rmsProp(rms, lines);
        } else if (optimizer instanceof Optimizer.Adam adam) {
            adam(adam.beta1(), adam.beta2(), adam.epsilon(), lines);
        } else if (optimizer instanceof Optimizer.AdamW adam) {
            adam(adam.beta1(), adam.beta2(), adam.epsilon(), lines);
        } else if (optimizer instanceof Optimizer.Muon muon) {
            muon(muon, lines);
        } else if (optimizer instanceof Optimizer.Nadam nadam) {
            moments(nadam.beta1(), nadam.beta2(), lines);
            lines.add("  d = torch._foreach_div(s1, k2)");
            lines.add("  torch._foreach_sqrt_(d)");
            lines.add("  torch._foreach_add_(d, " + number(nadam.epsilon()) + ")");
            move(
                    lines,
                    "torch._foreach_addcdiv_(p, g, d, k0)",
                    "torch.addcdiv_(p[%1$d], g[%1$d], d[%1$d], value=k0 * %2$s)");
            move(
                    lines,
                    "torch._foreach_addcdiv_(p, s0, d, k1)",
                    "torch.addcdiv_(p[%1$d], s0[%1$d], d[%1$d], value=k1 * %2$s)");
        }
        lines.add("  return p");
        return String.join("\n", lines) + "\n";
    }

    /** A step of all parameters at once, or of each at its own rate. */
    private void move(List<String> lines, String all, String each) {
        if (uniform) {
            lines.add("  " + all);
            return;
        }
        for (int i = 0; i < parameters; i++) {
            if (rates[i] != 0) {
                lines.add("  " + String.format(Locale.ROOT, each, i, number(rates[i])));
            }
        }
    }

    private void sgd(Optimizer.Sgd sgd, List<String> lines) {
        if (sgd.momentum() == 0) {
            move(lines, "torch._foreach_add_(p, g, alpha=k0)", "torch.add_(p[%1$d], g[%1$d], alpha=k0 * %2$s)");
            return;
        }
        lines.add("  torch._foreach_mul_(s0, " + number(sgd.momentum()) + ")");
        lines.add("  torch._foreach_add_(s0, g)");
        if (sgd.nesterov()) {
            lines.add("  n = torch._foreach_add(g, s0, alpha=" + number(sgd.momentum()) + ")");
            move(lines, "torch._foreach_add_(p, n, alpha=k0)", "torch.add_(p[%1$d], n[%1$d], alpha=k0 * %2$s)");
        } else {
            move(lines, "torch._foreach_add_(p, s0, alpha=k0)", "torch.add_(p[%1$d], s0[%1$d], alpha=k0 * %2$s)");
        }
    }

    private void rmsProp(Optimizer.RmsProp rms, List<String> lines) {
        lines.add("  torch._foreach_mul_(s0, " + number(rms.alpha()) + ")");
        lines.add("  torch._foreach_addcmul_(s0, g, g, " + number(1 - rms.alpha()) + ")");
        String momentum = "s1";
        if (rms.centered()) {
            lines.add("  torch._foreach_lerp_(s1, g, " + number(1 - rms.alpha()) + ")");
            lines.add("  d = torch._foreach_addcmul(s0, s1, s1, -1.0)");
            lines.add("  torch._foreach_sqrt_(d)");
            momentum = "s2";
        } else {
            lines.add("  d = torch._foreach_sqrt(s0)");
        }
        lines.add("  torch._foreach_add_(d, " + number(rms.epsilon()) + ")");
        if (rms.momentum() > 0) {
            lines.add("  torch._foreach_mul_(" + momentum + ", " + number(rms.momentum()) + ")");
            lines.add("  torch._foreach_addcdiv_(" + momentum + ", g, d, 1.0)");
            move(
                    lines,
                    "torch._foreach_add_(p, " + momentum + ", alpha=k0)",
                    "torch.add_(p[%1$d], " + momentum + "[%1$d], alpha=k0 * %2$s)");
        } else {
            move(
                    lines,
                    "torch._foreach_addcdiv_(p, g, d, k0)",
                    "torch.addcdiv_(p[%1$d], g[%1$d], d[%1$d], value=k0 * %2$s)");
        }
    }

    private void adam(double beta1, double beta2, double epsilon, List<String> lines) {
        moments(beta1, beta2, lines);
        lines.add("  d = torch._foreach_sqrt(s1)");
        lines.add("  torch._foreach_div_(d, k1)");
        lines.add("  torch._foreach_add_(d, " + number(epsilon) + ")");
        move(
                lines,
                "torch._foreach_addcdiv_(p, s0, d, k0)",
                "torch.addcdiv_(p[%1$d], s0[%1$d], d[%1$d], value=k0 * %2$s)");
    }

    /**
     * About the nearest matrix with orthonormal rows or columns, times what makes a step as long as Adam's; the polynomial is that
     * of Jordan and others (2024). Computed in the number format of the network, since its products are nearly all
     * that Muon costs; PyTorch takes bfloat16 always.
     */
    private String orthogonal() {
        return String.format(
                Locale.ROOT,
                """
                def orthogonal(self, m: Tensor) -> Tensor:
                  x = torch.flatten(m, 1)
                  rows = torch.size(x, 0)
                  columns = torch.size(x, 1)
                  if rows > columns:
                    x = torch.t(x)
                  x = torch.to(x / torch.clamp(torch.norm(x, 2), 1e-07, None), %d)
                  for i in range(5):
                    a = torch.mm(x, torch.t(x))
                    x = torch.addmm(x, torch.addmm(a, a, a, beta=-4.775, alpha=2.0315), x, beta=3.4445, alpha=1.)
                  if rows > columns:
                    x = torch.t(x)
                  return torch.reshape(torch.to(x, %d), torch.size(m)) * (0.2 * torch.sqrt(float(max(rows, columns))))
                """,
                precision == Precision.BF16 ? BFLOAT16 : FLOAT32,
                FLOAT32);
    }

    /** Returns the optimizer of the parameters that Muon is not for. */
    static Optimizer.AdamW forOthers(Optimizer.Muon muon) {
        return new Optimizer.AdamW(muon.learningRate(), 0.9, 0.999, 1e-8, muon.weightDecay());
    }

    /** Each parameter by itself: weights of different shapes share no list operation. */
    private void muon(Optimizer.Muon muon, List<String> lines) {
        Optimizer.AdamW adam = forOthers(muon);
        List<String> others = List.of(
                "torch.lerp_(s0[%1$d], g[%1$d], " + number(1 - adam.beta1()) + ")",
                "torch.mul_(s1[%1$d], " + number(adam.beta2()) + ")",
                "torch.addcmul_(s1[%1$d], g[%1$d], g[%1$d], value=" + number(1 - adam.beta2()) + ")",
                "d = torch.sqrt(s1[%1$d]) / k1 + " + number(adam.epsilon()),
                "torch.addcdiv_(p[%1$d], s0[%1$d], d, value=k0 * %2$s)");
        List<String> hidden = List.of(
                "torch.lerp_(s0[%1$d], g[%1$d], " + number(1 - muon.momentum()) + ")",
                "n = "
                        + (muon.nesterov()
                                ? "torch.lerp(g[%1$d], s0[%1$d], " + number(muon.momentum()) + ")"
                                : "s0[%1$d]"),
                "torch.add_(p[%1$d], (self).orthogonal(n), alpha=k3 * %2$s)");
        for (int i = 0; i < parameters; i++) {
            if (rates[i] == 0) {
                continue;
            }
            for (String line : isHidden(i) ? hidden : others) {
                lines.add("  " + String.format(Locale.ROOT, line, i, number(rates[i])));
            }
        }
    }

    /** Weights, but not those of the last layer. */
    private boolean isHidden(int parameter) {
        return IntStream.of(weights).limit(Math.max(0, weights.length - 1)).anyMatch(weight -> weight == parameter);
    }

    private static void moments(double beta1, double beta2, List<String> lines) {
        lines.add("  torch._foreach_lerp_(s0, g, " + number(1 - beta1) + ")");
        lines.add("  torch._foreach_mul_(s1, " + number(beta2) + ")");
        lines.add("  torch._foreach_addcmul_(s1, g, g, " + number(1 - beta2) + ")");
    }

    /** A list of the decaying ones among {@code p} or {@code g}. */
    private String pick(String list) {
        return IntStream.of(decaying).mapToObj(i -> list + "[" + i + "]").collect(Collectors.joining(", ", "[", "]"));
    }

    /** All gradients, with the penalised ones in their places. */
    private String substitute() {
        List<String> all = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < parameters; i++) {
            boolean penalised = next < decaying.length && decaying[next] == i;
            all.add(penalised ? "penalised[" + next++ + "]" : "g[" + i + "]");
        }
        return "[" + String.join(", ", all) + "]";
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%.17g", value);
    }
}

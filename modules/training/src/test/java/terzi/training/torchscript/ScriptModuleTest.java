package terzi.training.torchscript;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScriptModuleTest {

    private static final String STEP =
            """
            def step(self, x: Tensor, y: Tensor, p: List[Tensor], rate: float) -> Tensor:
              leaves = annotate(List[Tensor], [])
              for t in p:
                leaves.append(torch.requires_grad_(t.detach(), True))
              loss = torch.cross_entropy_loss(torch.linear(x, leaves[0], leaves[1]), y, None, 1, -100, 0.0)
              gradients = annotate(List[Tensor], [])
              for g in torch.grad([loss], leaves):
                gradients.append(unchecked_cast(Tensor, g))
              torch.set_grad_enabled(False)
              torch._foreach_add_(p, gradients, alpha=-rate)
              return loss.detach()
            """;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void freeEverything() {
        manager.close();
    }

    @Test
    void runsAWholeTrainingStepInOneMethod() {
        NDArray x = manager.create(new float[] {1, 0, 0, 1, 1, 1}, new Shape(3, 2));
        NDArray y = manager.create(new long[] {0, 1, 1});
        NDArray weight = manager.create(new float[] {.1f, .2f, .3f, .4f}, new Shape(2, 2));
        NDArray bias = manager.zeros(new Shape(2));
        try (ScriptModule module = ScriptModule.load(manager, STEP)) {
            float first = 0;
            float last = 0;
            for (int i = 0; i < 20; i++) {
                try (NDManager step = manager.newSubManager()) {
                    last = module.call(step, "step", x, y, List.of(weight, bias), 0.5)
                            .head()
                            .getFloat();
                    first = i == 0 ? last : first;
                }
            }
            assertTrue(last < 0.8 * first, "loss went from " + first + " to " + last);
            assertFalse(weight.hasGradient(), "the caller's arrays stay plain");
        }
    }

    @Test
    void switchesGradientsOnForTheCallAndPutsTheThreadsModeBack() {
        String mode = "def mode(self) -> Tensor:\n  return torch.tensor([int(torch.is_grad_enabled())])\n";
        try (ScriptModule module = ScriptModule.load(manager, mode)) {
            for (boolean before : new boolean[] {true, false}) {
                JniUtils.setGradMode(before);
                assertEquals(1, module.call(manager, "mode").head().getLong());
                assertEquals(before, JniUtils.isGradMode());
            }
        }
    }

    @Test
    void passesEveryKindOfArgumentAndMethodsCallEachOther() {
        String methods =
                """
                def all(self, x: Tensor, list: List[Tensor], none: List[Tensor], i: int, f: float, b: bool) -> List[Tensor]:
                  y = (self).scaled(x, f)
                  if b:
                    y = torch.add(y, i)
                  for t in list:
                    y = torch.add(y, t)
                  return [y, torch.tensor([len(none)])]

                def scaled(self, x: Tensor, f: float) -> Tensor:
                  return torch.mul(x, f)
                """;
        NDArray x = manager.create(new float[] {1, 2});
        try (ScriptModule module = ScriptModule.load(manager, methods)) {
            NDList out = module.call(manager, "all", x, new NDArray[] {x, x}, new NDList(), 10L, 0.5, true);
            assertArrayEquals(new float[] {12.5f, 15f}, out.get(0).toFloatArray());
            assertEquals(0, out.get(1).getLong());
            out = module.call(manager, "all", x, new NDList(x), List.of(), 10, 0.5f, false);
            assertArrayEquals(new float[] {1.5f, 3f}, out.get(0).toFloatArray());
        }
    }

    @Test
    void seedsRandomNumbersFromInside() {
        String random = "def random(self, seed: int) -> Tensor:\n  torch.manual_seed(seed)\n  return torch.rand([3])\n";
        try (ScriptModule module = ScriptModule.load(manager, random)) {
            NDArray once = module.call(manager, "random", 7).head();
            assertEquals(once, module.call(manager, "random", 7).head());
            assertNotEquals(once, module.call(manager, "random", 8).head());
        }
    }

    @Test
    void computesInBfloat16AndReturnsFloat32() {
        String product =
                """
                def product(self, x: Tensor) -> Tensor:
                  y = torch.to(x, 15, False, False, 2)
                  return torch.mul(y, y).float()
                """;
        try (ScriptModule module = ScriptModule.load(manager, product)) {
            NDArray y = module.call(manager, "product", manager.full(new Shape(1, 1, 2, 2), 1.01f))
                    .head();
            assertEquals(DataType.FLOAT32, y.getDataType());
            assertEquals(1.015625f, y.getFloat(0, 0, 0, 0), "bfloat16 has 8 significant bits");
        }
    }

    @Test
    void showsLibtorchsMarkWhenTheTextIsWrong() {
        IllegalArgumentException wrong = assertThrows(
                IllegalArgumentException.class,
                () -> ScriptModule.load(manager, "def f(self, x: Tensor) -> Tensor:\n  return torch.no_such(x)\n"));
        assertTrue(wrong.getMessage().contains("no_such"), wrong.getMessage());
    }

    @Test
    void aFailingMethodLeavesTheModuleUsable() {
        String square = "def square(self, x: Tensor) -> Tensor:\n  return torch.matmul(x, x)\n";
        try (ScriptModule module = ScriptModule.load(manager, square)) {
            assertThrows(EngineException.class, () -> module.call(manager, "square", manager.ones(new Shape(2, 3))));
            assertEquals(
                    2f,
                    module.call(manager, "square", manager.ones(new Shape(2, 2)))
                            .head()
                            .getFloat(0, 0));
        }
    }

    @Test
    void refusesUnsuitableArgumentsAndUseAfterClose() {
        ScriptModule module =
                ScriptModule.load(manager, "def f(self, i: int) -> Tensor:\n  return torch.tensor([i])\n");
        IllegalArgumentException text =
                assertThrows(IllegalArgumentException.class, () -> module.call(manager, "f", "three"));
        assertTrue(text.getMessage().contains("argument 0 of f"), text.getMessage());
        module.close();
        module.close();
        assertThrows(IllegalStateException.class, () -> module.call(manager, "f", 1));
    }
}

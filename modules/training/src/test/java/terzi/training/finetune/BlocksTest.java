package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import terzi.onnx.Model;
import terzi.training.recipe.Depth;

class BlocksTest {
    private static Prepared prepared(Model network) {
        return Prepared.of(network, Shapes.headOnly(), 3);
    }

    @Test
    void aLayerOfAPlainNetworkIsABlockAndEachPoolEndsAStage() {
        Blocks blocks = prepared(Shapes.network(1)).blocks();
        assertEquals(3, blocks.blocks().size());
        assertTrue(blocks.blocks().stream().allMatch(Blocks.Block::shrinks));
        assertEquals("input", blocks.blocks().get(0).takes());
        assertEquals(1, blocks.learning(new Depth.Stages(1)));
        assertEquals(2, blocks.learning(new Depth.Blocks(2)));
        assertEquals(0, blocks.learning(new Depth.None()));
        assertEquals(3, blocks.learning(new Depth.All()));
        assertEquals(3, blocks.learning(new Depth.Blocks(100)));
    }

    @Test
    void aResidualBlockIsABlockAndAStageBeginsWhereTheImageShrinks() {
        Blocks blocks = prepared(Shapes.residual(1)).blocks();
        assertEquals(5, blocks.blocks().size());
        assertEquals(2, blocks.learning(new Depth.Stages(1)));
        assertEquals(5, blocks.learning(new Depth.Stages(2)));
    }

    @Test
    void deeperBlocksLearnFasterAndFrozenOnesNotAtAll() {
        Blocks blocks = prepared(Shapes.residual(1)).blocks();
        Map<String, Double> rates = blocks.rates(0.5, 2);
        for (String weight : blocks.blocks().get(4).weights()) {
            assertEquals(0.5, rates.get(weight));
        }
        for (String weight : blocks.blocks().get(3).weights()) {
            assertEquals(0.25, rates.get(weight));
        }
        for (String weight : blocks.blocks().get(2).weights()) {
            assertEquals(0.0, rates.get(weight));
        }
    }
}
